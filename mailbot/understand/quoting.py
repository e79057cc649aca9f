# ruff: noqa: RUF001  (colons and dashes of many languages)
"""The author's own new words, told apart from what a mail program, or its user, put around them.

Every line is looked at a fixed number of times, so the cost grows with the length alone. Losing a word of the request
is worse than taking one too many: what is not surely quoted is kept, and answers between quoted lines stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.understand.phrases import LABELS, ON, SENT_FROM, SEPARATORS, WROTE

MAX_LINE: Final = 600  #: longer lines are nobody's "On ... wrote:"
MAX_WRAP: Final = 4  #: lines over which such a line is broken
BLOCK: Final = 14  #: lines in which the header above quoted words ends
SIGNATURE: Final = {"--": 14, "—": 6, "–": 6, "__": 6}  #: mark -> lines that a signature below it has at most
PHONE: Final = 90  #: characters of "Sent from my telephone"


def _any(phrases: Sequence[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))


_WROTE: Final = re.compile(
    rf"(?<!\w)(?:{_any([w for w in WROTE if w < 'ก'])})(?!\w)|(?:{_any([w for w in WROTE if w >= 'ก'])})"
)
_TELLING: Final = re.compile(r"[:：@\d]|---")
_ENDS_WROTE: Final = re.compile(rf"(?:{_any(WROTE)})[:：]$")
_DATE: Final = re.compile(r"\d{1,4}[./年-] ?\d{1,2}|\b\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\.? \w{3,}")
_MAIL: Final = re.compile(r"[\w.+'=-]{1,64}@[\w.-]{1,100}|<mailto:")
_STAMP: Final = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}),? \d{1,2}:\d\d (?:GMT|UTC)|\d{4}年\d{1,2}月\d{1,2}日"
)
_LABEL: Final = re.compile(r"[\s*_]{0,9}([^\W\d_][^:：*\n]{0,30}?)[\s*_]{0,5}[:：][\s*_]{0,20}(.*)")
_RULE: Final = re.compile(r"[\s_=*~-]{3,}")
_DASHES: Final = re.compile(r"\s*[-_=*~—]{2,}")
_TIME: Final = re.compile(r"\d")
_BLANKS: Final = re.compile(r"\n{3,}")


def own_words(text: str) -> tuple[str, str]:
    """The author's own new words in *text*, and everything else in it."""
    return _Reading(lines=text.split("\n")).split()


