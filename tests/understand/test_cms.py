"""Blocks of CMS."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.cms import Block, opened
from tests.understand.wrapped import enveloped, signed

INNER = b"Content-Type: text/plain\r\n\r\nBlue header\r\n"
SIGNED = signed(INNER)
#: As OpenSSL streams it: no lengths, and the string in pieces.
STREAMED = bytes.fromhex(
    "3080 06092a864886f70d010702 a080 3080 020101 310d300b0609608648016503040201"
    "3080 06092a864886f70d010701 a080 2480 0403426c75 0401 65 0000 0000 0000 0000 0000 0000"
)


def test_what_was_signed():
    """With lengths, or streamed."""
    assert opened(SIGNED) == Block(signed=INNER)
    assert opened(STREAMED) == Block(signed=b"Blue")


def test_what_is_sealed():
    """It is known as such."""
    assert opened(enveloped(INNER)) == Block(sealed=True)


def test_what_is_neither():
    """Nothing is found."""
    assert opened(b"") == opened(b"PK\3\4") == opened(b"\x30\x80" * 10_000) == Block()
    assert opened(STREAMED[: STREAMED.index(b"\x24\x80")] + b"\x24\x80" * 50_000) == Block()


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 255), st.integers(0, len(SIGNED)))
def test_torn_ones_end(at, code, length):
    """Nothing raises."""
    assert len(opened((SIGNED[:at] + bytes((code,)) + SIGNED[at + 1 :])[:length]).signed) <= len(SIGNED)
