"""Whether what came with a mail is the author's own hand in the files, from which version, and what is asked on top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.domain.intent import Edited
from mailbot.domain.message import Attachment, Input, Message
from mailbot.domain.project import Project
from mailbot.understand.brought import Brought, pasted, piece
from mailbot.understand.wishes import asks

MAX_AMONG: Final = 8  #: versions before the newest that a change may have been made from, where nothing says which
MAX_ABOUT: Final = 1_000_000  #: bytes of our metadata.json
_VERSION: Final = re.compile(rb'"package_version"\s{0,4}:\s{0,4}(\d{1,6})\b')
_SERIES: Final = re.compile(r"\[[^\]]{0,40}\bPATCH\b[^\]]{0,40}\]", re.IGNORECASE)
_COVER: Final = re.compile(r"\[[^\]]{0,40}\bPATCH\b[^\]]{0,30}\b0{1,4}/\d{1,4}\]", re.IGNORECASE)
_RULER: Final = re.compile(r"^---\s*$", re.MULTILINE)


def by_hand(message: Message, came: Brought, inputs: Sequence[Input], project: Project, text: str) -> bool:
    """Whether the mail hands in changed files; what reads like a wish beside them is one on top, and not instead."""
    if came.patches or came.bundles or _COVER.search(message.subject):
        return True
    if came.archives and (version_of(inputs) or not asks(text)):
        return True
    named = (*came.code, *came.others)
    if named and (_all_known(named, project) or (came.code and not asks(text))):
        return True
    return bool(pasted(text)) and not came.data and (_is_known(pasted(text), project) or not asks(beside(text)))


def edited(message: Message, inputs: Sequence[Input], project: Project, text: str, seen: int | None) -> Edited:
    """What is known of the change beside its files; *text* are the author's words without commands."""
    base = version_of(inputs)
    name = "" if message.patch or message.attachments else pasted(text)
    series = bool(_SERIES.search(message.subject)) or bool(message.patch and _RULER.search(text))
    words = beside(text) if name else text
    return Edited(
        patch=message.patch,
        pasted=Attachment(name=name, media_type="text/plain", content=piece(text).encode()) if name else None,
        base=base,
        seen=seen,
        among=_among(project.last, base, seen),
        wish=words if asks(words) and not series else "",
        cover=bool(_COVER.search(message.subject)) and not message.patch and not message.attachments,
    )


def version_of(inputs: Sequence[Input]) -> int | None:
    """The version that the metadata.json of a package of ours names."""
    for one in inputs:
        for file in one.files if one.kind in {"zip", "tar"} else ():
            if file.name.rpartition("/")[2] == "metadata.json" and len(file.content) <= MAX_ABOUT:
                found = _VERSION.search(file.content)
                return int(found[1]) if found else None
    return None


def beside(text: str) -> str:
    """*text* without its blocks of code."""
    return "\n".join(text.split("```")[::2]).strip()


def _among(last: int, base: int | None, seen: int | None) -> tuple[int, ...]:
    """The versions worth loading: those that are named, and the last ones."""
    recent = range(max(1, last - MAX_AMONG), last)
    named = [one for one in (base, seen) if one is not None and 0 < one < last]
    return tuple(dict.fromkeys((*named, *recent)))


def _all_known(names: Sequence[str], project: Project) -> bool:
    return all(_is_known(name, project) for name in names)


def _is_known(name: str, project: Project) -> bool:
    """Whether the project has a file of that name."""
    files: Mapping[str, bytes] = {str(path): content for path, content in (project.files or {}).items()}
    last = name.rpartition("/")[2].casefold()
    return any(path.rpartition("/")[2].casefold() == last for path in files)
