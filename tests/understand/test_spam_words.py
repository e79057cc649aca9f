"""The statistical part: the table as a file, and what lessons do."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.errors import Permanent
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_tokens import Tokens, tokens_of
from mailbot.understand.spam_words import LESSONS, Words, packed, unpacked
from tests.fakes import mail

SHIPPED = unpacked((resources.files("mailbot.understand") / "spam_words.bin").read_bytes())
TABLE = Words(bits=2, bias=-1.0, step=0.5, mails=10, weights=bytes([0, 2, 254, 4]), common=bytes(4))


def taught(raw, *lessons):
    """What *raw* is worth after *lessons*: (mail, whether it is spam)."""
    learned = {}
    for lesson, spam in lessons:
        for word in {LESSONS, *tokens_of(letter_of(lesson)).taught}:
            in_spam, in_ham = learned.get(word, (0, 0))
            learned[word] = (in_spam + spam, in_ham + (not spam))
    return replace(SHIPPED, learned=learned).taught(tokens_of(letter_of(raw)))


def test_weights_are_summed():
    """Bias and weights, one byte each with its sign; each group by its own length."""
    tokens = Tokens(frame=(1,), words=(2, 6, 3, 7), runs=())
    assert TABLE.logit(tokens) == -1.0 + 2 * 0.5 + (-2 - 2 + 4 + 4) * 0.5 / 2
    assert Words().logit(tokens) == 0


def test_a_table_comes_back_from_its_file():
    """What was packed is what is unpacked."""
    assert unpacked(packed(TABLE)) == TABLE


@pytest.mark.parametrize(
    "data", [b"", b"x", packed(TABLE)[:-6], packed(TABLE)[:30], packed(TABLE).replace(b"words 1", b"words 2")]
)
def test_what_is_no_table_says_what_to_do(data):
    """A broken file is told, not guessed at."""
    with pytest.raises(Permanent, match="install mailbot again"):
        unpacked(data)


@given(st.binary(max_size=100))
def test_no_file_does_more_than_be_refused(data):
    """Whatever stands in it."""
    with pytest.raises(Permanent):
        unpacked(packed(TABLE)[:21] + data + b"\0")


def test_one_lesson_is_heard():
    """The same mail again is worth points the way it was taught, and a stranger's mail nearly none."""
    spam = mail("Crazy watches, replica watches, cheapest replica timepieces from Geneva.", subject="Replica watches")
    other = mail("Could you build a timetable for our choir?", From="Bo <bo@other.example>", subject="Choir")
    assert taught(spam) == 0
    assert taught(spam, (spam, True)) > 2
    assert taught(spam, (spam, False)) < -2
    assert abs(taught(other, (spam, True))) < taught(spam, (spam, True)) / 3


def test_a_lesson_taken_back_leaves_nothing():
    """As many lessons one way as the other say nothing."""
    assert taught(mail(), (mail(), True), (mail(), False)) == 0


def test_lessons_have_a_limit():
    """A thousand lessons outweigh no proof."""
    assert 8 < taught(mail(), *[(mail(), True)] * 1_000) <= 9
