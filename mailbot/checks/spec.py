r"""What a person's typed check asks for: read from its words into a plain value, or refused with the reason.

Two forms, short and JSON: ``python3 app.py --version`` or ``{"run": "python3 app.py", "exit": 1, "contains": "usage"}``
for a command; ``GET /bees 200`` for a page; ``README.md: Bees`` for a file; ``app.py: def \\w+`` for a pattern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.domain.project import Check

MAX_WORDS: Final = 2_000  #: characters of one check
_ASKED: Final = re.compile(
    r"(?:(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[ ]+)?(/\S*)(?:[ ]+([1-5]\d\d))?(?:[ ]+(.+))?", re.IGNORECASE
)
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "command": ("run", "exit", "contains", "matches"),
    "http": ("method", "path", "status", "contains", "matches", "body"),
    "file": ("path", "contains", "absent"),
    "regex": ("path", "pattern"),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a text must say."""

    contains: str = ""
    matches: str = ""  #: a regular expression


@dataclass(frozen=True, kw_only=True)
class Command(Said):
    """A command ends with this exit code."""

    run: str
    exit: int = 0


@dataclass(frozen=True, kw_only=True)
class Page(Said):
    """The project's server gives this answer."""

    path: str
    method: str = "GET"
    status: int = 200
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class File(Said):
    """A file is there, or is not; its path may hold stars."""

    path: str
    absent: bool = False


Spec = Command | Page | File


def spec_of(check: Check) -> Spec | str | None:
    """What *check* asks for; in words why it cannot be read; None where it is of another kind."""
    kind = {"cmd": "command"}.get(check.kind, check.kind)
    if kind not in _KEYS:
        return None
    words = (check.spec or check.text).strip()
    if not words or len(words) > MAX_WORDS or "\0" in words:
        return f"a check has 1 to {MAX_WORDS} characters"
    return _from_json(kind, words) if words.startswith("{") else _from_words(kind, words)


def _from_words(kind: str, words: str) -> Spec | str:
    if kind == "command":
        return Command(run=words)
    if kind == "http":
        found = _ASKED.fullmatch(words)
        if not found:
            return "write it as: GET /path 200"
        method, path, status, contains = found.groups()
        return Page(method=(method or "GET").upper(), path=path, status=int(status or 200), contains=contains or "")
    path, colon, rest = (part.strip() for part in words.partition(":"))
    if kind == "file":
        return File(path=path, contains=rest)
    return File(path=path, matches=rest) if colon and rest else "write it as: file: pattern"


def _from_json(kind: str, words: str) -> Spec | str:
    try:
        given = json.loads(words)
    except (ValueError, RecursionError) as error:
        return f"it is no JSON: {error}"
    if unknown := sorted(given.keys() - set(_KEYS[kind])):
        return f"there is no {unknown[0]!r} in a {kind} check; there are {', '.join(_KEYS[kind])}"
    wrong = [key for key, value in given.items() if type(value) is not _TYPES.get(key, str)]
    if wrong:
        return f"{wrong[0]!r} is not {_WORDS[_TYPES.get(wrong[0], str)]}"
    if "pattern" in given:
        given["matches"] = given.pop("pattern")
    try:
        made: Spec = {"command": Command, "http": Page}.get(kind, File)(**given)
    except TypeError:
        return f"it needs {'run' if kind == 'command' else 'path'}"
    return made


_TYPES: Final[Mapping[str, type]] = {"exit": int, "status": int, "absent": bool}
_WORDS: Final[Mapping[type, str]] = {int: "a number", bool: "true or false", str: "a text"}
