# ruff: noqa: RUF001  (colons, dashes and quotes of many languages)
"""The header that mail programs write above a mail that they pass on: where one stands, and what it says.

Every line is read once; a header is sought only where one of its labels or marks stands, over a fixed number of
lines. So the cost grows with the length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from mailbot.understand.forward_marks import EITHER, ENDS, OTHERS
from mailbot.understand.forward_words import LABELS, MARKS

MAX_LINE: Final = 4_000  #: characters of a line that are looked at
MAX_LABEL: Final = 40
MAX_SAID: Final = 260  #: characters of a line of "On ... wrote:"
MAX_HEAD: Final = 40  #: lines of one header
OTHER: Final = "other"  #: a label of which nothing is kept
_FIRST: Final = frozenset({"from", "date", "to", "subject"})  #: fields that a header begins with
_MARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys(EITHER, "either"),
    **dict.fromkeys(MARKS, "forward"),
    **dict.fromkeys(ENDS, "end"),
}
_FIRST_WORDS: Final = frozenset(mark.split(" ")[0] for mark in _MARKS)
_MOST_WORDS: Final = max(mark.count(" ") for mark in _MARKS) + 1
_AROUND: Final = " \t\u00a0-_=*~—–#:：.<>«»„“”\"'|+"
_DASHED: Final = re.compile(r"\s{0,20}[-_=*~—–#|]{2,200}[ \t\u00a0]{0,9}([^-_=*~—–#|\s][^\n]*)")
_DASHES: Final = re.compile(r"[-_=*~—–#|]{2,200}")
_RULE: Final = re.compile(r"[\s_=*~—–-]{5,400}")
_CLOCK: Final = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2} ?[ap]\.?m\b|\d{1,2}[时時시]", re.IGNORECASE)
_DAY: Final = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2}|[\u0660-\u0669\u06f0-\u06f9]{4}|25\d\d")
#: Marks of programs that write another one below the mail: MH, Eudora, Mutt.
_ENDING: Final = re.compile(r"-{2,20} ?(?:[^-\n]{1,80}$|forwarded message from )", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>@(\[\"]{1,64}@[^\s<>@]{1,100}")
_NUMBERS: Final = re.compile(r"\d+")
_NAMED: Final = re.compile(r"[\"„“«»”]\s{0,3}([^\"„“«»”<>]{1,80}?)\s{0,3}[\"„“«»”]\s{0,3}[(<\[]")
_FIRST_NAME: Final = re.compile(r"([^\d<>\"(\[]{1,80}?)\s{0,3}[(]?[<\[]")
_MARK: Final = re.compile(r"[ \t\u00a0]{0,9}[>＞]")


class Line(NamedTuple):
    """One line of the text, as far as this matters here (a tuple: a text may have a million of them)."""

    depth: int  #: how many quote marks it begins with
    bare: str  #: what stands behind them
    label: str  #: which field of a header it looks like
    value: str  #: what stands behind its label


_BLANK: Final = Line(depth=0, bare="", label="", value="")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above a mail that was passed on."""

    body: int  #: the line with which that mail's own words begin
    kind: str  #: forward, either (passed on or answered), block (a header without a mark above it)
    fields: Mapping[str, str]
    ends: bool = False  #: its program also says where the mail ends


def lower(text: str) -> str:
    """*text* in small letters, the Turkish capital included."""
    return text.lower().replace("i\u0307", "i")


def line_of(raw: str) -> Line:
    """Read one line."""
    bare = raw.strip()
    if not bare:
        return _BLANK
    depth, at = 0, 0
    if bare[0] in ">＞":
        while depth < 100 and (found := _MARK.match(bare, at)):  # noqa: PLR2004  (nobody quotes deeper)
            depth, at = depth + 1, found.end()
        bare = bare[at:].strip()
    label, value = label_of(bare)
    return Line(depth=depth, bare=bare, label=label, value=value)


def label_of(bare: str) -> tuple[str, str]:
    """Which field of a header *bare* begins with, and what it says; both empty when with none."""
    top = bare[: MAX_LABEL + 10]
    if ":" not in top and "：" not in top:
        return "", ""
    at = min((found for found in (top.find(":"), top.find("：")) if found > 0), default=0)
    if not at:
        return "", ""
    label = lower(top[:at]).strip(" \t\u00a0*_")
    name = LABELS.get(label) or (OTHER if label in OTHERS else "")
    return (name, bare[at + 1 : MAX_LINE].strip(" \t\u00a0*_")) if name else ("", "")


