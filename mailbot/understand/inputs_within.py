"""The limits on all that came with one mail together, and words for what was not read. Loads no extractor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mailbot.domain.message import Attachment, Input
from mailbot.understand.header import words
from mailbot.understand.inputs_found import MAX_FILE, MAX_FILES, MAX_FILES_BYTES, Found, unused
from mailbot.understand.inputs_kind import expected, shown

MAX_INPUTS: Final = 50  #: that are read of one mail
MAX_ALL_TEXT: Final = 48_000  #: characters of all of them that a model may read
MAX_NOTE: Final = 300
MAX_DATA: Final = 1_000_000  #: bytes of a table that become a file of a project
_PLAIN: Final = frozenset({"csv", "json", "yaml", "xml", "text", "markdown", "html", "source"})
TOO_MANY: Final = f"I read the first {MAX_INPUTS} files of a mail: send the rest in a ZIP"
TOO_LATE: Final = "the files before it took too long to read: send it by itself"


def unread(attachment: Attachment, why: str, *, private: bool = False) -> Input:
    """An *attachment* that was not read at all."""
    return input_from(attachment, unused(shown(expected(attachment.name)), why), private=private)


def input_from(attachment: Attachment, found: Found, *, private: bool) -> Input:
    """What was *found* in *attachment*; of what is not used, only why."""
    known = found if found.used else unused(found.kind, found.note)
    return Input(
        name=attachment.name,
        kind=known.kind,
        size=len(attachment.content),
        sha256=hashlib.sha256(attachment.content).hexdigest(),
        used=known.used,
        note=words(known.note, MAX_NOTE),
        text=known.text,
        columns=known.columns,
        rows=known.rows,
        private=private,
        files=known.files or _itself(attachment, known),
        content=_data(attachment, known, private=private),
        base=known.base,
    )


def _data(attachment: Attachment, found: Found, *, private: bool) -> bytes:
    """The bytes of a table, so that fresh data can take the place of old without a model; all of a patch."""
    if found.used and found.kind == "patch":
        return attachment.content
    fits = found.used and found.kind in {"csv", "json"} and len(attachment.content) <= MAX_DATA
    return attachment.content if fits and not private else b""


def _itself(attachment: Attachment, found: Found) -> tuple[Attachment, ...]:
    """Data and sources can become files of the project as they are."""
    fits = found.used and found.kind in _PLAIN and len(attachment.content) <= MAX_FILE
    return (attachment,) if fits else ()


def within(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """*inputs* with no more words and files, all of them together, than a mail may bring."""
    text, count, size = MAX_ALL_TEXT, MAX_FILES, MAX_FILES_BYTES
    kept: list[Input] = []
    for one in inputs:
        weight = sum(len(file.content) for file in one.files)
        if len(one.files) > count or weight > size:
            why = "its files do not fit beside those before it: send it by itself"
            kept.append(replace(one, used=False, note=why, text="", files=()))
            continue
        count, size = count - len(one.files), size - weight
        kept.append(_cut(one, text))
        text -= len(kept[-1].text)
    return tuple(kept)


def _cut(one: Input, room: int) -> Input:
    """*one* with as many of its words as there is *room* for."""
    if len(one.text) <= room:
        return one
    note = f"{one.note[: MAX_NOTE - 60]}; cut short, the files before it hold so many words"
    return replace(one, text=one.text[:room], note=note)
