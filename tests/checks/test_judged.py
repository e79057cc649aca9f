"""What the end of a command shows: never more than its exit code, and sometimes nothing."""

from __future__ import annotations

import pytest

from mailbot.checks.commands import Means
from mailbot.checks.judged import CHARACTERS, LINES, finding_of, foreign
from mailbot.checks.limits import Ended, Ran
from mailbot.domain.project import Result

PASSED, FAILED, UNCHECKED = Result.PASSED, Result.FAILED, Result.UNCHECKED


def ran(code, output="", ended=Ended.BY_ITSELF):
    return Ran(exit_code=code, ended=ended, output=output, sha256="ab", seconds=0.25)


TRACE = 'Traceback (most recent call last):\n  File "/box/main.py", line 9, in <module>\n'
INDEX = "IndexError: list index out of range\n"


@pytest.mark.parametrize(
    ("means", "code", "output", "result", "detail"),
    [
        (Means.TESTED, 0, "3 passed in 0.1s", PASSED, "3 tests"),
        (Means.TESTED, 0, "Ran 1 test in 0.1s\n\nOK", PASSED, "1 test,"),
        (Means.TESTED, 0, "# tests 2\n# pass 2\n", PASSED, "2 tests"),
        (Means.TESTED, 1, "All tests passed!\n3 passed", FAILED, "exit 1: 3 passed"),
        (Means.TESTED, 0, "all good", UNCHECKED, "says of no test"),
        (Means.TESTED, 0, "Ran 0 tests in 0.0s", UNCHECKED, "says of no test"),
        (Means.TESTED, 5, "no tests ran in 0.1s", UNCHECKED, "no test was found"),
        (Means.TESTED, 1, "/usr/bin/python3: No module named pytest", UNCHECKED, "it needs pytest"),
        (Means.RAN, 0, "", PASSED, "exit 0"),
        (Means.RAN, 1, "", FAILED, "exit 1, and it printed nothing"),
        (Means.RAN, 1, "Traceback\nValueError: bees\n\n", FAILED, "exit 1: ValueError: bees"),
        (Means.RAN, 1, "x = input()\nEOFError: EOF when reading a line", UNCHECKED, "asks for input"),
        (
            Means.RAN,
            1,
            "_tkinter.TclError: no display name and no $DISPLAY environment variable",
            UNCHECKED,
            "a screen",
        ),
        (Means.RAN, 2, "usage: main.py FILE", UNCHECKED, "arguments"),
        (Means.RAN, 1, f"{TRACE}    main(sys.argv[1])\n         ~~~~~~~~^^^\n{INDEX}", UNCHECKED, "arguments"),
        (Means.RAN, 1, f"{TRACE}    main(rows[1])\n         ~~~~^^^\n{INDEX}", FAILED, "exit 1"),
        (Means.TESTED, 1, f"{TRACE}    main(sys.argv[1])\n{INDEX}", FAILED, "exit 1"),
        (Means.TESTED, 2, "usage: pytest", FAILED, "exit 2"),
    ],
)
def test_an_exit_code_is_believed_and_words_are_not(means, code, output, result, detail):
    """What is nobody's fault is not a failure either."""
    found = finding_of(ran(code, output), means, "python3 x", {})
    assert found.result is result
    assert detail in found.detail


@pytest.mark.parametrize(
    ("means", "ended", "result"),
    [
        (Means.RAN, Ended.TIME, UNCHECKED),
        (Means.TESTED, Ended.TIME, FAILED),
        (Means.RAN, Ended.MEMORY, FAILED),
        (Means.TESTED, Ended.OUTPUT, FAILED),
        (Means.TESTED, Ended.SHORT, UNCHECKED),
    ],
)
def test_what_was_ended_says_by_which_limit(means, ended, result):
    """A program may run for ever; tests may not."""
    found = finding_of(ran(None, "3 passed", ended), means, "python3 x", {})
    assert found.result is result
    assert ended.value in found.detail


@pytest.mark.parametrize(
    ("output", "name"),
    [
        ("ModuleNotFoundError: No module named 'flask'", "flask"),
        ("ModuleNotFoundError: No module named 'google.cloud'", "google"),
        ("ModuleNotFoundError: No module named 'calc'", ""),
        ("ModuleNotFoundError: No module named 'pkg.missing'", ""),
        ("Error: Cannot find module 'express'", "express"),
        ("Error: Cannot find package '@fastify/cors'", "@fastify/cors"),
        ("Error: Cannot find module './lib'", ""),
        ("Error: Cannot find module '/box/lib.js'", ""),
        ("all is well", ""),
    ],
)
def test_a_missing_package_is_told_from_a_missing_part_of_the_project(output, name):
    """The one is the server's lack, the other the project's mistake."""
    assert foreign(output, {"calc.py": b"", "pkg/__init__.py": b""}) == name


def test_the_evidence_stands_in_the_finding():
    """The command, its end, the last lines, how long, and the sum of everything."""
    output = "\n".join(f"line {n} " + "x" * 300 for n in range(100))
    found = finding_of(ran(3, output), Means.RAN, "python3 main.py", {})
    assert (found.command, found.exit_code, found.sha256, found.seconds) == ("python3 main.py", 3, "ab", 0.25)
    assert found.output.endswith(output[-200:])
    assert len(found.output) <= CHARACTERS
    assert found.output.count("\n") < LINES
