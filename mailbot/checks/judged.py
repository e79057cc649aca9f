"""What the end of a command shows: passed, failed, or nothing, because something that is no mistake was missing.

Only a good exit code passes, whatever was printed; and tests pass only when they also say that some ran.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from mailbot.checks.commands import Means
from mailbot.checks.limits import Ended, Ran
from mailbot.domain.project import Finding, Result, Tree

LINES: Final = 20  #: of the output that are kept with a finding
CHARACTERS: Final = 2_000
WRONG_USE: Final = 2  #: the exit code of a program that was called wrongly
NEEDS: Final = "it needs {}, which is not in this server's environment"
_MODULE: Final = re.compile(r"No module named '?([\w.]+)'?|Cannot find (?:module|package) '([^'./][^']*)'")
_TESTS: Final = re.compile(
    r"\b([1-9]\d*) passed\b|\bRan ([1-9]\d*) tests?\b|^[#\u2139] pass ([1-9]\d*)\b", re.MULTILINE
)
_NO_TESTS: Final = re.compile(r"\bno tests ran\b|\bRan 0 tests\b|\bNO TESTS RAN\b|^[#\u2139] tests 0\b", re.MULTILINE)
_INPUT: Final = re.compile(r"^EOFError\b", re.MULTILINE)
_SCREEN: Final = re.compile(r"no display name and no \$DISPLAY|cannot open display|couldn't connect to display")
#: A Python program that reads an argument that it was not given: the line of the traceback, and its end.
_ARGUMENT: Final = re.compile(
    r"^ {4,8}[^\n]{0,300}\bargv\b[^\n]{0,300}\n(?:[ ~^]{1,400}\n)?IndexError: list index", re.MULTILINE
)
_USAGE: Final = re.compile(r"^usage:", re.MULTILINE | re.IGNORECASE)


def finding_of(ran: Ran, means: Means, words: str, files: Tree) -> Finding:
    """The finding of a command of the project's own."""
    result, detail = _judged(ran, means, files)
    return with_evidence(Finding(check="command", subject=words, result=result, detail=detail), ran, words)


def with_evidence(finding: Finding, ran: Ran, command: str) -> Finding:
    """*finding* with what it rests on."""
    return replace(
        finding,
        command=command,
        exit_code=ran.exit_code,
        output=last_lines(ran.output),
        sha256=ran.sha256,
        seconds=round(ran.seconds, 3),
    )


def last_lines(text: str) -> str:
    """The end of *text*, as much as a finding keeps."""
    return "\n".join(text.rstrip().splitlines()[-LINES:])[-CHARACTERS:]


def _judged(ran: Ran, means: Means, files: Tree) -> tuple[Result, str]:
    if ran.ended:
        return _ended(ran.ended, means)
    if ran.exit_code == 0:
        return _went_well(ran, means)
    if missing := foreign(ran.output, files):
        return Result.UNCHECKED, NEEDS.format(missing)
    if means is Means.TESTED and _NO_TESTS.search(ran.output):
        return Result.UNCHECKED, "no test was found"
    if means is Means.RAN and (why := _no_mistake(ran)):
        return Result.UNCHECKED, why
    return Result.FAILED, how_it_ended(ran)


def _went_well(ran: Ran, means: Means) -> tuple[Result, str]:
    if means is not Means.TESTED:
        return Result.PASSED, f"exit 0, {ran.seconds:.1f} s"
    found = _TESTS.findall(ran.output)
    if not found:
        return Result.UNCHECKED, "it ended well, but says of no test that it ran"
    number = next(filter(None, found[-1]))
    return Result.PASSED, f"{number} test{'' if number == '1' else 's'}, {ran.seconds:.1f} s"


def _ended(ended: Ended, means: Means) -> tuple[Result, str]:
    """A program may well run for ever; it is not known what it does then."""
    if ended is Ended.SHORT or (ended is Ended.TIME and means is Means.RAN):
        return Result.UNCHECKED, f"{ended}; no mistake was seen until then" if ended is Ended.TIME else ended.value
    return Result.FAILED, ended.value


def _no_mistake(ran: Ran) -> str:
    """Why a bad end is nobody's fault."""
    if _INPUT.search(ran.output):
        return "it asks for input, and nobody is there to answer"
    if _SCREEN.search(ran.output):
        return "it needs a screen"
    asks = (ran.exit_code == WRONG_USE and _USAGE.search(ran.output)) or _ARGUMENT.search(ran.output)
    return "it wants arguments" if asks else ""


def how_it_ended(ran: Ran) -> str:
    """In one line."""
    if ran.ended:
        return ran.ended.value
    lines = [line.strip() for line in ran.output.splitlines() if line.strip()]
    return f"exit {ran.exit_code}" + (f": {lines[-1][:300]}" if lines else ", and it printed nothing")


def foreign(output: str, files: Tree) -> str:
    """The package that a run missed, if it is none of the project's own."""
    own = {part.rpartition(".")[0] or part for path in files for part in path.split("/")}
    for found in _MODULE.finditer(output):
        name = next(filter(None, found.groups()))
        if _root(name) not in own and _root(name) != "__main__":
            return _root(name)
    return ""


def _root(name: str) -> str:
    return name if name.startswith("@") else re.split(r"[./]", name, maxsplit=1)[0]
