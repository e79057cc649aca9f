"""A piece of one file that stands in the mail: where in the file it belongs, or why nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailbot.build.edit_files import as_before

_MOST: Final = 20_000  #: lines
_WHOLE: Final = 0.5  #: of a file's lines that must come back, so that a piece without a place is the whole of it


def put(piece: bytes, before: bytes | None) -> bytes | None:
    """The file with *piece* in it; none where its place cannot be told. A file that is new is the piece itself."""
    if before is None or not before.strip():
        return piece
    piece = as_before(piece, before)
    if b"\0" in piece or b"\0" in before or max(piece.count(b"\n"), before.count(b"\n")) > _MOST:
        return None
    new, old = piece.strip(b"\n").split(b"\n"), before.split(b"\n")
    first, last = _only(new[0], old), _only(new[-1], old)
    if first is not None and last is not None and first < last:
        return b"\n".join([*old[:first], *_ends(new, old[last]), *old[last + 1 :]])
    return piece if _is_whole(new, old) else None


def _only(line: bytes, lines: Sequence[bytes]) -> int | None:
    """Where *line* stands, if it says something and stands there once."""
    places = [at for at, one in enumerate(lines) if one.rstrip() == line.rstrip()]
    return places[0] if len(places) == 1 and line.strip() else None


def _ends(new: Sequence[bytes], last: bytes) -> list[bytes]:
    """*new* whose last line ends as the one that it replaces."""
    return [*new[:-1], new[-1].rstrip() + last[len(last.rstrip()) :]]


def _is_whole(new: Sequence[bytes], old: Sequence[bytes]) -> bool:
    """Whether the piece begins as the file does, and holds most of it."""
    told = {line.strip() for line in old if line.strip()}
    kept = {line.strip() for line in new} & told
    begins = next((line for line in old if line.strip()), b"").strip() == new[0].strip()
    return len(kept) >= _WHOLE * len(told) and (begins or len(kept) > 0.8 * len(told))
