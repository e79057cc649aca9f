"""Clashes as a person reads and settles them: both passages, numbered, and "1 mine, 2 yours" as the answer.

*mine* is what the author of the mail sent, *yours* what stands in the newest version, *both* one below the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.build.merge import Clash, Line, Side
from mailbot.domain.intent import Chosen

MAX_ASKED: Final = 20  #: clashes that can be settled by mail
MAX_SHOWN: Final = 6  #: that are shown with their lines
MAX_LINES: Final = 6  #: of one side
MAX_WIDTH: Final = 70  #: characters of a line
MAX_ANSWER: Final = 400  #: characters of a mail that only settles clashes
_WORDS: Final[Mapping[Side, str]] = {
    "mine": "mine|my|my own|my version|moje|moja|mój|meine|meins|mein|meine version|le mien|la mienne|les miens|"
    "les miennes|mien|mienne",
    "yours": "yours|your|your version|theirs|their|twoje|twoja|twój|wasze|ich|deine|deins|eure|ihre|ihres|"
    "le vôtre|la vôtre|les vôtres|le tien|la tienne|les tiens|vôtre|vôtres",
    "both": "both|oba|obie|oboje|beide|beides|les deux|tous les deux",
}
_SIDES: Final[Mapping[str, Side]] = {word: side for side, words in _WORDS.items() for word in words.split("|")}
_PIECE: Final = re.compile(r"[,;\n]+|\s(?:and|und|et|oraz|i)\s(?=\s{0,3}\d)")
_ONE: Final = re.compile(r"\s{0,9}(?:#|no\.?|nr\.?)?\s{0,3}(\d{1,2})\s{0,3}[.):=\u2013\u2014-]{0,2}\s{0,3}(.{1,40})")
_GREETING: Final = re.compile(r"(?:hi|hello|hallo|dear|bonjour|salut|cześć|dzień dobry|thanks?|danke|merci|dzięki)\b.*")


def questions(clashes: Sequence[Clash], newest: int) -> tuple[str, ...]:
    """One question for each clash."""
    return tuple(f"{one.path}{_where(one)}: mine (what you sent) or yours (v{newest})?" for one in clashes[:MAX_ASKED])


def shown(clashes: Sequence[Clash], newest: int) -> str:
    """Both sides of the first clashes, as lines of text: at most a screen."""
    return "\n\n".join(_both(one, newest) for one in clashes[:MAX_SHOWN])


def _where(one: Clash) -> str:
    if one.mine is None:
        return ", which you removed and which was changed meanwhile"
    if one.yours is None:
        return ", which you changed and which was removed meanwhile"
    return f", line {one.line}" if one.line else ""


def _both(one: Clash, newest: int) -> str:
    lines = [f"{one.number}. {one.path}{_where(one)}"]
    lines += _side("mine (what you sent):", one.mine)
    return "\n".join([*lines, *_side(f"yours (v{newest}):", one.yours)])


def _side(title: str, lines: Sequence[Line] | None) -> list[str]:
    if lines is None:
        return [f"   {title} the file is removed"]
    if not lines:
        return [f"   {title} these lines are removed"]
    told = [line.decode("utf-8", "replace").rstrip("\r\n").expandtabs(4) for line in lines[:MAX_LINES]]
    cut = [line if len(line) <= MAX_WIDTH else line[: MAX_WIDTH - 1] + "…" for line in told]
    more = [f"     ({len(lines) - MAX_LINES} lines more)"] if len(lines) > MAX_LINES else []
    return [f"   {title}", *(f"     {line}" for line in cut), *more]


def settled(text: str) -> tuple[Chosen, ...]:
    """What *text* chooses, where it does nothing else; a choice without a number is one for all (number 0)."""
    if len(text) > MAX_ANSWER:
        return ()
    found: list[Chosen] = []
    for piece in _PIECE.split(text):
        words = _plain(piece)
        if not words or _GREETING.fullmatch(words):
            continue
        one = _ONE.fullmatch(piece)
        if one and _plain(one[2]) in _SIDES:
            found.append(Chosen(question="", number=int(one[1]), answer=_SIDES[_plain(one[2])]))
        elif words in _SIDES and not found:
            found.append(Chosen(question="", number=0, answer=_SIDES[words]))
        elif not found or len(words.split()) > 3:  # noqa: PLR2004  (a name below it is no other wish)
            return ()
    return tuple(found)


def sides(chosen: Sequence[Chosen]) -> dict[int, Side]:
    """The side that is chosen for each number."""
    for_all = next((_SIDES.get(_plain(one.answer)) for one in chosen if not one.number), None)
    found: dict[int, Side] = dict.fromkeys(range(1, MAX_ASKED + 1), for_all) if for_all else {}
    for one in chosen:
        side = _SIDES.get(_plain(one.answer))
        if one.number and side:
            found[one.number] = side
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" \t.!:\"'„“”«»").split())
