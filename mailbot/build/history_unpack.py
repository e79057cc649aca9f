"""Read a pack of git that a stranger made: every size is counted before it is believed, so nothing in it can swell.

To be run where a bad mail can do no harm. Only Unreadable comes out.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.build.history_objects import COMMIT, TAG, Object
from mailbot.domain.errors import Unreadable

MAX_OBJECTS: Final = 20_000
MAX_OBJECT: Final = 20_000_000  #: bytes of one
MAX_TOTAL: Final = 100_000_000  #: bytes of all, those that others are made of included
MAX_CHAIN: Final = 100  #: changes upon changes
AGAIN: Final = "send the files that matter in a ZIP"
LARGE: Final = f"it unpacks to more than {MAX_TOTAL // 1_000_000} MB; {AGAIN}"
BROKEN: Final = "it is broken; make it again with git bundle create"
_BY_PLACE, _BY_NAME = 6, 7  #: the kinds of what is told as a change of another
_HEAD: Final = 12
_SUM: Final = 20
_PIECE: Final = 1 << 16


@dataclass(frozen=True)
class _Raw:
    """One object as it stands in the pack."""

    kind: int
    content: bytes
    base: int | str = 0  #: of a change: where the other begins, or its name


class _Reading:
    """A pack, and how much has come out of it."""

    def __init__(self, pack: bytes, known: Mapping[str, Object]) -> None:
        self._pack, self._at, self._total = pack, _HEAD, 0
        self._raw: dict[int, _Raw] = {}
        self._known = known

    def all(self) -> dict[str, Object]:
        """Every object by its name."""
        pack, end = self._pack, len(self._pack) - _SUM
        count = int.from_bytes(pack[8:_HEAD], "big")
        if pack[:8] not in {b"PACK\0\0\0\2", b"PACK\0\0\0\3"} or end < _HEAD:
            raise Unreadable(BROKEN)
        if count > MAX_OBJECTS:
            raise Unreadable(f"it holds more than {MAX_OBJECTS:,} objects; {AGAIN}")
        if hashlib.sha1(pack[:end], usedforsecurity=False).digest() != pack[end:]:
            raise Unreadable(BROKEN)
        for _ in range(count):
            place = self._at
            self._raw[place] = self._next(end)
        if self._at != end:
            raise Unreadable(BROKEN)
        return self._resolved()

    def _next(self, end: int) -> _Raw:
        place = self._at
        first = self._byte()
        kind, size, shift = first >> 4 & 7, first & 15, 4
        while first & 128:
            first = self._byte()
            size |= (first & 127) << shift
            shift += 7
            if size > MAX_OBJECT or shift > 32:  # noqa: PLR2004  (bits of any size that may be)
                raise Unreadable(LARGE)
        base: int | str = 0
        if kind == _BY_PLACE:
            base = place - self._distance()
        elif kind == _BY_NAME:
            base = self._pack[self._at : self._at + _SUM].hex()
            self._at += _SUM
        elif not COMMIT <= kind <= TAG:
            raise Unreadable(BROKEN)
        return _Raw(kind, self._unpacked(size, end), base)

    def _distance(self) -> int:
        byte = self._byte()
        value = byte & 127
        while byte & 128:
            byte = self._byte()
            value = (value + 1) << 7 | byte & 127
            if value > len(self._pack):
                raise Unreadable(BROKEN)
        return value

    def _byte(self) -> int:
        if self._at >= len(self._pack):
            raise Unreadable(BROKEN)
        self._at += 1
        return self._pack[self._at - 1]

    def _unpacked(self, size: int, end: int) -> bytes:
        """The next packed content, which has to be of just this *size*."""
        self._count(size)
        unpack, out = zlib.decompressobj(), bytearray()
        step = min(_PIECE, size + 64)
        while not unpack.eof:
            piece = self._pack[self._at : min(self._at + step, end)]
            try:
                out += unpack.decompress(piece, size + 1 - len(out))
            except zlib.error as error:
                raise Unreadable(BROKEN) from error
            if not piece or len(out) > size:
                raise Unreadable(BROKEN)
            self._at += len(piece) - len(unpack.unused_data) - len(unpack.unconsumed_tail)
        if len(out) != size:
            raise Unreadable(BROKEN)
        return bytes(out)

    def _count(self, size: int) -> None:
        self._total += size
        if self._total > MAX_TOTAL:
            raise Unreadable(LARGE)

    def _resolved(self) -> dict[str, Object]:
        """Every object whole. One that others are made of may stand behind them, or with whoever is given it."""
        found = {
            place: Object(kind=raw.kind, content=raw.content) for place, raw in self._raw.items() if raw.kind <= TAG
        }
        waiting: dict[int | str, list[int]] = {}
        for place, raw in self._raw.items():
            if place not in found:
                waiting.setdefault(raw.base, []).append(place)
        made: dict[str, Object] = {}
        ready: list[tuple[int, int | str, Object]] = [(0, place, one) for place, one in found.items()]
        ready += [(0, name, self._known[name]) for name in waiting if isinstance(name, str) and name in self._known]
        while ready:
            depth, key, one = ready.pop()
            if isinstance(key, int):
                made[one.id] = one
            for base in {key, one.id}:
                for place in waiting.pop(base, ()):
                    ready.append((depth + 1, place, self._changed(one, self._raw[place].content, depth)))
        if waiting:
            raise Unreadable("it changes files that are not known here; send the whole project as a bundle or a ZIP")
        return made

    def _changed(self, base: Object, change: bytes, depth: int) -> Object:
        if depth >= MAX_CHAIN:
            raise Unreadable(f"it tells changes upon changes, more than {MAX_CHAIN} deep; {AGAIN}")
        size = size_after(change, len(base.content))
        self._count(size)
        return Object(kind=base.kind, content=changed_by(change, base.content))


def unpacked(pack: bytes, known: Mapping[str, Object]) -> dict[str, Object]:
    """Every object of *pack* by its name; a thin one is told as changes of what is *known*. Raises Unreadable."""
    return _Reading(pack, known).all()


def size_after(change: bytes, before: int) -> int:
    """How large a change makes what it changes, as it says itself; it must be about something of the size *before*."""
    said, at = _size(change, 0)
    after, _ = _size(change, at)
    if said != before:
        raise Unreadable(BROKEN)
    return after


def changed_by(change: bytes, old: bytes) -> bytes:
    """What *change* makes of *old*: never more than it says."""
    _, at = _size(change, 0)
    size, at = _size(change, at)
    out = bytearray()
    while at < len(change):
        order = change[at]
        at += 1
        if order & 128:
            start, length, at = _copy(change, order, at)
            piece = old[start : start + length]
        else:
            piece, length = change[at : at + order], order
            at += order
        if not length or len(piece) != length or len(out) + length > size:
            raise Unreadable(BROKEN)
        out += piece
    if len(out) != size:
        raise Unreadable(BROKEN)
    return bytes(out)


def _copy(change: bytes, order: int, at: int) -> tuple[int, int, int]:
    """Where to copy from, how much, and where the next order stands."""
    values = [0, 0]
    for bit in range(7):
        if order >> bit & 1:
            if at >= len(change):
                raise Unreadable(BROKEN)
            values[bit > 3] |= change[at] << 8 * (bit if bit < 4 else bit - 4)  # noqa: PLR2004  (four bytes of a place)
            at += 1
    return values[0], values[1] or 0x10000, at


def _size(change: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(change) or shift > 32:  # noqa: PLR2004  (bits of any size that may be)
            raise Unreadable(BROKEN)
        value |= (change[at] & 127) << shift
        shift += 7
        at += 1
        if not change[at - 1] & 128:
            break
    if value > MAX_OBJECT:
        raise Unreadable(LARGE)
    return value, at
