"""What the checks saw, as a person reads it. A reply never claims more than a finding shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.domain.project import Check, Finding, Report, Result
from mailbot.reply.tongue import ENGLISH, Tongue, phrase
from mailbot.reply.words import WIDTH, line, listed

MOST: Final = 10  #: rows of one table; metadata.json has them all
HEADS: Final = (phrase("You asked"), phrase("Checked how"), phrase("Result"))
_MARKS: Final = {Result.PASSED: "✔", Result.FAILED: "✘", Result.UNCHECKED: "?"}
_WORDS: Final = {
    Result.PASSED: phrase("passed"),
    Result.FAILED: phrase("failed"),
    Result.UNCHECKED: phrase("not checked"),
}
_ORDER: Final = (Result.FAILED, Result.PASSED, Result.UNCHECKED)
#: How it was checked: at most 16 characters in every language, or the table breaks.
HOW: Final = {
    "syntax": phrase("read, not run"),
    "command": phrase("command run"),
    "http": phrase("page asked for"),
    "file": phrase("file looked for"),
    "regex": phrase("text looked for"),
    "js": phrase("in a browser"),
    "prose": phrase("by reading"),
    "packages": phrase("names looked up"),
    "secrets": phrase("files searched"),
    "container": phrase("lines read"),
    "": phrase("not run"),
}
#: What mailbot looks for by itself: a good end is counted or stands in metadata.json, for nobody asked for it.
_OURS: Final = frozenset({"syntax", "packages", "secrets", "container", "answer"})
_ASKED: Final = 36  #: columns of what was asked
_COLUMN: Final = 16  #: columns of how it was checked
Clean = Callable[[str, int], str]  #: makes one line of outside words


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    asked: str
    how: str
    result: Result
    word: str  #: the result, for the ear
    detail: str = ""

    @property
    def mark(self) -> str:
        """For the eye."""
        return _MARKS[self.result]

    def __str__(self) -> str:
        said = f"{self.asked:<{_ASKED}}  {self.how:<{_COLUMN}}  {self.mark}"
        room = WIDTH - len(said) - 1
        if not self.detail:
            return said
        return f"{said} {self.detail}" if len(self.detail) <= room else f"{said}\n  {self.mark} {self.detail}"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that a reply says about checks."""

    rows: tuple[Row, ...]
    hidden: int  #: rows that found no room
    heads: tuple[str, ...]  #: over the columns of the table
    spoken: tuple[str, ...]  #: sentences
    warning: str = ""  #: what a person must know before they install anything; it stands at the top

    @property
    def heading(self) -> str:
        """Over the table of the text."""
        asked, how, result = self.heads
        return f"{asked:<{_ASKED}}  {how:<{_COLUMN}}  {result}"


def evidence(
    report: Report, checks: Sequence[Check], clean: Clean = line, tongue: Tongue = ENGLISH, most: int = MOST
) -> Evidence:
    """Failures first, at *most* so many rows; files that merely parse are counted, not listed."""
    rows = [_row(f, checks, clean, tongue) for f in sorted(report.findings, key=_rank) if _has_a_row(f)]
    return Evidence(
        rows=tuple(rows[:most]),
        hidden=max(0, len(rows) - most),
        heads=tuple(tongue.say(head) for head in HEADS),
        spoken=tuple(_spoken(report, checks, clean, tongue)),
        warning=_warning(report, clean, tongue),
    )


def under_way(report: Report, number: int, tongue: Tongue) -> str:
    """How far the try *number* is, by its last report; nothing where nothing was checked in it."""
    checked = [one for one in report.findings if one.result is not Result.UNCHECKED]
    if not checked:
        return ""
    return tongue.say(
        "Still working on v%(number)s: %(passed)s of %(all)s checks pass.",
        number=number,
        passed=tongue.number(sum(one.result is Result.PASSED for one in checked)),
        all=tongue.number(len(checked)),
    )


def _rank(finding: Finding) -> int:
    return _ORDER.index(finding.result)


def _has_a_row(finding: Finding) -> bool:
    if finding.check not in _OURS or finding.result is Result.FAILED:
        return True
    return finding.result is Result.UNCHECKED and finding.check != "syntax"


def _row(finding: Finding, checks: Sequence[Check], clean: Clean, tongue: Tongue) -> Row:
    check = _check_of(finding, checks)
    number = f"{check.number} " if check else ""
    opened = finding.check == "prose" and finding.command  # "works offline": a browser has said it
    known = HOW.get("" if finding.result is Result.UNCHECKED else "js" if opened else finding.check)
    return Row(
        asked=line(number + clean(finding.subject, _ASKED), _ASKED),
        how=tongue.say(known) if known else line(finding.check, _COLUMN),
        result=finding.result,
        word=tongue.say(_WORDS[finding.result]),
        detail=clean(finding.detail, 160),
    )


def _check_of(finding: Finding, checks: Sequence[Check]) -> Check | None:
    """The criterion of the project that *finding* is about."""
    return next((c for c in checks if c.kind == finding.check and finding.subject in {c.text, c.spec}), None)


def _spoken(report: Report, checks: Sequence[Check], clean: Clean, tongue: Tongue) -> list[str]:
    """What ran, and what did not; of the author's own points, the reply says by itself which nobody could verify."""
    read = sum(f.check == "syntax" and f.result is not Result.UNCHECKED for f in report.findings)
    checked = tongue.many("I checked the syntax of %(num)s file.", "I checked the syntax of %(num)s files.", read)
    said = [f"{checked} {_ran(report, clean, tongue)}" if read else _ran(report, clean, tongue)]
    left = [f for f in report.findings if f.result is Result.UNCHECKED and not _check_of(f, checks)]
    if names := list(dict.fromkeys(clean(f.subject, 60) for f in left if f.check != "packages")):
        said += [tongue.say("Not checked: %(names)s.", names=listed(names, tongue=tongue))]
    return said


def _ran(report: Report, clean: Clean, tongue: Tongue) -> str:
    """What came of running it, or why it was not run."""
    checks = [f for f in report.findings if f.check not in _OURS]
    if not report.executed:
        if not report.where:
            return tongue.say("I did not run this program: no sandbox is available on this server.")
        if checks:
            return tongue.say("I ran nothing of it; the table says why.")
        return tongue.say("I ran nothing: there is nothing in it that I know how to run.")
    passed = sum(f.result is Result.PASSED for f in checks)
    return tongue.many(
        "I ran it in a sandbox (%(where)s): %(passed)s of %(num)s check passed.",
        "I ran it in a sandbox (%(where)s): %(passed)s of %(num)s checks passed.",
        len(checks),
        passed=tongue.number(passed),
        where=clean(report.where, 40),
    )


def _warning(report: Report, clean: Clean, tongue: Tongue) -> str:
    """The packages that nobody could look up."""
    names = [clean(f.subject, 80) for f in report.findings if f.check == "packages" and f.result is Result.UNCHECKED]
    return (
        tongue.say(
            "Not verified: the packages %(names)s. Look them up before you install them.", names=", ".join(names)
        )
        if names
        else ""
    )
