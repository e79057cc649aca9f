"""The lines that part a model's answer into files, as models really write them.

Asked for are ``=== FILE: path ===`` and ``=== END FILE ===``; bold, quoted, dashed and misspelt kin are understood.
Every pattern is tried on short lines only, so none of them can take long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

LONGEST: Final = 400  #: characters of a line that may be a marker
_RUN: Final = r"(?P<lead>[*_`>\s]{0,8})(?P<run>={2,}|-{2,}|\#{2,}|<{2,}|\*{2,})"
_QUOTES: Final = r"[\"'`*]{0,4}"
_NAME: Final = rf"{_QUOTES}(?P<path>[^\s\"'`*=<>][^\"'`*<>=]{{0,200}}?){_QUOTES}"
_BARE: Final = rf"{_QUOTES}(?P<bare>[^\s\"'`*=<>]{{1,200}}?){_QUOTES}"
_TAIL: Final = r"\s*(?:=|-|\#|>|\*|`|_){0,40}\s*"
_FILE: Final = re.compile(
    rf"{_RUN}\s*(?:BEGIN\s+)?FILE(?:\s?NAME|\s?PATH)?(?:\s*[:=]\s*{_NAME}|\s+{_BARE}){_TAIL}", re.IGNORECASE
)
_DELETE: Final = re.compile(rf"{_RUN}\s*(?:DELETE|REMOVE)(?:\s+FILE)?\s*[:=]\s*{_NAME}{_TAIL}", re.IGNORECASE)
_EDIT: Final = re.compile(rf"{_RUN}\s*EDIT(?:\s+FILE)?\s*[:=]\s*{_NAME}{_TAIL}", re.IGNORECASE)
_ASK: Final = re.compile(rf"{_RUN}\s*(?:ASK|QUESTION)\s*[:=]\s*(?P<path>[^\n]{{3,300}}?){_TAIL}", re.IGNORECASE)
_END: Final = re.compile(
    rf"{_RUN}\s*(?:END(?:\s+OF)?(?:[\s_-]*(?:FILE|EDIT))?|/FILE|EOF)\b(?:\s*[:=]?\s*[^=\n]{{0,200}})?{_TAIL}",
    re.IGNORECASE,
)
_TAG: Final = re.compile(
    r"\s*<(?:boltAction|file|write_file|create_file)\b[^>]{0,200}?\b(?:filePath|path|name)\s*=\s*[\"'](?P<path>[^\"']{1,200})[\"'][^>]{0,100}>(?P<rest>.*)",
    re.IGNORECASE,
)
_TAG_END: Final = re.compile(r"(?P<rest>.*?)\s*</(?:boltAction|file|write_file|create_file)>\s*", re.IGNORECASE)
_FENCE: Final = re.compile(r"\s{0,3}(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*)")
_ENDINGS: Final = (
    r"(?:py|pyi|js|mjs|cjs|jsx|ts|tsx|html?|css|scss|json|md|txt|toml|ya?ml|ini|cfg|sh|sql|svg|xml|csv|example|go|rs|java|c|h"
    r"|cpp|rb|php|vue|svelte|lock|dockerignore|gitignore)"
)
_NAMED: Final = r"(?:Dockerfile|Makefile|Procfile|LICENSE|README|\.gitignore|\.dockerignore|\.env\.example)"
_PATH: Final = rf"(?:\./)?(?:[\w.@+-]{{1,100}}/){{0,8}}(?:[\w@+-][\w.@+-]{{0,100}}\.{_ENDINGS}|{_NAMED})"
_LABEL: Final = re.compile(
    rf"\s*(?:[-*#>)\s]|\d{{1,3}}[.)]){{0,8}}(?:\*\*|__)?(?:file(?:name|path)?\s*[:=]\s*)?[`\"'*_]{{0,4}}(?P<path>{_PATH})[`\"'*_]{{0,4}}"
    r"\s*:?\s*(?:\*\*|__)?\s*(?:\([^)]{0,60}\))?\s*:?\s*",
    re.IGNORECASE,
)
_INFO: Final = re.compile(rf"(?:^|[\s:=,{{\"'])(?P<path>{_PATH})(?=$|[\s\"',}}])", re.IGNORECASE)
_FIRST: Final = re.compile(
    rf"\s*(?:\#|//|--|;|/\*|<!--|%)\s*(?:file(?:name|path)?\s*[:=]\s*)?(?P<path>{_PATH})\s*(?:\*/|-->)?\s*",
    re.IGNORECASE,
)


class Sign(Enum):
    """What a line says about files."""

    FILE = auto()
    END = auto()
    DELETE = auto()
    EDIT = auto()
    ASK = auto()
    TAG = auto()
    FENCE = auto()


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A line that says something about files."""

    sign: Sign
    path: str = ""
    style: str = ""  #: how it is written; inside a file only its own style ends it
    rest: str = ""  #: of a tag: what follows it; of a fence: its info


_KINDS: Final = (
    (Sign.DELETE, _DELETE), (Sign.EDIT, _EDIT), (Sign.END, _END), (Sign.FILE, _FILE), (Sign.ASK, _ASK),
)  # fmt: skip


def marker(line: str) -> Marker | None:
    """What *line* says about files, if it does."""
    if len(line) > LONGEST or not line.strip():
        return None
    if found := _FENCE.fullmatch(line):
        return Marker(sign=Sign.FENCE, style=found["fence"], rest=found["info"].strip())
    if found := _TAG.fullmatch(line):
        return Marker(sign=Sign.TAG, path=found["path"], rest=found["rest"])
    if len(line) - len(line.lstrip()) > 3:  # noqa: PLR2004  (Markdown's own bound for what still begins a block)
        return None
    return next((_marker(sign, found) for sign, kind in _KINDS if (found := kind.fullmatch(line))), None)


def _marker(sign: Sign, found: re.Match[str]) -> Marker:
    named = found.groupdict()
    path = named.get("path") or named.get("bare") or ""
    return Marker(sign=sign, path=path.strip(), style=found["lead"].strip() + found["run"][0])


def tag_end(line: str) -> str | None:
    """What stands before the tag that closes a file, or None where no tag closes one."""
    found = _TAG_END.fullmatch(line) if len(line) <= LONGEST else None
    return found["rest"] if found else None


def label(line: str) -> str:
    """The path that a line of prose announces, such as ``**app.py**``."""
    found = _LABEL.fullmatch(line) if len(line) <= LONGEST else None
    return found["path"] if found else ""


def path_in_info(info: str) -> str:
    """The path in the first line of a fence."""
    found = _INFO.search(info[:LONGEST])
    return found["path"] if found else ""


def path_in_comment(line: str) -> str:
    """The path that the first line of a file names in a comment."""
    found = _FIRST.fullmatch(line) if len(line) <= LONGEST else None
    return found["path"] if found else ""
