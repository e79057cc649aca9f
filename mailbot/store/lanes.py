"""Order and fairness between requests that wait.

A *lane* is the order of builds within a project. A build that is due, in hand, or stumbled stands in its lane as the
active one; later ones stand in it blocked; one that was put off has left it and enters it again when its time comes.
At most one is active in a lane: the index uq_requests_active makes anything else impossible.

A *round* makes waiting fair: whoever has nothing waiting joins the round that is being served, and each further wish
of the same person joins the round after the last one. Both are found by indexes alone, whatever waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, exists, func, literal_column, select, union_all, update
from sqlalchemy.sql import ColumnElement

from mailbot.decide.quota import identity
from mailbot.store.database import Dialect, given, moment
from mailbot.store.tables import BLOCKED, DUE, IN_HAND, TIMED, projects, requests
from mailbot.store.words import plain

INTAKE: Final = "intake"  #: the queue that is first come, first served
ENTER: Final = 100  #: lanes that are entered again in one claim, so that no claim takes long
FIRST: Final = 1  #: a round; 0 stands where there is none


def waits(wait: int) -> ColumnElement[bool]:
    """Literal, so that the planner knows that a partial index serves."""
    return requests.c.wait == literal_column(str(wait))


class Lanes:
    """The order of builds within a project."""

    def __init__(self, dialect: Dialect) -> None:
        self._many = dialect.many
        lane, now = given("in_lane"), moment("now")
        other = requests.alias("other")
        first = (
            select(other.c.seq)
            .where(other.c.lane == lane, other.c.wait == literal_column(str(BLOCKED)))
            .order_by(other.c.seq)
            .limit(1)
        )
        active = requests.alias("active")
        taken = exists().where(active.c.lane == lane, active.c.wait.in_([literal_column(str(w)) for w in _ACTIVE]))
        self._lock = select(projects.c.id).where(projects.c.id == lane).with_for_update()
        self._release = update(requests).where(requests.c.seq == first.scalar_subquery(), ~taken).values(wait=DUE)
        outside = and_(waits(TIMED), requests.c.wake_at <= now, requests.c.builds.is_(True), requests.c.lane.is_(None))
        coming = select(requests.c.project).where(outside).order_by(requests.c.wake_at).limit(ENTER).subquery()
        self._coming = select(coming.c.project).distinct()
        self._enter = (
            update(requests)
            .where(outside, requests.c.project == lane)
            .values(wait=BLOCKED, wake_at=None, lane=requests.c.project)
        )

    def lock(self, connection: Connection, lane: str) -> None:
        """Whoever changes a lane does so alone. SQLite has one writer at a time anyway."""
        if self._many:
            connection.execute(self._lock, {"in_lane": lane})

    def release(self, connection: Connection, lane: str) -> None:
        """Let the oldest that is blocked begin, if nobody is active."""
        connection.execute(self._release, {"in_lane": lane})

    def come_back(self, connection: Connection, now: datetime) -> None:
        """Those that were put off, and whose time has come, stand in their lanes again."""
        for lane in sorted(connection.execute(self._coming, {"now": now}).scalars()):
            self.lock(connection, lane)
            connection.execute(self._enter, {"in_lane": lane, "now": now})
            self.release(connection, lane)


_ACTIVE: Final = (DUE, TIMED, IN_HAND)


class Rounds:
    """Fairness between senders."""

    def __init__(self) -> None:
        same = requests.c.priority == given("of_priority")
        lowest = [
            select(func.min(requests.c.round).label("round")).where(
                waits(wait), same, requests.c.round > literal_column("0")
            )
            for wait in (DUE, TIMED, BLOCKED)
        ]
        served = union_all(*lowest).subquery()
        last = select(func.max(requests.c.round)).where(
            requests.c.who == given("of_who"), same, requests.c.wait.is_not(None)
        )
        self._next = select(select(func.min(served.c.round)).scalar_subquery(), last.scalar_subquery())

    def next(self, connection: Connection, author: str, priority: int) -> int:
        """The round that the next wish of *author* joins."""
        values = {"of_who": plain(identity(author)), "of_priority": priority}
        found = connection.execute(self._next, values).one()
        return max(found[0] or FIRST, (found[1] or 0) + 1)
