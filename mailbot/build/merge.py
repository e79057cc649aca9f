"""Merge what a person changed with what was changed meanwhile: line by line, from the version that both began with.

A line that only one side added is never lost. Where both changed the same lines differently nothing is guessed: each
such place is a Clash, numbered through all files, and is settled only by the person's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mailbot.build.merge_lines import Room, shared
from mailbot.domain.project import Path, Tree

Side = Literal["mine", "yours", "both"]
MAX_LINES: Final = 60_000  #: of one file that is merged line by line
Line = bytes


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One place that both sides changed, each in its own way."""

    path: Path
    number: int = 0  #: as the mail counts it
    line: int = 0  #: of the newest version, from which on it stands; 0: the whole file
    mine: tuple[Line, ...] | None = None  #: what the person made of it; none: they removed the file
    yours: tuple[Line, ...] | None = None  #: what stands in the newest version; none: the file is gone there


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What came of it."""

    files: Tree
    clashes: tuple[Clash, ...] = ()  #: those that nobody has settled; while there is one, nothing may be changed


@dataclass(frozen=True, kw_only=True)
class Three:
    """One text, or a part of it, as it was and as each side made it."""

    base: Sequence[Line]
    mine: Sequence[Line]
    yours: Sequence[Line]
    at: int = 0  #: the line of the newest version where it begins


def merged(
    base: Tree,
    mine: Tree,
    yours: Tree,
    *,
    moved: Mapping[Path, Path] | None = None,
    chosen: Mapping[int, Side] | None = None,
) -> Merged:
    """*mine* and *yours* in one; *moved* says what the person calls which file, *chosen* settles clashes by number."""
    work = _Work(room=Room(), chosen=chosen or {})
    every = _moved(base, mine) | dict(moved or {})
    moved = {old: new for old, new in every.items() if old not in mine and new not in yours}
    mine = {**mine, **{old: mine[new] for old, new in moved.items() if new in mine and old in yours}}
    files: dict[Path, bytes] = {}
    for path in sorted({*base, *mine, *yours} - {new for old, new in moved.items() if old in yours}):
        content = work.file(path, base.get(path), mine.get(path), yours.get(path))
        if content is not None:
            files[moved.get(path, path)] = content
    return Merged(files=files, clashes=tuple(work.open))


def _moved(base: Tree, mine: Tree) -> dict[Path, Path]:
    """Files that only got another name: whose content stands under one new name."""
    gone = {content: path for path, content in base.items() if path not in mine and content}
    new = [path for path in mine if path not in base and mine[path] in gone]
    return {gone[mine[path]]: path for path in reversed(new)}


@dataclass(kw_only=True)
class _Work:
    """The merge at work: what room is left, and how many clashes there were."""

    room: Room
    chosen: Mapping[int, Side]
    count: int = 0

    def __post_init__(self) -> None:
        self.open: list[Clash] = []

    def file(self, path: Path, base: bytes | None, mine: bytes | None, yours: bytes | None) -> bytes | None:
        """One file; none where it goes."""
        if mine in (base, yours):
            return yours
        if yours == base:
            return mine
        if mine is None or yours is None or not (_is_text(mine) and _is_text(yours) and _is_text(base or b"")):
            clash = Clash(path=path, mine=_shown(mine), yours=_shown(yours))
            return mine if self._settled(clash) == "mine" else yours
        three = Three(base=_lines(base or b""), mine=_lines(mine), yours=_lines(yours))
        return b"".join(line for part in parts(three, self.room) for line in self._part(path, part))

    def _part(self, path: Path, part: Three | Sequence[Line]) -> Iterable[Line]:
        if not isinstance(part, Three):
            return part
        clash = Clash(path=path, line=part.at + 1, mine=tuple(part.mine), yours=tuple(part.yours))
        side = self._settled(clash)
        if side == "both":
            return (*_ended(part.yours), *part.mine)
        return part.mine if side == "mine" else part.yours

    def _settled(self, clash: Clash) -> Side:
        self.count += 1
        side = self.chosen.get(self.count)
        if side is None:
            self.open.append(replace(clash, number=self.count))
        return side or "yours"


def parts(three: Three, room: Room | None = None) -> Iterator[Three | Sequence[Line]]:
    """The lines of the merge in their order, and between them what both sides changed: a smaller Three."""
    room = room or Room()
    mine = dict(shared(three.base, three.mine, room))
    yours = dict(shared(three.base, three.yours, room))
    at = _Three3(0, 0, 0)
    for place in [*(one for one in range(len(three.base)) if one in mine and one in yours), None]:
        end = (
            _Three3(len(three.base), len(three.mine), len(three.yours))
            if place is None
            else _Three3(place, mine[place], yours[place])
        )
        if end != at:
            changed = Three(
                base=three.base[at.base : end.base],
                mine=three.mine[at.mine : end.mine],
                yours=three.yours[at.yours : end.yours],
                at=three.at + at.yours,
            )
            yield from _one_side(changed)
        if place is not None:
            yield three.base[place : place + 1]
        at = _Three3(end.base + 1, end.mine + 1, end.yours + 1)


@dataclass(frozen=True)
class _Three3:
    """A place in each of three texts."""

    base: int
    mine: int
    yours: int


def _one_side(part: Three) -> Iterator[Three | Sequence[Line]]:
    """The side that changed it; both, without the lines around that they agree on, where each did in its own way."""
    if list(part.mine) in (list(part.base), list(part.yours)):
        yield part.yours
    elif list(part.yours) == list(part.base):
        yield part.mine
    else:
        top = _same(part.mine, part.yours)
        end = _same(part.mine[top:][::-1], part.yours[top:][::-1])
        mine, yours = part.mine[top : len(part.mine) - end], part.yours[top : len(part.yours) - end]
        yield part.yours[:top]
        yield replace(part, mine=mine, yours=yours, at=part.at + top)
        yield part.yours[len(part.yours) - end :]


def _same(one: Sequence[Line], other: Sequence[Line]) -> int:
    """How many lines both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (here, there) in enumerate(pairs) if here != there), min(len(one), len(other)))


def _lines(content: bytes) -> list[Line]:
    return content.splitlines(keepends=True) if b"\r" not in content else _by_newline(content)


def _by_newline(content: bytes) -> list[Line]:
    """Lines that end with a line feed, whatever else stands in them."""
    found = [line + b"\n" for line in content.split(b"\n")]
    found[-1] = found[-1][:-1]
    return found if found[-1] else found[:-1]


def _ended(lines: Sequence[Line]) -> tuple[Line, ...]:
    """*lines*, the last one ended, so that another may follow."""
    return tuple(line if line.endswith(b"\n") else line + b"\n" for line in lines)


def _is_text(content: bytes) -> bool:
    return b"\0" not in content and content.count(b"\n") <= MAX_LINES


def _shown(content: bytes | None) -> tuple[Line, ...] | None:
    if content is None:
        return None
    return tuple(_lines(content)) if _is_text(content) else (b"(a file that is no text)",)
