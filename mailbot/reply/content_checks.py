"""What is told of the ledger of checks: what was dropped, parked or taken up again, and what nobody could verify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.build.ledger import Standing, standing
from mailbot.domain.intent import Command, Kind
from mailbot.domain.project import Check, Draft, Project, ProjectId, latest
from mailbot.domain.request import Answer, Built, Told
from mailbot.reply.occasion import Occasion
from mailbot.reply.words import listed

MOST: Final = 12  #: checks of one list
_MACHINES: Final = frozenset({"rollback", "refresh"})  #: makers that park what no longer holds


def ledger_with(draft: Draft, about: Occasion) -> tuple[Check, ...]:
    """The checks in force once *draft* is a version."""
    before = about.known.checks if about.known else ()
    return tuple(check for check in latest((*before, *draft.checks)) if not check.retired)


def standing_of(draft: Draft, about: Occasion) -> Standing:
    """How each check stands in *draft*."""
    project = about.known or Project(id=ProjectId(""), owner=about.message.author)
    return standing(draft.report, ledger_with(draft, about), project)


def beside_the_table(draft: Draft, about: Occasion) -> list[str]:
    """What the rows of the table do not say by themselves."""
    left = len(standing_of(draft, about).unverified)
    many = about.tongue.many
    said = [
        many(
            "%(num)s point of yours was not verified: nothing here can check it, so look at it yourself.",
            "%(num)s points of yours were not verified: nothing here can check them, so look at them yourself.",
            left,
        )
    ]
    return [*(said if left else []), *_parked(draft, about)]


def _parked(draft: Draft, about: Occasion) -> Iterator[str]:
    parked = [str(check.number) for check in draft.checks if check.retired]
    if parked and draft.maker.kind in _MACHINES:
        yield about.tongue.many(
            'Check %(numbers)s no longer holds and is parked; reply "%(words)s" and it counts again.',
            'Checks %(numbers)s no longer hold and are parked; reply "%(words)s" and it counts again.',
            len(parked),
            numbers=listed(parked, tongue=about.tongue),
            words=about.tongue.say("keep %(number)s", number=parked[0]),
        )


def retired(event: Told, about: Occasion) -> dict[str, object]:
    """The values of the answer to "drop 4" and "keep 4": what changed, and every check as it then is."""
    known = about.known.checks if about.known else ()
    after = latest((*known, *event.checks))
    return {
        "checks": _listed([check for check in after if not check.retired], about),
        "dropped": _listed([check for check in after if check.retired], about),
    }


def retired_first(event: Told, about: Occasion) -> str:
    """The result in one line."""
    say = about.tongue.say
    if not event.checks:
        return say("No check changed: this project has none of that number, or it is so already.")
    if len(event.checks) > 1:
        return about.tongue.many("%(num)s check changed.", "%(num)s checks changed.", len(event.checks))
    [check] = event.checks
    words = {"number": check.number, "text": about.line(check.text, 80)}
    if check.retired:
        return say('Check %(number)s is dropped: "%(text)s". No version has to pass it any more.', **words)
    return say('Check %(number)s counts again: "%(text)s". The next version has to pass it.', **words)


def retired_beside(command: Command, event: Answer | None, about: Occasion) -> str:
    """What became of "drop 4" beside a wish: it holds from the version that was made."""
    say, number = about.tongue.say, command.number
    known = {check.number for check in (about.known.ledger if about.known else ())}
    if number not in known:
        return say("there is no check %(number)s in this project", number=number or "")
    holds = isinstance(event, Built) or (isinstance(event, Told) and about.kind is Kind.RETIRE)
    if not holds:
        return say("not done, because no new version was made; mail it by itself")
    if command.undo:
        return say("done, check %(number)s counts again", number=number)
    return say("done, check %(number)s does not count any more", number=number)


def _listed(checks: Sequence[Check], about: Occasion) -> list[str]:
    shown = [f"{check.number}. {about.line(check.text, 100)}" for check in checks[: about.most(MOST)]]
    rest = len(checks) - len(shown)
    return [*shown, about.tongue.say("and %(num)s more", num=about.tongue.number(rest))] if rest > 0 else shown


def kept_undone(draft: Draft, about: Occasion) -> str:
    """What does not hold in an edit; it is kept all the same, for it is the author's own."""
    found = standing_of(draft, about)
    failing = len((*found.hard, *found.broken, *found.missing, *found.known))
    if not failing:
        return ""
    return about.tongue.many(
        "It is kept as you made it, and it is not done: %(num)s check fails.",
        "It is kept as you made it, and it is not done: %(num)s checks fail.",
        failing,
    )
