"""What is due: claimed, put back, found again after a crash.

The rows of requests, deliveries and timers are the queue. What waits for its time is made due by one indexed UPDATE
when somebody claims; nothing that is not due is ever looked at. Leases are measured by the database's clock,
everything else by the time that is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, ScalarSelect, Table, case, func, insert, literal_column, or_, select, update
from sqlalchemy.sql import ColumnElement, Select
from sqlalchemy.sql.dml import Update
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.ports import Job
from mailbot.store.database import Dialect, given, moment
from mailbot.store.lanes import Lanes
from mailbot.store.tables import DUE, IN_HAND, TIMED, audit, deliveries, requests, timers
from mailbot.store.tables_news import webhooks

LEASE: Final = timedelta(hours=1)  #: longer than any move: in one process what is in hand is known, and recovered
PROMOTE: Final = 500  #: rows whose time has come that are made due in one claim, so that no claim takes long
DIED: Final = "died"  #: in the audit: the process ended while it was in hand
#: How long it then waits, by how often that was: what ends the process must show by itself, and what is innocent must
#: not suffer. After the last of them it is taken for the cause, and set aside.
REST: Final = tuple(timedelta(seconds=seconds) for seconds in (0, 0, 5, 15, 30, 60))
GUILTY: Final = 3  #: starts after which the next one sets it aside


@dataclass(frozen=True)
class _Queue:
    """One of the tables that things wait in."""

    kind: str  #: request, delivery, webhook, timer
    table: Table
    names: frozenset[str] = frozenset()  #: its queues; none: every other one


_QUEUES: Final = (
    _Queue("request", requests),
    _Queue("delivery", deliveries, frozenset({"send"})),
    _Queue("webhook", webhooks, frozenset({"notify"})),
    _Queue("timer", timers, frozenset({"maint"})),
)
_DETAIL: Final = '{"why":"the process ended while it was in hand"}'
_NAMED: Final = frozenset().union(*(queue.names for queue in _QUEUES))


def _free(slots: Mapping[str, int], queue: str) -> int:
    """The free places of *queue*: its own, or those of its whole kind."""
    if queue in slots:
        return slots[queue]
    return slots.get(queue.partition(":")[0] + ":*", 0)


class _Waiting:
    """The statements about what waits in one table."""

    def __init__(self, queue: _Queue, dialect: Dialect, lease: timedelta) -> None:
        self.kind, self.table = queue.kind, queue.table
        self._names = queue.names
        now = moment("now")
        self.promote = self._promotion(now)
        self.queues = self._due_queues()
        self.take = self._taking(dialect, lease)
        expired = (self._waits(IN_HAND), self.table.c.wake_at <= dialect.clock())
        # The lowest time, by the index; an EXISTS would make PostgreSQL look through all that wait.
        self.look = (
            select(func.min(self.table.c.queue)).where(self._waits(DUE)).scalar_subquery(),
            or_(self._first(IN_HAND) <= dialect.clock(), self._first(TIMED) <= now),
        )
        self.expire = update(self.table).where(*expired).values(wait=TIMED, wake_at=self._later(now))
        self.stumble = self._stumbling()
        columns = ("seq", "id", "turn", "starts", "not_before")
        self.held = select(*(self.table.c[name] for name in columns)).where(self._waits(IN_HAND))
        back = {"wait": TIMED, "wake_at": moment("until"), "starts": given("new_starts")}
        self.back = update(self.table).where(self.table.c.seq == given("of_seq")).values(**back)
        self.next = self._first(TIMED)

    def wanted(self, slots: Mapping[str, int]) -> bool:
        """Whether there is a free place for anything of this table."""
        return any(
            free > 0 and (name in self._names if self._names else name not in _NAMED) for name, free in slots.items()
        )

    def _waits(self, wait: int) -> ColumnElement[bool]:
        return self.table.c.wait == literal_column(str(wait))

    def _first(self, wait: int) -> ScalarSelect[datetime]:
        """The lowest wake_at of the rows that wait so."""
        lowest = select(func.min(self.table.c.wake_at, type_=UTCDateTime()))
        return lowest.where(self._waits(wait), self.table.c.wake_at.is_not(None)).scalar_subquery()

    def _later(self, at: ColumnElement[datetime]) -> ColumnElement[datetime]:
        """Not before its own time, whatever happened: a mail whose end is unknown is left alone."""
        return case((self.table.c.not_before > at, self.table.c.not_before), else_=at)

    def _promotion(self, now: ColumnElement[datetime]) -> Update:
        """What waits for its time, and whose time has come. A build that left its lane must first come back to it."""
        found = select(self.table.c.seq).where(self._waits(TIMED), self.table.c.wake_at <= now)
        if self.table is requests:
            found = found.where(or_(requests.c.builds.is_not(True), requests.c.lane.is_not(None)))
        pick = found.order_by(self.table.c.wake_at).limit(PROMOTE).with_for_update(skip_locked=True).cte("pick")
        return update(self.table).where(self.table.c.seq == pick.c.seq).values(wait=DUE, wake_at=None)

    def _due_queues(self) -> Select[str]:
        """The names of the queues in which anything is due: one step of the index for each, whatever waits in them."""
        lowest = func.min(self.table.c.queue).label("queue")
        found = select(lowest).where(self._waits(DUE)).cte("found", recursive=True)
        following = select(func.min(self.table.c.queue)).where(self._waits(DUE), self.table.c.queue > found.c.queue)
        found = found.union_all(select(following.scalar_subquery()).where(found.c.queue.is_not(None)))
        return select(found.c.queue).where(found.c.queue.is_not(None))

    def _taking(self, dialect: Dialect, lease: timedelta) -> Update:
        """Take the next rows: the SELECT stands in a CTE, or PostgreSQL may run it again and take too many."""
        table = self.table
        order = (table.c.priority, table.c.round, table.c.seq)
        found = select(table.c.seq).where(self._waits(DUE), table.c.queue == given("of_queue")).order_by(*order)
        pick = found.limit(given("places")).with_for_update(skip_locked=True).cte("pick")
        until = dialect.clock(lease.total_seconds())
        return (
            update(table)
            .where(table.c.seq == pick.c.seq)
            .values(wait=IN_HAND, wake_at=until, starts=table.c.starts + 1)
            .returning(table.c.id, table.c.starts, *order)
        )

    def _stumbling(self) -> Update:
        """Put one row back, if it is in the hand of whoever says so."""
        claimed = (self.table.c.id == given("of_id"), self.table.c.starts == given("of_starts"))
        return (
            update(self.table)
            .where(*claimed, self.table.c.queue == given("of_queue"), self._waits(IN_HAND))
            .values(wait=TIMED, wake_at=self._later(moment("until")), starts=given("then_starts"))
            .returning(self.table.c.turn)
        )


class Due:
    """The queue of an engine, over all tables."""

    def __init__(self, dialect: Dialect, lanes: Lanes, lease: timedelta) -> None:
        self._lanes = lanes
        self._tables = [_Waiting(queue, dialect, lease) for queue in _QUEUES]
        same = (audit.c.id == given("id"), audit.c.turn == given("turn"), audit.c.what == given("what"))
        self._deaths = select(func.count()).select_from(audit).where(*same)
        self._note = insert(audit)
        self._look = select(*(column for waiting in self._tables for column in waiting.look))
        self._next = select(*(waiting.next for waiting in self._tables))

    def claim(self, connection: Connection, slots: Mapping[str, int], now: datetime) -> Sequence[Job]:
        """Make due what has come to its time, and take as much as there are places."""
        jobs: list[Job] = []
        seen = connection.execute(self._look, {"now": now}).one()
        for waiting, due, come in zip(self._tables, seen[::2], seen[1::2], strict=True):
            if come:  # even where no place is free, or next_due would go on calling for it
                self._promote(connection, waiting, now)
            if waiting.wanted(slots) and (due is not None or come):
                jobs += self._claim(connection, waiting, slots)
        return jobs

    def _claim(self, connection: Connection, waiting: _Waiting, slots: Mapping[str, int]) -> Iterator[Job]:
        """Take from one table."""
        for queue in connection.execute(waiting.queues).scalars().all():
            yield from self._take(connection, waiting, queue, _free(slots, queue))

    def _promote(self, connection: Connection, waiting: _Waiting, now: datetime) -> None:
        connection.execute(waiting.expire, {"now": now})
        connection.execute(waiting.promote, {"now": now})
        if waiting.table is requests:
            self._lanes.come_back(connection, now)

    @staticmethod
    def _take(connection: Connection, waiting: _Waiting, queue: str, places: int) -> list[Job]:
        if places < 1:
            return []
        rows = connection.execute(waiting.take, {"of_queue": queue, "places": places}).all()
        ordered = sorted(rows, key=lambda row: (row.priority, row.round, row.seq))
        return [Job(kind=waiting.kind, id=row.id, queue=queue, starts=row.starts) for row in ordered]

    def stumbled(self, connection: Connection, job: Job, until: datetime, *, counted: bool) -> int | None:
        """Put it back; return its turn, or None when it is not in hand any more."""
        waiting = next(waiting for waiting in self._tables if waiting.kind == job.kind)
        row = {"of_id": job.id, "of_starts": job.starts, "of_queue": job.queue}
        then = job.starts if counted else max(0, job.starts - 1)
        turn: int | None = connection.execute(waiting.stumble, {**row, "until": until, "then_starts": then}).scalar()
        return turn

    def next_due(self, connection: Connection) -> datetime | None:
        """When the next row that waits for its time is due."""
        return min((at for at in connection.execute(self._next).one() if at is not None), default=None)

    def recover(self, connection: Connection, now: datetime) -> int:
        """Whatever is in hand is in nobody's hand. At first that is nobody's fault, and does not count as a start."""
        found = 0
        for waiting in self._tables:
            for row in connection.execute(waiting.held.order_by(waiting.table.c.seq)).all():
                found += 1
                death = {"id": row.id, "turn": row.turn, "what": DIED}
                before: int = connection.execute(self._deaths, death).scalar_one()
                connection.execute(self._note, {**death, "at": now, "detail": _DETAIL})
                known = before < len(REST)
                # Suspects come one by one, a second apart.
                rest = REST[before] + timedelta(seconds=found if before else 0) if known else timedelta()
                until = max(now + rest, row.not_before or now)
                starts = row.starts - 1 if known else GUILTY
                connection.execute(waiting.back, {"of_seq": row.seq, "until": until, "new_starts": starts})
        return found
