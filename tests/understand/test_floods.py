"""Mails that are made to keep a reader busy are read, or refused with a reason; none takes more than its length."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.errors import Unreadable
from mailbot.understand.gathering import MAX_TEXT
from mailbot.understand.mime import MAX_PARTS
from mailbot.understand.parse import parse
from tests.understand.floods import FLOODS
from tests.understand.test_mails import MAILS


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends(name):
    """A megabyte of it gives no more than is allowed."""
    with contextlib.suppress(Unreadable):
        message = parse(FLOODS[name])
        assert len(message.text) <= MAX_TEXT
        assert len(message.attachments) <= MAX_PARTS


@given(st.sampled_from(MAILS), st.integers(0, 3_000), st.integers(1, 300), st.binary(max_size=20), st.integers(0, 4))
def test_a_torn_mail_is_a_message_or_unreadable(path, at, length, junk, times):
    """Whatever is cut out of a mail, put into it or repeated in it."""
    raw = path.read_bytes()
    with contextlib.suppress(Unreadable):
        parse(raw[:at] + junk + raw[at : at + length] * times + raw[at + length :])
