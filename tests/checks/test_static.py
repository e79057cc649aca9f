"""The sandbox of a server that has none: it reads, and says what it did not do."""

from __future__ import annotations

import sys

import pytest
from pydantic import ValidationError

from mailbot.checks import Static
from mailbot.checks.static import MAX_FILE, NOT_RUN, Reading
from mailbot.domain.errors import Temporary
from mailbot.domain.project import Check, Result


async def read(files, checks=()):
    return await Reading().check({name: text.encode() for name, text in files.items()}, checks)


async def test_every_file_has_a_finding_and_nothing_was_executed():
    """In the order of names."""
    report = await read({"b.py": "x = (", "a.py": "x = 1", "style.scss": "a {}"})
    assert [(f.subject, f.result) for f in report.findings] == [
        ("a.py", Result.PASSED), ("b.py", Result.FAILED), ("style.scss", Result.UNCHECKED),
    ]  # fmt: skip
    assert "line 1" in report.findings[1].detail
    assert (report.executed, report.where, report.passed) == (False, "", False)


async def test_a_check_that_needs_a_run_is_left_unchecked_and_said():
    """Never passed, never failed."""
    checks = [
        Check(number=1, kind="http", text="the page shows bees", spec="GET / 200 bees"),
        Check(number=2, kind="syntax", text="it parses"),
    ]
    report = await read({"a.py": ""}, checks)
    assert [(f.check, f.subject, f.detail) for f in report.findings][1:] == [("http", "the page shows bees", NOT_RUN)]
    assert report.passed


async def test_bytes_that_are_no_text_are_a_mistake():
    """With their place; a mark of byte order is none."""
    report = await Reading().check({"a.py": b"x = '\xff'", "b.py": b"\xef\xbb\xbfx = 1", "c.png": b"\x89\xff"}, ())
    assert [f.result for f in report.findings] == [Result.FAILED, Result.PASSED, Result.UNCHECKED]
    assert "byte 5" in report.findings[0].detail


async def test_a_file_that_is_too_large_is_not_read():
    """And that is said."""
    report = await Reading().check({"a.json": b"0" * (MAX_FILE + 1)}, ())
    assert report.findings[0].result is Result.UNCHECKED
    assert "larger than 1000 kB" in report.findings[0].detail


async def test_what_is_not_tame_is_read_by_a_program_of_its_own():
    """With the same answer, good or bad."""
    report = await read(
        {"a.py": "(" * 40 + "1" + ")" * 40, "b.py": "(" * 40, "c.html": "<b>" * 300, "d.json": "[" * 200_000}
    )
    assert [f.result for f in report.findings] == [Result.PASSED, Result.FAILED, Result.FAILED, Result.FAILED]
    assert "nested too deep" in report.findings[3].detail


async def test_a_file_that_no_parser_is_through_with_is_a_mistake():
    """The program that reads it is ended."""
    report = await Reading(timeout=0.2).check({"a.html": b"<div>" * 60_000}, ())
    assert report.findings[0].result is Result.FAILED
    assert "limits of time and memory" in report.findings[0].detail


async def test_no_program_to_read_with_is_a_passing_trouble(monkeypatch):
    """It is tried again later."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Temporary, match="no program could be started"):
        await read({"a.py": "(" * 40})


async def test_no_files_and_no_checks_make_an_empty_report():
    """Which fails nothing."""
    assert (await read({})).findings == ()


async def test_files_are_looked_for_without_any_sandbox():
    """There is nothing to run."""
    wishes = [("file", "a.py"), ("file", "b.py"), ("file", "*.py: bees"), ("regex", "*.py: ^x"), ("regex", "a.py: (")]
    checks = [Check(number=n, kind=kind, text=text) for n, (kind, text) in enumerate(wishes)]
    report = await read({"a.py": "x = 1"}, checks)
    assert [f.result.value for f in report.findings[1:]] == ["passed", "failed", "failed", "passed", "unchecked"]
    assert "the pattern cannot be used" in report.findings[-1].detail
    absent = Check(number=9, kind="file", text="no secrets", spec='{"path": "*.key", "absent": true}')
    assert (await read({"x.key": ""}, [absent])).failures[0].detail == "there is x.key"


async def test_a_pattern_that_never_comes_to_an_end_is_given_up():
    """By the program that looks, which is ended."""
    check = Check(number=1, kind="regex", text="a.txt: (x+x+)+y")
    report = await Reading(timeout=0.3).check({"a.txt": b"x" * 60}, [check])
    assert report.findings[-1].detail == "the pattern takes too long"


def test_a_setting_that_does_not_exist_is_refused():
    """The room has no settings but its kind."""
    with pytest.raises(ValidationError):
        Static(kind="bwrap")
    with pytest.raises(ValidationError):
        Static(colour="blue")
