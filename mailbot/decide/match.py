"""Rules as values, and whether one matches a mail. Each condition says in words why it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from mailbot.decide.case import Case
from mailbot.domain.grants import Grants

Action = Literal["allow", "hold", "deny", "discard"]
DEFAULT: Final = "default"  #: the id under which it stands that no rule decided
NOBODY: Final = "this mailbox has no rule that lets your address ask; its admin can add one"


class Condition(NamedTuple):
    """One thing that a rule asks."""

    holds: Callable[[Case], bool]
    why: Callable[[Case], str]  #: why it does not hold, in words


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of rules/*.yaml."""

    id: str
    about: str = ""
    where: str = ""  #: file, line and column, for people
    enabled: bool = True
    conditions: tuple[Condition, ...] = ()  #: all of them must hold; the cheap ones stand first
    asks: frozenset[str] = frozenset()  #: the keys of its conditions
    action: Action | None = None  #: None: it only sets
    reason: str = ""
    reply: str = ""  #: the name of the wording of the answer
    set: Grants = field(default_factory=Grants)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one rule said of a mail."""

    rule: Rule
    holds: bool
    words: str
    failed: bool = False  #: it could not be asked

    @property
    def ends(self) -> bool:
        """Whether the judging ends with it."""
        return self.failed or (self.holds and self.rule.action is not None)

    def __str__(self) -> str:
        sign = "ERR" if self.failed else "yes" if self.holds else "no "
        then = " -> hold" if self.failed else f" -> {self.rule.action or 'goes on'}" if self.holds else ""
        return f"{sign} {self.rule.where or 'rules'} {self.rule.id}: {self.words}{then}"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the rules say of a mail, before guards and proofs have their say."""

    action: Action
    rule: str
    reason: str
    reply: str = ""
    set: Grants = field(default_factory=Grants)
    spam: bool = False  #: the rule went by the spam filter


def decide(rules: Iterable[Rule], case: Case) -> Decision:
    """The first rule with an action decides; what matching rules set on the way there adds up; no rule is no."""
    grants = Grants()
    for rule in rules:
        try:
            if not rule.enabled or not matches(rule.conditions, case):
                continue
        except Exception as error:  # noqa: BLE001  (a rule that fails, however, must let nobody in)
            return Decision(action="hold", rule=rule.id, reason=f"this rule failed: {_failure(error)}", set=grants)
        grants = rule.set.over(grants)
        if rule.action:
            words = rule.reason or f"the rule {rule.id!r} of this mailbox says {rule.action}"
            spam = bool({"spam", "mail.spam"} & rule.asks)
            return Decision(action=rule.action, rule=rule.id, reason=words, reply=rule.reply, set=grants, spam=spam)
    return Decision(action="deny", rule=DEFAULT, reason=NOBODY, set=grants)


def steps(rules: Iterable[Rule], case: Case) -> Iterator[Step]:
    """The same rule by rule, with reasons, up to the one that ends the judging."""
    for rule in rules:
        try:
            holds = rule.enabled and matches(rule.conditions, case)
            words = reason(rule.conditions, case) if rule.enabled else "it is switched off (enabled: false)"
            step = Step(rule=rule, holds=holds, words=words)
        except Exception as error:  # noqa: BLE001  (as above)
            step = Step(rule=rule, holds=False, words=_failure(error), failed=True)
        yield step
        if step.ends:
            return


def explain(rules: Iterable[Rule], case: Case) -> tuple[str, ...]:
    """One line for each rule: whether it matches, and why; the one that ends the judging is the last line."""
    return tuple(str(step) for step in steps(rules, case))


def matches(conditions: Iterable[Condition], case: Case) -> bool:
    """Whether all of them hold for *case*."""
    for condition in conditions:  # noqa: SIM110  (all() with a generator takes twice as long, for each rule and mail)
        if not condition.holds(case):
            return False
    return True


def reason(conditions: Iterable[Condition], case: Case) -> str:
    """Why they match or do not: the first that does not hold, or that all do."""
    asked = False
    for condition in conditions:
        asked = True
        if not condition.holds(case):
            return condition.why(case)
    return "all its conditions hold" if asked else "it has no condition"


def _failure(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