def mark_of(bare: str) -> tuple[str, str]:
    """What *bare* marks (forward, either, end, rule, dashed, nothing), and what stands behind the mark in its line."""
    if not bare or len(bare) > MAX_LINE:
        return "", ""
    if _RULE.fullmatch(bare):
        return "rule", ""
    if len(bare) < 2:  # noqa: PLR2004  (no mark is as short)
        return "", ""
    dashed = None if bare[0].isalnum() else _DASHED.match(bare)
    words = lower(dashed[1] if dashed else bare).strip(_AROUND)
    if not dashed:
        return (_MARKS.get(words, "") if len(bare) < 2 * MAX_LABEL else ""), ""
    inner, _, rest = _cut(dashed[1])
    kind = _MARKS.get(lower(inner).strip(_AROUND), "") or _begins(words)
    return kind or ("dashed" if rest is not None and len(inner) < 2 * MAX_LABEL else ""), rest or ""


def _cut(text: str) -> tuple[str, str, str | None]:
    """What stands before, in and behind the next dashes; None where there are none."""
    found = _DASHES.search(text)
    return (text[: found.start()], found[0], text[found.end() :].strip()) if found else (text, "", None)


def _begins(words: str) -> str:
    """What the first few of *words* mark: "forwarded by Ana on Monday"."""
    pieces = words.split(" ", _MOST_WORDS)
    if pieces[0] not in _FIRST_WORDS:
        return ""
    return next((_MARKS[top] for count in range(len(pieces), 0, -1) if (top := " ".join(pieces[:count])) in _MARKS), "")


@dataclass(kw_only=True)
class Page:
    """One text, line by line."""

    lines: list[Line]
    following: list[int] = field(default_factory=list)  #: the next line that is not blank

    def __post_init__(self) -> None:
        self.following = [len(self.lines)] * (len(self.lines) + 1)
        for number in range(len(self.lines) - 1, 0, -1):
            self.following[number - 1] = number if self.lines[number].bare else self.following[number]

    def head(self, at: int) -> Head | None:
        """The head that begins with line *at*."""
        line = self.lines[at]
        if line.label:
            return self._block(at, "block", need=0) if line.label in _FIRST else None
        kind, rest = mark_of(line.bare)
        if not kind or kind == "end":
            return None
        found = self._marked(at, kind, rest)
        return replace(found, ends=found.ends or bool(_ENDING.match(line.bare))) if found else None

    def _marked(self, at: int, kind: str, rest: str) -> Head | None:
        """The head whose mark is line *at*."""
        line = self.lines[at]
        if rest and (fields := dict(_run_together(rest))) and "from" in fields:
            return Head(body=at + 1, kind="forward" if kind == "dashed" else kind, fields=fields)
        below = self.following[at]
        if kind == "rule":
            return self._block(below, "block", need=3)
        found = self._block(below, kind, need=2)
        if kind == "dashed":
            found = found or self._shaped(below)
            return Head(body=found.body, kind="either", fields=found.fields) if found else None
        if not found and kind == "forward" and (said := self.attribution(below)):
            return replace(said, ends=True)
        plain = line.bare[:1].isalnum() and not line.bare.endswith((":", "："))
        return found or (None if plain or kind == "either" else Head(body=at + 1, kind=kind, fields={}))

    def quoted(self, at: int) -> bool:
        """Whether line *at* begins with a quote mark."""
        return at < len(self.lines) and self.lines[at].depth > 0

    def attribution(self, at: int) -> Head | None:
        """The lines from *at* on that say who wrote what follows, and when: "On Monday at 10:00 Ana <a@b.c> wrote:"."""
        said = ""
        for count in range(1, 4):
            line = self.lines[at + count - 1] if at + count <= len(self.lines) else None
            if not line or not line.bare or len(line.bare) > MAX_SAID:
                return None
            said = f"{said} {line.bare}".strip()
            if line.bare.endswith((":", "：")):
                dated = len(_NUMBERS.findall(said)) > 3  # noqa: PLR2004  (the day, and the time of day)
                return Head(body=at + count, kind="forward", fields=_told(said)) if dated and "@" in said else None
        return None

    def _block(self, at: int, kind: str, *, need: int) -> Head | None:
        """The header that begins with line *at*: with *need* fields where a mark stands above, else beyond doubt."""
        if at >= len(self.lines):
            return None
        fields: dict[str, str] = {}
        last, number, gaps = "", at, 0
        while number < min(at + MAX_HEAD, len(self.lines)):
            line = self.lines[number]
            if line.depth != self.lines[at].depth and line.bare:
                break
            if not line.bare:
                if (_whole(fields) and gaps < len(fields) - 1) or not self._goes_on(number, fields):
                    break  # unless an empty line follows every field
                gaps += 1
            elif line.label and (line.label == OTHER or line.label not in fields):
                last = line.label
                fields[last] = line.value
            elif last and not line.label and self._continues(number, last, fields):
                fields[last] = f"{fields[last]} {line.bare}".strip()
            else:
                break
            number += 1
        fields.pop(OTHER, None)
        sure = _enough(fields, need) if need else _beyond_doubt(fields)
        return Head(body=number, kind=kind, fields=fields) if sure else None

    def _goes_on(self, at: int, fields: Mapping[str, str]) -> bool:
        """Whether more of a header follows the blank line *at*."""
        below = self.following[at]
        return below == at + 1 < len(self.lines) and self.lines[below].label not in {"", *fields}

    def _continues(self, at: int, last: str, fields: Mapping[str, str]) -> bool:
        """Whether line *at* is the rest of the field above it."""
        value, below = fields[last], self.lines[at + 1] if at + 1 < len(self.lines) else None
        if not value or (below and below.label and below.label not in fields):
            return True
        listed = last in {"to", "cc"} and value.endswith((",", ";"))
        return listed or (last in {"to", "cc"} and self.lines[at].bare.endswith((">", ">;", ">,", ";")))

    def _shaped(self, at: int) -> Head | None:
        """A header in a language that we do not know: some lines of a label each, with an address and a date."""
        pieces: list[str] = []
        number = at
        while number < min(at + MAX_HEAD, len(self.lines)) and self.lines[number].bare:
            label, colon, value = self.lines[number].bare[:MAX_LINE].replace("：", ":").partition(":")
            if not colon or len(label) > MAX_LABEL:
                break
            pieces.append(value.strip(" \t\u00a0*_"))
            number += 1
        named = [one for one in pieces if "@" in one]
        dated = [one for one in pieces if one not in named and _DAY.search(one) and _CLOCK.search(one)]
        others = [one for one in pieces if one not in named and one not in dated]
        if len(pieces) < 3 or not named or not dated:  # noqa: PLR2004  (who, when, and to whom or about what)
            return None
        fields = {"from": named[0], "date": dated[0], "to": (*named[1:], "")[0], "subject": (*others, "")[0]}
        return Head(body=number, kind="either", fields=fields)


