"""Apply a patch to the files that it was made from, or to files that are near: as `patch` does, within limits.

A passage is looked for where the patch says, then near it; exactly, then without regard to blanks, then with its
outermost lines left out. What stands in the file around it stays as it is: only the lines with a sign count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build.edit_binary import unpacked
from mailbot.build.edit_patch import Change, Hunk
from mailbot.domain.project import Path, Tree

MAX_FUZZ: Final = 2  #: lines at each end of a passage that may differ
MAX_PLACES: Final = 500  #: at which one passage is looked for
_DEPTH: Final = 5  #: folders that may stand in front of a name


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of a patch."""

    files: Tree
    moved: Mapping[Path, Path]
    troubles: tuple[str, ...] = ()  #: why it does not fit, passage by passage; then nothing of it counts
    exact: bool = True  #: every passage stood just where, and just as, it was said


def applied(changes: Sequence[Change], base: Tree) -> Applied:
    """*changes* on top of *base*."""
    work = _Work(files={**base}, strip=_strip(changes, base))
    for change in changes:
        work.take(change)
    return Applied(files=work.files, moved=work.moved, troubles=tuple(work.troubles), exact=work.exact)


def fits(changes: Sequence[Change], base: Tree) -> bool:
    """Whether the contents that git names in *changes* are those of *base*; False where it names none."""
    strip, known = _strip(changes, base), 0
    for change in changes:
        name, id = _cut(change.old, strip, git=change.git), change.ids[0]
        if not change.old or not id.strip("0"):
            continue
        content = base.get(Path(name))
        if content is None or not blob_id(content).startswith(id):
            return False
        known += 1
    return known > 0


def blob_id(content: bytes) -> str:
    """What git calls *content*."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def names_of(changes: Sequence[Change], base: Tree) -> tuple[str, ...]:
    """The names that *changes* leave behind, as they would stand in *base*."""
    strip = _strip(changes, base)
    return tuple(dict.fromkeys(_cut(one.new, strip, git=one.git) for one in changes if one.new))


def _strip(changes: Sequence[Change], base: Tree) -> int:
    """How many folders in front of the names are not the project's: the number by which most names are known."""
    usual = 1 if any(change.git for change in changes) or _ab(changes) else 0
    olds = [change.old for change in changes if change.old]

    def known(strip: int) -> tuple[int, bool]:
        return sum(Path(_cut(old, strip)) in base for old in olds), strip == usual

    return max(range(_DEPTH), key=known) if any(known(strip)[0] for strip in range(_DEPTH)) else usual


def _ab(changes: Sequence[Change]) -> bool:
    """Whether plain diffs name their files a/... and b/..., as git does."""
    return all(one.old.startswith("a/") or one.new.startswith("b/") for one in changes)


def _cut(name: str, strip: int, *, git: bool = False) -> str:
    """*name* without the first *strip* folders, as far as there are so many."""
    del git
    parts = name.replace("\\", "/").split("/")
    return "/".join(parts[min(strip, len(parts) - 1) :])


@dataclass(kw_only=True)
class _Work:
    """The files while a patch is applied to them."""

    files: dict[Path, bytes]
    strip: int
    exact: bool = True

    def __post_init__(self) -> None:
        self.moved: dict[Path, Path] = {}
        self.troubles: list[str] = []

    def take(self, change: Change) -> None:
        """Apply what the patch says of one file."""
        old, new = Path(_cut(change.old, self.strip)), Path(_cut(change.new, self.strip))
        if change.old and old not in self.files:
            self.troubles.append(f"{old} is changed by it, and there is no such file")
            return
        if change.link:
            self.troubles.append(f"it makes {new} a link to another file; send the file itself")
            return
        if change.missing:
            self.troubles.append(f"{new or old} is no text, and the patch does not hold it; attach the file itself")
            return
        content = self._content(change, self.files.get(old, b"") if change.old else b"", new or old)
        if content is None:
            return
        if change.old and (change.moved or not change.new or old != new) and not change.copied:
            del self.files[old]
        if change.new:
            self.files[new] = content
        if change.old and change.new and old != new and not change.copied:
            self.moved[old] = new

    def _content(self, change: Change, old: bytes, name: Path) -> bytes | None:
        if change.packed:
            content = unpacked(change.packed, old)
            if content is None:
                self.troubles.append(f"what it holds of {name} is broken; attach the file itself")
            return content
        lines, ends = _lines(old)
        for hunk in change.hunks:
            lines_or_why = self._hunk(_ended(hunk) if ends == "\r\n" else hunk, lines, name)
            if isinstance(lines_or_why, str):
                self.troubles.append(lines_or_why)
                return None
            lines = lines_or_why
        return _joined(lines, ends, change.hunks, ended=not old or old.endswith(b"\n"))

    def _hunk(self, hunk: Hunk, lines: list[str], name: Path) -> list[str] | str:
        place = _place(hunk, lines)
        if place is None:
            first = next((text.strip() for sign, text in hunk.lines if sign != "+" and text.strip()), "")
            near = f' ("{first[:50]}")' if first else ""
            return f"passage {hunk.number} of {name}, line {hunk.at}{near}: these lines do not stand there"
        at, top, end, exact = place
        self.exact = self.exact and exact
        return _replaced(hunk.lines[top : len(hunk.lines) - end], lines, at)


