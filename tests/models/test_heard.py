"""What comes of an answer: its words, its limits, and what is no answer."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.models.heard import LOOP, MAX_ANSWER, MAX_BLANK, Heard, Piece, Usage, repeats


def heard(*pieces, end="stop", **more):
    found = Heard()
    for piece in pieces:
        found.add(Piece(text=piece))
    found.add(Piece(end=end, **more))
    return found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Yes.", "Yes."),
        ("<think>Hm.</think>\nYes.", "Yes."),
        ("\n<thinking>\nHm.\n</thinking>\n\nYes.", "Yes."),
        ("I <think> so.", "I <think> so."),
        ("=== FILE: a.html ===\n<think>\n", "=== FILE: a.html ===\n<think>\n"),
    ],
)
def test_what_it_thinks_aloud_is_no_part_of_the_answer(words, text):
    """Only at the beginning: further on it is the content of a file."""
    assert heard(*words).text() == text
    assert heard(words).answer(10, "m") == text


def test_an_end_without_words_is_no_answer():
    """Blanks, thinking, a refusal: each with its own error."""
    with pytest.raises(Temporary, match="empty"):
        heard(" \n").answer(10, "m")
    with pytest.raises(Permanent, match="for thinking"):
        heard(end="length", thought=9).answer(10, "m")
    with pytest.raises(Permanent, match="refused to answer"):
        heard("I", end="refused").answer(10, "m")


def test_a_prompt_that_was_read_in_part_is_noticed():
    """By the count of tokens, where there is one."""
    with pytest.raises(Permanent, match="read only part"):
        heard("Yes.", usage=Usage(prompt_tokens=131)).answer(12_000, "m")
    assert heard("Yes.", usage=Usage(prompt_tokens=131)).answer(500, "m") == "Yes."
    assert heard("Yes.").answer(12_000, "m") == "Yes."


def test_blanks_are_counted_in_a_row():
    """Pieces without any text, such as thinking, do not break the row, and words do."""
    found = Heard()
    for _ in range(MAX_BLANK - 1):
        found.add(Piece(text=" \n"))
    assert not found.cut
    found.add(Piece(thought=3))
    found.add(Piece(text="x"))
    found.add(Piece(text="\n"))
    assert not found.cut
    for _ in range(MAX_BLANK):
        found.add(Piece(text="\n"))
    assert found.cut


def test_an_answer_has_a_largest_size():
    """Whatever is in it."""
    found = Heard()
    found.add(Piece(text="".join(map(str, range(MAX_ANSWER // 4)))[:MAX_ANSWER]))
    assert not found.cut
    found.add(Piece(text="x"))
    assert found.cut


@pytest.mark.parametrize(
    ("tail", "loops"),
    [
        ("do it again, " * 1_000, True),
        ("\n" * LOOP, True),
        ("abc" * 1_000 + "".join(map(str, range(900))), False),
        ("".join(f"row {n},{n * 7}\n" for n in range(1_000)), False),
        ("".join(f"<td>{n}</td>" for n in range(1_000)), False),
        (("x" * 700 + "y") * 20, False),
    ],
)
def test_a_loop_is_told_from_a_long_table(tail, loops):
    """Exactly the same again and again, and short."""
    assert repeats(tail[-LOOP:]) is loops


def test_two_answers_to_one_question_cost_both():
    """Their tokens and seconds are added."""
    one = heard("a", usage=Usage(prompt_tokens=5, cached_tokens=1, answer_tokens=2, seconds=1.5))
    both = heard("b", usage=Usage(prompt_tokens=7, answer_tokens=3, seconds=1)).after(one)
    assert (both.prompt_tokens, both.cached_tokens, both.answer_tokens, both.seconds) == (12, 1, 5, 2.5)
    assert both.text() == "b"


def test_counts_that_cannot_be_are_none():
    """A server may count wrong."""
    assert heard("a", usage=Usage(prompt_tokens=-5, seconds=-1)).prompt_tokens == 0
