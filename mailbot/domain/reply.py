"""What is said: one reply per request, delivered by one or more ways."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from mailbot.domain.errors import Ambiguous, Permanent, Temporary
from mailbot.domain.message import Address, Attachment, MessageId
from mailbot.domain.project import ProjectId, Revision

DeliveryId = NewType("DeliveryId", str)

RETRIES: Final = tuple(timedelta(minutes=m) for m in (5, 10, 20, 40, 67))  #: between sendings; the last one repeats
LIFETIME: Final = timedelta(days=5)  #: how long a delivery is tried


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
    kind: str  #: the event it answers with, in lower case: built, told, asked, gaveup, refused
    to: Address
    subject: str
    text: str
    html: str = ""
    in_reply_to: MessageId
    references: tuple[MessageId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())  #: further headers
    picture: Picture | None = None  #: in the HTML only; the text stands alone


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

    def begun(self, until: datetime) -> Delivery:
        """Just before the final dot. If nothing more is heard, it is left alone until *until*."""
        return replace(self, progress=Progress.COMMITTING, not_before=until, turn=self.turn + 1)

    def again(self, until: datetime, *, known: bool) -> Delivery:
        """To be sent again at *until*; *known* says that this try was not taken."""
        progress = Progress.WAITING if known else Progress.COMMITTING
        changed = replace(self, progress=progress, not_before=until, turn=self.turn + 1, attempts=self.attempts + 1)
        return replace(changed, unknown=self.unknown + (not known))

    def after(self, error: Temporary | Permanent, now: datetime, settle: timedelta) -> Delivery:
        """What becomes of it by *error*: left alone for *settle*, tried again after a growing pause, or given up."""
        if isinstance(error, Ambiguous):
            return self.again(now + settle, known=False)
        if isinstance(error, Permanent) or now - self.first_at > LIFETIME:
            return self.ended(Progress.FAILED)
        return self.again(now + RETRIES[min(self.attempts, len(RETRIES) - 1)], known=True)

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
