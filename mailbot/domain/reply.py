"""What is said: one reply per request, delivered by one or more ways."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from mailbot.domain.errors import Ambiguous, NotYet, Permanent, Temporary
from mailbot.domain.later import Later
from mailbot.domain.message import Address, Attachment, MessageId
from mailbot.domain.privacy import Erasure
from mailbot.domain.project import ProjectId, Revision

DeliveryId = NewType("DeliveryId", str)

RETRIES: Final = tuple(timedelta(minutes=m) for m in (5, 10, 20, 40, 67))  #: between sendings; the last one repeats
LIFETIME: Final = timedelta(days=5)  #: how long a delivery is tried


SENT_COPY: Final = "sent-copy:"  #: with the name of a relay: the way into the folder of what it sent


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a reply shows between its words, for those who can see it."""

    id: str  #: by which the words name it
    media_type: str
    content: bytes
    alt: str  #: the same in words


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to a request, before any way of sending it."""

    request: str
    project: ProjectId | None
    revision: int
    kind: str  #: the event it answers with, in lower case: built, told, asked, gaveup, refused; or notice
    form: str = "zip"  #: the shape that its package is sent in
    to: Address
    cc: tuple[Address, ...] = ()  #: who else gets it
    subject: str
    text: str
    html: str = ""
    in_reply_to: MessageId
    references: tuple[MessageId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())  #: further headers
    picture: Picture | None = None  #: in the HTML only; the text stands alone
    more: tuple[Reply, ...] = ()  #: the other mails of a package that is too large for one


class Progress(StrEnum):
    """How far a delivery is. A state says what is durably true."""

    WAITING = "waiting"  #: to be sent when not_before comes
    COMMITTING = "committing"  #: the final dot may have gone out; whether it was taken is not known
    SENT = "sent"  #: the other side said 250
    PRESUMED = "presumed"  #: sent again once after an unknown end, and that end is unknown, too
    FAILED = "failed"  #: refused for good, or five days have passed
    BOUNCED = "bounced"  #: taken, and then given back by a report that names it


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """What is known of the mail system of the people a reply goes to."""

    operator: str = ""  #: who runs it: google, microsoft, yahoo, ...; empty: not known
    refused: frozenset[str] = frozenset()  #: the forms that it has refused from us
    took: str = ""  #: the form that it took last, where we had to try
    limit: int = 0  #: bytes of one mail that it takes, where it has said so; 0: not known
    asked: str = ""  #: the form that the person asked for last in this thread


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One reply on its way by one way in one form; its bytes never change."""

    id: DeliveryId
    request: str
    way: str
    form: str  #: the shape the package is sent in: zip
    message_id: MessageId
    sender: str  #: the return path
    recipients: tuple[Address, ...]
    wire: bytes
    first_at: datetime
    progress: Progress = Progress.WAITING
    turn: int = 0  #: what has been recorded of it so far: the fence
    attempts: int = 0  #: tries that ended, well or not
    unknown: int = 0  #: tries whose dot went out and whose last answer was lost; a crash is none: its dot may not have
    not_before: datetime | None = None
    relay: str = ""  #: by which it may have gone out already: no other is given it

    def begun(self, until: datetime, relay: str = "") -> Delivery:
        """Just before the final dot to *relay*. If nothing more is heard, it is left alone until *until*."""
        changed = replace(self, progress=Progress.COMMITTING, not_before=until, turn=self.turn + 1)
        return replace(changed, relay=relay or self.relay)

    def again(self, until: datetime, *, known: bool) -> Delivery:
        """To be sent again at *until*; *known* says that this try was not taken."""
        progress = Progress.WAITING if known else Progress.COMMITTING
        changed = replace(self, progress=progress, not_before=until, turn=self.turn + 1, attempts=self.attempts + 1)
        return replace(changed, unknown=self.unknown + (not known))

    def after(self, error: Temporary | Permanent, now: datetime, settle: timedelta, had: str = "") -> Delivery:
        """What becomes of it by *error*: left alone for *settle*, tried again after a growing pause, or given up.

        *had* is the relay that may have taken it before this try: of this one it is known that it did not.
        """
        if isinstance(error, Ambiguous):
            return self.again(now + settle, known=False)
        if isinstance(error, Permanent) or now - self.first_at > LIFETIME:
            return self.ended(Progress.FAILED)
        if isinstance(error, NotYet):  # nothing was tried
            return replace(self, progress=Progress.WAITING, not_before=error.until, turn=self.turn + 1)
        later = self.again(now + RETRIES[min(self.attempts, len(RETRIES) - 1)], known=True)
        return replace(later, relay=had)

    @property
    def doubtful(self) -> bool:
        """Whether it may have gone out, and nobody knows yet."""
        return self.progress is Progress.COMMITTING or (self.progress is Progress.WAITING and bool(self.relay))

    def copy_of_sent(self, at: datetime) -> Delivery:
        """What puts the same bytes into the folder of sent mail, now that it is sent."""
        way = SENT_COPY + self.relay
        fresh = replace(self, id=DeliveryId(f"{self.id}s"), way=way, first_at=at, progress=Progress.WAITING)
        return replace(fresh, turn=0, attempts=0, unknown=0, not_before=None)

    def unsent(self, at: datetime, *, way_known: bool) -> tuple[Delivery, str]:
        """What becomes of it when it cannot be sent, or not again, and why."""
        if way_known:
            return self.ended(Progress.PRESUMED), "sent twice, and both times the last answer was lost"
        error = Temporary(f"no way out is named {self.way!r} now")
        return self.after(error, at, timedelta()), str(error)

    def ended(self, progress: Progress) -> Delivery:
        """Nothing more will be done with it."""
        return replace(self, progress=progress, not_before=None, turn=self.turn + 1, attempts=self.attempts + 1)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What is stored together with the event that answers: the reply, how it goes out, and what it brings."""

    reply: Reply
    deliveries: tuple[Delivery, ...]
    revision: Revision | None = None
    later: Later | None = None  #: what is received when nobody answers its questions in time
    first: Revision | None = None  #: the version just before it, where the request brings two
    erasure: Erasure | None = None  #: its author is forgotten in the same step