@dataclass(kw_only=True)
class _Reading:
    """One text, line by line."""

    lines: Sequence[str]
    quoted: list[bool] = field(default_factory=list)  #: the line begins with a quote mark
    following: list[int] = field(default_factory=list)  #: the next line that is not blank
    telling: list[bool] = field(default_factory=list)  #: it has a mark without which no line says who wrote something

    def __post_init__(self) -> None:
        self.quoted = [_is_quoted(line) for line in self.lines]
        self.telling = [_TELLING.search(line) is not None for line in self.lines]
        self.following = [len(self.lines)] * (len(self.lines) + 1)
        for number in range(len(self.lines) - 2, -1, -1):
            blank = not self.lines[number + 1].strip()
            self.following[number] = self.following[number + 1] if blank else number + 1

    def split(self) -> tuple[str, str]:
        """Their own words, and the rest."""
        own: list[bool] = [False] * len(self.lines)
        for start, end in self._segments():
            for number in range(start, self._without_end(start, end)):
                own[number] = True
        mine = "\n".join(line if keep else "\0" for line, keep in zip(self.lines, own, strict=True))
        rest = "\n".join(line for line, keep in zip(self.lines, own, strict=True) if not keep)
        kept = re.sub(r"\n?\0(?:\n?\0)*\n?", "\n\n", mine)
        return _BLANKS.sub("\n\n", kept).strip("\n").rstrip(), rest.strip("\n")

    def _segments(self) -> Iterator[tuple[int, int]]:
        """The runs of lines that are the author's: from, up to."""
        start = at = 0
        while at < len(self.lines):
            taken, to_the_end = self._not_theirs(at)
            if not taken:
                at += 1
                continue
            yield start, at
            start = at = len(self.lines) if to_the_end else at + taken
        yield start, at

    def _not_theirs(self, at: int) -> tuple[int, bool]:
        """How many lines from *at* on are not the author's, and whether that goes for all that follow."""
        if self.quoted[at] or self._broken_quote(at):
            return 1, False
        line = self.lines[at]
        if not line.strip() or len(line) > MAX_LINE:
            return 0, False
        lines, sure = self._attribution(at)
        if not lines and self._heads_a_quote(at):
            lines, sure = 1, True
        if not lines:
            return 0, False
        if self._quoted_at(self.following[at + lines - 1]):
            return lines, False
        return (lines, True) if sure else (0, False)

    def _quoted_at(self, at: int) -> bool:
        return at < len(self.lines) and self.quoted[at]

    def _broken_quote(self, at: int) -> bool:
        """The end of a long quoted line that a program broke without marking the rest."""
        before = self.lines[at - 1].rstrip() if at and self.quoted[at - 1] else ""
        if len(before) < 66 or before.endswith((".", "!", "?", ":", ";")) or not self.lines[at].strip():  # noqa: PLR2004
            return False
        ends = at + 1 >= len(self.lines) or self.quoted[at + 1]
        return ends and len(self.lines[at]) < 60 and self.lines[at][0].islower()  # noqa: PLR2004

    # The line that says who wrote what follows.

    def _attribution(self, at: int) -> tuple[int, bool]:
        """How many lines say who wrote what follows, and whether that is sure without a quote mark."""
        if not any(self.telling[at : at + MAX_WRAP]):
            return 0, False
        for count in range(1, MAX_WRAP + 1):
            if at + count > len(self.lines) or self._stops(at + count - 1):
                break
            found = self._says_who(at, count)
            if found:
                later = any(self._says_who(at + skip, count - skip) for skip in range(1, count))
                starts = self.lines[at].strip().lower().startswith(ON) and bool(_TIME.search(self.lines[at]))
                if count > 1 and later and not (starts and not self._starts_later(at, count)):
                    break
                marked = self._quoted_at(self.following[at + count - 1])
                if found == "surely" or marked:
                    return count, found == "surely"
        return 0, False

    def _stops(self, at: int) -> bool:
        line = self.lines[at]
        return not line.strip() or len(line) > MAX_LINE or self.quoted[at]

    def _starts_later(self, at: int, count: int) -> bool:
        rest = (self.lines[number].strip().lower() for number in range(at + 1, at + count))
        return any(line.startswith(ON) and _TIME.search(line) for line in rest)

    def _says_who(self, at: int, count: int) -> str:
        """surely, when it is plain by itself; maybe, when a quote must follow; empty, when it does not."""
        line = _lower(" ".join(self.lines[number].strip() for number in range(at, at + count)))
        bare = line.strip("-_*=~ \u00a0<>")
        if not bare or len(bare) > 2 * MAX_LINE:
            return ""
        dashed = line.startswith("---") and line.endswith("---")
        date, mail = bool(_DATE.search(bare)), bool(_MAIL.search(bare))
        ends = bare.endswith((":", "：")) or dashed
        if ends and date and mail and bare.startswith(ON):
            return "surely"
        if ends and _WROTE.search(bare) and (date or mail):
            return "surely" if mail or dashed or bare.startswith(ON) else "maybe"
        if _STAMP.match(bare.upper()) and len(bare) < 120 and (ends or count == 1):  # noqa: PLR2004
            return "surely" if ends or mail or "gmt" in bare else "maybe"
        named = ends and bool(_ENDS_WROTE.search(bare))  # "Ana wrote:", without a date
        return "maybe" if count == 1 and ((mail and (date or ends)) or (date and ends) or named) else ""

    # The rule or the header that stands above it.

    def _heads_a_quote(self, at: int) -> bool:
        if self._separates(at):
            return True
        field = _field(self.lines[at])
        return field in {"from", "date", "subject", "to"} and self._is_block(at, strict=True)

    def _separates(self, at: int) -> bool:
        """Whether this line, or a rule of dashes with a header below it, stands above what is quoted."""
        line, after = self.lines[at], self.following[at]
        if _RULE.fullmatch(line):
            return after < len(self.lines) and (
                self._says_separator(after) or (bool(_field(self.lines[after])) and self._is_block(after, strict=False))
            )
        return self._says_separator(at)

    def _says_separator(self, at: int) -> bool:
        line = _lower(self.lines[at])
        bare = line.strip("-_=*~—#> :：\u00a0.\t")
        dashed = bool(_DASHES.match(line))
        after = self.following[at]
        if bare in SEPARATORS or (dashed and bare.startswith(SEPARATORS)):
            return dashed or (after < len(self.lines) and (self.quoted[after] or bool(_field(self.lines[after]))))
        named = dashed and line.rstrip().endswith("--") and len(bare) < 60  # noqa: PLR2004
        return (
            named
            and after < len(self.lines)
            and bool(_field(self.lines[after]))
            and self._is_block(after, strict=False)
        )

    def _is_block(self, at: int, *, strict: bool) -> bool:
        """Whether the lines from *at* on are the header of a mail; *strict*: nothing else says so."""
        fields: set[str] = set()
        values: list[str] = []
        others = 0
        for line in self.lines[at : at + BLOCK]:
            found = _field(line)
            others = 0 if found else others + 1
            if others > 2:  # noqa: PLR2004  (a value may be broken over two more lines)
                break
            if found:
                fields.add(found)
                values.append(line)
        known = any("@" in line or _TIME.search(line) for line in values)
        if strict:
            return known and len(fields) > 2 and {"from", "date"} <= fields  # noqa: PLR2004
        return known and len(fields) > 1

    # What stands below the author's words.

    def _without_end(self, start: int, end: int) -> int:
        """Where the author's words end, signature and rules left out."""
        end = self._before_signature(start, end)
        words = [number for number in range(start, end) if self.lines[number].strip()]
        last = words[-3] if len(words) > 2 else start  # noqa: PLR2004  (below it there may be a link or a name)
        for number in words:
            if _is_phone(self.lines[number]) and (number >= last or self._stands_alone(number)):
                end = number
                break
        while end > start and (not self.lines[end - 1].strip() or self._rule_above_quote(end - 1)):
            end -= 1
        return end

    def _stands_alone(self, at: int) -> bool:
        """Between empty lines: what follows a telephone's line there is what it answered."""
        before, after = self.lines[at - 1 : at], self.lines[at + 1 : at + 2]
        return not any(line.strip() for line in (*before, *after))

    def _rule_above_quote(self, at: int) -> bool:
        """Something follows it, and that is not the author's."""
        return bool(_RULE.fullmatch(self.lines[at])) and self.following[at] < len(self.lines)

    def _before_signature(self, start: int, end: int) -> int:
        below = 0
        cut = end
        for number in range(end - 1, start - 1, -1):
            line = self.lines[number].strip()
            most = SIGNATURE.get(line, 0)
            if most and below <= most:
                cut = number
            below += bool(line)
            if below > max(SIGNATURE.values()) + 1:
                break
        return cut


def _is_quoted(line: str) -> bool:
    bare = line.lstrip(" \t\u00a0")
    return bare.startswith((">", "＞")) and not line.startswith(">From ")


def _field(line: str) -> str:
    """Which field of a header this line looks like; empty when like none."""
    found = _LABEL.match(line[:MAX_LINE])
    return LABELS.get(_lower(found[1].strip()), "") if found and found[2].strip() else ""


def _is_phone(line: str) -> bool:
    bare = _lower(line.strip(" \t\u00a0*_-<[("))
    if len(bare) > PHONE or ("," in bare and ", an " not in bare):
        return False  # a sentence that happens to begin so
    return bare.startswith(SENT_FROM) or bare.endswith(("から送信", "에서 보냄"))


def _lower(line: str) -> str:
    return line.lower().replace("i\u0307", "i")  # what Turkish capitals become
