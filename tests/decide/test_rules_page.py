"""docs/rules.md cannot lie."""

from __future__ import annotations

import re

import pytest

from mailbot.decide.notes import NOT_COUNTED
from mailbot.decide.rules import MAX_RULES
from mailbot.rulebook import MAX_BYTES, load_book
from tests.decide.rules_page import PAGE, page
from tests.process import run

TEXT = PAGE.read_text("utf-8")


def test_its_tables_are_what_the_code_says():
    """After a change of the format: python -m tests.decide.rules_page."""
    assert page(TEXT) == TEXT


def test_its_example_works(tmp_path):
    """Whole, as it stands, with its four tests."""
    [example] = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    (tmp_path / "x.yaml").write_text(example, "utf-8")
    assert len(load_book(tmp_path).trials) == 4


@pytest.mark.parametrize("command", ["check", "test", "explain", "diff", "schema"])
def test_its_commands_exist(command):
    """Each has a help of its own."""
    assert f"mailbot rules {command}" in TEXT
    assert run("rules", command, "--help").returncode == 0


def test_every_count_is_counted():
    """Else the page would have to say which are not."""
    assert NOT_COUNTED == ()


def test_its_limits_are_those_of_the_code():
    """The numbers that an admin reads."""
    assert f"At most {MAX_RULES:,} rules, in at most {MAX_BYTES // 10**6} MB" in TEXT
