"""The gate: one mail of one author, or Unreadable."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.errors import Unreadable
from mailbot.understand.gate import MAX_FIELD, MAX_FIELDS, MAX_HEADER, SINGLE, gate

FROM = b"From: Ana <ana@acme.example>\r\n"


def refused(raw):
    with pytest.raises(Unreadable) as caught:
        gate(raw)
    return str(caught.value)


def test_a_plain_mail_passes():
    """The author is the one address of From, the domain in lower case; the body begins behind the empty line."""
    raw = b"Subject: Bees\r\nFrom: Ana <Ana.B@ACME.example>\r\n\r\nHello"
    headers = gate(raw)
    assert (headers.author, headers.name) == ("Ana.B@acme.example", "Ana")
    assert raw[headers.body :] == b"Hello"
    assert list(headers.fields) == [("Subject", "Bees"), ("From", "Ana <Ana.B@ACME.example>")]


def test_a_mail_of_bare_lf_passes():
    """A mail out of a Maildir has bare LF all through."""
    assert gate(b"From: ana@acme.example\nSubject: a\n b\n\nHello\n").fields[1] == ("Subject", "a b")


def test_a_mail_without_a_body_passes():
    """The header may be all there is."""
    headers = gate(FROM)
    assert headers.body == len(FROM)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "line 1"),
        (b"\r\n\r\n", "line 1"),
        (b"\r\n" + FROM + b"\r\nbody", "line 1"),
        (b"Subject: x\r\n\r\n", "no From"),
        (FROM + FROM + b"\r\n", "2 From"),
        (FROM + b"FROM: eve@evil.example\r\n\r\n", "2 From"),
        (FROM + b"From : eve@evil.example\r\n\r\n", "line 2"),
        (b" Subject: x\r\n" + FROM + b"\r\n", "continuation of nothing"),
        (FROM + b"no colon here\r\n\r\n", "line 2"),
        (FROM + b"N\xc3\xa4me: x\r\n\r\n", "line 2"),
        (FROM + b": empty name\r\n\r\n", "line 2"),
        (FROM + b"X: a\0b\r\n\r\n", "NUL"),
        (FROM + b"X: a\rFrom: eve@evil.example\r\n\r\n", "no line end"),
        (FROM + b"X: a\nFrom: eve@evil.example\r\n\r\n", "no line end"),
        (FROM + b"X: a\n\nFrom: eve@evil.example\r\n\r\nbody", "no line end"),
        (b"From: ana@acme.example\nX: a\n\nbody\r\n", "partly"),
        (b"From: ana@acme.example\nX: a\rb\n\nbody", "no line end"),
        (b"From ana@acme.example Fri Nov 20 12:00:00 2026\r\n" + FROM + b"\r\n", "line 1"),
    ],
)
def test_smuggled_headers_are_refused(raw, words):
    """Whatever two programs could read differently is refused, and why is said."""
    assert words in refused(raw)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (b'"Ana\r\n Smith" <ana@acme.example>', False),
        (b'"eve@evil.example\r\n\tx" <ana@acme.example>', False),
        (b'"a" "b\r\n c" <ana@acme.example>', False),
        (b'"a\\" b\r\n c" <ana@acme.example>', False),
        (b'"Ana Smith"\r\n <ana@acme.example>', True),
        (b'"a \\" b"\r\n "c"\r\n <ana@acme.example>', True),
        (b"Ana\r\n Smith\r\n <ana@acme.example>", True),
    ],
)
def test_a_fold_inside_quotes(value, plain):
    """The standard library ends the quote at the fold, and would read an author out of the name."""
    raw = b"From: " + value + b"\r\n\r\n"
    if plain:
        assert gate(raw).author == "ana@acme.example"
    else:
        assert "folded inside a quoted name" in refused(raw)


@pytest.mark.parametrize("name", SINGLE)
def test_a_second_singleton_is_refused(name):
    """Of two Subjects or Dates, programs take different ones."""
    field = f"{name}: x\r\n".encode()
    assert name.title() in refused(FROM + field + field.upper() + b"\r\n")
    gate(FROM + field + b"\r\n")


def test_the_limits_of_the_header():
    """Each limit lets the last fitting header through and refuses the next."""
    gate(FROM + b"X: 1\r\n" * (MAX_FIELDS - 1) + b"\r\n")
    assert "1,000 fields" in refused(FROM + b"X: 1\r\n" * MAX_FIELDS + b"\r\n")
    gate(FROM + b"X: " + b"y" * (MAX_FIELD - 3) + b"\r\n\r\n")
    assert "32,768" in refused(FROM + b"X: " + b"y" * (MAX_FIELD - 4) + b"\r\n y\r\n\r\n")


def test_the_size_of_the_header():
    """256 KiB fit; one byte more does not, with or without an end in sight."""
    line = b"X: " + b"y" * 1019 + b"\r\n"
    head = (FROM + line * 300)[: MAX_HEADER - 1] + b"z"
    assert len(gate(head + b"\r\n\r\nbody").fields) > 250
    assert "262,144" in refused(head + b"z\r\n\r\nbody")
    assert "262,144" in refused(FROM + b"X: " + b"y" * 1_000_000)


@given(st.binary(max_size=300), st.sampled_from([b"", FROM, FROM[:-2] + b"\n"]))
def test_any_bytes_pass_or_are_unreadable(raw, start):
    """No bytes raise anything but Unreadable."""
    with contextlib.suppress(Unreadable):
        assert "@" in gate(start + raw).author


@given(st.text(alphabet='ab@.<>,;:"\\() \t=?é\u202e', max_size=60))
def test_no_from_gives_two_readings(value):
    """A From that passes holds its address once, as the whole value or at its end in angle brackets."""
    raw = b"From: " + value.encode() + b"\r\n\r\n"
    try:
        author = gate(raw).author
    except Unreadable:
        return
    bare = value.strip(" \t")
    assert bare.lower() == author.lower() or bare.lower().endswith(f"<{author.lower()}>")
    assert bare.startswith('"') or bare.count("@") == 1 or '"' in bare
