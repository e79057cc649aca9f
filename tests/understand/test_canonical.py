"""The forms that DKIM hashes: the same as dkimpy's, however the body comes in pieces."""

from __future__ import annotations

import hashlib
import itertools
import mmap
import random

import pytest
from dkim import rfc822_parse
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.errors import Unreadable
from mailbot.understand.canonical import PIECE, body_hash, body_pieces, header_of
from mailbot.understand.gate import gate

BODY = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\n", b"\r", b"a", b" \r\n", b"\r\n\r\n"]), max_size=30)


def in_dkimpy(body, relaxed):
    """Its form, of a body whose line ends it has made plain."""
    plain = rfc822_parse(b"X: y\r\n\r\n" + body)[1]
    return (Relaxed if relaxed else Simple).canonicalize_body(plain)


@given(BODY, st.lists(st.integers(0, 40), max_size=6), st.booleans())
def test_a_body_in_pieces_is_as_in_dkimpy(units, cuts, relaxed):
    """Wherever it is cut, in the middle of a line end, too."""
    body = b"".join(units)
    ends = [0, *sorted(min(one, len(body)) for one in cuts), len(body)]
    pieces = [body[a:b] for a, b in itertools.pairwise(ends)]
    assert b"".join(body_pieces(pieces, relaxed=relaxed)) == in_dkimpy(body, relaxed)


@pytest.mark.parametrize("relaxed", [True, False])
def test_20000_bodies_are_as_in_dkimpy(relaxed):
    """Of nothing but trouble, each cut at every place."""
    chance = random.Random(7)
    for _ in range(20_000):
        body = bytes(chance.choice(b" \t\r\nab") for _ in range(chance.randrange(24)))
        cut = chance.randint(0, len(body))
        assert b"".join(body_pieces([body[:cut], body[cut:]], relaxed=relaxed)) == in_dkimpy(body, relaxed), body


@pytest.mark.parametrize("relaxed", [True, False])
def test_a_large_body_is_hashed_as_a_small_one(relaxed, tmp_path):
    """From memory or from a mapped file, over many pieces; two million empty lines in its middle count."""
    chance = random.Random(3)
    body = b"".join(chance.choice([b"word ", b"  ", b"\t", b"\r\n", b"\n", b"\r"]) for _ in range(PIECE))
    body += b"\r\n" * (PIECE * 2) + b"x" + b"\r\n" * PIECE
    path = tmp_path / "mail"
    path.write_bytes(b"X: y\r\n\r\n" + body)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        fields, start = header_of(mapped)
        found = body_hash(mapped, start, relaxed=relaxed)
    assert [one.known for one in fields] == ["x"]
    assert found == body_hash(body, 0, relaxed=relaxed) == hashlib.sha256(in_dkimpy(body, relaxed)).digest()


@given(st.lists(st.sampled_from([b"A: b", b"C:d", b" x", b"\ty", b"e:  f ", b"g:"]), max_size=8), st.booleans())
def test_a_header_is_read_as_in_dkimpy(lines, bare):
    """Its fields with their folds, and where its body begins."""
    end = b"\n" if bare else b"\r\n"
    mail = end.join([b"First: 1", *lines]) + end * 2 + b"body"
    fields, start = header_of(mail)
    headers, body = rfc822_parse(mail)
    assert [(one.name, one.value) for one in fields] == [tuple(one) for one in headers]
    assert mail[start:] == body
    for one, (name, value) in zip(fields, Relaxed.canonicalize_headers(headers), strict=True):
        assert one.canonical(relaxed=True) == name + b":" + value


PIECES = (
    b"A: b",
    b"From: x@y.example",
    b" x",
    b"\t",
    b"\r\n",
    b"\n",
    b"\r",
    b":",
    b" ",
    b"a",
    b"\0",
    b"\r\n\r\n",
    b"C:d",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([b"\r\n", b"\n"]))
def test_what_is_hashed_is_what_the_gate_reads(pieces, end):
    """Of every mail that the gate lets through: the same fields, and the same body."""
    mail = b"From: ana@acme.example" + end + b"".join(pieces)
    try:
        headers = gate(mail)
    except Unreadable:
        return
    fields, start = header_of(mail)
    read = [(one.name.decode(), one.value.replace(b"\r\n", b"").strip(b" \t").decode()) for one in fields]
    assert read == list(headers.fields)
    assert mail[start:] == mail[headers.body :]


@pytest.mark.parametrize("mail", [b"", b"\r\n\r\n", b" x: y\r\n\r\n", b"no colon\r\n\r\n", b"X: " + b"y" * 300_000])
def test_what_has_no_plain_header(mail):
    """It is said, and nothing is guessed."""
    with pytest.raises(Unreadable):
        header_of(mail)


def test_a_header_may_be_all_there_is():
    """With or without an end."""
    for mail in (b"A: b", b"A: b\r\n", b"A: b\r\n\r\n"):
        fields, start = header_of(mail)
        assert [(one.name, one.value) for one in fields] == [(b"A", b" b\r\n")]
        assert start == len(mail)
