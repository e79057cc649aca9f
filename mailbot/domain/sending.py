"""What becomes of a delivery, and what that teaches: how a mail system takes our forms, and whom not to write to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mailbot.domain.message import Address
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import Delivery, DeliveryId, Progress

MEMORY: Final = timedelta(days=90)  #: how long it is known which forms a mail system takes
FOLLOWED: Final = timedelta(days=30)  #: how old a delivery may be of which a report still changes anything
FIRST_REST: Final = timedelta(days=30)  #: how long nothing is sent to an address that is none; each time twice as long
SHORT_REST: Final = timedelta(days=1)  #: the same where the server did not say why
LONGEST_REST: Final = timedelta(days=400)
COMPLAINT: Final = "complaint"  #: the person called our mail spam: for ever, until an admin lifts it
JOURNAL_IN: Final = "journal-in"  #: the form of a copy of a mail that came, for the archive
JOURNAL_OUT: Final = "journal-out"  #: the form of a copy of a mail that left
JOURNAL: Final = frozenset({JOURNAL_IN, JOURNAL_OUT})


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one delivery taught about the mail system of a domain."""

    domain: str
    operator: str  #: who runs it; empty: not known
    form: str
    took: bool  #: else it refused it
    limit: int = 0  #: bytes of one mail, where it said how many it takes


@dataclass(frozen=True, kw_only=True)
class Silence:
    """An address to which nothing is sent for a while."""

    address: Address
    kind: str  #: of the refusal: recipient, other, complaint
    why: str  #: in the words of the server
    at: datetime
    until: datetime | None  #: none: for ever
    times: int = 1  #: how often by now

    def ends(self, now: datetime) -> bool:
        """Whether it is over."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What becomes of a delivery, with all that it brings: it is stored as a whole or not at all."""

    old: Delivery
    new: Delivery
    said: str
    following: tuple[Delivery, ...] = ()  #: the same answer in another form
    lesson: Lesson | None = None
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One delivery in a list, and what was said of it last."""

    id: DeliveryId
    request: str
    way: str
    form: str
    progress: Progress
    attempts: int
    recipients: tuple[Address, ...]
    message_id: str
    first_at: datetime
    not_before: datetime | None
    size: int  #: bytes; 0: it stands apart, in a blob
    steps: tuple[tuple[datetime, str, str], ...] = ()  #: when, how far it came, what was said


@dataclass(frozen=True, kw_only=True)
class Replied:
    """A reply that was recorded, and in which forms it was sent so far."""

    kind: str
    at: datetime
    project: ProjectId | None
    last: int  #: the newest revision of the project before this reply
    revision: int  #: that it brought; 0: none
    forms: tuple[tuple[str, str], ...] = ()  #: each form, the first one first, and what was said of it last


def rest(kind: str, times: int) -> timedelta | None:
    """How long nothing is sent to an address that was refused so often; none: for ever."""
    if kind == COMPLAINT:
        return None
    span = FIRST_REST if kind == "recipient" else SHORT_REST
    for _ in range(min(times, 16) - 1):
        span *= 2
    return min(span, LONGEST_REST)
