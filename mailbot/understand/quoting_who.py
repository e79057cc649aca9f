# ruff: noqa: RUF001  (colons and dashes of many languages)
"""The line, or the few lines, in which a mail program says who wrote what follows: "On ... Ana wrote:".

Any language will do where date, time and address are all there; the words of phrases.py make surer of the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from mailbot.understand.phrases import DAYS, ON, WROTE
from mailbot.understand.quoting_lines import MAX_LINE, Lines, anyone, lower

MAX_WRAP: Final = 5  #: lines over which it is broken
MAX_STAMP: Final = 120  #: characters of a line that is a date and a name
MAX_TRIES: Final = 3_000  #: lines of one text that are looked at closely
MAX_VERB: Final = 24  #: characters of a line that is the verb alone

_INDIA: Final = "\u0900"  #: from here on, words are not told apart by spaces, or not by letters alone
_UNSPACED: Final = tuple(verb for verb in WROTE if verb >= _INDIA)  # of languages without spaces between words
_WORDS: Final = frozenset(verb.partition("(")[0] for verb in WROTE if verb < _INDIA and " " not in verb)
_PHRASES: Final = tuple(verb for verb in WROTE if verb < _INDIA and " " in verb and _WORDS.isdisjoint(verb.split()))
_ROUND: Final = " :：()>-_*\t"  #: what stands around the verb
_WORD: Final = re.compile(r"\w+")
_ON: Final = re.compile(
    rf"(?:{anyone(ON)})[ ,]{{1,2}}(?=.{{0,40}}\d)|(?:{anyone(DAYS)})\w{{0,9}}[.,]{{0,2}} (?=.{{0,14}}\d)"
)
_LOOSE: Final = re.compile(r"\d{1,4}[./年-] ?\d{1,2}|\b\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\.? \w{3,}")
_DAY: Final = re.compile(r"\b(?:19|20|25)\d\d\b|\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4}|\d年|\d{4}년")
_TIME: Final = re.compile(r"\b\d{1,2}[:.hч] ?\d{2}(?!\d|[.]\d)|\d{1,2} ?[時时시]")
_MAIL: Final = re.compile(r"[\w.+'=-]@[\w.-]|<mailto:")
_BRACKETED: Final = re.compile(r"[<(\[] ?(?:mailto:)?[^\s<>()\[\]@]{1,64}@\w")
#: Hangouts, Gmail in Chinese and others: a date in numbers, an hour and its zone, a name.
_STAMP: Final = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}),? \d{1,2}:\d\d (?:gmt|utc)[+-]|\d{4}年\d{1,2}月\d{1,2}日"
)
_SENTENCE: Final = re.compile(r"(?:[!?;:。！？]|[^\W\d_]{5,}\.)$")
_ENDS: Final = (":", "：", "---", "--")


class Sure(IntEnum):
    """How sure it is that a line says who wrote what follows."""

    NO = 0
    MAYBE = 1  #: a quote must follow
    YES = 2
    WHOLE = 3  #: surely, and nothing of it can stand on the line above


@dataclass(kw_only=True)
class Asked:
    """Looks for such lines in one text; a text has only so many."""

    lines: Lines
    tries: int = 0

    def begins(self, start: int, end: int, *, marked: bool) -> int:
        """Where the attribution that ends with line *end* begins, at *start* or later; -1: there is none.

        *marked*: quoted words follow. The surest reading counts, and of equally sure ones the shortest.
        """
        lines = self.lines
        if self.tries >= MAX_TRIES or (not marked and not _may_end(lines.texts[end])):
            return -1
        self.tries += 1
        best, found = self._best(start, end)
        if found is Sure.MAYBE and not marked:
            return end if best == end and self._stamped(end) else -1
        return best if found else -1

    def _best(self, start: int, end: int) -> tuple[int, Sure]:
        """The surest reading of the lines that end with *end*: where it begins, and how sure it is."""
        lines, text = self.lines, ""
        best, found = -1, Sure.NO
        for at in range(end, max(start - 1, end - MAX_WRAP), -1):
            if lines.quoted[at] or (at < end and not _goes_on(lines, at, text)):
                break
            text = f"{lower(lines.texts[at]).strip()} {text}".strip()
            if len(text) > MAX_LINE:
                break
            sure = says_who(text)
            if text.startswith("<"):
                sure = min(sure, Sure.YES)  # the name stands on the line above
            if sure > found:
                best, found = at, sure
            if found is Sure.WHOLE:
                break
        return best, found

    def _stamped(self, at: int) -> bool:
        """Whether the line *at* stands alone and is a date as programs write it, with a name behind it."""
        line, lines = self.lines.texts[at], self.lines
        return bool(lines.gap_at(at) and lines.gap_at(at + 1) and at and _STAMP.match(lower(line).lstrip("-_*=~ <")))


def _may_end(line: str) -> bool:
    if line.rstrip(" \t\u00a0*_~=>\u200f\u202c\u200e\u2069").endswith(_ENDS):
        return True
    return len(line) <= MAX_STAMP and _STAMP.match(lower(line).lstrip()) is not None


def _goes_on(lines: Lines, at: int, below: str) -> bool:
    """Whether the line *at* may be the upper part of an attribution of which *below* is the rest."""
    line = lines.texts[at].strip()
    if lines.gaps[at + 1] and not (len(below) <= MAX_VERB and below.strip(_ROUND).removesuffix("(a)") in WROTE):
        return False
    return not (_SENTENCE.search(line[-40:]) and not line[-2:-1].isdigit())


def says_who(text: str) -> Sure:
    """How surely *text*, in small letters, says who wrote what follows."""
    bare = text.strip("-_*=~ <>")
    if not bare:
        return Sure.NO
    dashed = text.startswith("---") and text.endswith("--")
    ends = bare.endswith((":", "：")) or dashed
    sure = _with_colon(bare, dashed=dashed) if ends else Sure.NO
    if sure:
        return sure
    dated = _LOOSE.search(bare)
    return Sure.MAYBE if (_MAIL.search(bare) and (ends or dated)) or (ends and dated) or _STAMP.match(bare) else Sure.NO


def _with_colon(bare: str, *, dashed: bool) -> Sure:
    """The same of a text that ends as such a line does."""
    day, on, wrote = _DAY.search(bare), _ON.match(bare), _has_verb(bare)
    if dashed and wrote:
        return Sure.WHOLE
    if _BRACKETED.search(bare) and day and _TIME.search(bare):
        return Sure.WHOLE if on or wrote or bare[0].isdigit() else Sure.YES
    if _MAIL.search(bare) and ((wrote and _LOOSE.search(bare)) or (on and day and _TIME.search(bare))):
        return Sure.WHOLE if day else Sure.YES
    if wrote and on and (day or _TIME.search(bare)):
        return Sure.WHOLE
    return Sure.MAYBE if bare.rstrip(" :：").endswith(WROTE) else Sure.NO


def _has_verb(text: str) -> bool:
    """Whether a verb of writing stands in *text*."""
    return (
        not _WORDS.isdisjoint(_WORD.findall(text))
        or any(verb in text for verb in _PHRASES)
        or any(verb in text for verb in _UNSPACED)
    )
