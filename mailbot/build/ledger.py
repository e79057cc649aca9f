"""The ledger of checks: what the author wants to hold becomes a numbered check of the project, and stays one.

Numbers never change and are never used again. A check counts until somebody drops it by mail, or a rollback parks it.
What a check came to is read from a report, never from a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.domain.intent import Command, Kind
from mailbot.domain.project import Check, Finding, Project, Report, Result, latest
from mailbot.domain.request import Admitted

MOST: Final = 200  #: checks of one project; further wishes are built, and told as not checked


def accepted(order: Admitted, project: Project, more: Sequence[Check] = ()) -> tuple[Check, ...]:
    """The checks that this order adds: what its words ask for and no check in force says, and *more*."""
    known = {_said(check) for check in project.in_force}
    last = max((check.number for check in project.checks), default=0)
    added: list[Check] = []
    for check in (*order.intent.wants.criteria, *more):
        if _said(check) not in known and last < MOST:
            known.add(_said(check))
            last += 1
            added.append(replace(check, number=last))
    return tuple(added)


def settled(commands: Iterable[Command], project: Project) -> tuple[Check, ...]:
    """The checks that *commands* ("drop 4", "keep 4") change, as they become."""
    known = {check.number: check for check in project.ledger}
    changed: dict[int, Check] = {}
    for command in commands:
        check = known.get(command.number or 0)
        if command.kind is Kind.RETIRE and not command.note and check:
            changed[check.number] = replace(check, retired=not command.undo)
    return tuple(check for check in changed.values() if check.retired != known[check.number].retired)


def as_ordered(order: Admitted, project: Project) -> tuple[Project, tuple[Check, ...]]:
    """The project with its checks as the commands of the order want them, and those that they change."""
    changed = settled(order.intent.commands, project)
    return replace(project, checks=latest((*project.checks, *changed))), changed


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a report says of the author's checks, and of all else."""

    passed: tuple[Check, ...] = ()
    missing: tuple[Check, ...] = ()  #: they failed, and did not hold before either
    broken: tuple[Check, ...] = ()  #: they failed, and held before
    known: tuple[Check, ...] = ()  #: older ones that failed before, too
    unverified: tuple[Check, ...] = ()  #: nothing was run for them, or nothing can be
    hard: tuple[Finding, ...] = ()  #: failures that are of no check of the author: the program itself is broken

    @property
    def good(self) -> bool:
        """Whether nothing is worse than it was, and all that is new holds."""
        return not (self.hard or self.missing or self.broken)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Of several tries the least one is the best."""
        return len(self.hard), len(self.broken), len(self.missing) + len(self.known)


def standing(report: Report, checks: Sequence[Check], project: Project) -> Standing:
    """Read *report* on a draft that was tried with *checks*; of *project* comes what held before."""
    head = project.head
    results = {check.number: _result(head.draft.report, check) for check in project.in_force} if head else {}
    of: dict[str, list[Check]] = {"passed": [], "missing": [], "broken": [], "known": [], "unverified": []}
    for check in checks:
        match _result(report, check), results.get(check.number):
            case Result.PASSED, _:
                of["passed"].append(check)
            case Result.FAILED, None:
                of["missing"].append(check)
            case Result.FAILED, Result.FAILED:
                of["known"].append(check)
            case Result.FAILED, _:
                of["broken"].append(check)
            case _:
                of["unverified"].append(check)
    hard = tuple(failure for failure in report.failures if not any(is_of(failure, check) for check in checks))
    return Standing(hard=hard, **{name: tuple(found) for name, found in of.items()})


def parked(found: Standing) -> tuple[Check, ...]:
    """The checks that older files do not pass: they count no more, until somebody takes them up again."""
    return tuple(replace(check, retired=True) for check in (*found.broken, *found.missing))


def is_of(finding: Finding, check: Check) -> bool:
    """Whether *finding* is what *check* came to."""
    kind = {"cmd": "command"}.get(check.kind, check.kind)
    return finding.check in {kind, check.kind} and finding.subject in {check.text, check.spec or check.text}


def _result(report: Report, check: Check) -> Result:
    """What *check* came to; of several findings the worst; of none, that it was not checked."""
    found = [finding.result for finding in report.findings if is_of(finding, check)]
    for result in (Result.FAILED, Result.UNCHECKED):
        if result in found:
            return result
    return Result.PASSED if found else Result.UNCHECKED


def _said(check: Check) -> tuple[str, str]:
    """Two checks that ask for the same are one."""
    return check.kind, " ".join((check.spec or check.text).casefold().split()).rstrip(".!")
