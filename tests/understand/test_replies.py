"""Replies as mail programs write them, each a mail of our own that tells its story in its header."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.understand.gate import gate
from mailbot.understand.header import first
from mailbot.understand.parse import parse

MAILS = sorted((Path(__file__).parents[1] / "mails" / "replies").glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_the_words_of_a_reply(path):
    """X-Own says what its author newly wrote: that, and nothing else, is the text."""
    raw = path.read_bytes()
    assert parse(raw).text == json.loads(first(gate(raw).fields, "x-own"))


def test_each_reply_has_a_story():
    """One line each; more than sixty, and at least 25 languages."""
    assert len(MAILS) > 60
    assert len([path for path in MAILS if path.stem.startswith("gmail-")]) >= 25
    assert all(len(first(gate(path.read_bytes()).fields, "x-story")) > 10 for path in MAILS)
