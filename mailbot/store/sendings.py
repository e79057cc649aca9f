"""The part of the ledger that is about what leaves: deliveries, what they taught, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from mailbot.domain.message import Address
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.reply import Delivery, DeliveryId, Receiver
from mailbot.domain.request import RequestId
from mailbot.domain.sending import Moved, Replied, Sent, Silence
from mailbot.ports import Blobs
from mailbot.store.blobs import fetch, keep
from mailbot.store.database import Database
from mailbot.store.notebook import Notebook
from mailbot.store.projects import to_project
from mailbot.store.receivers import Receivers
from mailbot.store.replies import Replies, attempt_values, delivery_values, to_delivery
from mailbot.store.requests import Requests
from mailbot.store.sent import Questions, Wanted
from mailbot.store.steps import Kept

ORDINARY: Final = 5  #: the priority of what nobody gave one


class Sendings(Notebook):
    """A part of the ledger."""

    _replies: Replies
    _requests: Requests

    def __init__(self, database: Database, blobs: Blobs) -> None:
        super().__init__(database, blobs)
        self._receivers, self._questions = Receivers(database.dialect), Questions(database.dialect)

    async def delivery(self, id: DeliveryId) -> Delivery:
        row = await self._database.read(lambda c: self._replies.load(c, id))
        return to_delivery(row, await fetch(self._blobs, row.body, row.blob))

    async def move_delivery(
        self, old: Delivery, new: Delivery, *, at: datetime, said: str, in_hand: bool = False
    ) -> None:
        attempt = attempt_values(new, at, said)

        def store(connection: Connection) -> None:
            self._replies.move(connection, old, new, attempt, in_hand=in_hand)
            self._requests.webhooks.delivered(connection, new, at, said)

        await self._database.write(store)

    async def add_deliveries(self, deliveries: Sequence[Delivery], at: datetime | None = None) -> None:
        """Store further deliveries; one that is there already changes nothing."""
        rows = [
            delivery_values(one, await keep(self._blobs, one.wire), ORDINARY, at or one.first_at) for one in deliveries
        ]
        await self._database.write(lambda c: self._questions.add(c, rows))

    async def settle(self, moved: Moved, *, at: datetime) -> None:
        """Store what became of a delivery, with all that it brings."""
        kept = await self._kept(moved)
        await self._database.write(lambda c: self._settle(c, moved, kept, at))

    async def _kept(self, moved: Moved) -> Sequence[Kept]:
        return [await keep(self._blobs, one.wire) for one in moved.following]

    def _settle(self, connection: Connection, moved: Moved, kept: Sequence[Kept], at: datetime) -> None:
        self._replies.move(connection, moved.old, moved.new, attempt_values(moved.new, at, moved.said), in_hand=False)
        rows = (delivery_values(one, wire, ORDINARY, at) for one, wire in zip(moved.following, kept, strict=True))
        self._questions.add(connection, rows)
        self._requests.webhooks.delivered(connection, moved.new, at, moved.said)
        if moved.lesson:
            self._receivers.learn(connection, moved.lesson, at)
        for silence in moved.silences:
            self._receivers.silence(connection, silence)

    async def whole(self, id: RequestId) -> bytes:
        """The bytes of a mail that came, however large it is."""
        row = await self._database.read(lambda c: self._requests.raw(c, id))
        return await fetch(self._blobs, row.body, row.blob)

    async def replied(self, request: str, way: str) -> Replied | None:
        """The reply to *request*, and the forms in which it went out by *way*; None where it has none."""
        return await self._database.read(lambda c: self._questions.replied(c, request, way))

    async def stood(self, id: ProjectId, last: int, *revisions: int) -> Project | None:
        """The project as it stood when *last* was its newest revision, with those of *revisions* loaded, too."""
        stored = await self._database.read(lambda c: self._projects.load(c, id, (last, *revisions)))
        if stored is None:
            return None
        stored = replace(stored, checks=[row for row in stored.checks if row.revision <= last])
        project = to_project(stored, [await fetch(self._blobs, row.body, row.blob) for row in stored.revisions])
        return replace(project, last=last)

    async def receiver(self, domain: str, operator: str, now: datetime) -> Receiver:
        """What is remembered of the mail system of *domain*."""
        return await self._database.read(lambda c: self._receivers.known(c, domain, operator, now))

    async def silence(self, address: Address, mark: str = "") -> Silence | None:
        """Why nothing is, or was, sent to *address*; of somebody who was forgotten it stands under their *mark*."""

        def find(connection: Connection) -> Silence | None:
            known = self._receivers.find(connection, address)
            return known or (self._receivers.find(connection, mark) if mark else None)

        return await self._database.read(find)

    async def silences(self, now: datetime) -> Sequence[Silence]:
        """The addresses to which nothing is sent now."""
        return await self._database.read(lambda c: self._receivers.silent(c, now))

    async def lift(self, address: Address, at: datetime) -> bool:
        """Write to *address* again; False where nothing kept us from it."""
        return await self._database.write(lambda c: self._receivers.lift(c, address, at))

    async def unreached(self, author: Address, before: RequestId) -> str:
        """The subject of the last reply to *author*, where it reached them in no form; else empty."""
        return await self._database.read(lambda c: self._questions.unreached(c, author, before))

    async def lost(self, since: datetime) -> int:
        """How many replies since then reached nobody in any form."""
        return await self._database.scan(lambda c: self._questions.lost(c, since))

    async def sent(self, wanted: Wanted) -> Sequence[Sent]:
        """The deliveries that are *wanted*, newest first."""
        return await self._database.scan(lambda c: self._questions.sent(c, wanted))
