# ruff: noqa: RUF001  (colons of many scripts)
"""The author's own new words, told apart from what a mail program, or its user, put around them.

Every line is looked at a fixed number of times, so the cost grows with the length alone. Losing a word of the request
is worse than taking one too many: what is not surely quoted is kept, and answers between quoted lines stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.understand.quoting_end import without_end, without_start
from mailbot.understand.quoting_header import Headers
from mailbot.understand.quoting_lines import MAX_LINE, Lines, lines_of
from mailbot.understand.quoting_who import Asked

_OURS: Final = re.compile(r"Ref [a-z0-9]{3,6}\.[a-z2-7]{10}")  #: the last line of each mail of a mailbot
_THEIRS: Final = re.compile(rf"> {{0,3}}[>|]|@|[:：]\s{{0,9}}$|{_OURS.pattern}")
LOOKED: Final = 20_000  #: lines that are looked at closely; below them only quote marks count
_BROKEN: Final = 66  #: characters of a quoted line that a program may have broken
_REST: Final = 60  #: characters of what it broke off


def own_words(text: str) -> tuple[str, str]:
    """The author's own new words in *text*, and everything else in it."""
    lines = lines_of(text)
    reading = _Reading(lines=lines, headers=Headers(lines), asked=Asked(lines=lines))
    own = [False] * len(lines)
    for start, end in reading.segments():
        if start < end:
            stop = without_end(lines, start, end) if start < LOOKED or end == len(lines) else end
            own[start:stop] = [True] * (stop - start)
    if reading.nothing_but_marks():
        own = [True] * len(lines)
    mine = lines.joined([number for number, keep in enumerate(own) if keep], left_out="\n\n")
    rest = lines.joined([number for number, keep in enumerate(own) if not keep])
    return mine.rstrip(), rest


@dataclass(kw_only=True)
class _Reading:
    """One text, line by line."""

    lines: Lines
    headers: Headers
    asked: Asked

    def segments(self) -> Iterator[tuple[int, int]]:
        """The runs of lines that are the author's: from, up to."""
        start = at = without_start(self.lines)
        said = False  # whether anything is the author's so far
        while at < len(self.lines):
            begins, ends, to_the_end = self._not_theirs(start, at)
            if ends < 0:
                at += 1
                continue
            yield start, begins
            said = said or begins > start
            if to_the_end:
                ends = len(self.lines) if said else self._below(ends)
            start = at = ends
        yield start, at

    def nothing_but_marks(self) -> bool:
        """Whether each line bears one quote mark, and nothing says whose words they are: somebody just writes so."""
        lines = self.lines
        return all(lines.quoted) and not any(_THEIRS.search(line) for line in lines.texts)

    def _not_theirs(self, start: int, at: int) -> tuple[int, int, bool]:
        """From which line, up to which (-1: none) it is not the author's; and whether that goes for all that follow."""
        lines = self.lines
        if lines.quoted[at] or self._broken_quote(at):
            return at, lines.after_quote(at), False
        if at >= LOOKED or len(lines.texts[at]) > MAX_LINE:
            return at, -1, False
        piped = self._piped(at + 1)
        marked = lines.quoted_at(at + 1) or piped > 0
        begins = self.asked.begins(start, at, marked=marked)
        if begins >= 0:
            return begins, max(at + 1, piped), not marked
        if self.headers.heads(at):
            return at, at + 1, not lines.quoted_at(at + 1)
        return at, -1, False

    def _below(self, at: int) -> int:
        """Where the author goes on, who wrote nothing above what is not marked as quoted; the end: nowhere."""
        ours = [number for number in range(at, len(self.lines)) if _OURS.fullmatch(self.lines.texts[number].strip())]
        if ours:
            return ours[-1] + 1
        return len(self.lines) if self.headers.found else at

    def _piped(self, at: int) -> int:
        """Where the lines end that some programs mark with an upright stroke; 0: there are none, or it is a table."""
        texts = self.lines.texts
        if at + 1 >= len(texts) or not texts[at].startswith("|") or texts[at - 1].startswith("|"):
            return 0
        end = at
        while end < len(texts) and texts[end].startswith("|"):
            if texts[end].rstrip().endswith("|") and texts[end].count("|") > 1:
                return 0
            end += 1
        return end if end > at + 1 else 0

    def _broken_quote(self, at: int) -> bool:
        """The end of a long quoted line that a program broke without marking the rest."""
        lines = self.lines
        if not at or not lines.quoted[at - 1] or lines.gaps[at]:
            return False
        before, line = lines.texts[at - 1].rstrip(), lines.texts[at]
        if len(before) < _BROKEN or before.endswith((".", "!", "?", ":", ";")):
            return False
        ends = at + 1 >= len(lines) or (lines.quoted[at + 1] and not lines.gaps[at + 1])
        return ends and len(line) < _REST and line[0].islower()