def _lines(content: bytes) -> tuple[list[str], str]:
    """The lines without their ends, and the end that the file uses."""
    text = content.decode("utf-8", "surrogateescape")
    ends = "\r\n" if "\r\n" in text and text.count("\r\n") == text.count("\n") else "\n"
    return (text.removesuffix(ends).split(ends) if text else []), ends


def _ended(hunk: Hunk) -> Hunk:
    """*hunk* without the first half of the line ends of a file that has both halves everywhere."""
    return replace(hunk, lines=tuple((sign, text.removesuffix("\r")) for sign, text in hunk.lines))


def _joined(lines: Sequence[str], ends: str, hunks: Sequence[Hunk], *, ended: bool) -> bytes:
    """The file again. Whether its last line ends is what the patch says of it, or else as it was."""
    last = hunks[-1] if hunks else None
    if last and last.ends:
        ended = not ("+" in last.ends or " " in last.ends)
    text = ends.join(lines) + (ends if ended and lines else "")
    return text.encode("utf-8", "surrogateescape")


def _place(hunk: Hunk, lines: Sequence[str]) -> tuple[int, int, int, bool] | None:
    """Where a hunk goes, how many of its lines are left out at its top and its end, and whether it stood just there."""
    top_most, end_most = _context(hunk.lines), _context(hunk.lines[::-1])
    for fuzz in range(MAX_FUZZ + 1):
        top, end = min(fuzz, top_most), min(fuzz, end_most)
        if fuzz and (top, end) == (min(fuzz - 1, top_most), min(fuzz - 1, end_most)):
            break
        old = [text for sign, text in hunk.lines[top : len(hunk.lines) - end] if sign != "+"]
        wanted = max(hunk.at - 1, 0) + top if old or fuzz or hunk.at == 0 else hunk.at
        for loose in (False, True):
            at = _found(old, lines, wanted, loose=loose)
            if at is not None:
                return at, top, end, at == wanted and not fuzz and not loose
    return None


def _context(lines: Sequence[tuple[str, str]]) -> int:
    """How many lines in a row stay as they are, from the first on; not all, or nothing would be looked for."""
    count = next((at for at, (sign, _) in enumerate(lines) if sign != " "), 0)
    kept = sum(sign != "+" for sign, _ in lines)
    return min(count, max(kept - 1, 0))


def _found(old: Sequence[str], lines: Sequence[str], wanted: int, *, loose: bool) -> int | None:
    """The place of *old* that is nearest to where it is wanted."""
    if not old:
        return min(wanted, len(lines))
    look = _loose if loose else str
    here, there = [look(line) for line in old], [look(line) for line in lines]
    if not any(here) and len(lines) != len(old):
        return None  # blank lines stand everywhere
    rarest = min(range(len(here)), key=lambda at: there.count(here[at]) if here[at] else len(there) + 1)
    places = [at - rarest for at, line in enumerate(there) if line == here[rarest]]
    near = sorted((at for at in places if at >= 0), key=lambda at: (abs(at - wanted), at))
    return next((at for at in near[:MAX_PLACES] if there[at : at + len(here)] == here), None)


def _loose(line: str) -> str:
    """A line without its blanks, which mail programs change."""
    return "".join(line.split())


def _replaced(wanted: Sequence[tuple[str, str]], lines: Sequence[str], at: int) -> list[str]:
    """*lines* with the passage at *at* as the patch wants it; what only stands around stays as the file has it."""
    return [*lines[:at], *_new(wanted, lines, at), *lines[at + sum(sign != "+" for sign, _ in wanted) :]]


def _new(wanted: Sequence[tuple[str, str]], lines: Sequence[str], at: int) -> Iterator[str]:
    for sign, text in wanted:
        if sign == "+":
            yield text
        else:
            if sign == " ":
                yield lines[at]
            at += 1
