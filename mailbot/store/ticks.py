"""Timers, which the clock makes due once for each slot, and leases, which say who may do what only one may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.store.database import Dialect, given, moment
from mailbot.store.tables import DUE, FRESH, timers
from mailbot.store.tables_notes import leases

MAINT: Final = "maint"  #: the queue of timers
KEEP: Final = timedelta(days=7)  #: how long a slot that is done is known, so that no clock makes it due again


class Timers:
    """The statements about timers."""

    def __init__(self, dialect: Dialect) -> None:
        self._add = dialect.insert_new(timers)
        same = timers.c.id == given("of_id")
        self._end = update(timers).where(same).values(wait=None, wake_at=None).returning(timers.c.name, timers.c.slot)
        before = timers.c.slot < moment("before")
        self._forget = delete(timers).where(timers.c.name == given("of_name"), before, timers.c.wait.is_(None))

    def add(self, connection: Connection, name: str, slot: datetime) -> bool:
        """Make it due; say whether it is new."""
        slot = slot.astimezone(UTC)
        row = {"id": f"{name}:{slot.isoformat()}", "name": name, "slot": slot, "queue": MAINT, "wait": DUE}
        return connection.execute(self._add, FRESH | row).rowcount > 0

    def end(self, connection: Connection, id: str) -> None:
        """It is done; the slots of long ago are forgotten."""
        done = connection.execute(self._end, {"of_id": id}).one_or_none()
        if done:
            connection.execute(self._forget, {"of_name": done.name, "before": done.slot - KEEP})


class Leases:
    """The statements about leases. Times are the database's own."""

    def __init__(self, dialect: Dialect) -> None:
        until = dialect.clock(given("ttl"))
        name, holder = given("of_name"), given("of_holder")
        make: Any = postgresql.insert if dialect.many else sqlite.insert
        free = or_(leases.c.until <= dialect.clock(), leases.c.holder == holder)
        insertion = make(leases).from_select(["name", "holder", "until"], select(name, holder, until).where(true()))
        self._hold = insertion.on_conflict_do_update(
            index_elements=[leases.c.name], set_={"holder": holder, "until": until}, where=free
        )
        self._holder = select(leases.c.holder).where(leases.c.name == name)
        same = (leases.c.name == name, leases.c.holder == holder)
        self._renew = update(leases).where(*same, leases.c.until > dialect.clock()).values(until=until)
        self._release = delete(leases).where(*same)

    def hold(self, connection: Connection, name: str, holder: str, ttl: timedelta) -> str:
        """Take it if it is free; return who has it now."""
        connection.execute(self._hold, {"of_name": name, "of_holder": holder, "ttl": ttl.total_seconds()})
        found: str = connection.execute(self._holder, {"of_name": name}).scalar_one()
        return found

    def renew(self, connection: Connection, name: str, holder: str, ttl: timedelta) -> bool:
        """Keep it; False when it has ended, so that another may have it."""
        values = {"of_name": name, "of_holder": holder, "ttl": ttl.total_seconds()}
        return connection.execute(self._renew, values).rowcount > 0

    def release(self, connection: Connection, name: str, holder: str) -> None:
        """Give it back, if it is still ours."""
        connection.execute(self._release, {"of_name": name, "of_holder": holder})
