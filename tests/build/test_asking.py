"""Questions of the author that want no version, and questions of a model that go to the author."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.build.asking import asked, only_asks, proposals
from mailbot.build.moves import Said
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.understand.chosen import chosen_in
from tests.build.driven import order
from tests.reply.people import MESSAGE


@pytest.mark.parametrize(
    "text",
    ["Why did you use a table?", "Hi,\nwhy is the header blue? How does it add up the rows?\nThanks!",
     "Where are the data kept?", "Which file holds the total?", "Does it work offline?", "Is it responsive?",
     "Dlaczego użyłeś tabeli?", "Jak to działa?", "Pourquoi la page est-elle bleue ?", "Warum ist die Zeile rot?",
     "Was macht app.py?"],
)  # fmt: skip
def test_words_that_want_to_know_are_a_question(text):
    """In four languages, with a greeting around them."""
    assert only_asks(order(Kind.REVISE, text=text))


@pytest.mark.parametrize(
    "text",
    ["Can you make the header blue?", "Could you add a total?", "Why not blue?", "Why don't you use a list?",
     "Why did you use a table? Use a list.", "Make it blue", "How about a total?", "Would you please add a row?", "",
     "Czemu nie lista?", "Warum nicht blau?", "What about dark mode?", "Is it possible to add a total?" * 40],
)  # fmt: skip
def test_a_wish_in_the_form_of_a_question_is_a_wish(text):
    """It is built."""
    assert not only_asks(order(Kind.REVISE, text=text))


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("=== ASK: Where is it kept? | default: SQLite ===", "Where is it kept? (default: SQLite)"),
        ("=== ASK: Where is it kept (default: SQLite) ===", "Where is it kept? (default: SQLite)"),
        ("**=== QUESTION: Who logs in? ===**", "Who logs in? (default: the simplest thing that works)"),
        (f"=== ASK: {'long ' * 50}? | default: x ===", None),
    ],
)
def test_a_question_always_has_a_default(line, question):
    """However the model wrote it; and it stays one line."""
    [made] = asked(Said(text=f"I must know:\n{line}\n", maker=Maker(kind="model")), order(), 0)
    assert proposals([made])
    assert len(made) <= 250
    assert question is None or made == question


def test_a_question_inside_a_file_is_no_question():
    """Only between files it is one."""
    text = "=== FILE: a.md ===\n=== ASK: Really? ===\n=== END FILE ===\n"
    assert asked(Said(text=text, maker=Maker(kind="model")), order(), 0) == ()


def test_our_questions_are_known_again_in_the_answer():
    """What is quoted of them is read as a proposal, and "go" takes it."""
    quoted = replace(
        MESSAGE, text="go", quoted="1. Where is it kept? (default: SQLite)\n2. Who logs in? (default: nobody)"
    )
    assert [(one.number, one.answer) for one in chosen_in(quoted)] == [(1, ""), (2, "")]
