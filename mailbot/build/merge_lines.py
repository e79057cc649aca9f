"""Which lines two texts share: an exact diff where that is cheap, rare lines as anchors where it is not.

Every step is counted, so that no pair of files, however hostile, takes more than its share of time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

MAX_STEPS: Final = 3_000_000  #: of all comparisons of one edit together
MAX_DISTANCE: Final = 1_000  #: lines that differ, up to which a diff is exact


@dataclass(kw_only=True)
class Room:
    """How many steps are left."""

    steps: int = MAX_STEPS


@dataclass(frozen=True, kw_only=True)
class _Range:
    """A part of both texts that is still to be compared."""

    a: int
    a_end: int
    b: int
    b_end: int


def shared(a: Sequence[Hashable], b: Sequence[Hashable], room: Room | None = None) -> list[tuple[int, int]]:
    """The pairs of places whose lines are the same, rising in both; as many as there is *room* to find."""
    room = room or Room()
    found: list[tuple[int, int]] = []
    waiting = [_Range(a=0, a_end=len(a), b=0, b_end=len(b))]
    while waiting:
        part = _trimmed(a, b, waiting.pop(), found)
        if part.a == part.a_end or part.b == part.b_end:
            continue
        exact = _exact(a, b, part, room)
        if exact is None:
            waiting += _between_anchors(a, b, part, found)
        else:
            found += exact
    return sorted(found)


def _trimmed(a: Sequence[Hashable], b: Sequence[Hashable], part: _Range, found: list[tuple[int, int]]) -> _Range:
    """*part* without the lines that begin and end both."""
    low_a, low_b, high_a, high_b = part.a, part.b, part.a_end, part.b_end
    while low_a < high_a and low_b < high_b and a[low_a] == b[low_b]:
        found.append((low_a, low_b))
        low_a, low_b = low_a + 1, low_b + 1
    while low_a < high_a and low_b < high_b and a[high_a - 1] == b[high_b - 1]:
        high_a, high_b = high_a - 1, high_b - 1
        found.append((high_a, high_b))
    return _Range(a=low_a, a_end=high_a, b=low_b, b_end=high_b)


def _exact(a: Sequence[Hashable], b: Sequence[Hashable], part: _Range, room: Room) -> list[tuple[int, int]] | None:
    """The longest common lines (Myers); None where too much differs."""
    size_a, size_b = part.a_end - part.a, part.b_end - part.b
    reached = {1: 0}  #: how far each diagonal has come
    trail: list[dict[int, int]] = []
    for distance in range(min(size_a + size_b, MAX_DISTANCE) + 1):
        room.steps -= distance + 1
        if room.steps < 0:
            return None
        trail.append(dict(reached))
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (
                diagonal != distance and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
            )
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            start = x
            while x < size_a and 0 <= x - diagonal < size_b and a[part.a + x] == b[part.b + x - diagonal]:
                x += 1
            room.steps -= x - start
            reached[diagonal] = x
            if x >= size_a and x - diagonal >= size_b:
                return _back(trail, part, (size_a, size_b))
    return None


def _back(trail: Sequence[dict[int, int]], part: _Range, end: tuple[int, int]) -> list[tuple[int, int]]:
    """The pairs on the way that reached the end."""
    found: list[tuple[int, int]] = []
    x, y = end
    for distance in range(len(trail) - 1, -1, -1):
        reached, diagonal = trail[distance], x - y
        down = diagonal == -distance or (
            diagonal != distance and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
        )
        before = diagonal + 1 if down else diagonal - 1
        old_x = reached.get(before, 0)
        old_y = old_x - before
        while x > max(old_x, 0) and y > max(old_y, 0) and (distance == 0 or (x, y) != _after(old_x, old_y, down=down)):
            x, y = x - 1, y - 1
            found.append((part.a + x, part.b + y))
        x, y = old_x, old_y
    return found


def _after(x: int, y: int, *, down: bool) -> tuple[int, int]:
    """Where one step leads."""
    return (x, y + 1) if down else (x + 1, y)


def _between_anchors(
    a: Sequence[Hashable], b: Sequence[Hashable], part: _Range, found: list[tuple[int, int]]
) -> list[_Range]:
    """The parts between the lines that stand once in each; none where no line does: then all of it differs."""
    in_a, in_b = Counter(a[part.a : part.a_end]), Counter(b[part.b : part.b_end])
    where = {line: at for at, line in enumerate(b[part.b : part.b_end], part.b) if in_b[line] == 1}
    pairs = [(at, where[line]) for at, line in enumerate(a[part.a : part.a_end], part.a) if _once(line, in_a, where)]
    anchors = _rising(pairs)
    found += anchors
    ends = [*anchors, (part.a_end, part.b_end)]
    starts = [(part.a, part.b), *((at + 1, other + 1) for at, other in anchors)]
    return [
        _Range(a=start[0], a_end=end[0], b=start[1], b_end=end[1])
        for start, end in zip(starts, ends, strict=True)
        if anchors
    ]


def _once(line: Hashable, in_a: Counter[Hashable], where: dict[Hashable, int]) -> bool:
    return line in where and in_a[line] == 1


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of *pairs*, which rise in the first, that rises in the second, too."""
    tops: list[int] = []  #: the least end of a run of each length
    ends: list[int] = []  #: which pair that is
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        place = bisect_left(tops, other)
        before.append(ends[place - 1] if place else -1)
        tops[place : place + 1], ends[place : place + 1] = [other], [number]
    run: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
