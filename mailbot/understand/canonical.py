"""A mail as DKIM hashes it: its fields as they stand, its body in canonical form, both in linear time.

The source may be bytes or a mapped file. The body is read in pieces, so that a mail of any size costs little memory.
Lines that end in a bare LF count as if they ended in CR LF, as in dkimpy, whose forms these are (a test compares them).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dkim.canonicalization import Relaxed

from mailbot.domain.errors import Unreadable
from mailbot.understand.octets import Octets

MAX_HEADER: Final = 256 * 1024  #: bytes of a header block that is looked at
PIECE: Final = 256 * 1024  #: bytes of a body that are in hand at a time
_FIELD: Final = re.compile(rb"\r\n(?![ \t])")
_NAME: Final = re.compile(rb"[!-9;-~]+")
_BLANK: Final = b"\r\n" * (PIECE // 2)


@dataclass(frozen=True)
class Field:
    """One header field as it stands: its folds and its last CR LF are in the value."""

    name: bytes
    value: bytes

    @property
    def known(self) -> str:
        """Its name, to be compared."""
        return self.name.decode("ascii").lower()

    def canonical(self, *, relaxed: bool) -> bytes:
        """What is hashed of it."""
        if not relaxed:
            return self.name + b":" + self.value
        name, value = Relaxed.canonicalize_headers([(self.name, self.value)])[0]
        return bytes(name + b":" + value)


def header_of(source: Octets) -> tuple[tuple[Field, ...], int]:
    """The fields of a mail, and where its body begins; raise Unreadable where it has no plain header."""
    top = source[: MAX_HEADER + 4]
    ends = [(at, len(end)) for end in (b"\n\r\n", b"\n\n") if (at := top.find(end)) >= 0]
    if not ends and len(source) > MAX_HEADER:
        raise Unreadable(f"its header is larger than {MAX_HEADER:,} bytes")
    stop, length = min(ends, default=(len(top), 0))
    block = _crlf(top[:stop]).removesuffix(b"\r\n" if not ends else b"\r")
    return tuple(map(_field, _FIELD.split(block))), stop + length


def _field(line: bytes) -> Field:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        raise Unreadable(f"its header holds what is no field: {line[:40].decode('ascii', 'replace')!r}")
    return Field(name, value + b"\r\n")


def body_hash(source: Octets, start: int, *, relaxed: bool) -> bytes:
    """The SHA-256 of the body that begins at *start*, in one of DKIM's two forms."""
    digest = hashlib.sha256()
    for piece in body_pieces(_pieces(source, start), relaxed=relaxed):
        digest.update(piece)
    return digest.digest()


def _pieces(source: Octets, start: int) -> Iterator[bytes]:
    for at in range(start, len(source), PIECE):
        yield source[at : at + PIECE]


def body_pieces(pieces: Iterator[bytes] | Sequence[bytes], *, relaxed: bool) -> Iterator[bytes]:
    """The canonical form of a body, piece by piece.

    What may still change stays in hand: a blank or a CR at the end of a piece, and empty lines, which count only when
    something follows them.
    """
    held, empty, some = b"", 0, False
    for piece in pieces:
        text = _crlf(held + piece)
        text = _narrow(text) if relaxed else text
        held = _unsure(text, relaxed=relaxed)
        core, lines = _without_blank_end(text[: len(text) - len(held)])
        if core:
            yield from _blank(empty)
            yield core
            empty, some = 0, True
        empty += lines
    if held:
        yield from _blank(empty)
        yield held
    if some or held or not relaxed:
        yield b"\r\n"


def _crlf(text: bytes) -> bytes:
    """Every line end as CR LF."""
    if text.count(b"\n") != text.count(b"\r\n"):
        text = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return text


def _narrow(text: bytes) -> bytes:
    """One blank for each run of blanks, none at the end of a line: each pass halves the longest run."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text.replace(b" \r\n", b"\r\n")


def _unsure(text: bytes, *, relaxed: bool) -> bytes:
    """The end of *text* that the next piece may change."""
    held = b"\r" if text.endswith(b"\r") else b""
    if relaxed and text.endswith(b" " + held):
        held = b" " + held
    return held


def _without_blank_end(text: bytes) -> tuple[bytes, int]:
    """*text* up to the end of its last line that is not empty, without that line's CR LF; how many were cut off.

    Each LF has its CR here, so only a CR of its own can stand among the line ends.
    """
    end = len(text) if text.endswith(b"\r") else len(text.rstrip(b"\r\n"))
    lone = text.rfind(b"\r\r", end)
    end = lone + 1 if lone >= 0 else end
    return text[:end], (len(text) - end) // 2


def _blank(lines: int) -> Iterator[bytes]:
    while lines:
        now = min(lines, len(_BLANK) // 2)
        yield _BLANK[: now * 2]
        lines -= now
