"""What is kept in mind of an author: whose it is, how much there may be, and what their mail makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.decide.quota import domain_of, identity
from mailbot.domain.intent import Command, Kind
from mailbot.domain.memory import Memory
from mailbot.domain.message import Proof
from mailbot.domain.request import Admitted

MOST: Final = 20  #: things of one person, or of one domain, where no rule says otherwise
LONGEST: Final = 300  #: characters of one


def keeper(order: Admitted) -> str:
    """Whose memory it is: the author's, or their domain's where a rule says so; empty: there is none."""
    if order.set.memory == "none" or not order.proof.answerable:
        return ""
    return f"@{domain_of(order.author)}" if order.set.memory == "domain" else identity(order.author)


def may_tell(order: Admitted) -> bool:
    """Whether what this mail says may be kept: only of an author who is proven by a signature or a login."""
    return order.proof.rank >= Proof.DKIM.rank and bool(keeper(order))


def kept(known: Sequence[Memory], order: Admitted) -> tuple[Memory, ...]:
    """What is kept once *order* is followed; *known* is what was kept before."""
    if not may_tell(order):
        return tuple(known)
    found = list(known)
    for command in (one for one in order.intent.commands if one.kind is Kind.REMEMBER and not one.note):
        _follow(command, found, _most(order))
    computer = order.intent.wants.computer
    if computer:
        _note_computer(computer, found, _most(order))
    return tuple(found)


def changes(order: Admitted) -> bool:
    """Whether *order* says anything to be kept, or to be forgotten."""
    told = any(one.kind is Kind.REMEMBER and (one.words or one.undo) for one in order.intent.commands)
    return may_tell(order) and (told or bool(order.intent.wants.computer))


def _most(order: Admitted) -> int:
    return MOST if order.set.memories is None else order.set.memories


def _follow(command: Command, found: list[Memory], most: int) -> None:
    if command.undo:
        found[:] = [one for one in found if one.number != command.number]
    elif command.words and len(found) < most and command.words not in {one.text for one in found}:
        found.append(Memory(number=_next(found), text=command.words[:LONGEST]))


def _note_computer(text: str, found: list[Memory], most: int) -> None:
    """The newest word about the computer takes the place of the one before."""
    for at, one in enumerate(found):
        if one.about == "computer":
            found[at] = replace(one, text=text[:LONGEST])
            return
    if len(found) < most:
        found.append(Memory(number=_next(found), text=text[:LONGEST], about="computer"))


def _next(found: Sequence[Memory]) -> int:
    return 1 + max((one.number for one in found), default=0)
