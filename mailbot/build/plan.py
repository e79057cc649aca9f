"""Decide the next move of a build from what has happened so far.

The whole build is a fold over its turns. Every turn is recorded before the
next move is made, so a crash costs at most the move that was in flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.build.asking import only_asks
from mailbot.build.data import refreshed
from mailbot.build.edit_moves import by_hand
from mailbot.build.ledger import as_ordered, parked, settled, standing
from mailbot.build.loop import build
from mailbot.build.moves import (  # fmt: skip
    Ask,
    Brief,
    Move,
    Said,
    Tried,
    Try,
    Turn,
    brief_of,
    queue_of,
)
from mailbot.build.past import past_of
from mailbot.build.price import priced
from mailbot.domain.intent import Kind
from mailbot.domain.project import Draft, Maker, Project, Revision, Tree
from mailbot.domain.request import Admitted, Answer, Asked, Built, Event, GaveUp, RequestId, Told, Withdrawn

__all__ = [
    "Ask", "Brief", "Move", "Said", "Tried", "Try", "Turn", "brief_of", "next_move", "queue_of", "stopped",
]  # fmt: skip

RESENT: Final = "resent"  #: the topic of an answer that brings a version once more
GONE: Final = "the project is gone: whoever it belonged to asked to be forgotten"
_IN_A_PROJECT: Final = frozenset(
    {Kind.REVISE, Kind.ROLLBACK, Kind.EDIT, Kind.REFRESH}
)  #: what changes one that is there
_TOPICS: Final = {
    Kind.HELP: "help",
    Kind.STATUS: "status",
    Kind.STOP: "stopped",
    Kind.SHARE: "shared",
    Kind.REMEMBER: "remembered",
    Kind.EXPORT: "exported",
}


def next_move(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    """The move that follows *turns*.

    Turns about an older revision count for nothing: while this request was put off, another one of the project
    was answered, and what was said and checked then is no evidence about the files of now. So do those from before
    a later mail became part of the order: they were about fewer words. What they took of the model counts.
    """
    intent = order.intent
    if intent.project and not project.id and intent.kind in _IN_A_PROJECT:
        return GaveUp(reason=GONE)
    return _following(order, turns, project)


def _following(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    intent, every = order.intent, turns
    turns = [turn for turn in turns[order.fresh :] if turn.base == project.last]
    match intent.kind:
        case Kind.EDIT | Kind.CREATE if intent.origin or intent.kind is Kind.EDIT:
            return by_hand(order, turns, project, every)
        case Kind.CREATE | Kind.REVISE | Kind.FIX if not _only_asks(order):
            return priced(build(order, turns, project, every), every)
        case Kind.REFRESH:
            return _refresh(order, turns, project, every)
        case Kind.ROLLBACK:
            return _rollback(order, turns, project)
        case Kind.QUESTION | Kind.REVISE:
            return _answer(order, turns, project)
        case _:
            return _told(order, project)


def _only_asks(order: Admitted) -> bool:
    """A question in a thread of a program wants an answer and no new version."""
    return order.intent.kind is Kind.REVISE and only_asks(order)


def _told(order: Admitted, project: Project) -> Told | GaveUp:
    """What needs no model and no check."""
    kind = order.intent.kind
    if kind is Kind.RESEND:
        return _resent(order, project)
    if kind is Kind.ERASE:
        return Told(topic="erased" if order.intent.sure else "erase-asked")
    if kind is Kind.RETIRE:
        return Told(topic="retired", checks=settled(order.intent.commands, project))
    return Told(topic=_TOPICS[kind]) if kind in _TOPICS else Told(topic="not-yet", text=kind)


def _resent(order: Admitted, project: Project) -> Told | GaveUp:
    """A version once more, without a model: nothing of it is new."""
    number = project.last if order.intent.revision is None else order.intent.revision
    if number in project.revisions:
        return Told(topic=RESENT, text=f"v{number}")
    if not project.last:
        return GaveUp(reason="there is no version in this thread yet")
    return GaveUp(reason=f"there is no v{number} in this project; the newest is v{project.last}")


def stopped(
    event: Answer, unfinished: Sequence[RequestId], stop: RequestId
) -> tuple[Answer, list[tuple[RequestId, Event]]]:
    """What a "stop" says, and the unfinished requests that it withdraws."""
    others: list[tuple[RequestId, Event]] = [(id, Withdrawn(by=stop)) for id in unfinished if id != stop]
    if isinstance(event, Told) and not others:
        return replace(event, topic="nothing-to-stop"), []
    return event, others


def _rollback(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    wanted = order.intent.revision
    number = wanted if wanted is not None else project.last - 1
    target: Revision | None = project.revisions.get(number)
    if target is None:
        said = f"there is no v{number} in this project" if number else "there is no earlier version to go back to"
        return GaveUp(reason=f"{said}; the newest is v{project.last}")
    maker = Maker(kind="rollback", name=f"v{number}", provider=target.draft.maker.provider)
    old = replace(
        target.draft, maker=maker, done=(f"v{number} is back, file for file",), not_done=(), assumed=(), checks=()
    )
    return _redone(order, old, turns, project)


def _refresh(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """The same program with fresh data, without a model; data that it has no place for are a wish like any other."""
    head = project.head
    fresh = refreshed(head.draft.files, order.inputs) if head else None
    if fresh is None or fresh.homeless or head is None:
        return build(replace(order, intent=replace(order.intent, kind=Kind.REVISE)), turns, project, every)
    if fresh.other:
        return Asked(questions=fresh.other)
    maker = Maker(kind="refresh", name=f"v{project.last}", provider=head.draft.maker.provider)
    new = replace(head.draft, files=fresh.files, maker=maker, done=fresh.said, not_done=(), assumed=(), checks=())
    move = _redone(order, new, turns, project)
    hard = standing(move.draft.report, project.in_force, project).hard if isinstance(move, Built) else ()
    if not isinstance(move, Built) or not hard:
        return move
    reason = f"with the new data the program fails: {hard[0].check} of {hard[0].subject}: {hard[0].detail}"
    return GaveUp(reason=reason, draft=replace(move.draft, checks=()), number=move.number)


def _redone(order: Admitted, draft: Draft, turns: Sequence[Turn], project: Project) -> Move:
    """Files that no model wrote are checked, and made the next version; checks that no longer hold are parked."""
    project, changed = as_ordered(order, project)
    match turns:
        case []:
            return Try(files=draft.files, checks=project.in_force)
        case [*_, Tried(report=report)]:
            found = standing(report, project.in_force, project)
            checks = (*changed, *parked(found))
            return Built(draft=replace(draft, report=report, checks=checks), number=project.last + 1)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")


def _answer(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    """An answer in words, about the project where there is one."""
    head = project.head
    files: Tree = head.draft.files if head else {}
    match turns:
        case []:
            brief = replace(brief_of(order), kind=Kind.QUESTION, files=files, past=past_of(project))
            return Ask(brief=brief)
        case [*_, Said(asks=[_, *_]) as said]:
            return Asked(questions=said.asks, options=said.options)
        case [*_, Said() as said]:
            return Told(topic="records" if said.maker.kind == "scaffold" else "answer", text=said.text)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")
