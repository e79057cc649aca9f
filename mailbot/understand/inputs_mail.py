"""Mails and calendars that come as files: what others wrote, and when something is. None of it is the author's wish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.content import content_of
from mailbot.understand.header import first, words
from mailbot.understand.inputs_found import (
    MAX_FILE,
    MAX_FILES_BYTES,
    Found,
    counted,
    encoding_of,
    listed,
    megabytes,
    shortened,
)
from mailbot.understand.mime import part_fields

MAX_EVENTS: Final = 200
MAX_CALENDAR: Final = 5_000_000  #: bytes
_SHOWN: Final = ("from", "to", "date", "subject")
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_FIELD: Final = re.compile(r"([A-Za-z-]{1,40})(?:;[^:\n]{0,500})?:(.*)")
_ESCAPED: Final = re.compile(r"\\([nN,;\\])")
_TOLD: Final = ("SUMMARY", "DTSTART", "DTEND", "DUE", "LOCATION", "RRULE", "DESCRIPTION")


def read_mail(content: bytes) -> Found:
    """Who wrote it, what about, and its words; its files are handed on."""
    fields, body = part_fields(content, 0, len(content))
    if not any(first(fields, name) for name in _SHOWN):
        raise Unreadable("it has no sender and no subject; save the mail again as an .eml file")
    found = content_of(content, fields, body)
    if found.trouble:
        raise Unreadable(f"{found.trouble}; send what matters by itself")
    head = [f"{name.title()}: {words(first(fields, name), 300)}" for name in _SHOWN if first(fields, name)]
    text = shortened("\n".join([*head, "", found.text]))
    files = tuple(file for file in found.attachments if len(file.content) <= MAX_FILE)
    if sum(len(file.content) for file in files) > MAX_FILES_BYTES:
        files = ()
    subject = words(first(fields, "subject"), 60) or "without a subject"
    note = f"mail from {words(first(fields, 'from'), 60) or 'nobody'}: {subject}"
    if found.attachments:
        names = listed(file.name for file in found.attachments)
        note += f"; {counted(len(found.attachments), 'file')} with it: {names}"
    if len(files) < len(found.attachments):
        note += f"; left out: {len(found.attachments) - len(files)} for their size"
    return Found(kind="mail", note=note, text=text, files=files)


def read_calendar(content: bytes) -> Found:
    """The events and tasks of a calendar."""
    if len(content) > MAX_CALENDAR:
        raise Unreadable(f"a calendar has {megabytes(MAX_CALENDAR)} at most; send the time that matters")
    text = _FOLD.sub("", content.decode(encoding_of(content), "replace"))
    entries = list(_entries(text))
    if not entries:
        raise Unreadable("it holds no event and no task; export the calendar again")
    note = counted(len(entries), "event")
    names = [entry.get("SUMMARY", "") for entry in entries]
    note += f": {listed(filter(None, names), 3)}" if any(names) else ""
    lines = (", ".join(f"{name.lower()}: {value}" for name, value in entry.items()) for entry in entries[:MAX_EVENTS])
    return Found(kind="calendar", note=note, text=shortened("\n".join(lines)), rows=len(entries))


def _entries(text: str) -> Iterator[dict[str, str]]:
    """What is told of each event or task."""
    entry: dict[str, str] | None = None
    inner = 0  #: an alarm has a description of its own
    for line in text.splitlines():
        name, _, kind = line[:40].upper().partition(":")
        if name == "BEGIN":
            if kind.strip() in {"VEVENT", "VTODO"}:
                entry, inner = {}, 0
            else:
                inner += 1
        elif name == "END":
            if kind.strip() in {"VEVENT", "VTODO"} and entry is not None:
                yield entry
                entry = None
            else:
                inner -= 1
        elif entry is not None and not inner and (found := _FIELD.match(line)) and found[1].upper() in _TOLD:
            entry.setdefault(found[1].upper(), words(_ESCAPED.sub(_plain, found[2][:1_000]), 300))


def _plain(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]
