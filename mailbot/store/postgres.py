"""PostgreSQL: a plain pool, each transaction in a thread.

Group commit gains nothing here (the server does its own). Others may write beside us, so a deadlock or a lost
serialization is run again a few times; whatever the server or the way to it fails at is Temporary.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection

from mailbot.domain.errors import Overtaken, Permanent, Temporary
from mailbot.store.database import Dialect, landed

T = TypeVar("T")
R = TypeVar("R")

POOL: Final = 10
AGAIN: Final = 3  #: times that a transaction is run again after a deadlock
_DEADLOCK: Final = frozenset({"40001", "40P01"})
_LATER: Final = ("08", "25006", "40", "53", "55", "57", "58")  #: classes of SQLSTATE that pass
_TAKEN: Final = "23505"
_DAMAGED: Final = "XX"


@contextlib.contextmanager
def errors() -> Iterator[None]:
    """What PostgreSQL says, in the two words that cross a door."""
    try:
        yield
    except IntegrityError as error:
        if _state(error) == _TAKEN:
            raise Overtaken(f"somebody was faster: {error.orig}") from error
        raise
    except DBAPIError as error:
        if known := _mapped(error):
            raise known from error
        raise
    except NoConnection as error:
        raise Temporary(f"no free connection to the database: {error}; it is tried again") from error


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _mapped(error: DBAPIError) -> Temporary | Permanent | None:
    state = _state(error)
    if state.startswith(_DAMAGED):
        return Permanent(f"the database is damaged: {error.orig}; put it back from a backup")
    lost = error.connection_invalidated or (not state and type(error.orig).__name__ == "OperationalError")
    if lost or state.startswith(_LATER):
        return Temporary(f"the database cannot be used now: {error.orig}; it is tried again")
    return None


def connect(url: str) -> Engine:
    """The engine of a server."""
    plain = "postgresql://"
    psycopg = url.replace(plain, "postgresql+psycopg://", 1) if url.startswith(plain) else url
    return create_engine(psycopg, pool_size=POOL, max_overflow=0, pool_timeout=30, connect_args={"connect_timeout": 10})


class Postgres:
    """The database on a server."""

    dialect = Dialect("postgresql")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._threads = ThreadPoolExecutor(POOL, thread_name_prefix="ledger")

    async def write(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        del durable  # a server's commit is shared by all who commit at the time
        return await self._run(self._write, work)

    async def add(self, store: Callable[[Connection, Sequence[R]], None], rows: Sequence[R]) -> None:
        await self._run(self._write, lambda connection: store(connection, rows))

    async def scan(self, work: Callable[[Connection], T]) -> T:
        return await self._run(self._read, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._run(self._read, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def _run(self, how: Callable[[Callable[[Connection], T]], T], work: Callable[[Connection], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, how, work)
        except RuntimeError as error:
            raise Temporary("the ledger is closed; start mailbot again") from error
        return await landed(future)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with errors(), self._reading.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        for _ in range(AGAIN):
            with contextlib.suppress(_Deadlock):
                return self._once(work)
        with errors(), self._engine.begin() as connection:
            return work(connection)

    def _once(self, work: Callable[[Connection], T]) -> T:
        """Run it; a deadlock, after which nothing has happened, is told apart."""
        try:
            with errors(), self._engine.begin() as connection:
                return work(connection)
        except Temporary as error:
            if isinstance(error.__cause__, DBAPIError) and _state(error.__cause__) in _DEADLOCK:
                raise _Deadlock from error
            raise


class _Deadlock(Exception):
    """The server undid this transaction in favour of another."""
