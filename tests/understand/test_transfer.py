"""Transfer encodings, undone piece by piece: what whole decoding gives, however the pieces fall."""

from __future__ import annotations

import base64
import binascii
import random

import pytest

from mailbot.understand import transfer
from mailbot.understand.header import base64_bytes
from mailbot.understand.transfer import coding, is_prose, undone

DATA = random.Random(3).randbytes(5_000)
MOST = 1 << 30


@pytest.mark.parametrize("piece", [1, 3, 7, 64, 1_000, 1 << 20])
@pytest.mark.parametrize(
    "coded",
    [
        base64.b64encode(DATA),
        base64.encodebytes(DATA).replace(b"\n", b"\r\n"),
        base64.encodebytes(DATA[:4_999]),
        base64.encodebytes(DATA)[:-5],
        b"!" + base64.encodebytes(DATA[:4_998]) + b"\r\nwords behind it",
        b"",
        b"=",
        b"QQ==QQ==",
        b"Q Q\r\n= =",
    ],
    ids=["one line", "lines", "padded", "cut off", "strange letters", "empty", "only padding", "two", "torn"],
)
def test_base64_in_pieces_is_base64(monkeypatch, coded, piece):
    """The pieces show in nothing but memory."""
    monkeypatch.setattr(transfer, "PIECE", piece)
    assert undone("Base64 ", coded, 0, len(coded), MOST) == base64_bytes(coded)
    assert undone("base64", b"AA" + coded + b"AA", 2, 2 + len(coded), MOST) == base64_bytes(coded)


@pytest.mark.parametrize("piece", [1, 10, 1 << 20])
def test_quoted_printable_in_pieces(monkeypatch, piece):
    """No line is cut in two: soft breaks and blanks at its end are as they were."""
    monkeypatch.setattr(transfer, "PIECE", piece)
    coded = b"caf=C3=A9 \t\r\nsoft =\r\nbreak=\n=3D end  \r\nlast ="
    assert undone("quoted-printable", coded, 0, len(coded), MOST) == binascii.a2b_qp(coded)


def test_uuencode():
    """Between begin and end, or all of it; a broken line is lost alone."""
    lines = b"".join(binascii.b2a_uu(DATA[at : at + 45]) for at in range(0, 450, 45))
    for coded in (b"begin 644 a\n" + lines + b"end\nmore", b"Hi\r\n\r\nbegin 644 a\n" + lines + b"end\n", lines):
        assert undone("x-uuencode", coded, 0, len(coded), MOST) == DATA[:450]
    broken = b"begin 644 a\n" + lines[:62] + b"~~~~\n" + lines[62:]
    assert undone("uuencode", broken, 0, len(broken), MOST) == DATA[:450]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", "uuencode"])
def test_no_more_is_decoded_than_is_wanted(monkeypatch, encoding):
    """A little more than the limit, so that it is seen to be over it; never all."""
    monkeypatch.setattr(transfer, "PIECE", 1_000)
    coded = {
        "base64": base64.encodebytes(DATA * 20),
        "quoted-printable": b"word\r\n" * 10_000,
        "8bit": DATA * 20,
        "uuencode": binascii.b2a_uu(DATA[:45]) * 2_000,
    }[encoding]
    assert 100 < len(undone(encoding, coded, 0, len(coded), 100)) < 2_200


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (" Base64 ", "base64"),
        ('"quoted-printable";', "quoted-printable"),
        ("base64 (of ours)", "base64"),
        ("8bit", "8bit"),
        ("", ""),
        ("\N{SNOWMAN}", ""),
    ],
)
def test_the_name_of_an_encoding(said, name):
    """In capitals, in quotes, with a remark."""
    assert coding(said) == name


@pytest.mark.parametrize(
    ("sample", "prose"),
    [
        (b"Make the header blue, please.", True),
        (base64.encodebytes(DATA), False),
        (base64.encodebytes(DATA).replace(b"\n", b" \r\n"), False),
        (b"! " + base64.encodebytes(DATA[:300]), False),
        (b"Hi there.", False),
        (b"", False),
    ],
)
def test_prose_that_is_called_base64(sample, prose):
    """Blanks every few letters tell; a torn letter or two does not."""
    assert is_prose(sample) == prose
