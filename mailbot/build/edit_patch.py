"""Read a patch, as git, diff and mail programs make it: which files, which passages, which bytes.

Nothing is applied here. Hunks say themselves how long they are, so that words around them are never taken for a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_PATCH: Final = 5_000_000  #: bytes
MAX_FILES: Final = 1_000  #: that one patch can change
MAX_HUNKS: Final = 20_000
_HUNK: Final = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_GIT: Final = re.compile(r"diff --git (\"?[^\"\s].{0,600}|\"[^\"]{1,600}\" .{1,600})$")
_INDEX: Final = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: \d{6})?$")
_BINARY: Final = re.compile(r"Binary files (.{1,300}) and (.{1,300}) differ$")
_LITERAL: Final = re.compile(r"(literal|delta) (\d{1,9})$")
_OCTAL: Final = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_HEADS: Final = ("diff --git ", "@@ -", "Index: ", "From ")
NOWHERE: Final = "/dev/null"


@dataclass(frozen=True, kw_only=True)
class Hunk:
    """One passage that is replaced."""

    number: int  #: in its file, from 1
    at: int  #: the line of the old file where it begins, as it says
    lines: tuple[tuple[str, str], ...]  #: each with its sign: blank, + or -
    ends: str = ""  #: signs of the lines behind which the file has no line end


@dataclass(frozen=True, kw_only=True)
class Packed:
    """The bytes of a file that is no text, as git packs them."""

    how: str  #: literal or delta
    size: int
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a patch does to one file."""

    old: str = ""  #: its name before, as it is written; empty: it is new
    new: str = ""  #: its name after; empty: it goes
    git: bool = False  #: written by git: names begin with a/ and b/
    moved: bool = False  #: renamed; what is not changed in it stays
    copied: bool = False
    ids: tuple[str, str] = ("", "")  #: what git calls the content before and after, shortened
    hunks: tuple[Hunk, ...] = ()
    packed: Packed | None = None
    missing: bool = False  #: it is no text, and the patch says no more of it
    link: bool = False  #: it is made a link to another file


@dataclass(kw_only=True)
class _Open:
    """One file of a patch while it is read."""

    git: bool = False
    names: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    ids: tuple[str, str] = ("", "")
    hunks: list[Hunk] = field(default_factory=list)
    packed: Packed | None = None

    def change(self) -> Change:
        """What was read."""
        old, new = self.names.get("old", ""), self.names.get("new", "")
        return Change(
            old="" if old == NOWHERE or "new" in self.flags else old,
            new="" if new == NOWHERE or "gone" in self.flags else new,
            git=self.git,
            moved="moved" in self.flags,
            copied="copied" in self.flags,
            ids=self.ids,
            hunks=tuple(self.hunks),
            packed=self.packed,
            missing="missing" in self.flags and self.packed is None,
            link="link" in self.flags,
        )


def changes_in(text: str) -> tuple[Change, ...]:
    """Every file that the patch *text* changes, in its order; several patches may follow one another."""
    lines = text[:MAX_PATCH].split("\n")
    if any(line.startswith(("--- ", "@@ -", "diff --git ")) and line.endswith("\r") for line in lines):
        lines = [line.rstrip("\r") for line in lines]  # a mail program ended the lines so, not the files
    return tuple(_changes(lines))


def _changes(lines: Sequence[str]) -> Iterator[Change]:
    now: _Open | None = None
    at = count = hunks = 0
    while at < len(lines) and count < MAX_FILES and hunks < MAX_HUNKS:
        line = lines[at]
        begins = _begins(lines, at, now)
        if begins and now:
            count += 1
            yield now.change()
        if begins:
            now = _Open(git=line.startswith("diff --git "))
        if now and (hunk := _HUNK.match(line)) and now.names:
            hunks += 1
            made, at = _hunk(lines, at + 1, hunk, len(now.hunks) + 1)
            now.hunks.append(made)
        elif now and line == "GIT binary patch":
            now.packed, at = _packed(lines, at + 1)
        else:
            at += _head(lines, at, now) if now else 1
    if now:
        yield now.change()


def _begins(lines: Sequence[str], at: int, now: _Open | None) -> bool:
    """Whether the next file of the patch begins here."""
    if lines[at].startswith("diff --git "):
        return _GIT.match(lines[at]) is not None
    plain = lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ ")
    return plain and (now is None or bool(now.hunks) or not now.git or now.packed is not None)


