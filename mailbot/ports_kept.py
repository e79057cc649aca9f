"""What the ledger keeps for later: what is due, what people want to be kept in mind, and what the clock will say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailbot.domain.later import Later
from mailbot.domain.memory import Memory
from mailbot.domain.message import Address
from mailbot.domain.privacy import Theirs
from mailbot.domain.project import ProjectId
from mailbot.domain.request import RequestId
from mailbot.domain.work import Job


class Kept(Protocol):
    """What the ledger keeps for later."""

    async def memories(self, owner: str) -> Sequence[Memory]:
        """What is kept in mind of *owner*, an address or @domain, by number."""

    async def overdue(self, now: datetime) -> Sequence[Later]:
        """What the clock has to say by now, the oldest first; what an author's word made void is not among it."""

    async def said(self, id: str) -> None:
        """The clock has said it."""


class Forgetting(Protocol):
    """What the ledger has of one person, and whether they want it gone."""

    async def theirs(self, author: Address, but: str = "") -> Theirs:
        """How much there is of *author*, the request *but* not counted."""

    async def at_work_for(self, author: Address, but: str = "") -> Sequence[RequestId]:
        """The requests of *author* that were let in and have no answer yet."""

    async def asked_to_forget(self, project: ProjectId, author: Address, since: datetime) -> bool:
        """Whether the newest answer in this thread asked *author*, since then, if they want to be forgotten."""

    async def belongings(self, author: Address) -> Mapping[str, bytes]:
        """Everything of *author*, as files."""


class Queue(Protocol):
    """What an engine needs of the ledger: what is due, and who has it."""

    async def claim(self, slots: Mapping[str, int], now: datetime) -> Sequence[Job]:
        """Take what is due, at most *slots* of each queue; ``gen:*`` stands for every queue of that kind.

        Starts are counted in the same transaction. What is claimed is nobody else's until its lease ends. A queue that
        is named has its own number of places, whatever ``gen:*`` says.
        """

    async def stumbled(self, job: Job, until: datetime, why: str, *, counted: bool) -> None:
        """The work ended without a record: due again at *until*, if it is in hand. Not *counted*: nobody's fault."""

    async def next_due(self) -> datetime | None:
        """When the next thing that waits for its time is due."""

    async def recover(self) -> int:
        """At start: what the last process had in hand is due again, at once or when its not_before comes.

        That start does not count. What is in hand at one end after another waits longer, and at last is set aside.
        """
