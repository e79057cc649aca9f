"""The life of a request: every state, every event, every step between them.

Rule 1: whatever changes a request's state is in this file, in LIFE.
Rule 2: a state says what is durably true, never who is busy with it
        (that is the engine's lease).
Rule 3: an event that ends in ANSWERED is recorded in the same transaction as
        the one reply. That instant is when the request is answered.

``mailbot states`` prints LIFE as the diagram in the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NewType

from mailbot.domain.errors import Broken, Impossible, MailbotError, Unreadable
from mailbot.domain.grants import Grants, Meter
from mailbot.domain.intent import Intent
from mailbot.domain.memory import Memory
from mailbot.domain.message import Address, Attachment, Envelope, Input, MessageId, Proof
from mailbot.domain.project import Check, Draft

RequestId = NewType("RequestId", str)


class State(StrEnum):
    """What is durably true of a request."""

    RECEIVED = "received"  #: the raw bytes are stored; nothing is decided
    HELD = "held"  #: a person must decide
    ADMITTED = "admitted"  #: the rules said yes; the answer is due
    ANSWERED = "answered"  #: the one reply is in the outbox
    CLOSED = "closed"  #: nothing will ever be sent


# Events: facts, in the past tense.


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a request."""


@dataclass(frozen=True, kw_only=True)
class Caps:
    """What one request may take of the models, all its answers together."""

    calls: int = 10
    seconds: float = 900.0  #: of writing; a slow model may have three of its answers, whatever they take
    tokens: int = 200_000
    cost: float = 0.0  #: in the currency of the prices; 0: no limit


@dataclass(frozen=True, kw_only=True)
class Admitted(Event):
    """The rules let it in; what they set is written here, so that a later change of the rules does not reach it."""

    rule: str
    reason: str
    intent: Intent
    author: Address
    proof: Proof
    message_id: MessageId
    repairs: int = 3  #: how often a failing draft may be repaired
    caps: Caps = field(default_factory=Caps)
    priority: int = 5  #: 0 is the most urgent, 9 the least
    inputs: tuple[Input, ...] = ()  #: what came with the mail, used or not
    joined: tuple[MessageId, ...] = ()  #: later mails that became part of it; the one reply answers them, too
    fresh: int = 0  #: what was recorded before this turn was about fewer words, and counts for nothing
    set: Grants = field(default_factory=Grants)  #: all that the rules set
    rules: str = ""  #: the version of the rules that said so: a hash of their files
    meters: tuple[Meter, ...] = ()  #: the quotas that it counts for, as they then stood
    memories: tuple[Memory, ...] = ()  #: what is kept in mind of the author, this mail included
    errands: tuple[Errand, ...] = ()  #: what an admin wants done with held mail; then it asks for nothing else


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One line of an admin about held mail."""

    verb: Literal["held", "release", "refuse"]
    id: str = ""  #: of a request, or its first letters
    reason: str = ""  #: that its author is told
    line: str = ""  #: as it was written


@dataclass(frozen=True, kw_only=True)
class Held(Event):
    """A person must look at it; *admitted* is what a release would admit."""

    rule: str
    reason: str
    admitted: Admitted | None = None
    wording: str = ""  #: the name of the words that a rule wants for a no
    rules: str = ""  #: the version of the rules


@dataclass(frozen=True, kw_only=True)
class Refused(Event):
    """The rules said no, to an author who may be answered."""

    rule: str
    reason: str
    wording: str = ""  #: the name of the words that a rule wants for it
    rules: str = ""  #: the version of the rules


@dataclass(frozen=True, kw_only=True)
class Ignored(Event):
    """It gets no answer, ever."""

    rule: str
    reason: str
    rules: str = ""  #: the version of the rules


@dataclass(frozen=True, kw_only=True)
class Merged(Event):
    """It joined an earlier unfinished request, whose one reply answers both."""

    into: RequestId


@dataclass(frozen=True, kw_only=True)
class Released(Event):
    """A person let a held request in."""

    by: str
    admitted: Admitted


@dataclass(frozen=True, kw_only=True)
class Reopened(Event):
    """A person wants a held request, about which nothing was decided, to be judged again."""

    by: str


@dataclass(frozen=True, kw_only=True)
class Postponed(Event):
    """It goes on later."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Built(Event):
    """There is a new revision."""

    draft: Draft
    number: int
    first: Draft | None = None  #: a version just before it: the author's own edit, or what a copy begins with


@dataclass(frozen=True, kw_only=True)
class Told(Event):
    """Answered without a build: a question, help, status, stop."""

    topic: str  #: which words: help, answer, status, stopped, retired
    text: str = ""
    checks: tuple[Check, ...] = ()  #: of the project, as they become: dropped, or taken up again
    figures: tuple[tuple[str, int], ...] = ()  #: counts that the words need, by name: projects, mails
    attached: tuple[Attachment, ...] = ()  #: what is sent along


@dataclass(frozen=True, kw_only=True)
class Asked(Event):
    """Answered with questions; the reply to them is a new request."""

    questions: tuple[str, ...]
    options: tuple[str, ...] = ()  #: what could be built instead
    shown: str = ""  #: what the questions are about: passages of files
    until: datetime | None = None  #: when what was proposed is taken for the answer; none: nobody waits for that


@dataclass(frozen=True, kw_only=True)
class GaveUp(Event):
    """It could not be done; *draft* is the best try, if there was one."""

    reason: str
    draft: Draft | None = None
    number: int = 0  #: of the version that the draft would have been, where it is worth a look; else 0


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event):
    """The author said stop; the mail that said so gets the answer."""

    by: RequestId


#: What is said of a message that has just been received.
Verdict = Admitted | Held | Refused | Ignored
#: What building came to.
Outcome = Built | Told | Asked | GaveUp
#: The events that carry the one reply.
Answer = Built | Told | Asked | GaveUp | Refused

LIFE: Final[Mapping[tuple[State, type[Event]], State]] = {
    (State.RECEIVED, Postponed): State.RECEIVED,
    (State.RECEIVED, Admitted): State.ADMITTED,
    (State.RECEIVED, Held): State.HELD,
    (State.RECEIVED, Refused): State.ANSWERED,
    (State.RECEIVED, Ignored): State.CLOSED,
    (State.RECEIVED, Merged): State.CLOSED,
    (State.HELD, Released): State.ADMITTED,
    (State.HELD, Reopened): State.RECEIVED,
    (State.HELD, Refused): State.ANSWERED,
    (State.HELD, Ignored): State.CLOSED,
    (State.ADMITTED, Postponed): State.ADMITTED,
    (State.ADMITTED, Built): State.ANSWERED,
    (State.ADMITTED, Told): State.ANSWERED,
    (State.ADMITTED, Asked): State.ANSWERED,
    (State.ADMITTED, GaveUp): State.ANSWERED,
    (State.ADMITTED, Withdrawn): State.CLOSED,
    (State.ADMITTED, Merged): State.CLOSED,
}


MAX_STARTS: Final = 3  #: a move that never ends is begun this often
PATIENCE: Final = {State.RECEIVED: timedelta(days=3), State.ADMITTED: timedelta(days=1)}  #: counted from its receipt
PAUSES: Final = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 40, 67))  #: the last one repeats


@dataclass(frozen=True, kw_only=True)
class Request:
    """One message's claim on us, from its receipt to its single answer."""

    id: RequestId
    envelope: Envelope
    state: State = State.RECEIVED
    turn: int = 0  #: what has been recorded so far, events and turns together: the fence
    starts: int = 0  #: how often the move in hand was begun
    postponed: int = 0  #: how often in a row it was put off
    admitted: Admitted | None = None

    @property
    def order(self) -> Admitted:
        """What was admitted."""
        if self.admitted is None:
            raise Impossible(f"request {self.id} is {self.state} and was never admitted")
        return self.admitted

    def put_off(self, now: datetime, reason: str) -> Postponed | None:
        """Later, after a pause that grows; None when patience has ended."""
        if now - self.envelope.received_at > PATIENCE[self.state]:
            return None
        return Postponed(until=now + PAUSES[min(self.postponed, len(PAUSES) - 1)], reason=reason)

    @property
    def worn(self) -> bool:
        """Whether what is due of it was begun so often that it seems never to end."""
        return self.starts > MAX_STARTS

    def set_aside(self, reason: str) -> Held | GaveUp:
        """What becomes of it when it cannot go on: its author is told, or, not judged yet, a person must look at it."""
        return GaveUp(reason=reason) if self.state is State.ADMITTED else Held(rule="set-aside", reason=reason)

    def unread(self, error: MailbotError) -> Event | None:
        """What becomes of a mail that cannot be read: nothing, or a person must look; None: it is tried again later.

        What broke its reader may have been something else, so it has a second try, a while later.
        """
        if isinstance(error, Unreadable):
            return Ignored(rule="unreadable", reason=str(error))
        if isinstance(error, Broken) and self.postponed:
            return self.set_aside(f"{error}; nobody should open it without care")
        return None

    def after(self, event: Event) -> Request:
        """The request as it is once *event* has happened."""
        try:
            state = LIFE[self.state, type(event)]
        except KeyError:
            raise Impossible(f"{type(event).__name__} of a request that is {self.state}") from None
        changed = replace(self, state=state, turn=self.turn + 1, starts=0)
        match event:
            case Admitted():
                return replace(changed, admitted=event, postponed=0)
            case Released(admitted=admitted):
                return replace(changed, admitted=admitted, postponed=0)
            case Reopened():
                return replace(changed, postponed=0)
            case Postponed():
                return replace(changed, postponed=self.postponed + 1)
            case _:
                return changed


def diagram() -> str:
    """Draw LIFE as a Mermaid state diagram."""
    arrows = (f"    {old} --> {new}: {event.__name__}" for (old, event), new in LIFE.items())
    ends = (f"    {state} --> [*]" for state in (State.ANSWERED, State.CLOSED))
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.RECEIVED}", *arrows, *ends])
