"""DATA off the wire: dots, ends that are none, and every way to cut it into pieces."""

from __future__ import annotations

import random

import pytest

from mailbot.receive.data import BARE, NUL, Incoming


def read(wire, sizes=(1 << 20,), **options):
    """Feed *wire* in pieces of the given sizes, by turns; what came out, and the reader."""
    incoming, out, at = Incoming(**options), b"", 0
    for turn in range(len(wire) + 1):
        if at >= len(wire) or incoming.ended:
            break
        piece = wire[at : at + sizes[turn % len(sizes)]]
        at += len(piece)
        out += incoming.feed(piece)
    return out, incoming


def stuffed(body):
    """As a client sends it."""
    return b"".join(b"." * line.startswith(b".") + line for line in body.splitlines(keepends=True)) + b".\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 1000])
@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b".\r\n", b"..\r\n.a\r\n", b"a\r\n\r\n.\r\nb\r\n", b"x" * 3000 + b"\r\n"]
)
def test_what_was_sent_comes_out(body, size):
    """Dots at the beginning of lines, empty mails, long lines; cut into pieces of any size."""
    out, incoming = read(stuffed(body), (size,))
    assert (out, incoming.ended, incoming.fault, incoming.rest) == (body, True, "", b"")


def test_random_mails_in_random_pieces():
    """Mails of dots, letters and line ends survive any cutting."""
    chance = random.Random(1)
    for _ in range(400):
        lines = ["".join(chance.choices(".ab", k=chance.randrange(6))) for _ in range(chance.randrange(9))]
        body = "".join(f"{line}\r\n" for line in lines).encode()
        wire, sizes = stuffed(body), [chance.randrange(1, 9) for _ in range(5)]
        out, incoming = read(wire, sizes)
        assert (out, incoming.ended, incoming.fault) == (body, True, "")


def test_what_comes_behind_the_end_is_not_of_the_mail():
    """It is given back."""
    out, incoming = read(b"a\r\n.\r\nQUIT\r\n")
    assert (out, incoming.rest) == (b"a\r\n", b"QUIT\r\n")


#: What some server, some day, took for the end of a mail; the mail goes on behind each of them.
FALSE_ENDS = (
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n",
    b"\r\r\n.\r\n",
    b"\r\n.\r\r\n", b"\n\n.\r\n", b"\r\0\n.\r\n", b"\0\r\n.\n",
)  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5, 4000])
@pytest.mark.parametrize("end", [end for end in FALSE_ENDS if end != b"\r\r\n.\r\n"])
@pytest.mark.parametrize("mend", [False, True])
def test_nothing_but_the_one_end_ends_a_mail(end, size, mend):
    """A false end is a fault, or is mended; what stands behind it belongs to the mail."""
    out, incoming = read(b"a" + end + b"MAIL FROM:<x@y>\r\n.\r\n", (size,), mend=mend)
    assert incoming.ended
    assert incoming.rest == b""
    assert b"MAIL FROM" in out
    assert bool(incoming.fault) is not mend


@pytest.mark.parametrize(
    ("body", "fault"), [(b"a\nb", BARE), (b"a\rb", BARE), (b"a\0b", NUL), (b"\r\r\nb", BARE), (b"\n", BARE)]
)
@pytest.mark.parametrize("size", [1, 2, 100])
def test_each_fault_has_its_words(body, fault, size):
    """A bare CR, a bare LF, a NUL: a 550 that says what to do."""
    _, incoming = read(body + b"\r\n.\r\n", (size,))
    assert (incoming.fault, incoming.ended) == (fault, True)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_bare_line_feeds_can_be_mended(size):
    """For a network that is known for it: lines end in CR LF, a lone CR is a space, the dots go as they should."""
    out, incoming = read(b"a\n..b\r\n...c\n.d\re\r\n.\r\n", (size,), mend=True)
    assert (out, incoming.fault) == (b"a\r\n.b\r\n..c\r\nd e\r\n", "")


@pytest.mark.parametrize("tail", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r"])
def test_a_client_that_ends_its_mail_wrongly_waits(tail):
    """It would wait for ever: its end is none. Whoever reads can tell it so."""
    _, incoming = read(b"a\nb" + tail)
    assert incoming.looks_ended
    assert not incoming.ended


def test_a_mail_on_its_way_does_not_look_ended():
    """Without a fault there is nothing to tell."""
    _, incoming = read(b"a\r\n.\r")
    assert not incoming.looks_ended
