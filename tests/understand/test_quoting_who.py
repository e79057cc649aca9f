# ruff: noqa: RUF001  (letters of many languages)
"""The line in which a mail program says who wrote what follows."""

from __future__ import annotations

import pytest

from mailbot.understand.phrases import WROTE
from mailbot.understand.quoting import own_words
from mailbot.understand.quoting_lines import lines_of
from mailbot.understand.quoting_who import MAX_TRIES, Asked, Sure, says_who


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("on fri, nov 20, 2026 at 12:01 pm ana <a@b.example> wrote:", Sure.WHOLE),
        ("am 20.11.2026 um 12:01 schrieb ana:", Sure.WHOLE),
        ("siku ya 20/11/2026 12:01 ana <a@b.example> akasema:", Sure.YES),
        ("20 siku 2026 12:01 ana (a@b.example) akasema:", Sure.WHOLE),
        ("---- ana wrote ----", Sure.WHOLE),
        ("ana wrote:", Sure.MAYBE),
        ("ana wrote on 20 nov:", Sure.MAYBE),
        ("a@b.example:", Sure.MAYBE),
        ("2026-11-20 12:01 gmt+01:00 ana", Sure.MAYBE),
        ("on page 3:", Sure.NO),
        ("who wrote it", Sure.NO),
        ("", Sure.NO),
    ],
)
def test_how_sure(line, sure):
    """A date, an hour and an address in brackets will do in any language; a verb needs a date or a quote below."""
    assert says_who(line) is sure


@pytest.mark.parametrize("verb", WROTE)
def test_every_verb_is_known(verb):
    """Whichever language it is of."""
    assert own_words(f"Blue.\n\nAna {verb}:\n> old")[0] == "Blue."


@pytest.mark.parametrize(
    "lines",
    [
        ["On Nov 20, 2026,", "at 12:01,", "Ana Smith", "<a@b.example>", "wrote:"],
        ["Ana Smith <a@b.example> schrieb am Fr., 20.", "Nov. 2026 um 12:01 Uhr:"],
        ["20 окт. 2026 г. 12:01 пользователь Ana <", "a@b.example> написал:"],
        ["Ana", "<a@b.example> ezt írta (időpont: 2026. nov. 20., P, 12:01):"],
        ["On Fri, Nov 20, 2026 at 12:01 Ana <a@b.example>", "", "wrote:"],
    ],
)
def test_a_line_that_was_broken(lines):
    """All of it goes, wherever a program broke it."""
    assert own_words("\n".join(["Blue.", "", *lines, "", "> old"]))[0] == "Blue."


@pytest.mark.parametrize(
    "above", ["Use 3 colours, on 2 pages.", "Ship it on 2026-11-20", "See a@b.example", "Blue!", "It reads:"]
)
def test_words_straight_above_stay(above):
    """The line above is the author's when the one below says enough."""
    text = f"{above}\nOn Fri, Nov 20, 2026 at 12:01 Ana <a@b.example> wrote:\n> old"
    assert own_words(text)[0] == above


def test_a_sentence_above_stays():
    """What ends as a sentence does is no upper part of such a line, even with an address in it."""
    assert own_words("Ask a@b.example about it!\nAna, 20 Nov, wrote:\n> old")[0] == "Ask a@b.example about it!"


def test_only_so_many_are_asked():
    """A text that is made of such lines costs no more than one with many."""
    asked = Asked(lines=lines_of("Ana wrote:\n> q\n" * 2))
    assert asked.begins(0, 0, marked=True) == 0
    asked.tries = MAX_TRIES
    assert asked.begins(0, 0, marked=True) == -1


def test_words_below_when_nothing_stands_above():
    """Without marks and without words above, those below are the author's; a second such line ends them."""
    who = "On 20 Nov 2026 at 12:01, Ana <a@b.example> wrote:"
    assert own_words(f"{who}\n\nMake it blue.") == ("Make it blue.", who)
    assert own_words(f"{who}\n\nMake it blue.\n\n{who}\n\nold")[0] == "Make it blue."
    assert own_words(f"{who}\n\nold\nRef t7k2m9.abcdefghij\n\nMake it blue.")[0] == "Make it blue."
