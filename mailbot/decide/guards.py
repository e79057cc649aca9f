"""What no rule can switch off: mail that gets no answer, ever, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mailbot.decide.facts import Facts
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.request import Ignored

MAX_HOPS: Final = 25  #: mail servers on the way; more is a loop


def malformed(_message: Message, envelope: Envelope, _facts: Facts) -> str:
    """Two programs would read two different authors in it."""
    return "it has no one clear author" if envelope.proof is Proof.MALFORMED else ""


def ours(message: Message, _envelope: Envelope, _facts: Facts) -> str:
    """We would talk to ourselves."""
    return "it carries our own loop header: it is a mail of ours that came back" if message.ours else ""


def automatic(message: Message, envelope: Envelope, _facts: Facts) -> str:
    """Two machines would never stop (RFC 3834)."""
    if not envelope.sender and envelope.channel in {"smtp", "imap"}:
        return "a machine wrote it: its envelope sender is empty, as a bounce's is"
    return f"a machine wrote it: {message.automatic}" if message.automatic else ""


def hops(message: Message, _envelope: Envelope, _facts: Facts) -> str:
    """A mail that has gone round in a circle."""
    if message.hops <= MAX_HOPS:
        return ""
    return f"it passed {message.hops} mail servers, {MAX_HOPS} is the most: it goes round in a circle"


def duplicate(_message: Message, _envelope: Envelope, facts: Facts) -> str:
    """The same mail by another way, which is answered already or will be."""
    return f"it came before, as request {facts.duplicate_of}" if facts.duplicate_of else ""


def unproven(_message: Message, envelope: Envelope, _facts: Facts) -> str:
    """Whatever we sent would go to somebody who may never have written (backscatter)."""
    if envelope.proof.answerable:
        return ""
    return "nobody vouches for its From address: neither SPF nor DKIM of the author's domain, nor a login"


Guard = Callable[[Message, Envelope, Facts], str]

#: In the order in which they are asked; the first that gives a reason decides. The names stand beside those of rules.
GUARDS: Final[Mapping[str, Guard]] = {
    "malformed": malformed,
    "ours": ours,
    "automatic": automatic,
    "hops": hops,
    "duplicate": duplicate,
    "unproven": unproven,
}


def guarded(message: Message, envelope: Envelope, facts: Facts) -> Ignored | None:
    """Why *message* gets no answer; None when no guard objects."""
    for name, guard in GUARDS.items():
        if reason := guard(message, envelope, facts):
            return Ignored(rule=name, reason=reason)
    return None
