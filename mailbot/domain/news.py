"""What whoever ordered over HTTP is told, at the URL that they gave: one call for each thing that happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mailbot.domain.errors import Permanent

TOLD: Final = timedelta(hours=24)  #: how long it is tried
FIRST_PAUSE: Final = timedelta(seconds=1)  #: doubled after each try
LONGEST_PAUSE: Final = timedelta(hours=2)


class What(StrEnum):
    """What happened."""

    QUEUED = "queued"  #: the order is on disk
    PROCESSING = "processing"  #: it was let in
    COMPLETED = "completed"  #: it was answered
    FAILED = "failed"  #: it was refused, given up or taken back
    EMAIL_SENT = "email_sent"  #: the answer was taken by another mail system
    EMAIL_FAILED = "email_failed"  #: no mail system takes the answer in any form


INTERIM: Final = frozenset({What.QUEUED, What.PROCESSING})  #: nobody is told of these once there is an end
USUAL: Final = frozenset({What.COMPLETED, What.FAILED, What.EMAIL_SENT})  #: where the order does not say what


class Way(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    TOLD = "told"  #: whoever listens said 2xx
    FAILED = "failed"  #: nobody listened for a day, or it must not be called
    SUPERSEDED = "superseded"  #: something later was to be told first
    GONE = "gone"  #: whoever listens said 410: nothing more is told there


class Gone(Permanent):
    """Whoever listens wants to hear nothing more."""


@dataclass(frozen=True, kw_only=True)
class News:
    """One call."""

    id: str  #: the same for every try: by it whoever listens knows a repetition
    request: str
    what: What
    url: str
    token: str  #: the name of the token that ordered; empty: none did
    body: str  #: JSON; it never changes
    first_at: datetime
    way: Way = Way.WAITING
    turn: int = 0  #: the fence
    attempts: int = 0
    not_before: datetime | None = None
    late: bool = False  #: the end of the order is known already

    @property
    def stale(self) -> bool:
        """Whether nobody needs to hear it any more."""
        return self.late and self.what in INTERIM

    def ended(self, way: Way) -> News:
        """Nothing more will be done with it."""
        return replace(self, way=way, turn=self.turn + 1, attempts=self.attempts + 1, not_before=None)

    def again(self, now: datetime, until: datetime | None = None) -> News:
        """To be told again after a growing pause, or as late as was asked for; after a day it is given up."""
        pause = min(FIRST_PAUSE * 2 ** min(self.attempts, 20), LONGEST_PAUSE)
        at = max(now + pause, min(until or now, now + LONGEST_PAUSE))
        if at - self.first_at > TOLD:
            return self.ended(Way.FAILED)
        return replace(self, turn=self.turn + 1, attempts=self.attempts + 1, not_before=at)
