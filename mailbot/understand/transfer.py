"""Transfer encodings undone, piece by piece: a large file is in memory once, decoded, and never encoded beside it."""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator
from typing import Final

from mailbot.understand.header import base64_bytes
from mailbot.understand.octets import Octets

PIECE: Final = 1 << 20  #: bytes that are decoded at a time
MIN_SAMPLE: Final = 12  #: bytes in which prose can be told from letters and digits
_CODING: Final = re.compile(r"[\s\"']{0,9}([a-z0-9-]{1,40})")
_PROSE: Final = re.compile(rb"[^A-Za-z0-9+/=\r\n]")
_NO_LETTER: Final = bytes(code for code in range(256) if not re.match(rb"[A-Za-z0-9+/]", bytes((code,))))


def undone(encoding: str, raw: Octets, start: int, end: int, most: int) -> bytes:
    """The content of raw[start:end], at most *most* bytes of it and a little more; never an exception."""
    match coding(encoding):
        case "base64":
            pieces = _base64(raw, start, end)
        case "quoted-printable":
            pieces = (binascii.a2b_qp(raw[first:last]) for first, last in _lines(raw, start, end))
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            pieces = _uu(raw, start, end)
        case _:
            return raw[start : min(end, start + most + 1)]
    out = io.BytesIO()
    for piece in pieces:
        out.write(piece)
        if out.tell() > most:
            break
    return out.getvalue()


def coding(encoding: str) -> str:
    """The name of a transfer encoding, without what some programs put around it."""
    found = _CODING.match(encoding.lower())
    return found[1] if found else ""


def is_prose(sample: bytes) -> bool:
    """Whether *sample*, which is said to be base64, is plainly none: a blank or a comma every few letters."""
    return len(sample) >= MIN_SAMPLE and len(_PROSE.findall(sample)) * 12 > len(sample)


def _base64(raw: Octets, start: int, end: int) -> Iterator[bytes]:
    """Piece by piece while there is no padding; from there on at once, as short as that is in a sound mail."""
    left = b""
    padding = raw.find(b"=", start, end)
    sound = end if padding < 0 else max(start, padding - 4)
    for at in range(start, sound, PIECE):
        letters = left + raw[at : min(sound, at + PIECE)].translate(None, _NO_LETTER)
        whole = len(letters) // 4 * 4
        left = letters[whole:]
        yield binascii.a2b_base64(letters[:whole])
    yield base64_bytes(left + raw[sound:end])


def _lines(raw: Octets, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whole lines, about a piece of them at a time."""
    while start < end:
        stop = raw.find(b"\n", min(end, start + PIECE), end)
        following = end if stop < 0 else stop + 1
        yield start, following
        start = following


def _uu(raw: Octets, start: int, end: int) -> Iterator[bytes]:
    """The lines between begin and end; where no line begins, all of them."""
    begun = start if raw[start : start + 6] == b"begin " else raw.find(b"\nbegin ", start, end) + 1
    if begun > 0 or raw[start : start + 6] == b"begin ":
        start = _after_line(raw, begun, end)
    while start < end:
        following = _after_line(raw, start, end)
        line = raw[start : min(following, start + 200)].rstrip(b"\r\n")
        if line == b"end":
            return
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            yield b""  # a broken line is lost; the lines after it are not
        start = following


def _after_line(raw: Octets, at: int, end: int) -> int:
    stop = raw.find(b"\n", at, end)
    return end if stop < 0 else stop + 1