def _told(said: str) -> Mapping[str, str]:
    """Who wrote it, as far as that can be told."""
    named, found = _NAMED.search(said) or _FIRST_NAME.match(said), _ADDRESS.search(said)
    return {"from": f"{named[1].strip(' ,') if named else ''} <{found[0] if found else ''}>"}


def _run_together(text: str) -> Iterator[tuple[str, str]]:
    """The fields of a header that a program wrote into one line, without anything between them."""
    name, start = "", 0
    for found in re.finditer(r"[:：]", text[:MAX_LINE]):
        known, begin = _label_before(text, found.start(), start)
        if known:
            if name:
                yield name, text[start:begin].strip()
            name, start = known, found.end()
            if known == "subject":
                break
    if name:
        yield name, text[start:MAX_LINE].strip()


def _label_before(text: str, colon: int, start: int) -> tuple[str, int]:
    """The longest label that ends at *colon*, and where it begins."""
    end = len(text[start:colon].rstrip()) + start
    for begin in range(max(start, end - MAX_LABEL), end):
        label = text[begin:end]
        capital = label[0] != label[0].lower() or label[0].upper() == label[0]
        if capital and (name := LABELS.get(lower(label))):
            return name, begin
    return "", 0


def _whole(fields: Mapping[str, str]) -> bool:
    return "from" in fields and ("date" in fields or "subject" in fields)


def _enough(fields: Mapping[str, str], need: int) -> bool:
    told = any("@" in value or _CLOCK.search(value) or _DAY.search(value) for value in fields.values())
    return len(fields) >= need and told and "from" in fields


def _beyond_doubt(fields: Mapping[str, str]) -> bool:
    """A ticket has From, To and Date, too: only a mail has an address there, or a subject and the time of day."""
    if not {"from", "date"} <= fields.keys() or not fields["from"]:
        return False
    if "@" in fields["from"]:
        return len(fields) > 2  # noqa: PLR2004
    return "subject" in fields and bool(_CLOCK.search(fields["date"]))
