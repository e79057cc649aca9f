"""Acceptance criteria, as people write them."""

from __future__ import annotations

import re

import pytest

from mailbot.checks.spec import spec_of
from mailbot.understand.criteria import MAX_CRITERIA, criteria_of


def kinds(text, **known):
    return [(one.kind, one.spec) for one in criteria_of(text, **known).checks]


def test_the_first_journey():
    """What must hold is numbered in its order; what is only described is left to the model."""
    found = criteria_of("One page that adds up the sales column. Must work offline.\nThe total is 33.75.").checks
    assert [(one.number, one.kind, one.text) for one in found] == [
        (1, "prose", "Must work offline."),
        (2, "js", "The total is 33.75."),
    ]
    assert found[0].spec == "offline"


@pytest.mark.parametrize(
    ("said", "yes", "no"),
    [
        ("The total is 33.75.", ["Total: 33.75 EUR", "33,75", "33.750"], ["133.75", "33.7", "33.751", "1.33.75"]),
        ("Łącznie wynosi 1 204,50 zł", ["1 204,50", "1204.5", "1.204,50"], ["204,50", "1 204,51"]),
        ("die Summe beträgt 1.204 €", ["1.204", "1204", "1204,00"], ["1.205", "21204"]),
    ],
)
def test_numbers_on_a_page(said, yes, no):
    """However the page writes it; no other number."""
    ((kind, spec),) = kinds(said)
    pattern = re.compile(spec.removeprefix("/").removesuffix("/.test(document.body.innerText)"))
    assert kind == "js"
    assert [bool(pattern.search(one)) for one in (*yes, *no)] == [True] * len(yes) + [False] * len(no)


@pytest.mark.parametrize(
    ("said", "kind", "spec"),
    [
        ("GET /health returns 200", "http", "GET /health 200"),
        ("/api/items?x=1 must answer with status 404.", "http", "GET /api/items?x=1 404"),
        ("POST /items liefert 201", "http", "POST /items 201"),
        ("`pytest -q` must pass", "command", "pytest -q"),
        ("`python main.py --help` exits with 0", "command", "python main.py --help"),
        ("there must be a file README.md", "file", "README.md"),
        ("It must contain a Dockerfile", "file", "Dockerfile"),
        ("The page must show “Hello Bees”", "js", 'document.body.innerText.toLowerCase().includes("hello bees")'),
        ("js: document.title === 'x'", "js", "document.title === 'x'"),
        ("must work without internet", "prose", "offline"),
        ("Musi działać bez internetu", "prose", "offline"),
        ("Doit fonctionner hors ligne", "prose", "offline"),
        ("muss ohne Internet laufen", "prose", "offline"),
        ("the sum of column B must be 5", "prose", ""),
        ("The page must show a nice header", "prose", ""),
        ("the service must answer quickly", "prose", ""),
        ("`rm -rf x` must never be possible", "prose", ""),
        ("must have a login", "prose", ""),
        ("the total is 33.75 and the mean is 11.25", "prose", ""),
    ],
)  # fmt: skip
def test_kinds(said, kind, spec):
    """A machine judges only where the words leave no doubt."""
    assert kinds(f"Requirements:\n- {said}") == [(kind, spec)]


def test_numbers_without_a_page():
    """A script prints somewhere: whoever reads its output judges."""
    assert kinds("The total is 33.75.", shown=False) == [("prose", "")]


def test_lists():
    """Numbered items are criteria, bullets under a heading for them; items go over lines, headings end lists."""
    text = (
        "1. A header\n   in blue\n2) a footer\n\nIdeas:\n- maybe red\n\n"
        "Kryteria akceptacji:\n- ma logo\n* und Musik\n\nThat is all."
    )
    assert [one.text for one in criteria_of(text).checks] == ["A header in blue", "a footer", "ma logo", "und Musik"]
    assert criteria_of(text, lists=False).checks == ()


def test_what_is_no_criterion():
    """Code, tables, questions and what people must do."""
    text = (
        "```\n1. it must\n```\n\n| must | be | x |\n\n"
        "Must it be red? We must leave now. I have to go.\n\nIt was a must-see."
    )
    assert criteria_of(text).checks == ()


def test_limits():
    """Forty a mail, the rest counted; a long one is cut."""
    found = criteria_of("".join(f"{number}. it must hold {number}\n" for number in range(1_000)))
    assert (len(found.checks), found.more) == (MAX_CRITERIA, 1_000 - MAX_CRITERIA)
    assert len(criteria_of("1. " + "x " * 1_000).checks[0].text) <= 300


def test_the_same_twice_is_one():
    """Said twice, checked once."""
    assert len(criteria_of("It must be blue. It must be blue.").checks) == 1


def test_the_room_can_read_them():
    """What is written for a command, an address or a file is what checks/ understands."""
    said = "Requirements:\n- GET /health returns 200\n- `pytest -q` must pass\n- there must be a file README.md"
    read = [spec_of(check) for check in criteria_of(said).checks]
    assert [type(one).__name__ for one in read] == ["Page", "Command", "File"]


@pytest.mark.parametrize("name", [".gitignore", ".github/workflows/ci.yml", ".devcontainer/d.json", "LICENSE"])
def test_a_file_keeps_the_point_that_its_name_begins_with(name):
    """Or it would be looked for in vain, and called not done."""
    [check] = criteria_of(f"- there must be a file {name}.").checks
    assert (check.kind, check.spec) == ("file", name)
