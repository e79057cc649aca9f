"""What a program has signed, or sealed, as one block of CMS (application/pkcs7-mime, RFC 8551).

Outlook sends a whole mail so when it signs *opaque*: its words stand nowhere else. Nothing is verified here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_SEALED: Final = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_OID: Final = 0x06
_OCTETS: Final = 0x04
_CONSTRUCTED: Final = 0x20
_MAX_DEPTH: Final = 20
_MAX_LENGTH_BYTES: Final = 4


class _TornError(Exception):
    """It is not built as it should be."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """What was found in one."""

    signed: bytes = b""  #: the part of a mail that was signed
    sealed: bool = False  #: it is encrypted: nothing can be read of it


def opened(data: bytes) -> Block:
    """Look into *data*; of what is torn, nothing is found."""
    try:
        start, end = _into(data, 0, len(data), (0x30,))
        kind, at = _oid(data, start, end)
        if kind in _SEALED:
            return Block(sealed=True)
        if kind != _SIGNED:
            return Block()
        start, end = _into(data, at, end, (0xA0, 0x30))
        at = _after(data, _after(data, start, end), end)  # the version, and the digests
        start, end = _into(data, at, end, (0x30,))
        kind, at = _oid(data, start, end)
        if kind != _DATA:
            return Block()
        start, end = _into(data, at, end, (0xA0,))
        pieces: list[bytes] = []
        _octets(data, start, end, pieces, 0)
        return Block(signed=b"".join(pieces))
    except _TornError:
        return Block()


def _head(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """The tag at *at*, where its content begins, and where that ends; -1: it ends with a mark."""
    if at + 2 > end:
        raise _TornError
    tag, size = data[at], data[at + 1]
    start = at + 2
    if size == 0x80:  # noqa: PLR2004  (indefinite)
        return tag, start, -1
    if size > 0x80:  # noqa: PLR2004  (the length of the length)
        count = size & 0x7F
        if count > _MAX_LENGTH_BYTES or start + count > end:
            raise _TornError
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    return tag, start, min(start + size, end)


def _into(data: bytes, at: int, end: int, tags: tuple[int, ...]) -> tuple[int, int]:
    """The content of the innermost of *tags*, each the first thing in the one before."""
    for wanted in tags:
        tag, start, stop = _head(data, at, end)
        if tag != wanted:
            raise _TornError
        at, end = start, end if stop < 0 else stop
    return at, end


def _oid(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    tag, start, stop = _head(data, at, end)
    if tag != _OID or stop < 0:
        raise _TornError
    return data[start:stop], stop


def _after(data: bytes, at: int, end: int) -> int:
    """Behind the element at *at*. One without a length is gone through, without going down into functions."""
    depth = 0
    while True:
        tag, start, stop = _head(data, at, end)
        if stop < 0:
            depth += 1
            at = start
        elif tag == 0 and stop == start and depth:
            depth -= 1
            at = start
        else:
            at = stop
        if depth == 0:
            return at


def _octets(data: bytes, at: int, end: int, out: list[bytes], depth: int) -> int:
    """Gather the bytes of the string at *at*, which may come in pieces; behind it."""
    tag, start, stop = _head(data, at, end)
    if tag == _OCTETS and stop >= 0:
        out.append(data[start:stop])
        return stop
    if tag != _OCTETS | _CONSTRUCTED or depth > _MAX_DEPTH:
        raise _TornError
    at, last = start, end if stop < 0 else stop
    while at < last:
        if stop < 0 and data[at : at + 2] == b"\0\0":
            return at + 2
        at = _octets(data, at, last, out, depth + 1)
    return at
