"""What the two databases have in common, and where they differ.

A subject (requests, deliveries, ...) is a set of statements, made once, that take a connection. A Database runs them:
write() as one durable transaction, read() on a connection of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import BindParameter, Connection, Row, Table, bindparam, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import Insert
from sqlmodel.sql.sqltypes import UTCDateTime

T = TypeVar("T")
R = TypeVar("R")
AnyRow = Row[*tuple[Any, ...]]


class Database(Protocol):
    """Runs the transactions of the ledger."""

    @property
    def dialect(self) -> Dialect: ...

    async def write(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        """Run *work* as one transaction; return once it is durable.

        Not *durable*: it outlives the process at once, and a loss of power only together with the next that is durable.
        Cancelling the caller does not cancel the transaction. *work* may be run again after a rollback.
        """
        ...

    async def add(self, store: Callable[[Connection, Sequence[R]], None], rows: Sequence[R]) -> None:
        """Run *store* on *rows* as one transaction, or together with the rows that others add at the time."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run *work*, which finds what it looks for by an index."""
        ...

    async def scan(self, work: Callable[[Connection], T]) -> T:
        """Run *work*, which may look at much, where nothing else waits for it."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Dialect:
    """Where the two databases differ in words."""

    name: str  #: sqlite, postgresql

    @property
    def many(self) -> bool:
        """Whether others write beside us, so that rows must be locked before they are looked at."""
        return self.name == "postgresql"

    def insert_new(self, table: Table) -> Insert:
        """Insert, unless the row is there."""
        make: Any = postgresql.insert if self.many else sqlite.insert
        found: Insert = make(table).on_conflict_do_nothing().inline()
        return found.execution_options(preserve_rowcount=True)

    def clock(self, seconds: ColumnElement[Any] | float = 0.0) -> ColumnElement[Any]:
        """The database's own time, and so many seconds: what a lease is measured by."""
        if self.many:
            years_to_minutes = (0,) * 6
            return func.clock_timestamp() + func.make_interval(*years_to_minutes, seconds)
        # Written as SQLAlchemy writes a time: six digits after the point.
        moved = func.strftime("%Y-%m-%d %H:%M:%f000", "now", func.printf("%+f seconds", seconds))
        return func.coalesce(moved, None, type_=UTCDateTime())


def given(name: str) -> BindParameter[Any]:
    """A value that is given when the statement runs."""
    return bindparam(name)


def moment(name: str) -> BindParameter[Any]:
    """A time that is given when the statement runs."""
    return bindparam(name, type_=UTCDateTime())


async def landed(future: asyncio.Future[T]) -> T:
    """Wait for a transaction that runs to its end even if nobody waits for it any more."""
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        future.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise
