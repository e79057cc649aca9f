"""Two mails in a row: whether the later one is a word to the request at work, and what that request then asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from mailbot.build.edit_clash import settled
from mailbot.build.moves import Ask, brief_of, queue_of
from mailbot.domain.intent import Chosen, Edited, Kind, Wants
from mailbot.domain.project import Check
from mailbot.domain.request import Admitted, Request
from mailbot.domain.work import Amended

GRACE: Final = timedelta(seconds=90)  #: within which a second mail belongs to the first, before there is any version
MOST: Final = 8  #: mails that become part of one request; further ones are requests of their own
#: The words between the two in what the model is told.
LATER: Final = "A later mail of the same author adds this, and it wins wherever the two differ:"
_FIRST: Final = frozenset({Kind.CREATE, Kind.FIX})
_OPEN: Final = frozenset({Kind.CREATE, Kind.REVISE, Kind.FIX, Kind.REFRESH})


def amended(later: Admitted, request: Request, at_work: tuple[Request, int] | None, host: str) -> Amended | None:
    """The request at work with the words of *later*, the order of *request*; none: that one is a wish of its own.

    Of the turns of the request at work none counts any more: they were about fewer words.
    """
    if at_work is None or not _joins(later, request, at_work[0]):
        return None
    first, turns = at_work
    order = _joined(first.order, later, turns)
    queue = queue_of(Ask(brief=brief_of(order)), host)
    return Amended(request=first, order=order, queue=queue, by=request.id, mail=later.message_id)


def _joins(later: Admitted, request: Request, at_work: Request) -> bool:
    order = at_work.order
    alike = later.intent.kind is Kind.REVISE and order.intent.kind in _OPEN and later.author == order.author
    if not alike or len(order.joined) >= MOST:
        return False
    soon = request.envelope.received_at - at_work.envelope.received_at <= GRACE
    return later.intent.joins or bool(later.intent.chosen) or (soon and order.intent.kind in _FIRST)


def _joined(order: Admitted, later: Admitted, turns: int) -> Admitted:
    mine, theirs = order.intent, later.intent
    text = f"{mine.text or mine.title}\n\n{LATER}\n\n{theirs.text}"
    intent = replace(
        mine,
        text=text,
        wants=_both(mine.wants, theirs.wants),
        chosen=_chosen(mine.chosen, theirs.chosen),
        material="\n\n".join(part for part in (mine.material, theirs.material) if part),
        commands=(*mine.commands, *theirs.commands),
    )
    ids = (*order.joined, later.message_id) if later.message_id else order.joined
    inputs, known = (*order.inputs, *later.inputs), later.memories or order.memories
    return replace(order, intent=intent, joined=ids, inputs=inputs, fresh=turns, memories=known)


def resumed(later: Admitted, waiting: Admitted | None, *, version: int) -> Admitted:
    """*later* with the wish that *waiting* ended without: with our questions, or with nothing that could be built.

    "go", and a deadline that passes, choose what was proposed. Other words add to a wish of which there is no
    *version* yet; where there is one, they are a wish of their own.
    """
    mine, theirs = (waiting.intent if waiting else None), later.intent
    if waiting and mine and mine.edit and theirs.kind is Kind.REVISE:
        return _settled(later, waiting, mine.edit, version)
    goes_on = theirs.kind is Kind.REVISE and (theirs.chosen or not version)
    if waiting is None or mine is None or not goes_on or mine.kind not in _OPEN:
        return later
    text = mine.text if theirs.chosen else f"{mine.text or mine.title}\n\n{LATER}\n\n{theirs.text}"
    intent = replace(
        mine,
        project=theirs.project,
        text=text,
        chosen=(*mine.chosen, *theirs.chosen),
        material="\n\n".join(part for part in (mine.material, theirs.material) if part),
        commands=theirs.commands,
        wants=_both(mine.wants, theirs.wants),
        language=theirs.language or mine.language,
    )
    return replace(later, intent=intent, inputs=(*waiting.inputs, *later.inputs))


def _settled(later: Admitted, waiting: Admitted, edit: Edited, version: int) -> Admitted:
    """The edit that waits, with what its author chooses where it clashed; other words are a wish of their own."""
    chosen = settled(later.intent.text)
    if not chosen:
        return later
    theirs, edit = later.intent, replace(edit, against=version)
    intent = replace(waiting.intent, chosen=chosen, edit=edit, commands=theirs.commands, language=theirs.language)
    return replace(later, intent=intent, inputs=(*waiting.inputs, *later.inputs))


def _both(first: Wants, second: Wants) -> Wants:
    """What either says; where only one can be, the later word."""
    return Wants(
        app_type=second.app_type or first.app_type,
        stack=_once((*first.stack, *second.stack)),
        target=second.target or first.target,
        features=_once((*first.features, *second.features)),
        locked=_once((*first.locked, *second.locked)),
        criteria=_numbered((*first.criteria, *second.criteria)),
        more=first.more + second.more,
        computer=second.computer or first.computer,
    )


def _chosen(first: Iterable[Chosen], second: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """The answers of both; to the same question the later one."""
    later = tuple(second)
    numbers = {one.number for one in later}
    return (*(one for one in first if one.number is None or one.number not in numbers), *later)


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _numbered(criteria: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(replace(one, number=number) for number, one in enumerate(criteria, 1))
