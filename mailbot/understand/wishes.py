"""How a text reads as a whole: whether it asks for a change, adds to an earlier wish, or only hands something over.

These are signs, not proofs: where they are missing, the words are a wish like any other and a model reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailbot.understand import wish_words as words
from mailbot.understand.commands import greets
from mailbot.understand.folded import bare, fold

MAX_READ: Final = 20_000  #: characters in which signs are looked for
MAX_SIGNS: Final = 400  #: characters of a text that may say no more than that there is a file

#: Scripts without spaces between words, where a phrase may touch the next one.
_CLOSE: Final = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u9fff\uac00-\ud7ff]")
_CLAUSE: Final = re.compile(r"[.!?;,\n。\uff01\uff1f\uff1b\uff0c、]+|\s(?:and|und|et|oraz|i|y|e|och|и|\u0456)\s")


def _any(text: str) -> str:
    """One of the phrases, as whole words."""
    phrases = sorted({fold(one) for one in text.split("|") if one.strip()}, key=lambda one: (-len(one), one))
    return "|".join(re.escape(one) + _edge(one[-1]) for one in phrases)


def _edge(last: str) -> str:
    return "" if _CLOSE.search(last) or not last.isalnum() else r"(?!\w)"


_ASKS: Final = re.compile(rf"(?:[-*•>\s]|\d{{1,3}}[.)])*(?:(?:{_any(words.LEADS)})[\s,]+){{0,3}}(?:{_any(words.ASKS)})")
_JOINS: Final = re.compile(rf"(?:{_any(words.JOINS)})")
_FRESH: Final = re.compile(rf"(?<!\w)(?:{_any(words.FRESH)})")
_ATTACHED: Final = re.compile(rf"(?:{_any(words.ATTACHED)})")
_NEW: Final = re.compile(rf"(?<!\w)(?:{_any(words.NEW)})")
_CODE: Final = re.compile(rf"(?<!\w)(?:{_any(words.CODE)})")
_WHOLE: Final = {
    name: frozenset(bare(one) for one in text.split("|"))
    for name, text in (
        ("subject", words.SEE_SUBJECT),
        ("closing", words.CLOSINGS),
        ("assent", words.ASSENTS),
        ("default", words.DEFAULTS),
    )
}


def asks(text: str) -> bool:
    """Whether a clause of *text* begins like a wish for a change."""
    return any(_ASKS.match(clause) and not _FRESH.search(clause) for clause in _clauses(text))


def joins(text: str) -> bool:
    """Whether *text* begins like an addition or a correction to what was asked before."""
    first = next((line for line in _lines(text) if not greets(line)), "")
    return _JOINS.match(fold(first[:80]).lstrip(" -\u2013—*(.…")) is not None


def refreshes(text: str) -> bool:
    """Whether *text* says no more than that here is fresh data."""
    if len(text) > MAX_SIGNS or asks(text):
        return False
    lines = [line for line in _lines(text) if not greets(line)]
    return _is_end(lines) or any(_FRESH.search(fold(line)) or _ATTACHED.match(fold(line)) for line in lines)


def wants_new(text: str) -> bool:
    """Whether *text* wants something of its own that is only like what came with it."""
    return any(_NEW.search(clause) for clause in _clauses(text))


def speaks_of_code(text: str) -> bool:
    """Whether *text* is about a program that is there already."""
    return any(_CODE.search(clause) for clause in _clauses(text))


def says_nothing(text: str) -> bool:
    """Whether *text* only greets, thanks, or points at the subject."""
    if len(text) > MAX_SIGNS:
        return False
    lines = [line for line in _lines(text) if not greets(line) and bare(line) not in _WHOLE["subject"]]
    return _is_end(lines)


def assents(text: str) -> bool:
    """Whether *text* is a yes to whatever we proposed, and nothing else."""
    lines = [line for line in _lines(text[:MAX_SIGNS]) if not greets(line)]
    if len(text) > MAX_SIGNS or not lines or not _is_end(lines[1:]):
        return False
    said = [bare(one) for one in lines[0].split(",")]
    return all(one in _WHOLE["assent"] or one in _WHOLE["closing"] for one in said) and bool(
        set(said) & _WHOLE["assent"]
    )


def leaves_it(text: str) -> bool:
    """Whether an answer leaves the choice to us."""
    return not text.strip(" \n") or text.strip() in {"-", "\u2013", "—"} or bare(text[:80]) in _WHOLE["default"]


def _is_end(lines: list[str]) -> bool:
    """Nothing, or a thanks and a name below it."""
    if not lines:
        return True
    return bare(lines[0]) in _WHOLE["closing"] and all(len(line) <= 40 for line in lines[1:3]) and len(lines) <= 3  # noqa: PLR2004  (a name and a firm)


def _lines(text: str) -> list[str]:
    return [line for line in text[:MAX_READ].split("\n") if line.strip()]


def _clauses(text: str) -> Iterator[str]:
    for line in text[:MAX_READ].split("\n"):
        for clause in _CLAUSE.split(line):
            yield fold(clause[:200])
