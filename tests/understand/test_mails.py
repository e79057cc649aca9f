"""Mails of our own, one for each thing that programs do to words and files. Each says in its header what it is about.

X-Story is its story; X-Text, X-Files, X-Subject, X-Language, X-Hidden and X-Trouble are what must be read out of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.understand.gate import gate
from mailbot.understand.header import first
from mailbot.understand.parse import parse

MAILS = sorted((Path(__file__).parents[1] / "mails" / "mime").glob("*.eml"))


def told(raw, name, default):
    value = first(gate(raw).fields, f"x-{name}")
    return json.loads(value) if value else default


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_what_is_read_out_of_a_mail(path):
    """The words, the files with their names, types and content, and what else the mail says of itself."""
    raw = path.read_bytes()
    message = parse(raw)
    assert message.text == told(raw, "text", "")
    assert message.subject == told(raw, "subject", first(gate(raw).fields, "subject"))
    assert (message.language, message.hidden) == (told(raw, "language", ""), told(raw, "hidden", default=False))
    assert first(gate(raw).fields, "x-trouble") in message.trouble
    assert bool(message.trouble) == bool(first(gate(raw).fields, "x-trouble"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_the_files_of_a_mail(path):
    """Each has a safe name and its type; where the mail says what is in it, that is in it."""
    raw = path.read_bytes()
    known = told(raw, "files", [])
    found = parse(raw).attachments
    assert [(one.name, one.media_type) for one in found] == [tuple(one[:2]) for one in known]
    for one, wanted in zip(found, known, strict=True):
        assert one.content.decode("utf-8", "replace").replace("\r\n", "\n") == (
            wanted[2] if len(wanted) > 2 else one.content.decode("utf-8", "replace").replace("\r\n", "\n")
        )


def test_each_mail_has_a_story():
    """One line, for whoever wonders why it is here."""
    assert len(MAILS) > 60
    assert all(len(first(gate(path.read_bytes()).fields, "x-story")) > 20 for path in MAILS)
