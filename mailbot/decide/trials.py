"""The tests that stand in a rules file: a mail in a few words, and what the rules must make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from mailbot.decide.case import Case
from mailbot.decide.match import Action, Decision, Rule, decide, explain
from mailbot.domain.grants import Grants

_US: Final = "build@mailbot.invalid"  #: whom a mail goes to that does not say
#: Keys of a test's mail that have another name in a case.
_NAMES: Final = {"from": "author", "time": "at"}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One test. What it does not expect is not looked at."""

    name: str
    where: str
    case: Case
    action: Action
    rule: str = ""
    reply: str = ""
    set: Grants = field(default_factory=Grants)
    tags: tuple[str, ...] = ()
    alone: bool = False  #: only the rules of its own file are asked

    @property
    def file(self) -> str:
        """That it stands in."""
        return self.where.partition(":")[0]


def trial_of(read: Mapping[str, Any], where: str) -> Trial:
    """A test as it was read."""
    expected = read["expect"]
    return Trial(
        name=read["name"],
        where=where,
        case=_case(read["mail"]),
        action=expected["action"],
        rule=expected.get("rule", ""),
        reply=expected.get("reply", ""),
        set=expected.get("set", Grants()),
        tags=expected.get("tag", ()),
        alone=read.get("scope") == "file",
    )


def outcome(trial: Trial, rules: Sequence[Rule]) -> str:
    """Why *trial* fails, in words, with what each rule said; empty when it passes."""
    known = [rule for rule in rules if not trial.alone or rule.where.partition(":")[0] == trial.file]
    found = decide(known, trial.case)
    if not (wrong := list(_wrong(trial, found))):
        return ""
    told = "\n".join(f"    {line}" for line in explain(known, trial.case))
    return f"{trial.where}: the test {trial.name!r} fails: {'; '.join(wrong)}\n{told}".rstrip()


def failures(rules: Sequence[Rule], trials: Iterable[Trial]) -> list[str]:
    """What each failing test says."""
    return [words for trial in trials if (words := outcome(trial, rules))]


def _wrong(trial: Trial, found: Decision) -> Iterable[str]:
    if found.action != trial.action or trial.rule not in {"", found.rule}:
        by = f" by rule {trial.rule!r}" if trial.rule else ""
        yield f"it expects {trial.action}{by}, and gets {found.action} by rule {found.rule!r} ({found.reason})"
    if trial.reply not in {"", found.reply}:
        yield f"it expects the reply {trial.reply!r}, and gets {found.reply or 'none'!r}"
    for name in (one.name for one in fields(Grants)):
        wanted, given = getattr(trial.set, name), getattr(found.set, name)
        if wanted not in ("", (), None) and wanted != given:
            yield f"it expects {name} to be {wanted!r}, and gets {given!r}"
    for tag in trial.tags:
        if tag not in found.set.tags:
            yield f"it expects the tag {tag!r}, and gets {', '.join(found.set.tags) or 'none'}"


def _case(mail: Mapping[str, Any]) -> Case:
    """The mail of a test; what it does not name is the weakest that it could be."""
    given = {_NAMES.get(name, name): value for name, value in mail.items() if name not in {"tag", "to"}}
    to: tuple[str, ...] = mail.get("to", (_US,))
    if "tag" in mail:
        local, _, domain = to[0].rpartition("@")
        to = (f"{local}+{mail['tag']}@{domain}", *to[1:])
    files = sum(one.size for one in mail.get("attachments", ()))
    return Case(**{"size": len(mail.get("body", "").encode()) + files, **given, "to": to})
