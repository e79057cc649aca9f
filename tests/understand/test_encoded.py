"""Files in the text."""

from __future__ import annotations

import binascii
import random

import pytest

from mailbot.understand.encoded import MAX_FILES, cut

DATA = random.Random(5).randbytes(1_000)


def uu(data, name=b"sales.csv", end=b"end\n", backtick=False):
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=backtick) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + (b"`\n" if backtick else b" \n") + end


def yenc(data):
    out = b"".join(
        b"=" + bytes(((code + 42 + 64) % 256,)) if (code + 42) % 256 in b"\0\r\n=" else bytes(((code + 42) % 256,))
        for code in data
    )
    return b"=ybegin line=128 size=%d name=sales.csv\r\n" % len(data) + b"\r\n".join(
        out[at : at + 128] + (out[at + 128 : at + 129] if out[at + 127 : at + 128] == b"=" else b"")
        for at in _cuts(out)
    ) + b"\r\n=yend size=%d\r\n" % len(data)  # fmt: skip


def _cuts(out):
    at = 0
    while at < len(out):
        yield at
        at += 129 if out[at + 127 : at + 128] == b"=" else 128


@pytest.mark.parametrize(
    "block",
    [
        uu(DATA), uu(DATA, backtick=True), uu(DATA).replace(b"\n", b"\r\n"), uu(DATA).replace(b" \n", b"\n"),
        yenc(DATA), uu(DATA, end=b""),
        b"begin-base64 644 sales.csv\n" + binascii.b2a_base64(DATA[:45]) + binascii.b2a_base64(DATA[45:90]) + b"====\n",
    ],
    ids=["blank", "backtick", "CR LF", "blanks cut off", "yEnc", "no end", "base64"],
)  # fmt: skip
def test_a_file_is_taken_out(block):
    """The words before and behind it stay, and the file is what it was."""
    rest, files = cut(b"Add this:\n" + block + b"Thanks\n")
    assert rest == b"Add this:\nThanks\n"
    assert [one.name for one in files] == [b"sales.csv"]
    assert files[0].content in {DATA, DATA[:90]}


def test_a_short_file_without_an_end():
    """The lines behind it are words."""
    rest, files = cut(uu(b"one", end=b"") + b"Regards, Ana\n")
    assert (rest, files[0].content) == (b"Regards, Ana\n", b"one")


@pytest.mark.parametrize(
    "words",
    [b"begin 644 sales.csv", b"begin 644 a\n#86)CTHESE ARE WORDS\n", b"begin 644 a\n\nwords\n",
     b"begin 644 a\nwith words\nend\n", b"begin 644 tests today\n", b"=ybegin name=x\nno end",
     b"Please begin 644 x\nM\n", b"begin\nend\n"],
)  # fmt: skip
def test_words_stay_words(words):
    """What only begins like a file is none."""
    assert cut(words) == (words, [])


def test_a_hundred_files():
    """More of them stay text."""
    rest, files = cut(uu(b"x") * 300)
    assert len(files) == MAX_FILES
    assert rest.count(b"begin") == 200
