"""The Ledger door on a database: every method is one transaction.

What is large or slow to write as JSON is made ready before the transaction, in blobs and values; the transaction
itself is a handful of statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from mailbot.decide.facts import Facts
from mailbot.domain.errors import Impossible
from mailbot.domain.grants import Quota
from mailbot.domain.message import Envelope, Message, Raw, marks_of
from mailbot.domain.project import Draft, Project, ProjectId
from mailbot.domain.reply import Answered
from mailbot.domain.request import (
    Admitted,
    Event,
    Held,
    Ignored,
    Merged,
    Refused,
    Released,
    Request,
    RequestId,
    State,
    Told,
)
from mailbot.domain.sending import Moved
from mailbot.domain.work import Amended, HeldMail
from mailbot.ports import Blobs, Clock, Count, Cursor, Due, Job
from mailbot.store.blobs import fetch, keep
from mailbot.store.codec import dump, would_admit
from mailbot.store.counts import Counts, Usage
from mailbot.store.database import Database
from mailbot.store.due import LEASE
from mailbot.store.due import Due as Queues
from mailbot.store.front import Front
from mailbot.store.lanes import Lanes, Rounds
from mailbot.store.privacy import Forgetting
from mailbot.store.projects import project_values, revision_values, to_project
from mailbot.store.quotas import Quotas
from mailbot.store.replies import Replies, delivery_values, reply_values
from mailbot.store.reports import Life, Mail, Reports
from mailbot.store.requests import Requests
from mailbot.store.sendings import Sendings
from mailbot.store.steps import Kept, Step, open_values, to_request
from mailbot.store.waits import Waits, overtaken
from mailbot.store.words import SHOWN

ORDINARY: Final = 5  #: the priority of what nobody gave one
MANY: Final = 200  #: held mails that are told of at once


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """The rows that come with an answer."""

    reply: dict[str, Any]
    deliveries: Sequence[dict[str, Any]]
    answered: Answered
    revisions: Sequence[tuple[dict[str, Any], Draft]]


class SqlLedger(Front, Sendings, Waits, Forgetting):
    """The durable memory."""

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, lease: timedelta = LEASE) -> None:
        dialect, lanes = database.dialect, Lanes(database.dialect)
        super().__init__(database, blobs)
        self._clock = clock
        self._requests = Requests(dialect, lanes, Rounds())
        self._open = self._requests.open
        self._due = Queues(dialect, lanes, lease)
        self._replies = Replies()
        self._counts, self._usage, self._reports = Counts(), Usage(), Reports()
        self._quotas = Quotas(dialect)

    async def close(self) -> None:
        """Finish what was begun."""
        await self._database.close()

    # Requests.

    async def open_request(self, id: RequestId, raw: Raw, envelope: Envelope) -> RequestId:
        await self._database.add(self._open, [open_values(id, raw, envelope, await keep(self._blobs, raw))])
        return id

    async def open_requests(self, mails: Sequence[tuple[RequestId, Raw, Envelope]], cursor: Cursor) -> None:
        rows = [open_values(id, raw, envelope, await keep(self._blobs, raw)) for id, raw, envelope in mails]

        def store(connection: Connection) -> None:
            self._open(connection, rows)
            self._notes.move(connection, cursor)

        await self._database.write(store)

    async def request(self, id: RequestId) -> Request:
        row = await self._database.read(lambda c: self._requests.load(c, id))
        admitted = row.builds is not None
        return to_request(id, row, await fetch(self._blobs, row.body, row.blob) if admitted else None)

    async def raw(self, id: RequestId) -> Raw:
        row = await self._database.read(lambda c: self._requests.raw(c, id))
        if row.blob is not None:
            return await asyncio.to_thread(self._blobs.file, row.blob)
        return await fetch(self._blobs, row.body, row.blob)

    async def record(
        self,
        request: Request,
        event: Event,
        *,
        at: datetime,
        due: Due | None = None,
        answered: Answered | None = None,
        others: Sequence[tuple[RequestId, Event]] = (),
    ) -> None:
        after = request.after(event)
        if (after.state is State.ANSWERED) != (answered is not None):
            raise Impossible(
                f"{type(event).__name__} and {'no ' if answered is None else ''}reply of request {request.id}"
            )
        step = Step(
            request=request,
            event=event,
            after=after,
            at=at,
            due=due or Due(),
            order=await self._order(event),
            others=others,
        )
        answer = await self._answer(step, answered) if answered else None
        notices = await self._meanwhile(step.due)
        await self._database.write(lambda c: self._record(c, step, answer, notices))

    async def came_back(self, request: Request, event: Ignored, moved: Moved, *, at: datetime) -> None:
        step = Step(request=request, event=event, after=request.after(event), at=at, due=Due())
        kept = await self._kept(moved)

        def store(connection: Connection) -> None:
            self._record(connection, step, None)
            self._settle(connection, moved, kept, at)

        await self._database.write(store)

    async def join(self, request: Request, amended: Amended, *, at: datetime) -> None:
        event = Merged(into=amended.request.id)
        step = Step(request=request, event=event, after=request.after(event), at=at, due=Due())
        kept = await keep(self._blobs, dump(amended.order).encode("ascii"))

        def store(connection: Connection) -> None:
            self._requests.amend(connection, amended, kept, at)
            self._requests.known_as(connection, request.id, amended.order.author, amended.mail)
            self._record(connection, step, None)
            self._follow(connection, replace(amended.order, intent=amended.added), request, at)

        await self._database.write(store)

    async def at_work(self, project: ProjectId | None) -> tuple[Request, int] | None:
        ids = await self.unfinished(project) if project else ()
        return (await self.request(ids[-1]), len(await self.turns(ids[-1]))) if ids else None

    async def _order(self, event: Event) -> Kept | None:
        """What is let in, or would be, ready for its row."""
        match event:
            case Admitted():
                order: Admitted | None = event
            case Released(admitted=admitted):
                order = admitted
            case _:
                order = would_admit(event)
        return await keep(self._blobs, dump(order).encode("ascii")) if order else None

    async def _answer(self, step: Step, answered: Answered) -> _Answer:
        order = step.after.admitted
        priority = order.priority if order else ORDINARY
        brought, project = [one for one in (answered.first, answered.revision) if one], answered.reply.project
        if brought and project is None:
            raise Impossible(f"request {step.request.id} brings a revision of no project")
        kept = [(one, await keep(self._blobs, dump(one.draft).encode("ascii"))) for one in brought]
        return _Answer(
            reply=reply_values(answered.reply, step.at),
            deliveries=[
                delivery_values(one, await keep(self._blobs, one.wire), priority, step.at)
                for one in answered.deliveries
            ],
            answered=answered,
            revisions=[(revision_values(project, one, draft), one.draft) for one, draft in kept if project],
        )

    def _record(
        self, connection: Connection, step: Step, answer: _Answer | None, notices: Sequence[dict[str, Any]] = ()
    ) -> None:
        """The transaction of an event, and of all that it brings."""
        order = step.admitted
        if order and (project := project_values(order, step.at)):
            self._projects.open(connection, project, order.intent.kind)
        self._requests.move(connection, step)
        self._replies.add(connection, None, notices)
        if order:
            self._quotas.keep(connection, order, step.request.id, step.at)
            self._follow(connection, order, step.request, step.at)
        marks = marks_of(step.request.envelope)
        if marks and isinstance(step.event, Admitted | Held | Refused | Merged):
            self._notes.mark(connection, marks, step.request.id, step.at)
        if answer:
            if step.after.admitted is None:
                reply = answer.answered.reply
                self._requests.known_as(connection, step.request.id, reply.to, reply.in_reply_to)
            overtaken(connection, step.request.id)
            self._replies.add(connection, answer.reply, answer.deliveries)
            self._changed(connection, step.event, answer.answered.reply.project)
            for row, draft in answer.revisions:
                self._projects.add(connection, row, draft)
            self._brings(connection, answer.answered)

    def _changed(self, connection: Connection, event: Event, project: ProjectId | None) -> None:
        if isinstance(event, Told) and event.checks and project:
            self._projects.change(connection, project, event.checks)

    async def asked(self, project: ProjectId | None) -> Admitted | None:
        id = await self._database.read(lambda c: self._projects.asked(c, project)) if project else None
        return (await self.request(id)).admitted if id else None

    async def facts(
        self,
        message: Message,
        request: RequestId,
        marks: Sequence[str] = (),
        thread: ProjectId | None = None,
        quotas: Sequence[Quota] = (),
        at: datetime | None = None,  # not now: how much of them was used then
    ) -> Facts:
        def read(connection: Connection) -> Facts:
            facts = self._usage.facts(connection, message, request, thread)
            if quotas:
                now = at or self._clock()
                facts = replace(facts, used=self._quotas.used(connection, quotas, message.author, request, now))
            if thread and (late := self._deadlines.late(connection, request)):
                return replace(facts, late=late)
            replay = self._notes.marked(connection, marks, request) if marks else ""
            return replace(facts, replay_of=replay) if replay else facts

        return await self._database.read(read)

    # Projects.

    async def project(self, id: ProjectId, *revisions: int) -> Project | None:
        stored = await self._database.read(lambda c: self._projects.load(c, id, revisions))
        if stored is None:
            return None
        return to_project(stored, [await fetch(self._blobs, row.body, row.blob) for row in stored.revisions])

    # The queue.

    async def claim(self, slots: Mapping[str, int], now: datetime) -> Sequence[Job]:
        # A start that a loss of power forgets harms nobody: the counter is for what kills the process.
        return await self._database.write(lambda c: self._due.claim(c, slots, now), durable=False)

    async def stumbled(self, job: Job, until: datetime, why: str, *, counted: bool) -> None:
        detail = dump({"why": why[:SHOWN], "until": until, "counted": counted})
        told = {"id": job.id, "at": self._clock(), "what": "stumbled", "detail": detail}

        def put_back(connection: Connection) -> None:
            turn = self._due.stumbled(connection, job, until, counted=counted)
            if turn is not None:
                self._requests.note(connection, {**told, "turn": turn})

        await self._database.write(put_back, durable=False)

    async def next_due(self) -> datetime | None:
        return await self._database.read(self._due.next_due)

    async def recover(self) -> int:
        now = self._clock()
        return await self._database.write(lambda c: self._due.recover(c, now))

    # What people decide, and ask.

    async def held(self, key: str = "", before: datetime | None = None, most: int = MANY) -> Sequence[HeldMail]:
        return await self._held(key, before or self._clock(), most)

    async def count(self) -> Count:
        return await self._database.scan(self._counts.count)

    async def mails(self, number: int) -> Sequence[Mail]:
        """The last *number* mails, newest first, with what became of each."""
        return await self._database.scan(lambda c: self._reports.mails(c, number))

    async def life(self, key: str) -> Life | None:
        """The whole life of one mail, by its id or by a Message-ID; None when there is none."""
        return await self._database.scan(lambda c: self._reports.life(c, key))
