"""Write a pack of git: every object once, as what changed in an older one where that is shorter.

The same objects give the same bytes. A thin pack names older objects that it does not hold; whoever has the parent of
a version has them.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.build.history_objects import FOLDER, Object, entries

DEPTH: Final = 40  #: of changes upon changes
_CHANGED: Final = 7  #: the kind of an object that is told as a change of another
_LEVEL: Final = 9
_WORTH: Final = 64  #: bytes below which a change saves nothing
_LONGEST: Final = 0xFFFFFF  #: bytes that one order copies
_INSERT: Final = 127  #: bytes that one order brings
_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+")
_SHORT: Final = 8  #: bytes of a piece that is not looked for by itself


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Objects in their order, and of each the older one that it may be told by."""

    objects: Sequence[Object]
    older: Mapping[str, Object] = field(default_factory=dict)  #: by the name of the newer one


def packed(pack: Pack) -> bytes:
    """The bytes of *pack*."""
    depth: dict[str, int] = {}
    out = [b"PACK" + (2).to_bytes(4, "big") + len(pack.objects).to_bytes(4, "big")]
    out += [_written(one, pack.older.get(one.id), depth) for one in pack.objects]
    body = b"".join(out)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _written(one: Object, older: Object | None, depth: dict[str, int]) -> bytes:
    whole = zlib.compress(one.content, _LEVEL)
    if older and older.kind == one.kind and depth.get(older.id, 0) < DEPTH and len(whole) > _WORTH:
        change = changed(older.content, one.content, folder=one.kind == FOLDER)
        short = zlib.compress(change, _LEVEL)
        if len(short) + 20 < len(whole):
            depth[one.id] = depth.get(older.id, 0) + 1
            return _head(_CHANGED, len(change)) + bytes.fromhex(older.id) + short
    return _head(one.kind, len(one.content)) + whole


def _head(kind: int, size: int) -> bytes:
    """Kind and size: four bits of it, then seven a byte."""
    first, rest = kind << 4 | size & 15, size >> 4
    return bytes([first]) if not rest else bytes([first | 128]) + _number(rest)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:  # noqa: PLR2004  (seven bits a byte)
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def changed(old: bytes, new: bytes, *, folder: bool = False) -> bytes:
    """How to make *new* from *old*: what to copy, and what to put between."""
    cut = _entries if folder else _lines
    out = [_number(len(old)), _number(len(new))]
    fresh = bytearray()
    for at, size, piece in _runs(old, cut(old), cut(new)):
        if size:
            out += _brought(fresh)
            fresh.clear()
            out += _copied(at, size)
        else:
            fresh += piece
    return b"".join([*out, *_brought(fresh)])


def _runs(old: bytes, before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Runs of pieces that stand in *old* (where, how long), and pieces that do not."""
    starts, where = _places(before)
    at = number = 0  # the run so far: where it begins in old, and the next piece of old
    size = 0
    for piece in after:
        if size and number < len(before) and before[number] == piece:
            size, number = size + len(piece), number + 1
            continue
        if size:
            yield at, size, b""
            size = 0
        found = where.get(piece) if len(piece) >= _SHORT else None
        if found is None:
            yield 0, 0, piece
        else:
            at, size, number = starts[found], len(piece), found + 1
    if size:
        yield at, size, b""
    assert starts[-1] == len(old)  # noqa: S101  (the pieces are the whole)


def _places(pieces: Iterable[bytes]) -> tuple[list[int], dict[bytes, int]]:
    """Where each piece begins, the end behind them; and of each the first place."""
    starts, where = [0], dict[bytes, int]()
    for number, piece in enumerate(pieces):
        where.setdefault(piece, number)
        starts.append(starts[-1] + len(piece))
    return starts, where


def _lines(content: bytes) -> list[bytes]:
    return _LINE.findall(content)


def _entries(content: bytes) -> list[bytes]:
    return [b"%o %s\0" % (mode, name) + bytes.fromhex(id) for name, mode, id in entries(content)]


def _copied(at: int, size: int) -> Iterator[bytes]:
    while size:
        part = min(size, _LONGEST)
        where, length = at.to_bytes(4, "little"), part.to_bytes(3, "little")
        marks = sum(1 << bit for bit, byte in enumerate(where + length) if byte)
        yield bytes([128 | marks]) + bytes(byte for byte in where + length if byte)
        at, size = at + part, size - part


def _brought(fresh: bytearray) -> Iterator[bytes]:
    for at in range(0, len(fresh), _INSERT):
        piece = bytes(fresh[at : at + _INSERT])
        yield bytes([len(piece)]) + piece
