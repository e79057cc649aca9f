"""Answers to our questions."""

from __future__ import annotations

import pytest

from mailbot.domain.message import Message
from mailbot.understand.chosen import MAX_QUESTIONS, chosen_in

ASKED = ("Who logs in?", "Where is data kept?", "Report means…")
QUOTED = (
    "> 1. Who logs in?            default: nobody,\n> no login\n"
    "> 2. Where is data kept?  default: SQLite\n> 3. a plain line"
)


def chosen(text, asked=(), **known):
    message = Message(id="", author="ana@acme.example", text=text, **known)
    return {one.number: one.answer for one in chosen_in(message, asked)}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("2. Postgres", {1: "", 2: "Postgres", 3: ""}),
        ("1: Bob\n2) Postgres\n3 - PDF", {1: "Bob", 2: "Postgres", 3: "PDF"}),
        ("1 Bob, 2 Postgres, 3 PDF", {1: "Bob", 2: "Postgres", 3: "PDF"}),
        ("ad 2: Postgres", {1: "", 2: "Postgres", 3: ""}),
        ("2. default\n3. skip", {1: "", 2: "", 3: ""}),
        ("go", {1: "", 2: "", 3: ""}),
        ("Make it blue", {}),
        ("2. Postgres,\nbut the new one\n\nMake it blue", {1: "", 2: "Postgres,\nbut the new one", 3: ""}),
        ("7. Postgres", {}),
        ("20 Postgres servers", {}),
    ],
)
def test_by_number(text, answers):
    """Below, each after its number; what was left out stays as proposed."""
    assert chosen(text, ASKED) == answers


def test_from_the_quote():
    """Without the ledger, the quoted lines that ask or propose are our questions."""
    assert chosen("2. Postgres", quoted=QUOTED) == {1: "", 2: "Postgres"}
    assert chosen("1. Add a footer\n2. Make it blue", quoted="> 1. a header\n> 2. a logo") == {}
    assert chosen("1. Add a footer") == {}


def test_between():
    """The answer belongs to the last question above it; another passage is no question."""
    pairs = (("1. Who logs in?\n2. Where?", "Postgres"), ("3.", "PDF"), ("Checks: 3 of 3", "nice"))
    assert chosen("Postgres\n\nPDF\n\nnice", ASKED, between=pairs) == {1: "", 2: "Postgres", 3: "PDF"}


def test_one_question():
    """The whole mail is its answer."""
    assert chosen("Postgres, please.", ("Where?",)) == {1: "Postgres, please."}
    assert chosen("egal", ("Where?",)) == {1: ""}


def test_go_without_a_question():
    """Somebody says yes, and only the ledger knows to what."""
    assert chosen("Go") == {None: ""}


def test_limits():
    """Twenty questions; answers are cut."""
    found = chosen("1. " + "x" * 9_000, tuple(f"{n}?" for n in range(100)))
    assert (len(found), len(found[1])) == (MAX_QUESTIONS, 2_000)
