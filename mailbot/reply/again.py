"""Say the same once more after a mail server refused it: in another form, or, when none is left, in words alone."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mailbot.domain.errors import Permanent
from mailbot.domain.project import Revision
from mailbot.domain.reply import Delivery, Receiver, Reply
from mailbot.reply.answer import Given, sealed
from mailbot.reply.compose import compose
from mailbot.reply.enclosed import To
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.tongue import Tongue
from mailbot.reply.words import line, unlinked, wrapped
from mailbot.understand.language import reply_language

WORDS: Final = "words"  #: the form that has no package at all
MOST: Final = 3  #: forms with a package that one reply is tried in
_BODY: Final = re.compile(r"(?=<(?:h1|p)\b)", re.IGNORECASE)
_QUOTED: Final = 160  #: characters of what a server said


@dataclass(frozen=True, kw_only=True)
class Again:
    """Why an answer goes out once more."""

    at: datetime
    said: str  #: by the server that refused the last form
    large: bool  #: it was too large; else something in it was refused
    forms: tuple[tuple[str, str], ...]  #: each form so far, and what was said of it
    receiver: Receiver  #: with all that it refused so far


def once_more(
    given: Given, revision: Revision | None, again: Again, way: str, letterhead: Letterhead
) -> tuple[Delivery, ...]:
    """What follows a refused delivery; nothing where there is no package that another form could carry.

    It is the same answer: its files, its version and its words do not change, only how they are packed. *revision* is
    the one that it brought, as it is stored.
    """
    tried = tuple(form for form, _ in again.forms)
    if WORDS in tried:
        return ()
    plain = _composed(given, revision, To(), letterhead)
    if not plain.attachments:
        return ()
    tongue = _tongue(given, letterhead)
    reply = _other(given, revision, again, letterhead) if len(tried) < MOST else None
    if reply is None or reply.form in {*tried, *again.receiver.refused} or not reply.attachments:
        return sealed(_words(plain, again, tongue, letterhead), way, again.at, letterhead)
    return sealed(_opened(reply, _why(reply, again, tongue, letterhead)), way, again.at, letterhead)


def _other(given: Given, revision: Revision | None, again: Again, letterhead: Letterhead) -> Reply | None:
    """The answer, packed for a receiver that refuses what it refused; None where no form of it is small enough."""
    try:
        return _composed(given, revision, To(receiver=again.receiver, refusal=again.said), letterhead)
    except Permanent:
        return None


def _composed(given: Given, revision: Revision | None, to: To, letterhead: Letterhead) -> Reply:
    return compose(given.event, given.request, given.message, given.project, letterhead, revision, given.at, to)


def _why(reply: Reply, again: Again, tongue: Tongue, letterhead: Letterhead) -> list[str]:
    """J9: who refused what, what this is, and that it is remembered."""
    say = tongue.say
    who, said = _server(reply, again, tongue, letterhead), _quoted(again.said)
    first = say('%(server)s refused my last mail ("%(said)s").', server=who, said=said)
    if again.large:
        first = say('My last mail was too large for %(server)s ("%(said)s").', server=who, said=said)
    same = say("Same answer, packed so that it gets through.")
    if reply.revision:
        same = say("Same v%(number)s, packed so that it gets through.", number=reply.revision)
    return [first, same, say("I will use this form for you from now on.")]


def _words(reply: Reply, again: Again, tongue: Tongue, letterhead: Letterhead) -> Reply:
    """Everything that is left to say when every form was refused: what is there, what was said, what helps."""
    say = tongue.say
    who = _server(reply, again, tongue, letterhead)
    ready = say("v%(number)s is ready", number=reply.revision) if reply.revision else say("Your answer is ready")
    first = say("%(ready)s, but %(server)s let it through in no form. Nothing is attached.", ready=ready, server=who)
    forms = [f'- {form}: "{_quoted(said)}"' for form, said in again.forms]
    help_ = [
        say("What helps: write from another address, or ask whoever runs your mail to let mail of %(us)s through.",
            us=letterhead.sender),
        say('It is kept. Reply "resend as link" to fetch it yourself.')
        if letterhead.public_url
        else say('It is kept. Reply "resend as text" later, and I try that form again.'),
    ]  # fmt: skip
    reference = [letterhead.names.reference(reply.project)] if reply.project else []
    parts = [first, say("What was said, form by form:"), *forms, "", *help_, "", *reference]
    return replace(reply, text=wrapped("\n".join(parts)), html="", attachments=(), picture=None, form=WORDS)


def _opened(reply: Reply, lines: list[str]) -> Reply:
    """*reply* with these lines before its own."""
    said = "".join(f"<p>{html.escape(' '.join(lines), quote=False)}</p>\n")
    page = _BODY.sub(lambda _: said, reply.html, count=1) if reply.html else ""
    return replace(reply, text=wrapped("\n".join([*lines, "", reply.text])), html=page)


def _server(reply: Reply, again: Again, tongue: Tongue, letterhead: Letterhead) -> str:
    """Who refused it, by a name that a person knows."""
    provider = letterhead.providers.of(again.receiver.operator)
    if provider.name == again.receiver.operator and provider.mx:
        return provider.title
    return tongue.say("the mail server of %(domain)s", domain=line(reply.to.rpartition("@")[2], 60))


def _quoted(said: str) -> str:
    return unlinked(line(said, _QUOTED), ()).replace('"', "'")


def _tongue(given: Given, letterhead: Letterhead) -> Tongue:
    order, message = given.request.admitted, given.message
    language = order.intent.language if order else reply_language(message.text, message.language)
    return letterhead.tongue(language)
