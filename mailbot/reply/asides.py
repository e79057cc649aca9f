"""What is said beside the answer: other commands of the mail, later mails that joined it, what came with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mailbot.decide.people import role_of
from mailbot.domain.intent import Command, Kind
from mailbot.domain.later import CLOCK
from mailbot.domain.request import Admitted, Answer
from mailbot.reply.content_checks import retired_beside
from mailbot.reply.inputs import MAX_LINES, input_lines
from mailbot.reply.kept import done_with, kept_lines
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase
from mailbot.reply.words import sentence

MOST: Final = 10  #: commands that are answered; the rest are counted
_NEVER_WITH: Final = frozenset({Kind.ROLLBACK, Kind.STOP})  #: what else a mail wishes waits behind these
_BESIDE: Final[Mapping[Kind, str]] = {
    Kind.HELP: phrase("mail it by itself, and I tell you all that you can say"),
    Kind.STATUS: phrase("this answer says it"),
    Kind.ROLLBACK: phrase("not done, because another command came first; mail it again by itself"),
    Kind.STOP: phrase("not done, because another command came first; mail it again by itself"),
    Kind.ERASE: phrase("not done: mail it by itself"),
    Kind.EXPORT: phrase("not done: mail it by itself"),
}
#: By what they become: the ledger did it when it let this mail in.
_LET_IN: Final[Mapping[str | None, str]] = {
    "collaborator": phrase("done; they may change this project from now on"),
    "reader": phrase("done; they may ask about this project from now on"),
    None: phrase("done; they take no part in this project any more"),
}
_IN_FORM: Final = phrase("this answer comes in that form, where your mail server takes it")
_NOT_THIS: Final = phrase("not done; mail it again by itself")


def asides(about: Occasion, event: Answer | None = None) -> dict[str, object]:
    """The values that every template may show; *event* is what the mail itself came to."""
    order = about.request.admitted
    return {
        "commands": list(_commands(order, about, event)) if order else [],
        "asides": [*_sentences(order, about), *(kept_lines(order, about, event) if order else ())],
        "came": [about.line(one) for one in input_lines(order.inputs, about.most(MAX_LINES))] if order else [],
    }


def _commands(order: Admitted, about: Occasion, event: Answer | None) -> Iterator[str]:
    """Each command of the mail but the one that the whole answer is about, and what became of it."""
    commands = list(order.intent.commands)
    first = next((one for one in commands if one.kind is order.intent.kind and not one.note), None)
    others = [one for one in commands if one is not first]
    for command in others[: about.most(MOST)]:
        outcome = sentence(_outcome(command, about, event))
        yield about.tongue.say('"%(line)s": %(outcome)s', line=about.line(command.line, 60), outcome=outcome)
    if (rest := len(others) - about.most(MOST)) > 0:
        yield about.tongue.many("%(num)s more was not looked at.", "%(num)s more were not looked at.", rest)


def _outcome(command: Command, about: Occasion, event: Answer | None) -> str:
    say = about.tongue.say
    if command.note:
        return about.line(command.note, 120)
    if command.kind in {Kind.REMEMBER, Kind.RETIRE}:
        kept = command.kind is Kind.REMEMBER
        return done_with(command, about) if kept else retired_beside(command, event, about)
    if command.kind is None:
        if command.hint:
            return say('I do not know this command; did you mean "%(hint)s"?', hint=about.line(command.hint, 60))
        return say('I do not know this command; "help" lists those that I know')
    if command.kind is Kind.SHARE and about.known:
        return say(_LET_IN[None if command.undo else role_of(command)])
    in_form = command.kind is Kind.RESEND and about.sent and command.form and command.number is None
    return say(_IN_FORM if in_form else _BESIDE.get(command.kind, _NOT_THIS))


def _sentences(order: Admitted | None, about: Occasion) -> Iterator[str]:
    say, many = about.tongue.say, about.tongue.many
    if order and order.joined:
        yield many(
            "%(num)s later mail of yours is part of this.",
            "%(num)s later mails of yours are part of this.",
            len(order.joined),
        )
    if order and (left := _left(order)):
        yield say('Not done yet: "%(wish)s" Mail it again, and I begin with it.', wish=about.line(left, 120))
    if order and order.intent.wants.more:
        yield many(
            "%(num)s sentence more was too much for the list of checks.",
            "%(num)s sentences more were too much for the list of checks.",
            order.intent.wants.more,
        )
    if about.unreached:
        subject = about.line(about.unreached, 80)
        yield say('My last mail to you ("%(subject)s") could not be delivered in any form.', subject=subject)
    if about.request.envelope.channel == CLOCK:
        yield say("I heard nothing by the time that I had named, so I took what I had proposed.")
    if about.message.hidden:
        yield say("Your mail holds words that nobody would see; I left them out.")


def _left(order: Admitted) -> str:
    """The wish that stood beside a command which comes before all wishes."""
    intent = order.intent
    alone = not intent.commands or any(intent.text.strip() == one.line.strip() for one in intent.commands)
    return "" if alone or intent.kind not in _NEVER_WITH else intent.text
