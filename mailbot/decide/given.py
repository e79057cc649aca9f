"""What the rules give to a mail that they let in, and what it may not bring or ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mailbot.decide.match import Decision
from mailbot.domain.grants import Grants
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Input, Message
from mailbot.domain.request import Admitted, Postponed, Refused, Verdict

#: What a mail asks for once its files are left out.
_WITHOUT_FILES: Final = {Kind.EDIT: Kind.REVISE, Kind.REFRESH: Kind.REVISE, Kind.FIX: Kind.CREATE}
AnyVerdict = Verdict | Postponed
_LEFT_OUT: Final = "the rules of this mailbox leave attachments out; write in words what matters in it"


def not_given(decision: Decision, message: Message, intent: Intent) -> Refused | None:
    """Why it is refused although a rule lets it in: it brings, or asks for, what the rules do not give."""
    if decision.set.attachments == "reject" and message.attachments:
        reason = "this mailbox takes no attachments of yours; send it again without them, in words"
        return Refused(rule=decision.rule, reason=reason)
    shares = any(one.kind is Kind.SHARE and not one.undo and not one.note for one in intent.commands)
    if decision.set.sharing is False and shares:
        return Refused(rule=decision.rule, reason="this mailbox does not let you share a project with others")
    return None


def given_to(intent: Intent, given: Grants) -> Intent:
    """*intent* as the rules let it be: in the language that they set, and without files where they leave them out."""
    if given.attachments == "ignore" and intent.kind in _WITHOUT_FILES:
        intent = replace(intent, kind=_WITHOUT_FILES[intent.kind], edit=None)
    return replace(intent, language=given.lang) if given.lang else intent


def allowed(inputs: Iterable[Input], given: Grants) -> tuple[Input, ...]:
    """What came along, as far as the rules let it be used; what they leave out is named, with nothing in it."""
    if given.attachments != "ignore":
        return tuple(inputs)
    known = ((one.name, one.kind, one.size, one.sha256) for one in inputs)
    return tuple(Input(name=n, kind=k, size=s, sha256=h, note=_LEFT_OUT) for n, k, s, h in known)


def with_inputs(verdict: AnyVerdict, inputs: Iterable[Input]) -> AnyVerdict:
    """*verdict* with what came along, where it lets the mail in."""
    if not isinstance(verdict, Admitted):
        return verdict
    return replace(verdict, inputs=allowed(inputs, verdict.set))
