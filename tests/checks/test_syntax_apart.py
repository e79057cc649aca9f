"""Files that are read by a program of its own, many at a time."""

from __future__ import annotations

import pytest

from mailbot.checks import syntax_apart, syntax_more
from mailbot.checks.syntax_apart import LARGEST, findings
from mailbot.domain.project import Result
from tests.servers import missing

BREAKS = """
import json, os, sys
given = json.load(sys.stdin)["files"]
if "bomb.css" in given: os._exit(1)
json.dump({"errors": {name: "" for name in given}}, sys.stdout)
"""


@pytest.fixture(autouse=True)
def _parsers():
    for kind in (syntax_more.CSS, syntax_more.SQL):
        if lacking := syntax_more.missing(kind):
            missing(f"{lacking} is not installed")


async def read(files, seconds=20.0):
    found = await findings({name: text.encode() for name, text in files.items()}, seconds)
    return {name: (one.result.value, one.detail) for name, one in found.items()}


async def test_every_file_that_is_known_has_a_finding():
    """Others have none here."""
    found = await read({"a.css": "a{}", "b.css": "a{", "c.py": "(", "d.sql": "SELECT 1"})
    assert {name: one[0] for name, one in found.items()} == {"a.css": "passed", "b.css": "failed", "d.sql": "passed"}


async def test_a_file_that_breaks_the_program_spares_the_others(tmp_path, monkeypatch):
    """It alone is left unchecked."""
    program = tmp_path / "breaks.py"
    program.write_text(BREAKS)
    monkeypatch.setattr(syntax_more, "__file__", str(program))
    found = await read({"a.css": "a{}", "bomb.css": "a{}", "c.css": "a{}"})
    assert {name: one[0] for name, one in found.items()} == {
        "a.css": "passed",
        "bomb.css": "unchecked",
        "c.css": "passed",
    }
    assert "limits of time and memory" in found["bomb.css"][1]


async def test_a_parser_that_never_ends_is_given_up():
    """By ending the program."""
    assert (await read({"a.sql": "SELECT " + "1+" * 90_000 + "1"}, seconds=0.05))["a.sql"][0] == "unchecked"


async def test_what_is_no_text_or_too_large_is_said():
    """Before any parser sees it."""
    found = await findings({"a.css": b"a{\xff", "b.css": b" " * (LARGEST + 1)}, 20.0)
    assert (found["a.css"].result, found["a.css"].detail) == (Result.FAILED, "byte 2 is not UTF-8")
    assert (found["b.css"].result, "larger than" in found["b.css"].detail) == (Result.UNCHECKED, True)


async def test_files_beyond_the_most_are_left_out_and_said(monkeypatch):
    """Ten thousand little files are no reason to wait."""
    monkeypatch.setattr(syntax_apart, "MOST", 1)
    found = await read({"a.css": "a{}", "b.css": "a{}"})
    assert found == {"a.css": ("passed", ""), "b.css": ("unchecked", "too many files")}
