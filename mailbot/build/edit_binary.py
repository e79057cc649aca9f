"""Files that are no text in a patch of git: base85, packed, whole or as a difference. With limits on everything."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from typing import Final

from mailbot.build.edit_patch import Packed

MAX_FILE: Final = 5_000_000  #: bytes


def unpacked(packed: Packed, old: bytes) -> bytes | None:
    """The new content of a file that was *old*; none where that cannot be known."""
    if packed.size > MAX_FILE:
        return None
    data = _inflated(_letters(packed.lines), packed.size)
    if data is None or packed.how == "literal":
        return data
    return _patched(old, data)


def _letters(lines: Sequence[str]) -> bytes | None:
    """What the lines stand for; the first letter of each says how many bytes it holds."""
    found = bytearray()
    for line in lines:
        first = line[:1]
        size = ord(first) - 64 if "A" <= first <= "Z" else ord(first) - 70 if "a" <= first <= "z" else 0
        try:
            found += base64.b85decode(line[1:].rstrip())[:size]
        except ValueError:
            return None
        if not size or len(found) > MAX_FILE:
            return None
    return bytes(found)


def _inflated(data: bytes | None, size: int) -> bytes | None:
    if data is None:
        return None
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, size + 1)
    except zlib.error:
        return None
    return found if len(found) == size else None


def _patched(old: bytes, delta: bytes) -> bytes | None:
    """*old* with a difference of git's applied to it."""
    was, at = _size(delta, 0)
    size, at = _size(delta, at)
    if was != len(old) or size > MAX_FILE:
        return None
    found = bytearray()
    while at < len(delta) and len(found) <= size:
        code = delta[at]
        at += 1
        if code & 0x80:
            start, at = _number(delta, at, code, 4)
            count, at = _number(delta, at, code >> 4, 3)
            found += old[start : start + (count or 0x10000)]
        elif code:
            found += delta[at : at + code]
            at += code
        else:
            return None
    return bytes(found) if len(found) == size else None


def _size(delta: bytes, at: int) -> tuple[int, int]:
    """A number, seven bits a byte, the smallest first."""
    value = shift = 0
    while at < len(delta) and shift < 64:  # noqa: PLR2004  (more bits than any size has)
        byte = delta[at]
        at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
        if not byte & 0x80:
            break
    return value, at


def _number(delta: bytes, at: int, bits: int, most: int) -> tuple[int, int]:
    """A number of which only those bytes are there whose bit is set."""
    value = 0
    for place in range(most):
        if bits >> place & 1:
            value |= (delta[at] if at < len(delta) else 0) << (8 * place)
            at += 1
    return value, at
