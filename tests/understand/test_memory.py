"""Lines about what is to be kept in mind, and what somebody works on (issue 7, row X6)."""

from __future__ import annotations

import pytest

from mailbot.domain.intent import Kind
from mailbot.understand.commands import commanded
from mailbot.understand.memory import LONGEST, about_memory
from mailbot.understand.memory_computer import computer_of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("remember: always use tabs", "always use tabs"),
        ("Please remember that our colours are #0a0 and #fff.", "our colours are #0a0 and #fff."),
        ("From now on, answer in French", "answer in French"),
        ("For all my projects: no jQuery", "no jQuery"),
        ("Zapamiętaj: nasze kolory to #0a0", "nasze kolory to #0a0"),
        ("Zapamiętaj, że piszemy po polsku", "piszemy po polsku"),
        ("Retiens : nos couleurs sont bleu et or", "nos couleurs sont bleu et or"),
        ("Retenez que nous utilisons des tabulations", "nous utilisons des tabulations"),
        ("Merke dir: wir nehmen Tabs", "wir nehmen Tabs"),
        ("Bitte merken Sie sich, dass wir Tabs nehmen", "wir Tabs nehmen"),
    ],
)
def test_what_is_to_be_kept_is_taken_word_for_word(line, words):
    """In four languages."""
    (found,) = about_memory(line)
    assert (found.kind, found.words, found.undo) == (Kind.REMEMBER, words, False)


@pytest.mark.parametrize(
    "line", ["forget 2", "Forget number 2.", "zapomnij 2", "oublie 2", "vergiss 2", "please forget 2"]
)
def test_a_number_is_forgotten(line):
    """Politely or not."""
    (found,) = commanded(line).commands
    assert (found.kind, found.number, found.undo) == (Kind.REMEMBER, 2, True)


def test_several_numbers_are_forgotten():
    """In one line."""
    assert [one.number for one in about_memory("forget 1, 3 and 5")] == [1, 3, 5]


@pytest.mark.parametrize(
    "line", ["What do you remember?", "co pamiętasz?", "De quoi te souviens-tu ?", "Was hast du dir gemerkt?"]
)
def test_it_is_asked_what_is_kept(line):
    """As a whole line."""
    (found,) = commanded(line).commands
    assert (found.kind, found.words, found.number) == (Kind.REMEMBER, "", None)


@pytest.mark.parametrize(
    "line",
    ["Remember to add a footer.", "The page should remember the last choice.", "forget me", "forget it", "drop 2",
     "A memory game for children.", "Always show the total."],
)  # fmt: skip
def test_a_wish_is_no_memory(line):
    """What is asked of the program is not asked of us."""
    assert about_memory(line) == ()


def test_what_is_too_long_is_not_cut_in_silence():
    """It is answered with the limit."""
    (found,) = about_memory(f"remember: {'x' * (LONGEST + 1)}")
    assert "at most 300" in found.note


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am on Windows, no Docker, Python 3.9.", "Windows, no Docker, Python 3.9"),
        ("A quiz, please. My laptop runs Ubuntu 22.04.", "Ubuntu 22.04"),
        ("Mam Windows 10, bez Dockera.", "Windows 10, no Docker"),
        ("Je suis sous Windows, sans Docker.", "Windows, no Docker"),
        ("Ich habe Windows und kein Docker.", "Windows, no Docker"),
        ("A shop that sells Windows licences.", ""),
        ("It must run in Docker with Python 3.9.", ""),
        ("I have a list of windows and doors.", ""),
        ("", ""),
    ],
)
def test_x6_what_somebody_works_on_is_heard_where_they_speak_of_themselves(text, found):
    """And nowhere else."""
    assert computer_of(text) == found


def test_x6_a_hostile_text_is_looked_at_within_bounds():
    """It takes no time."""
    assert computer_of("I am on " * 50_000) == ""
    assert computer_of("; " * 50_000) == ""
