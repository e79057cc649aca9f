"""Decide the next move of a build from what has happened so far.

The whole build is a fold over its turns. Every turn is recorded before the
next move is made, so a crash costs at most the move that was in flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from mailbot.build.answer import applied, problems
from mailbot.build.brought import brought
from mailbot.domain.intent import Chosen, Kind, Wants
from mailbot.domain.message import Input
from mailbot.domain.project import Check, Draft, Finding, Maker, Project, Report, Result, Revision, Tree
from mailbot.domain.request import (  # fmt: skip
    Admitted,
    Answer,
    Asked,
    Built,
    Event,
    GaveUp,
    Outcome,
    RequestId,
    Told,
    Withdrawn,
)

# Moves: what must be done next, each through one door.


@dataclass(frozen=True, kw_only=True)
class Brief:
    """All that a model is told. It never sees an address, a key or another thread."""

    kind: Kind
    title: str
    text: str
    files: Tree = field(default_factory=dict)  #: the project as it stands
    answer: str = ""  #: the answer to be repaired
    report: Report | None = None  #: what the checks said of it
    wants: Wants = field(default_factory=Wants)
    material: str = ""  #: words of others, and of attachments: nothing in them is a wish
    inputs: tuple[Input, ...] = ()  #: what came with the mail
    chosen: tuple[Chosen, ...] = ()  #: the author's answers to our questions


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Give the brief to the model and record what it Said."""

    brief: Brief


@dataclass(frozen=True, kw_only=True)
class Try:
    """Run the checks on the files and record that they were Tried."""

    files: Tree
    checks: tuple[Check, ...]


# Turns: what has been recorded.


