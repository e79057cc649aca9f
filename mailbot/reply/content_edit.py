"""What is told of changes by the author's own hand, and of a copy: what was taken, from where, and what breaks."""

from __future__ import annotations

from typing import Final

from mailbot.build.brought import brought
from mailbot.domain.intent import Kind
from mailbot.domain.project import Draft, Tree
from mailbot.domain.request import Built
from mailbot.reply.changes import changes
from mailbot.reply.content_checks import kept_undone
from mailbot.reply.occasion import Occasion

_BY_HAND: Final = frozenset({"edit", "copy"})


def stood(about: Occasion) -> Tree | None:
    """The files from before: those of the newest version, or those that the first mail brought; none: all is new."""
    known, order = about.known, about.request.admitted
    if known and known.head:
        return known.head.draft.files
    if order and order.intent.kind is Kind.FIX:
        return brought(order.inputs) or None
    return known.origin.draft.files if known and known.origin else None


def by_hand(event: Built, about: Occasion) -> str:
    """The first line of a version that no model made; empty of any other."""
    draft = event.draft
    if draft.maker.kind not in _BY_HAND:
        return ""
    told = _copied if draft.maker.kind == "copy" else _taken
    said = told(event.number, draft, about)
    return f"{said} {broken}" if (broken := kept_undone(draft, about)) else said


def beside(event: Built, about: Occasion) -> list[str]:
    """What stands beside the result: a first version under it, files that stay, a wish that came to nothing."""
    draft, first, say = event.draft, event.first, about.tongue.say
    said = []
    if first:
        number = event.number - 1
        own = _copied(number, first, about) if first.maker.kind == "copy" else _taken(number, first, about)
        upon = say("v%(number)s is made on top of it, and holds both.", number=event.number)
        said += [f"{own} {_changed(first, about)} {upon}"]
    if draft.maker.kind in _BY_HAND and draft.not_done:
        said += [say("Nothing came of the wish beside it; send it once more in a mail of its own, in other words.")]
    if any("stay" in line for line in (first or draft).done) and (first or draft).maker.kind == "edit":
        said += [say("Files that are not in your archive stayed as they are.")]
    return said


def _changed(draft: Draft, about: Occasion) -> str:
    before = stood(about)
    return changes(before, draft.files, about.tongue).told(about.tongue) if before else ""


def _taken(number: int, draft: Draft, about: Occasion) -> str:
    """That the author's changes are a version, and from which one they were made."""
    say, newest = about.tongue.say, about.known.last if about.known else 0
    how, _, merged = draft.maker.name.partition(" ")
    base, _, chosen = merged.partition(" ")
    what = {
        "patch": say("Your patch is applied: v%(number)s, by your own hand.", number=number),
        "bundle": say("Your commits are taken over: v%(number)s, by your own hand.", number=number),
        "pasted": say("Your lines are put in: v%(number)s, by your own hand.", number=number),
    }.get(how, say("Your files are taken over: v%(number)s, by your own hand.", number=number))
    if not base:
        return what
    if chosen:
        how = say(
            "They were made from %(base)s and are merged with v%(newest)s as you chose.", base=base, newest=newest
        )
    else:
        how = say(
            "They were made from %(base)s and are merged with v%(newest)s without a conflict.", base=base, newest=newest
        )
    return f"{what} {how}"


def _copied(number: int, draft: Draft, about: Occasion) -> str:
    return about.tongue.say(
        "v%(number)s of a project of your own: a copy of %(origin)s, file for file, with its checks.",
        number=number,
        origin=about.line(draft.maker.name, 20),
    )
