"""A revision as a patch that `git am` takes: from the file, and, with `--scissors`, out of the whole mail.

Files whose bytes a mail program or git am may alter (Windows line ends, other encodings, pictures) are told as
binary, so that what comes out is what went in.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from difflib import SequenceMatcher
from email.utils import format_datetime
from typing import Final

from mailbot.build.history_objects import FILE, mode_of, object_id
from mailbot.domain.project import Path, Revision, Tree

MAX_PATCH: Final = 500_000  #: bytes; what is larger is read from the bundle
MAX_LINES: Final = 3_000  #: that are compared line by line; of more, all between the first and the last change is new
CONTEXT: Final = 3
#: What mails are cut at by git am --scissors. To git am without it, it is a field of a header that nobody reads.
_CUT: Final = "X-Cut-Here: " + "-" * 24 + " >8 " + "-" * 24
_NONE: Final = "0" * 40
_PIECE: Final = 52  #: bytes in one line of a binary patch
_SHORT: Final = 26


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What becomes of one file; None: it is not there."""

    path: Path
    old: bytes | None
    new: bytes | None


def patch_between(before: Tree, new: Revision) -> bytes:
    """How to make the files of *new* from those of *before*; empty where nothing changed, or it is too large."""
    files = new.draft.files
    changes = [
        _Change(path=path, old=before.get(path), new=files.get(path))
        for path in sorted({*before, *files})
        if before.get(path) != files.get(path)
    ]
    if not changes or sum(len(one.old or b"") + len(one.new or b"") for one in changes) > MAX_PATCH * 8:
        return b""
    body = b"".join(piece for change in changes for piece in _diff(change))
    patch = _head(new, changes).encode() + body + b"-- \nmailbot\n\n"
    return patch if len(patch) <= MAX_PATCH else b""


def _head(new: Revision, changes: Sequence[_Change]) -> str:
    """The header of a mail, the words of the commit, and which files change."""
    about, _, words = new.entry.partition("\n\n")
    author = next(line for line in about.split("\n") if line.startswith("author ")).removeprefix("author ")
    who = author.rsplit(" ", 2)[0]
    subject, _, rest = words.partition("\n")
    name, _, address = who.rpartition(" <")
    lines = [
        f"From {new.commit} Mon Sep 17 00:00:00 2001",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        _CUT,
        f'From: "{name}" <{address}',
        f"Date: {format_datetime(new.at.astimezone(UTC).replace(microsecond=0))}",
        f"Subject: [PATCH] {subject}",
        "",
        rest.strip("\n"),
        "---",
        *(f" {_word(one):8} {one.path}" for one in changes),
        "",
        "",
    ]
    return "\n".join(lines)


def _word(change: _Change) -> str:
    return "new" if change.old is None else "deleted" if change.new is None else "changed"


def _diff(change: _Change) -> Iterator[bytes]:
    old, new, path = change.old, change.new, change.path.encode()
    yield b"diff --git a/%s b/%s\n" % (path, path)
    modes = [mode_of(one) if one is not None else 0 for one in (old, new)]
    if old is None:
        yield b"new file mode %o\n" % modes[1]
    elif new is None:
        yield b"deleted file mode %o\n" % modes[0]
    elif modes[0] != modes[1]:
        yield b"old mode %o\nnew mode %o\n" % (modes[0], modes[1])
    ids = [object_id(FILE, one) if one is not None else _NONE for one in (old, new)]
    same = f" {modes[0]:o}" if modes[0] == modes[1] else ""
    yield f"index {ids[0]}..{ids[1]}{same}\n".encode("ascii")
    if not (old or new):
        return  # an empty file has no lines to show
    if _plain(old or b"") and _plain(new or b""):
        end = b"\t" if b" " in path else b""
        yield b"--- " + (b"/dev/null" if old is None else b"a/" + path + end) + b"\n"
        yield b"+++ " + (b"/dev/null" if new is None else b"b/" + path + end) + b"\n"
        yield from _hunks(_lines(old or b""), _lines(new or b""))
    else:
        yield from _binary(new or b"")


def _plain(content: bytes) -> bool:
    """Whether it is text that every mail program leaves as it is."""
    if b"\r" in content or b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines(content: bytes) -> list[bytes]:
    found = content.split(b"\n")
    return [one + b"\n" for one in found[:-1]] + ([found[-1]] if found[-1] else [])


def _hunks(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    for group in _compared(old, new).get_grouped_opcodes(CONTEXT):
        _, left, _, right, _ = group[0]
        _, _, left_end, _, right_end = group[-1]
        yield f"@@ -{_range(left, left_end)} +{_range(right, right_end)} @@\n".encode("ascii")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from _marked(b" ", old[a:b])
            else:
                yield from _marked(b"-", old[a:b])
                yield from _marked(b"+", new[c:d])


def _compared(old: Sequence[bytes], new: Sequence[bytes]) -> SequenceMatcher[bytes]:
    """What is the same in both; the equal lines at both ends are not looked at again."""
    least = min(len(old), len(new))
    top = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - top) if old[-1 - at] != new[-1 - at]), least - top)
    left, right = len(old) - tail, len(new) - tail
    inner = SequenceMatcher(None, old[top:left], new[top:right], autojunk=True)
    whole = SequenceMatcher[bytes](None, old, new)
    if max(left, right) - top > MAX_LINES:
        middle = [("replace", top, left, top, right)]
    else:
        middle = [(tag, a + top, b + top, c + top, d + top) for tag, a, b, c, d in inner.get_opcodes()]
    ends = [("equal", 0, top, 0, top), *middle, ("equal", left, len(old), right, len(new))]
    whole.opcodes = [one for one in ends if one[1] < one[2] or one[3] < one[4]]  # type: ignore[attr-defined]
    return whole


def _range(start: int, end: int) -> str:
    """A place as git writes it: an empty one is named by the line before."""
    size = end - start
    return f"{start + 1 if size else start},{size}"


def _marked(sign: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _binary(new: bytes) -> Iterator[bytes]:
    """The whole new content, packed, in letters that every mail takes."""
    yield b"GIT binary patch\nliteral %d\n" % len(new)
    short = zlib.compress(new, 9)
    for at in range(0, len(short), _PIECE):
        piece = short[at : at + _PIECE]
        size = len(piece)
        letter = chr(ord("A") + size - 1) if size <= _SHORT else chr(ord("a") + size - _SHORT - 1)
        yield letter.encode("ascii") + base64.b85encode(piece, pad=True) + b"\n"
    yield b"\n"