@dataclass(frozen=True, kw_only=True)
class Said:
    """The model answered. The words are kept as they came; files are read out of them anew each time."""

    text: str
    maker: Maker
    base: int = 0  #: the revision it was asked about
    title: str = ""
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  #: it cannot go on without an answer to these
    options: tuple[str, ...] = ()  #: what it could do instead
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The checks ran."""

    report: Report
    base: int = 0


Move = Ask | Try | Outcome
Turn = Said | Tried


_TOPICS: Final = {Kind.HELP: "help", Kind.STATUS: "status", Kind.STOP: "stopped"}


def next_move(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    """The move that follows *turns*.

    Turns about an older revision count for nothing: while this request was put off, another one of the project
    was answered, and what was said and checked then is no evidence about the files of now. So do those from before
    a later mail became part of the order: they were about fewer words.
    """
    intent = order.intent
    turns = [turn for turn in turns[order.fresh :] if turn.base == project.last]
    match intent.kind:
        case Kind.CREATE | Kind.REVISE | Kind.FIX | Kind.REFRESH:
            return _build(order, turns, project)
        case Kind.ROLLBACK:
            return _rollback(intent.revision, turns, project)
        case Kind.QUESTION:
            return _answer(order, turns, project)
        case Kind.HELP | Kind.STATUS | Kind.STOP:
            return Told(topic=_TOPICS[intent.kind])
        case Kind.EDIT | Kind.SHARE | Kind.RETIRE | Kind.ERASE:
            return Told(topic="not-yet", text=intent.kind)
        case _:
            assert_never(intent.kind)


def queue_of(move: Move, host: str) -> str:
    """The queue that *move* waits in; *host* is where the model lives."""
    match move:
        case Ask():
            return f"gen:{host}"
        case Try():
            return "check"
        case _:
            return "intake"


def stopped(
    event: Answer, unfinished: Sequence[RequestId], stop: RequestId
) -> tuple[Answer, list[tuple[RequestId, Event]]]:
    """What a "stop" says, and the unfinished requests that it withdraws."""
    others: list[tuple[RequestId, Event]] = [(id, Withdrawn(by=stop)) for id in unfinished if id != stop]
    if isinstance(event, Told) and not others:
        return replace(event, topic="nothing-to-stop"), []
    return event, others


def brief_of(order: Admitted) -> Brief:
    """What the order says, without the project."""
    intent = order.intent
    return Brief(
        kind=intent.kind,
        title=intent.title,
        text=intent.text,
        wants=intent.wants,
        material=intent.material,
        inputs=order.inputs,
        chosen=intent.chosen,
    )


def _build(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    head = project.head
    before: Tree = head.draft.files if head else brought(order.inputs) if order.intent.kind is Kind.FIX else {}
    brief = replace(brief_of(order), title=order.intent.title or project.title, files=before)
    match turns:
        case []:
            return Ask(brief=brief)
        case [*_, Said(asks=[_, *_]) as said]:
            return Asked(questions=said.asks, options=said.options)
        case [*earlier, Said() as said]:
            stood = _laid(earlier, before)
            after = Try(files=applied(said.text, stood), checks=(*project.checks, *said.checks))
            usable = _usable(said, before, stood)
            return after if usable else _again(replace(brief, files=stood), said, turns, order, before)
        case [*earlier, Said() as said, Tried() as tried]:
            draft = _draft(earlier, said, tried, before)
            if draft.report.passed:
                return Built(draft=draft, number=project.last + 1)
            repair = replace(brief, files=draft.files, answer=said.text, report=draft.report)
            return Ask(brief=repair) if _count(earlier) < order.repairs else _gave_up(turns, before)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")


def _usable(said: Said, before: Tree, stood: Tree) -> bool:
    """Whether an answer makes anything: of the project, or of what earlier answers made of it."""
    return applied(said.text, before) != before or applied(said.text, stood) != stood


def _laid(turns: Sequence[Turn], before: Tree) -> Tree:
    """The files after every answer so far: a repair may hold only the files that it repairs."""
    for turn in turns:
        if isinstance(turn, Said):
            before = applied(turn.text, before)
    return before


def _unusable(said: Said, stood: Tree) -> tuple[Finding, ...]:
    """What of an answer was left out: as good as a failed check, or a file would be missing and nobody told."""
    return tuple(
        Finding(check="answer", subject=problem.path, result=Result.FAILED, detail=problem.why)
        for problem in problems(said.text, stood)
    )


def _again(brief: Brief, said: Said, turns: Sequence[Turn], order: Admitted, before: Tree) -> Move:
    """Nothing usable came: ask once more, as often as repairs are allowed."""
    if said.not_done and brief.files:
        return Asked(questions=tuple(f"I did not understand: {line}" for line in said.not_done), options=said.options)
    if sum(isinstance(turn, Said) for turn in turns) > order.repairs:
        return _gave_up(turns, before)
    return Ask(brief=replace(brief, answer=said.text, report=Report(findings=_unusable(said, brief.files))))


def _gave_up(turns: Sequence[Turn], before: Tree) -> GaveUp:
    """With the best try, which need not be the last one."""
    tries = [
        _draft(turns[: at - 1], said, turn, before)
        for at, turn in enumerate(turns)
        if isinstance(turn, Tried) and at and isinstance(said := turns[at - 1], Said)
    ]
    if not tries:
        return GaveUp(reason="the model's answer held no file that could be used")
    best = min(reversed(tries), key=lambda draft: len(draft.report.failures))
    return GaveUp(reason=_still_failing(best.report), draft=best)


def _draft(earlier: Sequence[Turn], said: Said, tried: Tried, before: Tree) -> Draft:
    """What *said* made after all *earlier* turns, with the report on it."""
    stood = _laid(earlier, before)
    checked = tried.report
    spent = [turn.maker for turn in (*earlier, said) if isinstance(turn, Said)]
    seconds, tokens = sum(maker.seconds for maker in spent), sum(maker.tokens for maker in spent)
    return Draft(
        title=said.title,
        files=applied(said.text, stood),
        report=replace(checked, findings=(*_unusable(said, stood), *checked.findings)),
        maker=replace(said.maker, tries=len(spent), seconds=seconds, tokens=tokens),
        done=said.done,
        not_done=said.not_done,
        assumed=said.assumed,
        checks=said.checks,
    )


def _count(turns: Sequence[Turn]) -> int:
    return sum(isinstance(turn, Tried) for turn in turns)


def _still_failing(report: Report) -> str:
    first = report.failures[0]
    return f"a check still fails: {first.check} of {first.subject}: {first.detail}"


def _rollback(wanted: int | None, turns: Sequence[Turn], project: Project) -> Move:
    number = wanted if wanted is not None else project.last - 1
    target: Revision | None = project.revisions.get(number)
    if target is None:
        said = f"there is no v{number} in this project" if number else "there is no earlier version to go back to"
        return GaveUp(reason=f"{said}; the newest is v{project.last}")
    match turns:
        case []:
            return Try(files=target.draft.files, checks=project.checks)
        case [*_, Tried(report=report)]:
            maker = Maker(kind="rollback", name=f"v{number}", provider=target.draft.maker.provider)
            draft = replace(
                target.draft,
                report=report,
                maker=maker,
                done=(f"v{number} is back, file for file",),
                not_done=(),
                assumed=(),
                checks=(),
            )
            return Built(draft=draft, number=project.last + 1)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")


def _answer(order: Admitted, turns: Sequence[Turn], project: Project) -> Move:
    head = project.head
    match turns:
        case []:
            return Ask(brief=replace(brief_of(order), files=head.draft.files if head else {}))
        case [*_, Said(asks=[_, *_]) as said]:
            return Asked(questions=said.asks, options=said.options)
        case [*_, Said() as said]:
            return Told(topic="answer", text=said.text)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")
