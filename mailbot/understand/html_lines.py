"""The lines that a page becomes, and which of them are quoted: known only when the page has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailbot.understand.html_quotes import Place

MAX_QUOTES: Final = 9  #: deeper ones are written as this deep
MAX_SIGNATURE: Final = 40  #: lines of a signature; people write their answers into longer ones
HEADER: Final = 6  #: lines in which the header of a mail is known
_LABELLED: Final = re.compile(r"\s{0,9}[^\W\d_][^:：\n]{0,30}[:：]")  # noqa: RUF001  (colons of many languages)
_WORD: Final = re.compile(r"\w")


class _Line(NamedTuple):
    text: str
    quotes: int  #: how deep it is quoted for sure
    region: int  #: the number of the innermost region that it is in; -1: none


@dataclass(kw_only=True)
class _Region:
    """An element of which it is known only at the end whether it is quoted."""

    place: Place
    parent: int
    first: int  #: the line that it begins with
    last: int = -1
    answered: bool = False  #: there are quotes in it, so that what is between them may be an answer


@dataclass(kw_only=True)
class Paper:
    """What has been written so far."""

    lines: list[_Line] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    regions: list[_Region] = field(default_factory=list)
    region: int = -1
    quotes: int = 0
    pre: int = 0  #: how many elements say that spaces count

    def write(self, words: str) -> None:
        """Add to the line."""
        self.line.append(words)

    def stop(self, *, blank: bool) -> None:
        """End the line, if there is one; *blank*: leave one empty line after it."""
        if "".join(self.line).strip():
            self.flush()
        self.line.clear()
        if blank and self.lines and self.lines[-1].text.strip():
            self._add("")

    def flush(self) -> None:
        """End the line, also an empty one."""
        words = "".join(self.line)
        self.line.clear()
        self._add(words.rstrip() if self.pre else words.strip())

    def begin(self, place: Place) -> None:
        """What follows is such words, until the same one ends."""
        self.stop(blank=False)
        if place is Place.QUOTE:
            self.quotes += 1
            self._answer()
            return
        self.regions.append(_Region(place=place, parent=self.region, first=len(self.lines)))
        self.region = len(self.regions) - 1

    def end(self, place: Place) -> None:
        """They end here."""
        self.stop(blank=False)
        if place is Place.QUOTE:
            self.quotes -= 1
            return
        region = self.regions[self.region]
        region.last = len(self.lines)
        self.region = region.parent

    def own_words(self) -> bool:
        """Whether anything is written outside of all quotes and regions."""
        rest = min((one.first for one in self.regions if one.place is Place.REST), default=len(self.lines))
        return any(not one.quotes and one.region < 0 and _WORD.search(one.text) for one in self.lines[:rest])

    def text(self) -> str:
        """The page, with quote marks."""
        self.stop(blank=False)
        self._end_all()
        outside = self.own_words()
        marks = self._marked() if outside else [one.place is Place.HEAD for one in self.regions]
        rest = self._rest() if outside else len(self.lines)
        out: list[str] = []
        for number, (words, quotes, region) in enumerate(self.lines):
            deep = quotes + (1 if not quotes and (number >= rest or (region >= 0 and marks[region])) else 0)
            out.append("> " * min(deep, MAX_QUOTES) + words)
        return "\n".join(out).strip("\n")

    def _add(self, words: str) -> None:
        self.lines.append(_Line(words, self.quotes, self.region))

    def _answer(self) -> None:
        region = self.region
        while region >= 0 and not self.regions[region].answered:
            self.regions[region].answered = True
            region = self.regions[region].parent

    def _end_all(self) -> None:
        for one in self.regions:
            if one.last < 0:
                one.last = len(self.lines)

    def _marked(self) -> list[bool]:
        """Which regions are quoted."""
        marked: list[bool] = []
        for one in self.regions:
            above = one.parent >= 0 and marked[one.parent]
            marked.append(above or self._is_quoted(one))
        return marked

    def _is_quoted(self, one: _Region) -> bool:
        if one.place is Place.HOLDER:
            return not one.answered
        if one.place is Place.SIGNATURE:
            return one.last - one.first <= MAX_SIGNATURE
        return one.place in {Place.WHOLE, Place.HEAD}

    def _rest(self) -> int:
        """From which line on everything is quoted."""
        for one in self.regions:
            if one.place is Place.REST or (one.place is Place.TITLED and self._is_header(one)):
                return one.first
        return len(self.lines)

    def _is_header(self, one: _Region) -> bool:
        """Whether its first lines are labels with values."""
        first = [line.text for line in self.lines[one.first : one.first + 2 * HEADER] if line.text.strip()][:HEADER]
        return len(first) > 1 and all(map(_LABELLED.match, first[:2]))
