"""Words from outside, made fit for a mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reply.words import WIDTH, block, line, listed, reply_subject, sentence, unlinked, wrapped


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Sales page", "Re: Sales page"),
        ("Re: Sales page", "Re: Sales page"),
        ("RE: AW: Sv: re[3]: Re^2: Antw: Sales page", "Re: Sales page"),
        ("回复\N{FULLWIDTH COLON}Sales page", "Re: Sales page"),
        ("Fwd: Sales page", "Re: Fwd: Sales page"),
        ("Recipe: cake", "Re: Recipe: cake"),
        ("re sales", "Re: re sales"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("a\r\nBcc: evil@example.org", "Re: a Bcc: evil@example.org"),
    ],
)
def test_the_subject_has_exactly_one_re(subject: str, expected: str) -> None:
    """Whatever reply prefixes it came with; words that only begin like one stay."""
    assert reply_subject(subject) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\n  c", "a b c"),
        ("pay\u202egpj.exe", "paygpj.exe"),
        ("zero\u200bwidth \U000e0041tag", "zerowidth tag"),
        ("half \ud83d", "half \ufffd"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("x" * 300, "x" * 199 + "…"),
        ("\x1b[31mred\x00", "[31mred"),
    ],
)
def test_a_line_shows_all_that_is_in_it(text: str, expected: str) -> None:
    """Control characters part words, hidden ones go, joiners that a script needs stay."""
    assert line(text) == expected


@given(st.text())
def test_no_line_is_more_than_one(text: str) -> None:
    """And none is longer than its limit, whatever comes."""
    made = line(text, 50)
    assert len(made.splitlines()) <= 1
    assert len(made) <= 50
    assert line(made, 50) == made


def test_a_block_keeps_lines_and_indents() -> None:
    """Code stays readable; many empty lines become one."""
    assert block("one\n\tcode\n\n\n\n\x07two  \r\n") == "one\n    code\n\n two"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://acme.example/x", "see https://acme.example/x"),
        ("see https://evil.example/x", "see https[:]//evil.example/x"),
        ("https://acme.example@evil.example/", "https[:]//acme.example@evil.example/"),
        ("HTTPS://ACME.example", "HTTPS://ACME.example"),
        ("www.evil.example/?q=secret", "www[.]evil.example/?q=secret"),
        ("javascript://evil", "javascript[:]//evil"),
        ("no link: at all //", "no link: at all //"),
    ],
)
def test_only_places_that_the_author_knows_can_be_clicked(text: str, expected: str) -> None:
    """What a model wrote leads nobody elsewhere."""
    assert unlinked(text, {"acme.example"}) == expected


def test_lines_are_wrapped_but_code_is_not() -> None:
    """Items hang, code and words without a space stay whole."""
    text = wrapped("- " + "word " * 30 + "\n    " + "code " * 30 + "\n" + "x" * 100)
    lines = text.splitlines()
    assert all(len(one) <= WIDTH for one in lines[:2])
    assert lines[1].startswith("  word")
    assert lines[2].startswith("    code")
    assert lines[3:] == ["x" * 100]


def test_small_words() -> None:
    """Sentences with an end, long lists cut."""
    assert (sentence("it failed"), sentence("why?"), sentence("")) == ("it failed.", "why?", "")
    assert listed("abcdefgh") == "a, b, c, d, e, f and 2 more"
