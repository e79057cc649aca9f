"""The moves of an edit, and of a copy: the files are checked and made a version; a wish beside them is built upon it.

Both versions are recorded together, each by whom it is: the first is the author's own, line for line, the second is
what a model made of the wish. Where nothing comes of the wish, the first one still stands, and the reply says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build.edit import Taken, Trouble, taken
from mailbot.build.edit_clash import MAX_ASKED, questions, shown, sides
from mailbot.build.ledger import as_ordered
from mailbot.build.loop import build
from mailbot.build.moves import Move, Tried, Try, Turn
from mailbot.domain.intent import Edited, Intent, Kind
from mailbot.domain.project import Check, Draft, Finding, Maker, Project, latest
from mailbot.domain.request import Admitted, Asked, Built, GaveUp, Told

_MANY: Final = "your changes and those that were made meanwhile differ in {count} places; send the whole files instead"
_HOW: Final = {
    "patch": "your patch is applied",
    "bundle": "your bundle is taken over",
    "archive": "your files are taken over",
    "files": "your files are taken over",
    "pasted": "your lines are put in",
}


@dataclass(frozen=True, kw_only=True)
class _First:
    """The version that no model makes."""

    draft: Draft
    checks: tuple[Check, ...]  #: that it is tried with


def by_hand(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """The next move of an edit, or of a copy."""
    return (copy if order.intent.origin else edit)(order, turns, project, every)


def edit(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """What the author changed is the next version; what breaks by it is told, and not mended."""
    asked = order.intent.edit or Edited()
    if asked.cover:
        return Told(topic="cover")
    choices = sides(order.intent.chosen) if asked.against in {0, project.last} else {}
    found = taken(order, project, choices)
    if isinstance(found, Trouble):
        return GaveUp(reason=found.reason)
    if found.clashes:
        return _which(found, project)
    if found.same:
        return _same(order, turns, project, every)
    head = project.revisions[project.last]
    ordered, changed = as_ordered(order, project)
    merged = "" if found.base == project.last else f" v{found.base}"
    maker = Maker(kind="edit", name=f"{found.how}{merged}{' chosen' if choices else ''}")
    said = (_HOW[found.how], *(("files that are not in your archive stay",) if found.kept else ()))
    draft = Draft(title=head.draft.title, files=found.files, report=head.draft.report, maker=maker, done=said)
    first = _First(draft=replace(draft, checks=changed), checks=ordered.in_force)
    return _on_top(first, order, turns, project, every)


def copy(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """A project that begins as a copy of a version of another one: its files and its checks, nothing of its talk."""
    origin = project.origin
    if origin is None:
        return GaveUp(reason="the version that was to be copied is not there any more")
    maker = Maker(kind="copy", name=f"v{origin.number}")
    title = order.intent.title or origin.draft.title
    draft = Draft(title=title, files=origin.draft.files, report=origin.draft.report, maker=maker)
    draft = replace(draft, checks=project.checks, done=(f"a copy of v{origin.number}, file for file",))
    return _on_top(_First(draft=draft, checks=project.in_force), order, turns, project, every)


def _which(found: Taken, project: Project) -> Asked | GaveUp:
    """Nothing is changed; both sides of each place are shown, and the author says which shall stand."""
    if len(found.clashes) > MAX_ASKED:
        return GaveUp(reason=_MANY.format(count=len(found.clashes)))
    newest = project.last
    return Asked(questions=questions(found.clashes, newest), shown=shown(found.clashes, newest))


def _same(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """No line is different; a wish beside it is one like any other."""
    intent = order.intent
    wish = intent.edit.wish if intent.edit else ""
    if not wish:
        return Told(topic="same", text=f"v{project.last}")
    return build(replace(order, intent=_wish(intent, wish)), turns, project, every)


def _wish(intent: Intent, wish: str) -> Intent:
    return replace(intent, kind=Kind.REVISE, text=wish, edit=None, chosen=())


def _on_top(first: _First, order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """Try the first version; then build the wish upon it, if there is one."""
    match turns:
        case []:
            return Try(files=first.draft.files, checks=first.checks)
        case [Tried(report=report), *rest]:
            draft = replace(first.draft, report=report)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")
    if secret := _secret(draft, project):
        return GaveUp(reason=f"{secret.subject} holds what nobody else should see, {secret.detail}")
    alone = Built(draft=draft, number=project.last + 1)
    wish = _asked(order.intent)
    if not wish:
        return alone
    intent = replace(_wish(order.intent, wish), origin=None, commands=())
    move = build(replace(order, intent=intent, inputs=()), rest, _after(draft, order, project), every)
    match move:
        case Built():
            return replace(move, number=alone.number + 1, first=draft)
        case GaveUp() | Asked() | Told():
            return replace(alone, draft=replace(draft, not_done=(wish,)))
        case _:
            return move


def _asked(intent: Intent) -> str:
    """What is asked for on top of the first version."""
    if intent.origin:
        return intent.text
    return intent.edit.wish if intent.edit else ""


def _after(draft: Draft, order: Admitted, project: Project) -> Project:
    """The project as it is once *draft* is a version; its number stays, for the turns are counted by it."""
    stood = project.head or project.origin
    if stood is None:
        raise AssertionError("there is neither a version nor an origin")
    now = replace(stood, number=project.last, draft=draft, author=order.author)
    checks = latest((*project.checks, *draft.checks))
    return replace(project, revisions={**project.revisions, project.last: now}, checks=checks)


def _secret(draft: Draft, project: Project) -> Finding | None:
    """A secret that stands in it, and did not before."""
    before = project.head or project.origin
    known = {(one.subject, _what(one)) for one in before.draft.report.failures} if before else set()
    found = (one for one in draft.report.failures if one.check == "secrets")
    return next((one for one in found if (one.subject, _what(one)) not in known), None)


def _what(finding: Finding) -> str:
    """What was found, without its line, which may have moved."""
    return finding.detail.partition(": ")[2]
