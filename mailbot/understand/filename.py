"""The name of a file as a stranger wrote it, made fit to be shown and kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from mailbot.understand.header import words

MAX_NAME: Final = 120  #: characters of a file's name
_UNSAFE: Final = re.compile(r"[<>:\"|?*\x00-\x1f]")
_ENDINGS: Final = {
    "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics", "message/rfc822": ".eml",
    "application/json": ".json", "application/pdf": ".pdf", "application/zip": ".zip", "image/png": ".png",
    "image/jpeg": ".jpg", "image/gif": ".gif", "text/x-patch": ".patch", "text/x-diff": ".diff",
    "text/vcard": ".vcf", "application/xml": ".xml", "text/xml": ".xml", "text/markdown": ".md", "image/webp": ".webp",
    "image/svg+xml": ".svg", "message/global": ".eml", "text/rtf": ".rtf", "application/rtf": ".rtf",
}  # fmt: skip


def safe_name(raw: str) -> str:
    """The last piece of a file's name, fit to be shown; empty when nothing of it is."""
    name = words(raw.replace("\\", "/").rpartition("/")[2], MAX_NAME * 4)
    name = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 10 else ""  # noqa: PLR2004  (longer is no ending)
    return name[: MAX_NAME - len(ending)].rstrip(". ") + ending


def made_name(number: int, media_type: str) -> str:
    """The name of a file that came without one."""
    return f"attachment-{number}{_ENDINGS.get(media_type, '.bin')}"


def unique(name: str, taken: Collection[str]) -> str:
    """*name*, with a number where it is one of *taken* (those in lower case)."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number}){ending}"
    return name
