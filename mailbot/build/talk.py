"""A question as a further turn of the talk before it, so that a model's server has read most of it already.

A server keeps the last prompt and its answer. A repair, a judgement and the next revision begin with just these bytes:
the wish, the model's own files, and only then what has changed since and what is wanted now. Where that talk has no
room, or most of it is out of date, the question is asked anew, with the files as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build.answer import laid, was_cut
from mailbot.build.moves import Ask, Brief, Said, Spoken, Turn
from mailbot.build.plan import next_move
from mailbot.build.prompt import BUDGET, Prompt, failing, texts_of, told, turned
from mailbot.domain.intent import Kind
from mailbot.domain.project import Path, Project, ProjectId, Tree
from mailbot.domain.request import Admitted

DEEPEST: Final = 3  #: answers in one talk
_CHATTER: Final = 2_000  #: characters beside the files that an answer worth keeping may have


@dataclass(frozen=True, kw_only=True)
class _Talk:
    """Messages, and the files of the project that stand whole in them."""

    messages: tuple[Prompt, ...]
    known: Mapping[Path, str]


def talk(brief: Brief, texts: Mapping[str, str], *, budget: int = BUDGET) -> tuple[Prompt, ...]:
    """The messages for *brief*, at most *budget* characters, after as much of the talk before as is worth it."""
    return _talk(brief, texts, budget).messages


def begun(brief: Brief, first: Spoken) -> Brief:
    """*brief* with *first* before all that was said."""
    if brief.before is None:
        return replace(brief, before=first)
    return replace(brief, before=replace(brief.before, brief=begun(brief.before.brief, first)))


def goes_on(brief: Brief) -> bool:
    """Whether the talk in which its project began is of use to it."""
    return brief.judging or (bool(brief.files) and not brief.outline and brief.kind is not Kind.QUESTION)


def opening(order: Admitted, turns: Sequence[Turn]) -> Spoken | None:
    """What the model was told first for *order*, which began a project, and the files that it answered."""
    empty = Project(id=order.intent.project or ProjectId(""), owner=order.author)
    for at, said in list(enumerate(turns))[order.fresh :]:
        move = next_move(order, turns[:at], empty)
        if isinstance(move, Ask) and isinstance(said, Said) and not move.brief.outline:
            return Spoken(brief=move.brief, answer=said.text) if said.maker.kind == "model" else None
    return None


def _talk(brief: Brief, texts: Mapping[str, str], budget: int) -> _Talk:
    for one in _shorter(brief):
        if found := _further(one, one.before, texts, budget) if one.before else None:
            return found
    alone = replace(brief, before=None)
    messages, whole = told(alone, texts, budget=budget)
    return _Talk(messages=messages, known={path: text for path, text in texts_of(brief.files).items() if path in whole})


def _shorter(brief: Brief) -> Iterator[Brief]:
    """The same question with less and less before it."""
    for depth in range(min(DEEPEST, _depth(brief)), 0, -1):
        yield _within(brief, depth)


def _depth(brief: Brief) -> int:
    return 1 + _depth(brief.before.brief) if brief.before else 0


def _within(brief: Brief, depth: int) -> Brief:
    """*brief* with so many answers before it, the last ones."""
    if brief.before is None or not depth:
        return replace(brief, before=None)
    return replace(brief, before=replace(brief.before, brief=_within(brief.before.brief, depth - 1)))


def _further(brief: Brief, before: Spoken, texts: Mapping[str, str], budget: int) -> _Talk | None:
    """The talk *before*, and *brief* behind it; None where it is not worth it."""
    asked = _talk(before.brief, texts, budget)
    stood = _answered(before, asked.known)
    room = budget - sum(len(one.content) for one in asked.messages) - len(before.answer)
    if stood is None or room <= 0:
        return None
    now, then = texts_of(brief.files), texts_of(stood)
    known = {**asked.known, **_written(before, asked.known)}
    findings = [f"{one.subject}: {one.detail}" for one in (brief.report.failures if brief.report else ())]
    changed = {
        path: text
        for path, text in now.items()
        if text != then.get(path) or (path not in known and failing(path, findings))
    }
    gone = [path for path in then if path not in now]
    if brief.judging:
        changed, gone = {}, []  # the record holds all that it is about
    elif 2 * sum(len(known[path]) for path in (*changed, *gone) if path in known) > sum(map(len, known.values())):
        return None  # most of what was said is not so any more
    last = turned(brief, texts, changed, gone, budget=room)
    if last is None:
        return None
    messages = (*asked.messages, Prompt(role="assistant", content=before.answer), last)
    stands = {path: text for path, text in known.items() if path in now}
    return _Talk(messages=messages, known={**stands, **changed})


def _answered(before: Spoken, known: Mapping[Path, str]) -> Tree | None:
    """The files as the answer left them; None where it is no example to go on from: cut, broken, or mostly chatter."""
    found = laid(before.answer, before.brief.files)
    written = sum(map(len, _written(before, known).values()))
    plain = len(before.answer) <= 2 * written + _CHATTER
    return found.tree if found.touched and not found.problems and plain and not was_cut(before.answer) else None


def _written(before: Spoken, known: Mapping[Path, str]) -> Mapping[Path, str]:
    """The files that the answer wrote or changed, whole."""
    stood = {path: text.encode("utf-8") for path, text in known.items()}
    found = laid(before.answer, stood)
    return {path: text for path, text in texts_of(found.tree).items() if path in found.touched}
