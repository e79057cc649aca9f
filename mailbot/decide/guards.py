"""What no rule can switch off: mail that gets no answer, ever, whoever wrote it, and an end to what goes in circles.

Whoever may be answered is told once a day why the circle ends; from then on there is silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from mailbot.decide.facts import Facts
from mailbot.domain.message import Envelope, Failed, Message, Proof
from mailbot.domain.request import Ignored, Refused

MAX_HOPS: Final = 25  #: mail servers on the way; more is a loop
MAX_THREAD: Final = 20  #: answers to one author in one thread within a day
MAX_SENDER: Final = 50  #: answers to one author within a day
REPEATS: Final = 3  #: mails of a thread in a row that say the same as the one before, or nothing
MAX_TOLD: Final = 3  #: addresses of a bounce that its reason names
_WITH_SENDER: Final = frozenset({"smtp", "lmtp", "imap"})  #: ways in by which a bounce's empty sender is seen
_RETURN_PATH: Final = re.compile(r"b\+[a-z2-7]{12}\.[a-z2-7]{10}@\S{1,255}", re.IGNORECASE)
#: The last line of every mail of a mailbot; one of ours names a project that we know.
_REFERENCE: Final = re.compile(r"(?:^|\n)Ref [a-z0-9]{3,6}\.[a-z2-7]{10}\Z")
_FORWARDED: Final = re.compile(r"\s{0,9}\[?(?:fwd?|wg|tr|rv)\b", re.IGNORECASE)  #: a person passes such a mail on


def malformed(_message: Message, envelope: Envelope, _facts: Facts) -> str:
    """Two programs would read two different authors in it."""
    return "it has no one clear author" if envelope.proof is Proof.MALFORMED else ""


def ours(message: Message, _envelope: Envelope, _facts: Facts) -> str:
    """We would talk to ourselves."""
    return "it carries the loop header of a mailbot: it is a mail of ours that came back" if message.ours else ""


def automatic(message: Message, envelope: Envelope, facts: Facts) -> str:
    """Two machines would never stop (RFC 3834)."""
    if message.automatic and not _through_our_list(message, envelope):
        return f"a machine wrote it: {message.automatic}{_unreached(message.failed)}"
    if not envelope.sender and envelope.channel in _WITH_SENDER:
        return "a machine wrote it: its envelope sender is empty, as a bounce's is"
    if _RETURN_PATH.fullmatch(envelope.sender):
        return "a machine wrote it: its envelope sender is one that only a mailbot makes"
    if not facts.thread and _REFERENCE.search(message.text.rstrip()) and not _FORWARDED.match(message.subject):
        return "a machine wrote it: its text ends in the reference line of another mailbot"
    if envelope.recipients and all(map(_RETURN_PATH.fullmatch, envelope.recipients)):
        return "a machine wrote it: it came to the return path of a mail, where only bounces and other programs write"
    return ""


def _through_our_list(message: Message, envelope: Envelope) -> bool:
    """Where a group is the very address that people ask, as in Google Workspace, a person wrote through it."""
    return bool(message.group) and message.author.lower() != message.group in {
        one.lower() for one in envelope.recipients
    }


def _unreached(failed: tuple[Failed, ...]) -> str:
    """Whom a bounce names, in words."""
    if not failed:
        return ""
    named = ", ".join(f"{one.address} ({one.status or one.action})" for one in failed[:MAX_TOLD])
    more = len(failed) - MAX_TOLD
    return f"; it says that {named}{f' and {more} more' if more > 0 else ''} was not reached"


def hops(message: Message, _envelope: Envelope, _facts: Facts) -> str:
    """A mail that has gone round in a circle."""
    if message.hops <= MAX_HOPS:
        return ""
    return f"it passed {message.hops} mail servers, {MAX_HOPS} is the most: it goes round in a circle"


def duplicate(_message: Message, _envelope: Envelope, facts: Facts) -> str:
    """The same mail by another way, which is answered already or will be."""
    return f"it came before, as request {facts.duplicate_of}" if facts.duplicate_of else ""


def late(_message: Message, _envelope: Envelope, facts: Facts) -> str:
    """The clock speaks for whoever said nothing; its author has spoken."""
    return facts.late


def replayed(_message: Message, _envelope: Envelope, facts: Facts) -> str:
    """A signature proves one mail. Whoever holds a copy of it could send it again, to make us act again."""
    if not facts.replay_of:
        return ""
    return (
        f"the signature that proves its author came before, with request {facts.replay_of}:"
        " somebody sends a signed mail again; if it is the author, they can write a new one"
    )


def unproven(_message: Message, envelope: Envelope, _facts: Facts) -> str:
    """Whatever we sent would go to somebody who may never have written (backscatter)."""
    if envelope.proof.answerable:
        return ""
    return "nobody vouches for its From address: neither SPF nor DKIM of the author's domain, nor a login"


def crowded(message: Message, envelope: Envelope, facts: Facts) -> str:
    """Two programs that answer each other, however they hide it, end here. A login stands for a person."""
    if facts.thread_day >= MAX_THREAD:
        return (
            f"this thread had {facts.thread_day} answers within a day, and {MAX_THREAD} is the most;"
            " it goes on tomorrow"
        )
    if facts.sender_answers >= MAX_SENDER and envelope.proof is not Proof.ACCOUNT:
        return (
            f"{message.author} had {facts.sender_answers} answers within a day, and {MAX_SENDER} is the most;"
            " it goes on tomorrow"
        )
    return ""


def repeating(message: Message, _envelope: Envelope, facts: Facts) -> str:
    """Nobody waits for an answer, says the same again or nothing, and that three times in a row; a program does."""
    said: list[str | None] = [" ".join(text.split()).casefold() for text in (message.text, *facts.said)]
    last = list(zip(said, [*said[1:], None], strict=True))[:REPEATS]
    if len(last) < REPEATS or any(text and text != before for text, before in last):
        return ""
    return f"the last {REPEATS} mails of this thread say nothing new; write something new in it to go on"


Guard = Callable[[Message, Envelope, Facts], str]

#: In the order in which they are asked; the first that gives a reason decides. The names stand beside those of rules.
GUARDS: Final[Mapping[str, Guard]] = {
    "malformed": malformed,
    "ours": ours,
    "automatic": automatic,
    "hops": hops,
    "duplicate": duplicate,
    "late": late,
    "replayed": replayed,
    "unproven": unproven,
}
#: Asked after those, of mail that could be answered: its author is told, once a day.
BREAKERS: Final[Mapping[str, Guard]] = {"crowded": crowded, "repeating": repeating}


def guarded(message: Message, envelope: Envelope, facts: Facts) -> Ignored | Refused | None:
    """Why *message* gets no answer, or no other than this reason; None when no guard objects."""
    for name, guard in GUARDS.items():
        if reason := guard(message, envelope, facts):
            return Ignored(rule=name, reason=reason)
    for name, breaker in BREAKERS.items():
        if reason := breaker(message, envelope, facts):
            told = facts.sender_refused > 0
            return Ignored(rule=name, reason=reason) if told else Refused(rule=name, reason=reason)
    return None
