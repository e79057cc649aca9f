"""Words out of RTF."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.rtf import MAX_UNPACKED, rtf_text, unpacked
from tests.understand import wrapped

#: The two examples of MS-OXRTFCP.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_the_packing_of_outlook():
    """The two examples of the document that describes it."""
    assert unpacked(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_is_not_packed():
    """It may be stored as it is, be torn, or be nothing of the kind."""
    assert unpacked(b"\x10\0\0\0\x05\0\0\0MELA\0\0\0\0{\\rtf") == b"{\\rtf"
    assert unpacked(wrapped.packed(b"{\\rtf1 words}")) == b"{\\rtf1 words}"
    assert unpacked(HELLO[:4] + b"\xff\0\0\0" + HELLO[8:]) == unpacked(HELLO)
    assert unpacked(CROSSING[:4] + b"\x14\0\0\0" + CROSSING[8:]) == b"{\\rtf1 WXYZWXYZWXYZW"
    assert unpacked(HELLO[:30]).startswith(b"{\\rtf1")
    assert unpacked(b"") == unpacked(bytes(100)) == b""


def test_a_bomb_is_cut():
    """Two bytes can stand for sixteen: no more is unpacked than is read."""
    raw = (400_000).to_bytes(4, "little") + b"\xff\xff\xff\x7fLZFu" + bytes(4) + (b"\xff" + b"\x00\x0e" * 8) * 40_000
    assert len(unpacked(raw)) == MAX_UNPACKED


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\pard One\par two\tab three\line four}", "One\ntwo\tthree\nfour"),
        (rb"{\rtf1\ansi\ansicpg1251 \'f8\'e0\'ef\'ea\'e0}", "шапка"),
        (rb"{\rtf1\uc1 gr\u246?\u223\'dfer}", "größer"),
        (rb"{\rtf1\uc2\u-10179 ??\u-8694 ??!}", "\N{SMILING FACE WITH SMILING EYES}!"),
        (rb"{\rtf1 a\{b\}c\\d\~e}", "a{b}c\\d e"),
        (rb"{\rtf1 {\*\generator Riched20;}{\pict ffd8ff}words{\info{\title no}}}", "words"),
        (rb"{\rtf1 \ldblquote x\rdblquote\emdash y}", "\u201cx\u201d\u2014y"),
        (rb"{\rtf1 never closed", "never closed"),
        (rb"{\rtf1 \htmlrtf words}", "words"),
        (rb"}}}words", "words"),
        (b"", ""),
    ],
)  # fmt: skip
def test_the_words_of_rtf(rtf, text):
    """Characters in a code page and in Unicode, lines and tabs; nothing of fonts, pictures and notes."""
    assert rtf_text(rtf) == (text, False)


def test_html_in_rtf():
    """The HTML comes out, and what stands there for readers of RTF does not."""
    rtf = rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\b\htmlrtf0 Blue \'fc\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"
    assert rtf_text(rtf) == ("<p>Blue ü</p>", True)


@given(
    st.lists(st.sampled_from(["{", "}", "\\u8364", "\\'", "\\'e", "\\*", "\\uc99", "x", "\\", "\\htmlrtf", "\\pict"]))
)
def test_any_rtf_is_read(pieces):
    """Nothing raises."""
    rtf_text("".join(pieces).encode())
