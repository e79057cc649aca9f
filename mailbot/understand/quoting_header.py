# ruff: noqa: RUF001  (colons and dashes of many languages)
"""What mail programs put above quoted words when they do not mark them: a rule, a title, the header of the old mail."""

from __future__ import annotations

import re
from typing import Final

from mailbot.understand.phrases import LABELS, MAIL, SEPARATORS
from mailbot.understand.quoting_lines import MAX_LINE, Lines, anyone, lower

BLOCK: Final = 14  #: lines in which such a header ends
_TITLES: Final = frozenset(SEPARATORS)
STRICT: Final = 3  #: fields that such a header has at least where nothing else says what it is
MAX_TRIES: Final = 20_000  #: header lines of one text that are looked at: nobody quotes more
_LABEL: Final = re.compile(r"[\s*_]{0,9}([^\W\d_][^:：*\n]{0,30}?)[\s*_]{0,5}[:：][\s*_]{0,20}(.*)")
_RULE: Final = re.compile(r"[\s_=*~-]{3,}")
_LONG_RULE: Final = re.compile(r"\s*[_-]{20,}\s*")
_DASHES: Final = re.compile(r"\s*[-_=*~—]{2,}")
#: A title between dashes, and what stands behind it on the same line.
_FRAMED: Final = re.compile(r"\s{0,20}[-_=—]{3,60} {0,3}([^\W\d_][^-_=—\n]{2,60}?) {0,3}[-_=—]{3,60}[\s:]{0,20}(.*)")
#: As Outlook frames it; with spaces inside it may be somebody's heading.
_OUTLOOK: Final = re.compile(r"\s{0,20}-----[^\W\d_][^-\n]{2,60}[^\W\d_]-----\s*")
_MAIL_WORD: Final = re.compile(
    rf"\b(?:{anyone([word for word in MAIL if word < 'ก'])})|(?:{anyone([w for w in MAIL if w >= 'ก'])})"
)
_TIME: Final = re.compile(r"\d{1,2}[:.]\d\d")
_STAMP: Final = re.compile(r"\d{1,2}:\d\d:\d\d|[+-]\d{4}\b|\bgmt\b|\butc\b")
_MOMENT: Final = re.compile(r"\b(?:19|20|25)\d\d\b")


class Headers:
    """Looks for such things in the lines of one text, and reads each line once."""

    def __init__(self, lines: Lines) -> None:
        """Nothing has been looked at yet."""
        self._lines = lines
        self._fields: dict[int, tuple[str, str]] = {}
        self._tries = 0
        self.found = False  #: whether there was any

    def heads(self, at: int) -> bool:
        """Whether from the line *at* on it is the old mail."""
        heads = self._heads(at)
        self.found = self.found or heads
        return heads

    def _heads(self, at: int) -> bool:
        line = self._lines.texts[at]
        if len(line) > MAX_LINE:
            return False
        if line.lstrip()[:1] in "-_=*~—" and _RULE.fullmatch(line):
            return self._rule(at)
        if self._separates(at):
            return True
        return self._field(at) in {"from", "date", "subject", "to"} and self._block(at)

    def _rule(self, at: int) -> bool:
        """Whether the rule at this line stands above a header or a title."""
        after = at + 1
        if after >= len(self._lines) or self._lines.quoted[after]:
            return False
        if self._separates(after):
            return True
        if self._field(after) and self._block(after, least=2):
            return True
        return bool(_LONG_RULE.fullmatch(self._lines.texts[at])) and self._foreign(after)

    def _separates(self, at: int) -> bool:
        line = lower(self._lines.texts[at][: MAX_LINE + 1])
        dashed = bool(_DASHES.match(line))
        bare = line.strip("-_=*~—#> :：\t.")
        if bare in _TITLES or (dashed and bare.startswith(SEPARATORS)):
            return dashed or self._followed(at + 1)
        found = _FRAMED.match(line) if dashed else None
        if found is None:
            return False
        title, rest = found[1].strip(), found[2]
        if rest:
            return _field_of(rest) in {"from", "date", "subject", "to"}
        if _OUTLOOK.fullmatch(line) and _MAIL_WORD.search(title):
            return True
        return (bool(self._field(at + 1)) and self._block(at + 1, least=2)) or self._foreign(at + 1)

    def _followed(self, at: int) -> bool:
        """Whether quoted words or a header stand there."""
        return self._lines.quoted_at(at) or bool(self._field(at))

    def _block(self, at: int, *, least: int = STRICT) -> bool:
        """Whether the lines from *at* on are the header of a mail, of *least* fields."""
        self._tries += 1
        if self._tries > MAX_TRIES:
            return False
        fields: dict[str, str] = {}
        others = 0
        for number in range(at, min(at + BLOCK, len(self._lines))):
            found = self._field(number)
            if self._lines.gaps[number] and number > at and not found:
                break
            others = 0 if found else others + 1
            if others > 2:  # noqa: PLR2004  (a value may be broken over two more lines)
                break
            if found:
                fields.setdefault(found, self._fields[number][1])
        return _is_header(fields, least)

    def _foreign(self, at: int) -> bool:
        """Whether below a long rule the header of a mail stands, in words that are not known."""
        values: list[str] = []
        for number in range(at, min(at + BLOCK, len(self._lines))):
            found = _LABEL.match(self._lines.texts[number][:MAX_LINE])
            if not found or (values and self._lines.gaps[number]):
                break
            values.append(found[2])
        return (
            len(values) > 2  # noqa: PLR2004  (of three fields and more)
            and any("@" in one for one in values)
            and any(_MOMENT.search(one) and _TIME.search(one) for one in values)
        )

    def _field(self, at: int) -> str:
        """Which field of a header the line *at* looks like; empty when like none."""
        if at >= len(self._lines):
            return ""
        if at not in self._fields:
            line = self._lines.texts[at]
            self._fields[at] = ("", "") if self._lines.quoted[at] else (_field_of(line[:MAX_LINE]), line[:MAX_LINE])
        return self._fields[at][0]


def _is_header(fields: dict[str, str], least: int) -> bool:
    """Whether these fields, with their lines, are those that a mail program puts above an old mail."""
    date = lower(fields.get("date", ""))
    mail = any("@" in line for line in fields.values())
    if mail and _STAMP.search(date):
        return len(fields) > 1  # only programs write such a date
    if len(fields) < least or not (mail or (_TIME.search(date) and "subject" in fields)):
        return False  # from where to where, and on which day: that is a journey
    return least < STRICT or {"from", "date"} <= set(fields)


def _field_of(line: str) -> str:
    if ":" not in line and "：" not in line:
        return ""
    found = _LABEL.match(line)
    return LABELS.get(lower(found[1].strip()), "") if found and found[2].strip() else ""
