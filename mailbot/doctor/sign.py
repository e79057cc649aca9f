"""What the doctor says: one sign for each thing that was looked at, and what mends it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

MAX_WORDS: Final = 600  #: characters of one line; what other programs say is cut


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  #: mail is served, but something will be missed
    FAIL = "fail"  #: mail is not served, or not by this way


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One thing that was looked at."""

    level: Level
    words: str
    mend: str = ""  #: the one command or setting; empty where nothing is to be done
    group: str = ""


def ok(words: str) -> Sign:
    """It is as it should be."""
    return Sign(level=Level.OK, words=_plain(words))


def warn(words: str, mend: str) -> Sign:
    """Mailbot does its work, but something will be missed."""
    return Sign(level=Level.WARN, words=_plain(words), mend=mend)


def fail(words: str, mend: str) -> Sign:
    """Mailbot cannot do its work like this."""
    return Sign(level=Level.FAIL, words=_plain(words), mend=mend)


def exit_code(signs: Sequence[Sign]) -> int:
    """0: all is well; 1: something will be missed; 2: something fails."""
    return max(([Level.OK, Level.WARN, Level.FAIL].index(sign.level) for sign in signs), default=0)


def lines(signs: Sequence[Sign]) -> str:
    """For a person: a line for each, and below it what mends it."""
    told = []
    for sign in signs:
        told.append(f"{sign.level:4}  {sign.group:8}  {sign.words}")
        told += [f"{'':16}mend: {sign.mend}"] if sign.mend else []
    counts = {level: sum(sign.level is level for sign in signs) for level in Level}
    return "\n".join([*told, "", ", ".join(f"{count} {level}" for level, count in counts.items())])


def as_json(signs: Sequence[Sign]) -> str:
    """For a program: the same."""
    told = [{name: value for name, value in asdict(sign).items() if value} for sign in signs]
    return json.dumps({"exit": exit_code(signs), "signs": told}, indent=1, ensure_ascii=False)


def _plain(words: str) -> str:
    """On one line, without what would move a terminal's cursor."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= MAX_WORDS else line[: MAX_WORDS - 1] + "…"
