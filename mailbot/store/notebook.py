"""The smaller things that the ledger remembers, each by itself: cursors, parts, words, timers, leases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.domain.later import Later
from mailbot.domain.memory import Memory
from mailbot.domain.message import Address, MessageId
from mailbot.domain.project import ProjectId
from mailbot.domain.request import Admitted, Request, RequestId
from mailbot.domain.work import Cursor, HeldMail, PastMail
from mailbot.ports import Blobs
from mailbot.store.blobs import fetch
from mailbot.store.database import AnyRow, Database
from mailbot.store.deadlines import Deadlines
from mailbot.store.held import Shelf, to_held
from mailbot.store.memory import Memories
from mailbot.store.notes import Notes
from mailbot.store.projects import Projects
from mailbot.store.ticks import Leases, Timers


class Notebook:
    """A part of the ledger."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs
        self._notes, self._projects = Notes(database.dialect), Projects(database.dialect)
        self._timers, self._leases = Timers(database.dialect), Leases(database.dialect)
        self._shelf = Shelf()
        self._memories, self._deadlines = Memories(), Deadlines(database.dialect)

    async def cursor(self, account: str, folder: str) -> Cursor | None:
        return await self._database.read(lambda c: self._notes.cursor(c, account, folder))

    # What is held, and what was judged once.

    async def _held(self, key: str, before: datetime, most: int) -> Sequence[HeldMail]:
        rows = await self._database.read(lambda c: self._shelf.held(c, key, before, most))
        return [to_held(row, await self._content(row)) for row in rows]

    async def _content(self, row: AnyRow) -> bytes | None:
        return None if row.body is None and row.blob is None else await fetch(self._blobs, row.body, row.blob)

    async def past(self, since: datetime, last: int, most: int) -> Sequence[PastMail]:
        """Judged mails since then, in their order, from behind the number *last* on."""
        return await self._database.scan(lambda c: self._shelf.past(c, since, last, most))

    # What the clock will say, and what people want to be kept in mind.

    async def overdue(self, now: datetime) -> Sequence[Later]:
        return await self._database.read(lambda c: self._deadlines.due(c, now))

    async def said(self, id: str) -> None:
        await self._database.write(lambda c: self._deadlines.said(c, id))

    async def memories(self, owner: str) -> Sequence[Memory]:
        return await self._database.read(lambda c: self._memories.load(c, owner))

    def _waits(self, connection: Connection, later: Later | None) -> None:
        """Note what the clock will say, where questions were asked that need not be answered."""
        if later:
            self._deadlines.add(connection, later)

    def _follow(self, connection: Connection, order: Admitted, by: Request, at: datetime) -> None:
        """Do what *order*, which was let in, says of people, and of what is to be kept in mind."""
        self._deadlines.void(connection, order.intent.project, by)
        self._projects.follow(connection, order.intent, order.author, at)
        self._memories.follow(connection, order, at)

    # Timers and leases.

    async def add_timer(self, name: str, slot: datetime) -> bool:
        return await self._database.write(lambda c: self._timers.add(c, name, slot))

    async def end_timer(self, id: str) -> None:
        await self._database.write(lambda c: self._timers.end(c, id))

    async def hold(self, name: str, holder: str, ttl: timedelta) -> str:
        """Take the lease *name* for *ttl*, if nobody else has it; return who has it now."""
        return await self._database.write(lambda c: self._leases.hold(c, name, holder, ttl))

    async def renew(self, name: str, holder: str, ttl: timedelta) -> bool:
        """Keep the lease; False when it has ended and may be another's."""
        return await self._database.write(lambda c: self._leases.renew(c, name, holder, ttl))

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        await self._database.write(lambda c: self._leases.release(c, name, holder))

    # What the ways in and the filter remember.

    async def report(self, part: str, trouble: str, at: datetime) -> None:
        await self._database.write(lambda c: self._notes.report(c, part, trouble, at))

    async def parts(self) -> Mapping[str, tuple[str, datetime]]:
        """How each part of the house is (its trouble, or nothing), and since when."""
        return await self._database.read(self._notes.parts)

    async def learn(self, words: Sequence[int], *, spam: bool, undo: bool = False) -> None:
        by = -1 if undo else 1
        counts = (by, 0) if spam else (0, by)
        await self._database.write(lambda c: self._notes.learn(c, words, *counts))

    async def learned(self, words: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        return await self._database.read(lambda c: self._notes.learned(c, words))

    # Projects, found.

    async def free(self, names: Iterable[ProjectId]) -> ProjectId:
        def look(connection: Connection) -> ProjectId:
            return next(name for name in names if not self._projects.taken(connection, name))

        return await self._database.read(look)

    async def own(self, author: Address, ids: Sequence[MessageId]) -> ProjectId | None:
        return await self._database.read(lambda c: self._projects.own(c, author, ids)) if ids else None

    async def unfinished(self, project: ProjectId) -> Sequence[RequestId]:
        return await self._database.read(lambda c: self._projects.unfinished(c, project))
