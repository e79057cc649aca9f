"""What becomes of a message: guards first, then what is the owner's alone, then the rules, then no."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.decide.facts import Facts
from mailbot.decide.guards import guarded
from mailbot.decide.match import Case, Limits, Rule, matches
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project
from mailbot.domain.request import Admitted, Held, Ignored, Refused, Verdict

__all__ = ["Facts", "Policy"]

_CHANGES: frozenset[Kind] = frozenset(
    {Kind.REVISE, Kind.ROLLBACK, Kind.STOP, Kind.EDIT, Kind.FIX, Kind.REFRESH, Kind.SHARE, Kind.RETIRE}
)
_OWNERS: frozenset[Kind] = _CHANGES | {Kind.STATUS}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules in force."""

    rules: tuple[Rule, ...]

    def judge(
        self, message: Message, envelope: Envelope, intent: Intent, project: Project | None, facts: Facts
    ) -> Verdict:
        """Say what becomes of *message*. The guards leave nobody who may not be answered, so every no can be said."""
        return (
            guarded(message, envelope, facts)
            or _too_much(message)
            or _not_theirs(message, envelope, intent, project)
            or self._by_rules(
                Case(message=message, envelope=envelope, known_thread=project is not None, facts=facts), intent
            )
        )

    def _by_rules(self, case: Case, intent: Intent) -> Verdict:
        """The first rule with an action decides; what matching rules set on the way there adds up."""
        limits = Limits()
        for rule in self.rules:
            try:
                known, _ = matches(rule.when, case)
            except Exception as error:  # noqa: BLE001  (a rule that fails, however, must let nobody in)
                return _held(
                    rule, f"this rule failed: {type(error).__name__}: {error}", _order(rule, case, intent, limits)
                )
            if not known:
                continue
            limits = _with(limits, rule.set)
            if rule.action:
                return _verdict(rule, _order(rule, case, intent, limits))
        return Refused(
            rule="default", reason="this mailbox has no rule that lets your address ask; its admin can add one"
        )


def _too_much(message: Message) -> Refused | None:
    if not message.trouble:
        return None
    return Refused(rule="trouble", reason=f"{message.trouble}; nothing was built, so send it again with less in it")


def _not_theirs(message: Message, envelope: Envelope, intent: Intent, project: Project | None) -> Refused | None:
    """A project is its owner's; and what changes one needs the better proof, whatever the rules say."""
    if project is None or intent.kind not in _OWNERS:
        return None
    if message.author != project.owner:
        return Refused(
            rule="owner",
            reason="this thread belongs to somebody else, and only they can change it or ask how it stands;"
            " write a new mail to have your own built",
        )
    if intent.kind in _CHANGES and envelope.proof.rank < Proof.DKIM.rank:
        return Refused(
            rule="proof",
            reason="a change needs a mail that your provider has signed (DKIM) together with its subject, and this one"
            f" is proven by {_BY[envelope.proof]} only; send it by your usual provider",
        )
    return None


_BY = {Proof.SPF: "SPF", Proof.DKIM_WEAK: "a signature that leaves the subject out"}


def _verdict(rule: Rule, order: Admitted) -> Verdict:
    match rule.action:
        case "allow":
            return order
        case "hold":
            return _held(rule, order.reason, order)
        case "discard":
            return Ignored(rule=rule.id, reason=order.reason)
        case _:
            return Refused(rule=rule.id, reason=order.reason)


def _held(rule: Rule, reason: str, order: Admitted) -> Held:
    return Held(rule=rule.id, reason=reason, admitted=order)


def _order(rule: Rule, case: Case, intent: Intent, limits: Limits) -> Admitted:
    """What is, or would be, admitted."""
    order = Admitted(
        rule=rule.id,
        reason=_reason(rule, case),
        intent=intent,
        author=case.message.author,
        proof=case.envelope.proof,
        message_id=case.message.id,
    )
    if limits.max_repairs is not None:
        order = replace(order, repairs=limits.max_repairs)
    return order if limits.priority is None else replace(order, priority=limits.priority)


def _reason(rule: Rule, case: Case) -> str:
    """Why, in the rule's words; what the spam filter found is for the admin alone."""
    words = rule.reason or f"the rule {rule.id!r} of this mailbox says {rule.action or 'nothing'}"
    if not rule.when.spam or rule.action not in {"hold", "discard"}:
        return words
    found = f": {case.facts.spam_why}" if case.facts.spam_why else ""
    return f"{words}; spam score {case.facts.spam:.1f}{found}"


def _with(earlier: Limits, later: Limits) -> Limits:
    return Limits(
        max_repairs=earlier.max_repairs if later.max_repairs is None else later.max_repairs,
        priority=earlier.priority if later.priority is None else later.priority,
    )