def _head(lines: Sequence[str], at: int, now: _Open) -> int:
    """Read one line above the hunks; return how many lines that were."""
    line = lines[at]
    if now.hunks or now.packed:
        return 1
    if line.startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ "):
        now.names |= {"old": _name(line[4:]), "new": _name(lines[at + 1][4:])}
        return 2
    if line.startswith("diff --git "):
        old, new = _two(line[11:])
        now.names |= {"old": old, "new": new}
    elif found := _INDEX.match(line):
        now.ids = (found[1], found[2])
    elif _BINARY.match(line):
        now.flags.add("missing")
    else:
        _said(line, now)
    return 1


def _said(line: str, now: _Open) -> None:
    """What git says of a file in words."""
    for words, flag, name in (
        ("rename from ", "moved", "old"),
        ("rename to ", "moved", "new"),
        ("copy from ", "copied", "old"),
        ("copy to ", "copied", "new"),
    ):
        if line.startswith(words):
            now.flags.add(flag)
            now.names[name] = ("a/" if name == "old" else "b/") + _name(line[len(words) :])
    if line.startswith("new file mode "):
        now.flags |= {"new", *({"link"} if line.endswith("120000") else ())}
    elif line.startswith("deleted file mode "):
        now.flags.add("gone")
    elif line == "new mode 120000":
        now.flags.add("link")


def _hunk(lines: Sequence[str], at: int, head: re.Match[str], number: int) -> tuple[Hunk, int]:
    """The hunk whose head is *head*, and the line behind it."""
    old, new = int(head[2] or 1), int(head[4] or 1)
    found: list[tuple[str, str]] = []
    ends = ""
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith("\\ ")):
        line = lines[at]
        sign = line[:1] or " "
        if sign == "\\":
            ends += found[-1][0] if found else ""
        elif sign in " +-":
            found.append((sign, line[1:]))
            old, new = old - (sign != "+"), new - (sign != "-")
        elif line.startswith(_HEADS):
            break
        else:
            more = _mended(line, found)
            old, new = old - more, new - more
        at += 1
    return Hunk(number=number, at=int(head[1]), lines=tuple(found), ends=ends), at


def _mended(line: str, found: list[tuple[str, str]]) -> int:
    """A line without a sign: a mail program broke the one before it, or took a blank away that stood in front.

    Return how many lines that makes.
    """
    sign, before = found[-1] if found else (" ", "")
    if len(before) > 60 and sign != " ":  # noqa: PLR2004  (programs break at 72 or so)
        found[-1] = (sign, f"{before.rstrip()} {line}")
        return 0
    found.append((" ", line))
    return 1


def _packed(lines: Sequence[str], at: int) -> tuple[Packed | None, int]:
    """The new content behind "GIT binary patch"; the old one behind it is not needed."""
    head = _LITERAL.match(lines[at]) if at < len(lines) else None
    if head is None:
        return None, at
    start = at = at + 1
    while at < len(lines) and lines[at].strip():
        at += 1
    packed = Packed(how=head[1], size=int(head[2]), lines=tuple(lines[start:at]))
    if at + 1 < len(lines) and _LITERAL.match(lines[at + 1]):
        at += 2
        while at < len(lines) and lines[at].strip():
            at += 1
    return packed, at


def _name(text: str) -> str:
    """A name as it stands behind --- or +++: without its date, and without git's quotes."""
    if text.startswith('"'):
        return _unquoted(text)
    return text.partition("\t")[0].rstrip()


def _unquoted(text: str) -> str:
    inside = text[1:].rpartition('"')[0] or text[1:]

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code, 8)) if len(code) == 3 else _ESCAPES.get(code, code)  # noqa: PLR2004  (three octal digits)

    raw = _OCTAL.sub(plain, inside)
    return raw.encode("latin-1", "replace").decode("utf-8", "replace") if "\\" in inside else raw


def _two(text: str) -> tuple[str, str]:
    """Both names of "diff --git": the same one twice, as a rule, so that blanks in it do no harm."""
    if text.startswith('"'):
        first, _, second = text[1:].partition('" ')
        return _unquoted(f'"{first}"'), _name(second)
    half = len(text) // 2
    if len(text) % 2 and text[half] == " " and text[:half].partition("/")[2] == text[half + 1 :].partition("/")[2]:
        return text[:half], text[half + 1 :]
    first, _, second = text.partition(" b/")
    return first, f"b/{second}" if second else first
