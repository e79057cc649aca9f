"""What the next mail may say, one click away: a link that opens a reply with the words in it.

Only ``mailto``: it works without a network, and no program that follows links to look at them can press it. Every
one of them stands in the text, too, as words to reply with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.build.asking import proposals
from mailbot.domain.project import Check
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Told
from mailbot.reply.content_checks import standing_of
from mailbot.reply.occasion import Occasion
from mailbot.reply.words import line, reply_subject

MOST: Final = 4  #: of one mail
MAX_SUBJECT: Final = 80  #: characters; programs cut links that are much longer than two thousand
MAX_BODY: Final = 120
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to reply."""

    words: str  #: what it says, and what the mail will say
    href: str


def actions(event: Answer, about: Occasion) -> tuple[Action, ...]:
    """What the author may want to answer to *event*; nothing where no thread would hold the answer."""
    if about.known is None:
        return ()
    found = dict.fromkeys(words for words in _words(event, about) if words)
    return tuple(action(words, about) for words in list(found)[:MOST])


def action(words: str, about: Occasion) -> Action:
    """A reply in the thread that says *words*."""
    body = line(words, MAX_BODY)
    to = about.letterhead.reply_to(about.known.id if about.known else None)
    local, _, domain = to.rpartition("@")
    subject = line(reply_subject(about.message.subject), MAX_SUBJECT)
    return Action(
        words=body, href=f"mailto:{_escaped(local)}@{domain}?subject={_escaped(subject)}&body={_escaped(body)}"
    )


def _words(event: Answer, about: Occasion) -> Iterator[str]:
    say = about.tongue.say
    match event:
        case Built(number=number, draft=draft):
            if number > 1:
                yield say("rollback to v%(number)s", number=number - 1)
            parked = [check for check in draft.checks if check.retired and draft.maker.kind in {"rollback", "refresh"}]
            yield from (say("keep %(number)s", number=check.number) for check in parked[:1])
        case Asked(questions=questions, options=options):
            yield from (about.line(one, MAX_BODY) for one in options[:2])
            if proposals(questions):
                yield say("go")
            yield say("stop")
        case GaveUp(number=number, draft=draft) if number and draft:
            broken = standing_of(draft, about).broken
            yield from (say("drop %(number)s", number=check.number) for check in broken[:2])
        case Told(topic="erase-asked"):
            yield say("yes")
        case Told(topic="retired", checks=[Check() as check]):
            again = say("keep %(number)s", number=check.number)
            yield again if check.retired else say("drop %(number)s", number=check.number)
        case _:
            return


def _escaped(text: str) -> str:
    """*text* as a part of a link."""
    whole = text.encode("utf-8", "replace")
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in whole)
