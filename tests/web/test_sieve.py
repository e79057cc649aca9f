"""Phrases that neither go in nor come out, and signs that no text needs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.web.sieve import REMOVED, Sieve, clean, found_in

PHRASES = ("red falcon", "hush")


def through(pieces, phrases=PHRASES):
    sieve = Sieve(phrases)
    return "".join([sieve.feed(one) for one in pieces]) + sieve.end()


@given(st.lists(st.sampled_from(["red", " ", "falcon", "\n", "hu", "sh", "x", "RED  FAL", "con", "é"]), max_size=30))
def test_na16_no_cut_lets_a_phrase_through(pieces):
    """Wherever the pieces end, the same leaves as if it had come whole; nothing else is lost."""
    text = through(pieces)
    assert text == through(["".join(pieces)])
    assert not found_in(text.replace(REMOVED, "#"), ["hush"])


def test_without_phrases_nothing_is_held_back():
    """Each piece leaves at once."""
    assert Sieve(()).feed("a") == "a"
    assert Sieve(("",)).feed("a") == "a"


@given(st.text())
def test_na16_what_is_clean_stays_clean(text):
    """No control sign is left, lines and tabs are, and a second cleaning changes nothing."""
    plain = clean(text)
    assert clean(plain) == plain
    assert not any(ord(char) < 32 and char not in "\n\t\r" for char in plain)
    plain.encode("utf-8")
