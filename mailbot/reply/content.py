"""What the template of each event is told: results out of records, and outside words made fit to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Final, assert_never

from mailbot.build.asking import proposals
from mailbot.domain.intent import Kind
from mailbot.domain.project import Draft
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Refused, Told
from mailbot.reply import erasing
from mailbot.reply.actions import actions
from mailbot.reply.arrival import arrival
from mailbot.reply.asides import asides
from mailbot.reply.content_built import built
from mailbot.reply.content_checks import ledger_with, standing_of
from mailbot.reply.content_told import told
from mailbot.reply.evidence import MOST as ROWS
from mailbot.reply.evidence import evidence
from mailbot.reply.letterhead import NOBODY_NAMED
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase
from mailbot.reply.words import sentence

_FAILED: Final[Mapping[Kind, str]] = {
    Kind.ROLLBACK: phrase("I could not go back."),
    Kind.QUESTION: phrase("I could not answer this."),
    Kind.EDIT: phrase("I did not take over your changes; nothing was changed."),
    Kind.RESEND: phrase("I could not send this again."),
}
_UNBUILT: Final = phrase("I could not build this.")
_AGAIN: Final = phrase("What helps: reply with the request in other words or in smaller steps, or send it again later.")
_LESS: Final = phrase(
    'What helps: say it in other words, or reply "drop" with the number of a check that you can do without.'
)
_HELPS: Final[Mapping[Kind, str]] = {
    Kind.ROLLBACK: phrase('What helps: reply "status" to see which version is the newest, then name one up to that.'),
    Kind.EDIT: phrase(
        "What helps: attach the whole files that you changed, or make the patch from the newest version."
    ),
}


#: Of what is told, that which has templates of its own.
_TEMPLATES: Final[Mapping[str, str]] = {"answer": "answer", erasing.ASKED: "erasing", erasing.DONE: "erasing"}


def template_of(event: Answer) -> str:
    """The name of the templates that *event* is told by."""
    if isinstance(event, Told):
        return _TEMPLATES.get(event.topic, "told")
    return type(event).__name__.lower()


def content(event: Answer, about: Occasion) -> dict[str, object]:
    """The values for the template of *event*."""
    common: dict[str, object] = (
        asides(about, event)
        | arrival(about)
        | {
            "actions": actions(event, about),
            "stands": about.stands,
            "sender": about.letterhead.sender,
            "reply_to": about.letterhead.reply_to(about.known.id if about.known else None),
            "reference": about.letterhead.names.reference(about.known.id) if about.known else "",
            "request": about.request.id,
            "admin": ", ".join(about.letterhead.admins) or about.tongue.say(NOBODY_NAMED),
        }
    )
    match event:
        case Built():
            return common | built(event, about)
        case Told():
            return common | told(event, about)
        case Asked():
            return common | _asked(event, about)
        case GaveUp():
            return common | _gave_up(event, about)
        case Refused(rule=rule, reason=reason):
            said = sentence(about.line(reason, 500))
            first = about.tongue.say("I did not do this: %(reason)s", reason=said)
            return common | {"first": first, "rule": about.line(rule, 80)}
        case _:
            assert_never(event)


def _asked(event: Asked, about: Occasion) -> dict[str, object]:
    return {
        "first": _waiting(len(event.questions), about),
        "questions": about.lines(event.questions),
        "options": about.lines(event.options),
        "shown": about.block(event.shown),
        "proposed": proposals(event.questions),
        "until": about.tongue.date(event.until.astimezone(UTC)) if event.until else "",
    }


def _waiting(number: int, about: Occasion) -> str:
    """What has not happened yet, and how many answers it waits for."""
    say, many = about.tongue.say, about.tongue.many
    if about.kind in {Kind.REVISE, Kind.EDIT}:
        return (
            many(
                "I changed nothing yet: I need %(num)s answer from you.",
                "I changed nothing yet: I need %(num)s answers from you.",
                number,
            )
            if number
            else say("I changed nothing yet.")
        )
    if about.kind is Kind.QUESTION:
        return (
            many(
                "I did not answer this yet: I need %(num)s answer from you.",
                "I did not answer this yet: I need %(num)s answers from you.",
                number,
            )
            if number
            else say("I did not answer this yet.")
        )
    return (
        many(
            "I have not built anything yet: I need %(num)s answer from you.",
            "I have not built anything yet: I need %(num)s answers from you.",
            number,
        )
        if number
        else say("I have not built anything yet.")
    )


def _gave_up(event: GaveUp, about: Occasion) -> dict[str, object]:
    draft, tongue = event.draft, about.tongue
    tries = draft.maker.tries if draft else 0
    checks = ledger_with(draft, about) if draft else ()
    broken = event.number and draft and standing_of(draft, about).broken
    return {
        "first": _nearly(event.number, draft, about) if event.number and draft else _unbuilt(about),
        "attached": event.number,
        "reason": sentence(about.line(event.reason, 500)),
        "evidence": evidence(draft.report, checks, about.line, tongue, about.most(ROWS)) if draft else None,
        "tries": tongue.many("It took %(num)s try.", "It took %(num)s tries.", tries) if draft else "",
        "helps": tongue.say(_LESS if broken else _HELPS.get(about.kind, _AGAIN)),
    }


def _unbuilt(about: Occasion) -> str:
    return about.tongue.say(_FAILED.get(about.kind, _UNBUILT))


def _nearly(number: int, draft: Draft, about: Occasion) -> str:
    """What a try came to, counted by the checks."""
    found, tongue = standing_of(draft, about), about.tongue
    every = (*found.passed, *found.missing, *found.broken, *found.known, *found.unverified)
    if not every or found.hard:
        return tongue.say("v%(number)s does not work as it should.", number=number)
    return tongue.say(
        "v%(number)s is not what you asked in full: %(done)s of %(all)s done.",
        number=number,
        done=tongue.number(len(found.passed)),
        all=tongue.number(len(every)),
    )
