"""What must hold of the finished program, sentence by sentence, as numbered typed checks.

A kind that a machine can judge is given only where the words leave no doubt; all else is prose for a reader. A list
that is numbered, or stands under "Requirements:", is taken item by item; elsewhere a sentence must say "must".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.domain.project import Check
from mailbot.understand import criteria_words as words
from mailbot.understand.brought import FILE
from mailbot.understand.folded import bare
from mailbot.understand.wants_words import FIELDS

MAX_READ: Final = 100_000  #: characters in which criteria are looked for
MAX_CRITERIA: Final = 40  #: that one mail can add
MAX_CRITERION: Final = 300  #: characters of one
SURE: Final = 3  #: figures of a number that is looked for on a page: a 5 stands there for many reasons
NO_NETWORK: Final = "offline"  #: the spec of a sentence that says so: a room with a browser can turn its network off

_HEADS: Final = frozenset(bare(one) for one in FIELDS["criteria"].split("|"))
_OTHER_HEADS: Final = frozenset(
    bare(one) for field, text in FIELDS.items() if field != "criteria" for one in text.split("|")
)
_NUMBERED: Final = re.compile(r"\s{0,12}(?:\(?\d{1,3}[.)]|\d{1,3}\)|\[\d{1,3}\])\s{1,8}(\S.*)$")
_BULLET: Final = re.compile(r"\s{0,12}(?:[-*•\u2013‣◦+]|\[[ xX]?\]|☐)\s{1,8}(?:\[[ xX]?\]\s)?(\S.*)$")
_FENCE: Final = re.compile(r"[ \t]{0,3}(?:`{3}|~{3})")
_SENTENCE: Final = re.compile(r"(?<=[.!?。\uff01\uff1f])\s+(?=[\w\"'„“«(¿¡`])")
#: Three figures behind a point or a comma are a group of thousands.
_DECIMALS: Final = re.compile(r"[.,](\d{1,2}|\d{4,6})$")
_HIDDEN_FILE: Final = re.compile(r"\.[A-Za-z][\w-]{1,40}")  #: .gitignore
_PLAIN_FILES: Final = frozenset({"dockerfile", "makefile", "license", "licence", "readme", "procfile"})


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """The checks that a text asks for."""

    checks: tuple[Check, ...] = ()
    more: int = 0  #: sentences that were too many to become one


def criteria_of(text: str, *, shown: bool = True, lists: bool = True) -> Criteria:
    """Read the criteria out of *text*.

    *shown*: what it makes has a page, where a number can be looked for. *lists*: what is numbered are criteria, and
    no answers to questions of ours.
    """
    said = list(dict.fromkeys(_said(text[:MAX_READ], lists=lists)))
    checks = (_typed(number, one, shown=shown) for number, one in enumerate(said[:MAX_CRITERIA], 1))
    return Criteria(checks=tuple(checks), more=max(0, len(said) - MAX_CRITERIA))


def _said(text: str, *, lists: bool) -> Iterator[str]:
    """Every criterion, as it was written."""
    for block in _blocks(text):
        if block.listed and lists:
            yield _cut(block.text)
        else:
            yield from (_cut(one) for one in _SENTENCE.split(block.text) if _is_criterion(one))


@dataclass(frozen=True, kw_only=True)
class _Block:
    """A paragraph, or an item of a list, its lines joined."""

    text: str
    listed: bool  #: it is a criterion because of where it stands


def _blocks(text: str) -> Iterator[_Block]:
    """The paragraphs and items of *text*; blocks of code and tables are left out."""
    parts: list[str] = []
    listed = headed = code = False
    for line in [*text.split("\n"), ""]:
        if _FENCE.match(line):
            code = not code
        begun = None if code else _NUMBERED.match(line) or _BULLET.match(line)
        starts = begun is not None or not line.strip() or code or _is_table(line) or _heads(line) is not None
        if starts and parts:
            yield _Block(text=" ".join(parts), listed=listed)
            parts = []
        if begun:
            parts, listed = [begun[1].strip()], headed or _NUMBERED.match(line) is not None
        elif (head := _heads(line)) is not None:
            headed = head
        elif not starts and not _FENCE.match(line):
            listed = listed and bool(parts)
            headed = headed and bool(parts)
            parts.append(line.strip())


def _heads(line: str) -> bool | None:
    """Whether *line* stands above a list of criteria (or of other things); None: it heads nothing."""
    shown = line.strip().strip("*#_ ")
    if not shown.endswith((":", "\uff1a")) or len(shown) > 60:  # noqa: PLR2004  (a heading is short)
        return None
    name = bare(shown)
    return True if name in _HEADS else False if name in _OTHER_HEADS else None


def _is_table(line: str) -> bool:
    return line.count("|") > 1 or line.count("\t") > 1


def _is_criterion(sentence: str) -> bool:
    if len(sentence) > 4 * MAX_CRITERION or sentence.rstrip().endswith("?"):
        return False
    said = sentence.strip()
    if words.JS.match(said) or words.TOTAL.fullmatch(said) or words.HTTP.fullmatch(said):
        return True
    return bool(words.MUST.search(said)) and not words.PEOPLE.match(said)


def _typed(number: int, text: str, *, shown: bool) -> Check:
    kind, spec = _kind(text, shown=shown)
    return Check(number=number, kind=kind, text=text, spec=spec)


def _kind(text: str, *, shown: bool) -> tuple[str, str]:
    """The kind of check and what it needs: prose, unless the words leave no doubt."""
    if found := words.JS.match(text):
        return "js", found[1]
    if found := words.HTTP.fullmatch(text):
        return "http", f"{(found['method'] or 'GET').upper()} {found['path']} {found['status']}"
    if found := words.COMMAND.fullmatch(text):
        return "command", found["command"].strip()
    if name := _file(text):
        return "file", name
    if spec := _on_the_page(text) if shown else "":
        return "js", spec
    return "prose", NO_NETWORK if words.OFFLINE.search(text) else ""


def _on_the_page(text: str) -> str:
    """A look at what the page shows, for a number or for words in quotes."""
    total = words.TOTAL.fullmatch(text)
    if total and sum(char.isdigit() for char in total["number"]) >= SURE:
        return _shows_number(total["number"])
    found = words.SHOWS.match(text)
    literal = words.QUOTED.fullmatch(text[found.end() :].strip(" .!")) if found else None
    return f"document.body.innerText.toLowerCase().includes({json.dumps(literal[1].lower())})" if literal else ""


def _file(text: str) -> str:
    """The one file that must be there."""
    found = words.THERE.match(text)
    name = text[found.end() :].lstrip(" `\"'").rstrip(" .!`\"'") if found else ""
    bare = name.removeprefix(".")  # .github/workflows/ci.yml
    known = FILE.fullmatch(bare) or bare.lower() in _PLAIN_FILES or _HIDDEN_FILE.fullmatch(name)
    return name if known else ""


def _shows_number(number: str) -> str:
    """A look for *number* in what the page shows, however its groups of three and its point are written."""
    found = _DECIMALS.search(number)
    digits = re.sub(r"\D", "", number[: found.start()] if found else number)
    groups = [digits[max(0, at - 3) : at] for at in range(len(digits), 0, -3)][::-1]
    # A page may show 33.750 for 33.75, and 5.00 for 5, but no other number.
    decimals = found[1].rstrip("0") if found else ""
    end = f"[.,]{decimals}0*" if decimals else "(?:[.,]0+)?"
    grouped = r"[\s.,'\u2019]?".join(groups)
    return rf"/(?<![\d.,])(?<!\d['\u2019\u00a0\u202f]){grouped}{end}(?![\d]|[.,]\d)/.test(document.body.innerText)"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_CRITERION else plain[: MAX_CRITERION - 1].rstrip() + "…"
