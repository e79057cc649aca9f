"""A typed check is read from its words, or refused with the reason."""

from __future__ import annotations

import pytest

from mailbot.checks.spec import MAX_WORDS, Command, File, Page, spec_of
from mailbot.domain.project import Check


def read(kind, words, text="as the person says it"):
    return spec_of(Check(number=1, kind=kind, text=text, spec=words))


@pytest.mark.parametrize(
    ("kind", "words", "spec"),
    [
        ("command", "python3 app.py --version", Command(run="python3 app.py --version")),
        ("cmd", '{"run": "false", "exit": 1}', Command(run="false", exit=1)),
        ("command", '{"run": "x", "contains": "a", "matches": "b+"}', Command(run="x", contains="a", matches="b+")),
        ("http", "/", Page(path="/")),
        ("http", "get /a?b=c 404", Page(path="/a?b=c", status=404)),
        ("http", "POST /a 201 made it", Page(method="POST", path="/a", status=201, contains="made it")),
        ("http", '{"path": "/", "body": "x=1", "method": "PUT"}', Page(path="/", body="x=1", method="PUT")),
        ("file", "README.md", File(path="README.md")),
        ("file", "README.md: Bees: a list", File(path="README.md", contains="Bees: a list")),
        ("file", '{"path": "*.exe", "absent": true}', File(path="*.exe", absent=True)),
        ("regex", "src/*.py: def \\w+", File(path="src/*.py", matches="def \\w+")),
        ("regex", '{"path": "a", "pattern": "b"}', File(path="a", matches="b")),
    ],
)
def test_both_forms_of_every_kind(kind, words, spec):
    """Short as a person writes it, and JSON as a program does."""
    assert read(kind, words) == spec


@pytest.mark.parametrize(
    ("kind", "words", "why"),
    [
        ("http", "the page shows bees", "write it as: GET /path 200"),
        ("http", "GET http://127.0.0.1/", "write it as: GET /path 200"),
        ("regex", "app.py", "write it as: file: pattern"),
        ("command", '{"run": "x", "timeout": 5}', "there is no 'timeout'"),
        ("command", '{"run": "x", "exit": "0"}', "'exit' is not a number"),
        ("command", '{"run": "x", "exit": true}', "'exit' is not a number"),
        ("command", '{"exit": 1}', "it needs run"),
        ("file", '{"absent": true}', "it needs path"),
        ("file", "{" * 1_000, "it is no JSON"),
        ("command", "x" * (MAX_WORDS + 1), "1 to 2000 characters"),
        ("command", "a\0b", "1 to 2000 characters"),
    ],
)
def test_what_cannot_be_read_says_why(kind, words, why):
    """And how it should be written."""
    assert why in read(kind, words)


def test_without_a_spec_the_words_themselves_are_read():
    """What the person wrote may be enough."""
    assert read("command", "", text="make test") == Command(run="make test")


@pytest.mark.parametrize("kind", ["prose", "js", "syntax", "new"])
def test_other_kinds_are_for_others(kind):
    """Nothing is guessed."""
    assert read(kind, "/") is None
