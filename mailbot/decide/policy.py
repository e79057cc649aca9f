"""What becomes of a message: guards first, then what is the owner's alone, then the rules, then no."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.decide.case import Case, case_of
from mailbot.decide.facts import Facts
from mailbot.decide.guards import guarded
from mailbot.decide.match import Decision, Rule, decide
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
    version: str = ""  #: a hash of them; it stands with each verdict

    def judge(
        self, message: Message, envelope: Envelope, intent: Intent, project: Project | None, facts: Facts
    ) -> Verdict:
        """Say what becomes of *message*. The guards leave nobody who may not be answered, so every no can be said."""
        verdict = (
            guarded(message, envelope, facts)
            or _too_much(message)
            or _not_theirs(message, envelope, intent, project)
            or self._by_rules(message, envelope, intent, case_of(message, envelope, intent, project, facts))
        )
        return replace(verdict, rules=self.version) if self.version else verdict

    def _by_rules(self, message: Message, envelope: Envelope, intent: Intent, case: Case) -> Verdict:
        decision = decide(self.rules, case)
        reason = _reason(decision, case)
        match decision.action:
            case "allow":
                return self._order(decision, reason, message, envelope, intent)
            case "hold":
                order = self._order(decision, reason, message, envelope, intent)
                return Held(rule=decision.rule, reason=reason, admitted=order)
            case "deny" if envelope.proof.answerable:
                return Refused(rule=decision.rule, reason=reason, wording=decision.reply)
            case _:
                return Ignored(rule=decision.rule, reason=reason)

    def _order(self, decision: Decision, reason: str, message: Message, envelope: Envelope, intent: Intent) -> Admitted:
        """What is, or would be, admitted."""
        given = decision.set
        order = Admitted(
            rule=decision.rule,
            reason=reason,
            intent=intent,
            author=message.author,
            proof=envelope.proof,
            message_id=message.id,
            set=given,
            rules=self.version,
        )
        order = order if given.max_repairs is None else replace(order, repairs=given.max_repairs)
        return order if given.priority is None else replace(order, priority=given.priority)


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


def _reason(decision: Decision, case: Case) -> str:
    """Why, in the rule's words; what the spam filter found is for the admin alone."""
    if not decision.spam or decision.action not in {"hold", "discard"}:
        return decision.reason
    found = f": {case.spam_why}" if case.spam_why else ""
    return f"{decision.reason}; spam score {case.spam:.1f}{found}"
