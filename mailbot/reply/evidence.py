"""What the checks saw, as a person reads it. A reply never claims more than a finding shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.domain.project import Check, Finding, Report, Result
from mailbot.reply.words import WIDTH, count, line, listed

MOST: Final = 10  #: rows of one table; metadata.json has them all
_MARKS: Final = {Result.PASSED: "✔", Result.FAILED: "✘", Result.UNCHECKED: "?"}
_WORDS: Final = {Result.PASSED: "passed", Result.FAILED: "failed", Result.UNCHECKED: "not checked"}
Say = Callable[[str, int], str]  #: makes one line of outside words
_ORDER: Final = (Result.FAILED, Result.PASSED, Result.UNCHECKED)
_HOW: Final = {
    "syntax": "read, not run",
    "command": "command run",
    "http": "page asked for",
    "file": "file looked for",
    "regex": "text looked for",
    "js": "in a browser",
    "prose": "by reading",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    asked: str
    how: str
    result: Result
    detail: str = ""

    @property
    def mark(self) -> str:
        """For the eye."""
        return _MARKS[self.result]

    @property
    def word(self) -> str:
        """For the ear."""
        return _WORDS[self.result]

    def __str__(self) -> str:
        said = f"{self.asked:<36}  {self.how:<16}  {self.mark}"
        room = WIDTH - len(said) - 1
        if not self.detail:
            return said
        return f"{said} {self.detail}" if len(self.detail) <= room else f"{said}\n  {self.mark} {self.detail}"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that a reply says about checks."""

    rows: tuple[Row, ...]
    hidden: int  #: rows that found no room
    spoken: tuple[str, ...]  #: sentences

    @property
    def heading(self) -> str:
        """Over the table of the text."""
        return f"{'You asked':<36}  {'Checked how':<16}  Result"


def evidence(report: Report, checks: Sequence[Check], say: Say = line) -> Evidence:
    """Failures first; files that merely parse are counted, not listed."""
    shown = [f for f in report.findings if f.check != "syntax" or f.result is Result.FAILED]
    rows = [_row(finding, checks, say) for finding in sorted(shown, key=lambda f: _ORDER.index(f.result))]
    return Evidence(rows=tuple(rows[:MOST]), hidden=max(0, len(rows) - MOST), spoken=tuple(_spoken(report, say)))


def _row(finding: Finding, checks: Sequence[Check], say: Say) -> Row:
    number = next(
        (f"{c.number} " for c in checks if c.kind == finding.check and finding.subject in {c.text, c.spec}), ""
    )
    how = "not run" if finding.result is Result.UNCHECKED else _HOW.get(finding.check, line(finding.check, 16))
    asked = line(number + say(finding.subject, 36), 36)
    return Row(asked=asked, how=how, result=finding.result, detail=say(finding.detail, 160))


def _spoken(report: Report, say: Say) -> list[str]:
    read = [f for f in report.findings if f.check == "syntax" and f.result is not Result.UNCHECKED]
    said = [f"I checked the syntax of {count(len(read), 'file')}."] if read else []
    if report.executed:
        ran = [f for f in report.findings if f.check != "syntax"]
        passed = sum(f.result is Result.PASSED for f in ran)
        said += [f"I ran it in a sandbox ({say(report.where, 40)}): {passed} of {count(len(ran), 'check')} passed."]
    else:
        said += ["I did not run this program: no sandbox is available on this server."]
    if left := [say(f.subject, 60) for f in report.findings if f.check == "syntax" and f.result is Result.UNCHECKED]:
        said += [f"Not checked: {listed(left)}."]
    return [" ".join(said[:2]), *said[2:]] if read else said
