"""What the ledger, the engine and the ways in say to each other about work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.domain.intent import Intent
from mailbot.domain.message import Envelope, MessageId
from mailbot.domain.reply import Delivery
from mailbot.domain.request import Admitted, Request, RequestId


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing that is due: what an engine is given to run."""

    kind: str  #: request, delivery, webhook, timer
    id: str
    queue: str
    starts: int  #: how often it was begun, this time included


@dataclass(frozen=True, kw_only=True)
class Due:
    """Where a request waits for its next move."""

    queue: str = ""  #: empty: the one it had
    not_before: datetime | None = None
    notices: tuple[Delivery, ...] = ()  #: what its author is told meanwhile; it goes out only if this step is stored


@dataclass(frozen=True, kw_only=True)
class Waited:
    """How long people wait here, and what one of them was told so far."""

    usual: float | None = None  #: seconds until an answer that a model wrote, by the last of them; none: there are none
    noticed_at: datetime | None = None  #: when this one was told last that it takes a while


@dataclass(frozen=True, kw_only=True)
class Amended:
    """A request at work whose order has become larger: a later mail of its author is part of it now."""

    request: Request  #: as it was read
    order: Admitted  #: as it becomes
    queue: str  #: in which it waits for its next move
    by: RequestId  #: the request of the later mail
    mail: MessageId  #: of the later mail; empty when it has none

    @property
    def added(self) -> Intent:
        """The order with the commands of the later mail alone; those of the first were followed when it was let in."""
        before = len(self.request.order.intent.commands)
        return replace(self.order.intent, commands=self.order.intent.commands[before:])


@dataclass(frozen=True, kw_only=True)
class HeldMail:
    """A mail that waits for a person, and why."""

    request: Request
    order: Admitted | None  #: what a release lets in; none: it was never judged, and a release has it judged again
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PastMail:
    """A mail that was judged once, on which new rules can be tried."""

    number: int  #: in the order in which they came
    id: RequestId
    envelope: Envelope


@dataclass(frozen=True, kw_only=True)
class Count:
    """The conservation law: received = answered + closed + held + in flight."""

    received: int
    answered: int
    held: int
    in_flight: int
    closed: Mapping[str, int] = field(default_factory=dict)  #: by reason

    @property
    def holds(self) -> bool:
        """Whether nothing was lost."""
        return self.received == self.answered + sum(self.closed.values()) + self.held + self.in_flight


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far one folder of one account was read."""

    account: str
    folder: str
    validity: int  #: UIDVALIDITY: another one makes every uid a stranger
    uid: int  #: the last one that is done
    at: datetime  #: when that was
