"""The reader: the same message from every size of mail, and Unreadable as it comes."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Unreadable
from mailbot.receive.reader import SMALL, TINY, InProcess
from mailbot.understand.parse import parse
from tests.fakes import mail


@pytest.mark.parametrize("size", [10, TINY, SMALL, SMALL * 2])
async def test_every_size_is_read_alike(size):
    """Remembered, read here or read in a thread: the message is the same, the second time too."""
    raw = mail("word " * (size // 5))
    assert await InProcess().read(raw) == parse(raw)
    assert await InProcess().read(raw) == parse(raw)


@pytest.mark.parametrize("size", [10, SMALL * 2])
async def test_what_is_no_mail_is_said_to_be_none(size):
    """In the words of the parser, each time."""
    for _ in range(2):
        with pytest.raises(Unreadable):
            await InProcess().read(b"\0" * size)
