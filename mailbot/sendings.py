"""The ledger, with what it knows about what left: the door of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mailbot.domain.message import Address
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.reply import Delivery, Receiver
from mailbot.domain.request import Ignored, Request, RequestId
from mailbot.domain.sending import Moved, Replied, Silence
from mailbot.ports import Ledger


class Sendings(Ledger, Protocol):
    """The ledger, with what it knows about what left."""

    async def settle(self, moved: Moved, *, at: datetime) -> None:
        """Store what became of a delivery, with all that it brings; a following one that is there stays as it is."""

    async def came_back(self, request: Request, event: Ignored, moved: Moved, *, at: datetime) -> None:
        """Store in one transaction that *request* is a report, and what it brings."""

    async def replied(self, request: str, way: str) -> Replied | None: ...
    async def stood(self, id: ProjectId, last: int, *revisions: int) -> Project | None:
        """The project as it stood when *last* was its newest revision."""

    async def silence(self, address: Address, mark: str = "") -> Silence | None: ...
    async def unreached(self, author: Address, before: RequestId) -> str: ...
    async def lift(self, address: Address, at: datetime) -> bool: ...
    async def receiver(self, domain: str, operator: str, now: datetime) -> Receiver: ...

    async def whole(self, id: RequestId) -> bytes:
        """The bytes of a mail that came, however large it is."""

    async def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """Store further deliveries; one that is there already changes nothing."""
