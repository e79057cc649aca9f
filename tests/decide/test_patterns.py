"""Patterns of addresses, names and texts, and bounds of numbers."""

from __future__ import annotations

import re

import cel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.decide.patterns import Addresses, Globs, Range, Regex, address_matches, shown


@pytest.mark.parametrize(
    ("pattern", "address", "known"),
    [
        ("ana@acme.example", "ana@acme.example", True),
        ("ANA@acme.example", "Ana@Acme.Example", True),
        ("ana@acme.example", "eva@acme.example", False),
        ("ana@acme.example", "ana@acme.example.evil.example", False),
        ("acme.example", "ana@acme.example", True),
        ("@acme.example", "ana@acme.example", True),
        ("*@acme.example", "ana@acme.example", True),
        ("acme.example", "ana@sub.acme.example", False),
        ("acme.example", "ana@evilacme.example", False),
        ("*.acme.example", "ana@sub.acme.example", True),
        ("*.acme.example", "ana@acme.example", False),
        ("*.acme.example", "ana@evil-acme.example", False),
        ("*@*.acme.example", "ana@sub.acme.example", True),
        ("build-*@acme.example", "build-x@acme.example", True),
        ("build-*@acme.example", "rebuild-x@acme.example", False),
        ("a*b*c@acme.example", "a-b-c@acme.example", True),
        ("a*b*c@acme.example", "abc@acme.example", True),
        ("a*b*b@acme.example", "ab@acme.example", False),
        ("*b*a*@acme.example", "ab@acme.example", False),
        ("aa*aa@acme.example", "aaa@acme.example", False),
        ("*", "ana@acme.example", True),
        ("*@*", "ana@acme.example", True),
    ],
)
def test_patterns_of_addresses(pattern, address, known):
    """An address, a domain, or either with stars; never more than was written."""
    assert address_matches(pattern, address) is known
    assert Addresses([pattern, "zoe@zoo.example"]).find(address) is known


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=8))
def test_a_star_stands_for_any_characters(pattern, text):
    """As the shell has it."""
    rest = {0}
    for sign in pattern:
        if sign == "*":
            rest = {n for at in rest for n in range(at, len(text) + 1)}
        else:
            rest = {at + 1 for at in rest if text[at : at + 1] == sign}
    assert address_matches(f"{pattern}@x.example", f"{text}@x.example") is (len(text) in rest or pattern == "")


def test_many_addresses_are_one_question():
    """Ten thousand of them are looked up, not gone through."""
    many = Addresses(f"person-{number}@acme.example" for number in range(10_000))
    assert many.find("Person-9999@acme.example")
    assert not many.find("person-10000@acme.example")


@pytest.mark.parametrize(
    ("patterns", "texts", "known"),
    [
        (["*.exe"], ["Tool.EXE"], True),
        (["*.exe"], ["tool.exe.txt"], False),
        (["web", "page-*"], ["x", "PAGE-one"], True),
        (["web"], ["website"], False),
        (["*"], [""], True),
        (["*"], [], False),
        ([], ["x"], False),
    ],
)
def test_globs(patterns, texts, known):
    """The whole of one text is one of the patterns, whatever their case."""
    assert Globs(patterns).find(*texts) is known


@pytest.mark.parametrize(
    ("pattern", "text", "known"),
    [
        (r"(?i)\bgame\b", "a Game of life", True),
        (r"(?i)\bgame\b", "gamer", False),
        (r"^a.c$", "abc", True),
        (r"\p{L}+\d", "zażółć1", True),
        (r"x", "", False),
        (r"(?s)a.b", "a\nb", True),
        (r"AKIA[0-9A-Z]{16}", "key: AKIAABCDEFGHIJKLMNOP.", True),
    ],
)
def test_a_regex_says_what_cel_says(pattern, text, known):
    """One dialect in `matches:` and in `when:`."""
    assert Regex(pattern).search(text) is known
    assert cel.evaluate("text.matches(pattern)", {"text": text, "pattern": pattern}) is known


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(x+x+)+y", r"(.*)*=(.*)*=", r"^(\w+\s?)*$"])
def test_no_text_hangs_a_regex(pattern):
    """Half a million characters that take Python's re longer than the sun will shine."""
    hostile = "ax" * 250_000 + "!"
    assert Regex(pattern).search(hostile) is False


def test_a_regex_that_cannot_be_used_says_why():
    """In words, without the library's own noise."""
    for pattern, words in (("(a", "unclosed group"), ("((a{99}){99}){99}", "size limit"), (r"(a)\1", "backreferences")):
        with pytest.raises(ValueError, match=re.escape(words)) as caught:
            Regex(pattern)
        assert "\n" not in str(caught.value)
    assert Regex("a") == Regex("a") != Regex("b")


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Range(lt=3), [2], [3, 4]),
        (Range(lte=3), [3], [4]),
        (Range(gt=3), [4], [3]),
        (Range(gte=3), [3], [2]),
        (Range(gt=0, lte=2), [1, 2], [0, 3]),
        (Range(), [-1, 5], []),
    ],
)
def test_bounds(bounds, inside, outside):
    """Each bound that is set holds."""
    assert all(bounds.holds(one) for one in inside)
    assert not any(bounds.holds(one) for one in outside)


@pytest.mark.parametrize(
    ("bounds", "possible"),
    [
        (Range(gt=5, lt=5), False),
        (Range(gte=5, lt=5), False),
        (Range(gte=5, lte=5), True),
        (Range(gte=6, lte=5), False),
        (Range(gt=5), True),
    ],
)
def test_bounds_that_nothing_meets(bounds, possible):
    """Such a rule would never match, and nobody would know."""
    assert bounds.possible is possible


def test_values_in_words():
    """A line for people, never long."""
    assert (shown(None), shown("a"), shown([1])) == ("nothing", "'a'", "[1]")
    assert len(shown("a" * 999)) == 61
