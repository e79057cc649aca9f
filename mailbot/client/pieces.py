"""Put together what was too large for one mail: attachments whose names, or whose text, say "part 1 of 2"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mailbot.client.mail import Mail, Part
from mailbot.client.textual import base64_blocks
from mailbot.client.trouble import MAX_PLAIN, Trouble, shown

MOST_PIECES = 100
#: x.zip.001, x.zip.part1of2, x.part-1-of-2.zip, x.zip.part1
_NUMBERED = re.compile(r"(.{1,150}?)\.([0-9]{3})")
_OF = re.compile(
    r"(.{1,150}?)[. _-]?part[ _-]?([0-9]{1,3})(?:[ _-]?of[ _-]?([0-9]{1,3}))?(\.[A-Za-z0-9_]{1,8})?", re.IGNORECASE
)
_SAID = re.compile(rb"\bpart ([0-9]{1,3}) of ([0-9]{1,3})\b", re.IGNORECASE)
_SAMPLE = 4_000  #: bytes of a text in which it says which part it is


@dataclass(frozen=True)
class _Piece:
    """One part of a whole."""

    whole: str  #: its name
    number: int
    of: int  #: 0: it does not say
    part: Part
    content: bytes


def joined(letters: list[tuple[Mail | None, tuple[Part, ...]]]) -> list[tuple[Mail | None, tuple[Part, ...]]]:
    """The same mails, with each whole in place of its first piece and without the others; a missing one is Trouble."""
    wholes: dict[str, list[_Piece]] = {}
    for _, parts in letters:
        for part in parts:
            piece = _piece(part)
            if piece:
                wholes.setdefault(piece.whole, []).append(piece)
    placed: dict[int, Part] = {}
    dropped: set[int] = set()
    for name, pieces in wholes.items():
        ordered = _complete(name, pieces)
        content = b"".join(one.content for one in ordered)
        placed[id(ordered[0].part)] = replace(
            ordered[0].part, name=name, kind="application/octet-stream", content=content
        )
        dropped |= {id(one.part) for one in pieces}
    return [
        (mail, tuple(placed.get(id(one), one) for one in parts if id(one) in placed or id(one) not in dropped))
        for mail, parts in letters
    ]


def _piece(part: Part) -> _Piece | None:
    if found := _NUMBERED.fullmatch(part.name):
        return _Piece(found[1], int(found[2]), 0, part, part.content)
    if found := _OF.fullmatch(part.name):
        return _Piece(found[1] + (found[4] or ""), int(found[2]), int(found[3] or 0), part, _plain(part))
    said = _SAID.search(part.content[:_SAMPLE]) if part.kind == "text/plain" else None
    if said and int(said[2]) > 1 and (blocks := base64_blocks(part.content)):
        return _Piece(part.name or "package", int(said[1]), int(said[2]), part, b"".join(blocks))
    return None


def _plain(part: Part) -> bytes:
    """The bytes of a piece; a piece of text is base64."""
    blocks = base64_blocks(part.content) if part.kind == "text/plain" else []
    return b"".join(blocks) or part.content


def _complete(name: str, pieces: list[_Piece]) -> list[_Piece]:
    """The pieces in order, each once."""
    numbered: dict[int, _Piece] = {}
    for one in pieces:
        if numbered.setdefault(one.number, one).content != one.content:
            raise Trouble(
                f"two different parts {one.number} of {shown(name)} are given. Give the mails of one version."
            )
    last = max([one.of for one in pieces] + list(numbered))
    first = 0 if 0 in numbered and not any(one.of for one in pieces) else 1
    lacking = [number for number in range(first, min(last, MOST_PIECES) + 1) if number not in numbered]
    if last > MOST_PIECES or len({one.of for one in pieces} - {0}) > 1:
        raise Trouble(f"the parts of {shown(name)} do not agree on how many there are, or are over {MOST_PIECES}.")
    if lacking:
        missing = ", ".join(map(str, lacking[:10]))
        raise Trouble(
            f"part {missing} of {last} of {shown(name)} is missing. Give all mails at once: open part1.eml part2.eml"
        )
    if sum(len(one.content) for one in pieces) > MAX_PLAIN:
        raise Trouble(f"the parts of {shown(name)} are over {MAX_PLAIN // 1_000_000} MB together.")
    return [numbered[number] for number in sorted(numbered)]
