"""What becomes of a message: guards first, then what is the owner's alone, then the rules, then quotas, then no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Protocol

from mailbot.decide.case import Case, case_of
from mailbot.decide.copies import not_copied
from mailbot.decide.errands import errands
from mailbot.decide.facts import Facts
from mailbot.decide.given import given_to, not_given
from mailbot.decide.guards import guarded
from mailbot.decide.match import Decision, Rule, decide
from mailbot.decide.own_data import REASON, RULE, not_proven
from mailbot.decide.people import not_theirs
from mailbot.decide.quota import within
from mailbot.domain.grants import Quota
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Address, Envelope, Message
from mailbot.domain.project import Project
from mailbot.domain.request import Admitted, Errand, Held, Ignored, Postponed, Refused, Verdict

__all__ = ["Facts", "InForce", "Policy"]

ADMIN: Final = "admin"  #: the rule under which the errands of an admin stand


class InForce(Protocol):
    """The rules, which others may replace meanwhile."""

    @property
    def current(self) -> Policy:
        """Those of this moment: taken once for each mail, so that its whole verdict is theirs."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules in force."""

    rules: tuple[Rule, ...]
    version: str = ""  #: a hash of them; it stands with each verdict
    admins: tuple[Address, ...] = ()  #: who decides about held mail

    @property
    def current(self) -> Policy:
        """Itself: these rules are never replaced."""
        return self

    @cached_property
    def quotas(self) -> tuple[Quota, ...]:
        """All that any rule may set: what the ledger is asked for beside the facts."""
        return tuple(dict.fromkeys(quota for rule in self.rules if rule.enabled for quota in rule.set.quotas))

    def judge(
        self, message: Message, envelope: Envelope, intent: Intent, project: Project | None, facts: Facts
    ) -> Verdict | Postponed:
        """Say what becomes of *message*. The guards leave nobody who may not be answered, so every no can be said."""
        verdict = (
            guarded(message, envelope, facts)
            or self._errands(message, envelope)
            or _too_much(message)
            or not_theirs(message, envelope, intent, project)
            or not_proven(envelope, intent)
            or self._by_rules(message, envelope, intent, project, case_of(message, envelope, intent, project, facts))
        )
        if isinstance(verdict, Admitted):
            kept = within(verdict, facts.used, envelope.received_at)
            if isinstance(kept, Postponed):
                return kept
            verdict = kept
        return replace(verdict, rules=self.version)

    def _errands(self, message: Message, envelope: Envelope) -> Admitted | None:
        """What an admin wants done with held mail: no rule can keep an admin from it, or let anybody else do it."""
        if not (found := errands(message, envelope, self.admins)):
            return None
        decision = Decision(action="allow", rule=ADMIN, reason="")
        intent = Intent(kind=Kind.HELP, title=message.subject)
        return self._order(decision, "an admin decides about held mail", message, envelope, intent, found)

    def _by_rules(
        self, message: Message, envelope: Envelope, intent: Intent, project: Project | None, case: Case
    ) -> Verdict:
        decision = decide(self.rules, case)
        reason, asked = _reason(decision, case), (decision, message, envelope)
        if intent.kind.own_data and decision.action != "discard":
            return self._order(Decision(action="allow", rule=RULE, reason=""), REASON, message, envelope, intent)
        match decision.action:
            case "allow":
                if refused := not_given(decision, message, intent) or not_copied(*asked, intent, project):
                    return refused
                return self._order(decision, reason, message, envelope, intent)
            case "hold":
                order = self._order(decision, reason, message, envelope, intent)
                return Held(rule=decision.rule, reason=reason, admitted=order, wording=decision.reply)
            case "deny" if envelope.proof.answerable:
                return Refused(rule=decision.rule, reason=reason, wording=decision.reply)
            case _:
                return Ignored(rule=decision.rule, reason=reason)

    def _order(
        self,
        decision: Decision,
        reason: str,
        message: Message,
        envelope: Envelope,
        intent: Intent,
        errands: tuple[Errand, ...] = (),
    ) -> Admitted:
        """What is, or would be, admitted."""
        given = decision.set
        order = Admitted(
            rule=decision.rule,
            reason=reason,
            intent=given_to(intent, decision.set),
            author=message.author,
            proof=envelope.proof,
            message_id=message.id,
            set=given,
            rules=self.version,
            errands=errands,
        )
        order = order if given.max_repairs is None else replace(order, repairs=given.max_repairs)
        return order if given.priority is None else replace(order, priority=given.priority)


def _too_much(message: Message) -> Refused | None:
    if not message.trouble:
        return None
    return Refused(rule="trouble", reason=f"{message.trouble}; nothing was built")


def _reason(decision: Decision, case: Case) -> str:
    """Why, in the rule's words; what the spam filter found is for the admin alone."""
    if not decision.spam or decision.action not in {"hold", "discard"}:
        return decision.reason
    found = f": {case.spam_why}" if case.spam_why else ""
    return f"{decision.reason}; spam score {case.spam:.1f}{found}"
