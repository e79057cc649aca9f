"""The pages that say how mailbot is set up and how much machine it takes: what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.settings_env import NAMES

ROOT = Path(__file__).parent.parent.parent
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("docker", "systemd", "sizing")}


def test_x4_the_page_says_how_much_with_a_model_and_without():
    """Memory and disk of mailbot, a model for each size of memory, and minutes by speed, with the formula."""
    page = PAGES["sizing"]
    for words in (
        "without a model on this machine",
        "| disk, program",
        "## A local model",
        "minutes = (",
        "*measured*",
    ):
        assert words in page
    assert len(re.findall(r"^\| \d+ GB", page, re.MULTILINE)) >= 4


def test_x4_the_minutes_are_what_the_formula_gives():
    """3,000 tokens read at ten times the writing speed, and 4,000 written."""
    rows = re.findall(r"^\| (\d+) ?(?:\([^)]*\))? \| ([\d.]+) min \|", PAGES["sizing"], re.MULTILINE)
    assert len(rows) == 5
    for speed, minutes in rows:
        exact = (3_000 / (10 * int(speed)) + 4_000 / int(speed)) / 60
        assert float(minutes) == pytest.approx(exact, rel=0.06)


def test_e34_the_page_names_every_port():
    """And the variable that moves it."""
    example = (ROOT / "docker" / ".env.example").read_text("utf-8")
    for name, port in re.findall(r"^# (PORT_\w+)=(\d+)$", example, re.MULTILINE):
        assert f"`{name}`" in PAGES["docker"]
        assert port in PAGES["docker"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_names_is_there(name):
    """Its links, the files that it copies, and the names of secrets."""
    page = PAGES[name]
    for link in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (ROOT / "docs" / link).exists(), link
    for path in re.findall(r"\bdocker/[\w./-]+\w", page):
        assert (ROOT / path).exists(), path
    for secret in re.findall(r"secrets/([A-Z]+_[A-Z_]+)", page):
        assert NAMES[secret].secret
