"""The house keeps its own rules: sizes, floors, words, and documents that cannot lie."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.domain.request import diagram

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "mailbot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path):
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, FUNCTION)]


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_over_300_lines(path):
    """A module fits in one reading; the life of a mail in less."""
    limit = 200 if path.name == "pipeline.py" else 300
    assert len(path.read_text("utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_function_is_over_50_lines(path):
    """The tail of long functions is where mail goes wrong."""
    assert [f.name for f in functions(path) if f.end_lineno - f.lineno + 1 > 50] == []


def test_most_functions_are_short():
    """Nine of ten functions have at most 20 lines."""
    sizes = sorted(f.end_lineno - f.lineno + 1 for path in MODULES for f in functions(path))
    assert sizes[len(sizes) * 9 // 10] <= 20


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is(path):
    """The first thing in a file is what it is for."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_every_test_says_what_it_shows(path):
    """A test's docstring states the behaviour."""
    silent = [f.name for f in functions(path) if f.name.startswith("test_") and not ast.get_docstring(f)]
    assert silent == []


def test_every_folder_is_a_package():
    """A folder without __init__.py is invisible to the linter of floors."""
    folders = {path.parent for path in MODULES} - {ROOT / "mailbot" / "store" / "versions"}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_floors_hold():
    """Imports point down, the core does no I/O, rooms do not know each other."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_readme_draws_the_life_that_runs():
    """The diagram in the README is LIFE."""
    found = re.search(r"```mermaid\n(stateDiagram.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found
    assert found[1] == diagram()


def test_nothing_is_left_for_later():
    """No mark of unfinished work stands in the code."""
    marks = re.compile(r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b|NotImplemented" + "Error")
    assert [name(path) for path in (*MODULES, *TESTS) if marks.search(path.read_text("utf-8"))] == []


def test_versions_only_in_the_constraints():
    """A constraint is a name and an exact version; no address of an index."""
    lines = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!-]+", line)] == []
