"""SQLite: one writer thread with group commit, and reading beside it.

Every write goes through the one thread: up to GROUP waiting transactions share a COMMIT, each in its own savepoint, so
one that fails takes nothing with it. Nobody is told of success before the COMMIT is on disk. BEGIN IMMEDIATE, because
a reader that becomes a writer is told "database is locked" at once, whatever the timeout; synchronous=FULL, because a
250 promises durability (a group of claims alone is not worth a wait for the disk).

What an index finds is read where it is asked for: that takes less time than to wake a thread. What may look at much
is read in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from mailbot.domain.errors import Overtaken, Permanent, Temporary
from mailbot.store.database import Dialect, landed

T = TypeVar("T")
R = TypeVar("R")

GROUP: Final = 64  #: transactions of one COMMIT
READERS: Final = 2
STATEMENTS: Final = 512  #: that a connection keeps ready; an insert of many rows is another one for each number of them
BUSY: Final = 10.0  #: seconds to wait for another process that writes
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TAKEN: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
_PRAGMAS: Final = (
    "journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON", "foreign_keys=ON",
    "secure_delete=ON", "temp_store=MEMORY", "cache_size=-16384", "journal_size_limit=67108864",
)  # fmt: skip


@contextlib.contextmanager
def errors() -> Iterator[None]:
    """What SQLite says, in the two words that cross a door."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) in _TAKEN:
            raise Overtaken(f"somebody was faster: {error.orig}") from error
        raise
    except (DBAPIError, sqlite3.Error) as error:
        if known := _mapped(getattr(error, "orig", error)):
            raise known from error
        raise


def _mapped(error: object) -> Temporary | Permanent | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says where it happened
    if code in _DAMAGED:
        return Permanent(f"the database is damaged: {error}; put it back from a backup")
    if isinstance(error, sqlite3.OperationalError) and code not in {sqlite3.SQLITE_ERROR, 0}:
        return Temporary(f"the database cannot be used now: {error}; it is tried again")
    return None


def connect(path: Path, *, log: bool = True) -> Engine:
    """The engine of a database file; transactions are begun by whoever writes. Without *log* it is only looked at."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=READERS + 2,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY, "check_same_thread": False, "cached_statements": STATEMENTS},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        for pragma in _PRAGMAS if log else ():
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


@dataclass(frozen=True, eq=False)
class _Order:
    """A transaction that waits for the writer."""

    work: Callable[..., Any]
    future: asyncio.Future[Any]
    durable: bool
    rows: Sequence[Any] | None = None  #: what *work* adds: of several orders that do, it adds all rows at once

    def run(self, connection: Connection) -> object:
        return self.work(connection) if self.rows is None else self.work(connection, self.rows)

    def tell(self, result: object, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


_Told = tuple[_Order, object, BaseException | None]


class Sqlite:
    """The database of one process."""

    dialect = Dialect("sqlite")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-read")
        self._closed = False
        self._here: Connection | None = None  #: of the reads in the loop
        self._there: Connection | None = None  #: of the writer thread
        self._synchronous = ""  #: as that connection was told last
        self._writer = threading.Thread(target=self._write, name="ledger-write", daemon=True)
        self._writer.start()

    async def write(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        if self._closed:
            raise Temporary("the ledger is closed; start mailbot again")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put(_Order(work, future, durable))
        return await landed(future)

    async def add(self, store: Callable[[Connection, Sequence[R]], None], rows: Sequence[R]) -> None:
        if self._closed:
            raise Temporary("the ledger is closed; start mailbot again")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._orders.put(_Order(store, future, durable=True, rows=rows))
        await future  # whoever stops to wait for it changes nothing: the writer tells only those that still do

    async def read(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise Temporary("the ledger is closed; start mailbot again")
        try:
            with errors():
                self._here = self._here or self._engine.connect()
                return work(self._here)
        except Temporary:
            self._here = _close(self._here)
            raise

    async def scan(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise Temporary("the ledger is closed; start mailbot again")
        return await landed(asyncio.get_running_loop().run_in_executor(self._readers, self._read, work))

    async def close(self) -> None:
        """Finish what was ordered."""
        if not self._closed:
            self._closed = True
            self._orders.put(None)
            self._here = _close(self._here)
            await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._writer.join()
        self._readers.shutdown()
        self._engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        with errors(), self._engine.connect() as connection:
            return work(connection)

    # The writer thread.

    def _write(self) -> None:
        while (order := self._orders.get()) is not None:
            group = [order, *self._more()]
            told = self._commit(group)
            loops = {order.future.get_loop() for order, _, _ in told}
            for loop in loops:
                with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                    loop.call_soon_threadsafe(_tell, [one for one in told if one[0].future.get_loop() is loop])
        self._there = _close(self._there)

    def _more(self) -> Iterator[_Order]:
        with contextlib.suppress(queue.Empty):
            for _ in range(GROUP - 1):
                order = self._orders.get_nowait()
                if order is None:
                    self._orders.put(None)
                    return
                yield order

    def _commit(self, group: list[_Order]) -> list[_Told]:
        """Run the transactions of *group* and make them durable together."""
        try:
            with errors():
                connection = self._there = self._there or self._connect()
                raw: Any = connection.connection.driver_connection
                self._wait_for_disk(raw, durable=any(order.durable for order in group))
                told = self._plainly(group, connection, raw) or self._carefully(group, connection, raw)
        except Exception as error:  # noqa: BLE001  (whatever it is, those who wait are told)
            self._there = _close(self._there)
            return [(order, None, _for_all(error)) for order in group]
        else:
            return told

    def _connect(self) -> Connection:
        """A connection to write with; nobody has told it yet how long a COMMIT waits."""
        self._synchronous = ""
        return self._engine.connect()

    def _wait_for_disk(self, raw: sqlite3.Connection, *, durable: bool) -> None:
        """Whether a COMMIT waits until it is on disk."""
        wanted = "FULL" if durable else "NORMAL"
        if self._synchronous != wanted:
            raw.execute(f"PRAGMA synchronous={wanted}")
            self._synchronous = wanted

    @staticmethod
    def _plainly(group: list[_Order], connection: Connection, raw: sqlite3.Connection) -> list[_Told]:
        """Run them without savepoints, which cost as much as a new mail; when one fails, nothing has happened."""
        told: list[_Told] = []
        raw.execute("BEGIN IMMEDIATE")
        try:
            told = _added(group, connection)
            told += [(order, order.run(connection), None) for order in group if order.rows is None]
            raw.execute("COMMIT")
        except Exception:  # noqa: BLE001  (they are run again, one by one, and then it is told)
            told = []
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        return told

    def _carefully(self, group: list[_Order], connection: Connection, raw: sqlite3.Connection) -> list[_Told]:
        """Run them each in its savepoint, so that one that fails takes nothing with it."""
        raw.execute("BEGIN IMMEDIATE")
        try:
            told = [self._one(order, connection, raw) for order in group]
            raw.execute("COMMIT")
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        return told

    @staticmethod
    def _one(order: _Order, connection: Connection, raw: sqlite3.Connection) -> _Told:
        """Run one transaction in its savepoint."""
        raw.execute("SAVEPOINT one")
        try:
            with errors():
                result = order.run(connection)
        except Exception as error:
            if not raw.in_transaction:
                raise  # SQLite has undone everything: a full disk, a failing one
            raw.execute("ROLLBACK TO one")
            raw.execute("RELEASE one")
            return order, None, error
        raw.execute("RELEASE one")
        return order, result, None


def _added(group: list[_Order], connection: Connection) -> list[_Told]:
    """Add what *group* adds. Nobody was told of it yet, so it matters to nobody that it is done before the rest."""
    adding: dict[Callable[..., Any], list[_Order]] = {}
    for order in group:
        if order.rows is not None:
            adding.setdefault(order.work, []).append(order)
    for work, orders in adding.items():
        work(connection, [row for order in orders for row in order.rows or ()])
    return [(order, None, None) for orders in adding.values() for order in orders]


def _close(connection: Connection | None) -> Connection | None:
    """Give a connection back; what comes after it is a fresh one."""
    if connection is not None:
        connection.close()
    return None


def _for_all(error: Exception) -> Exception:
    """What a whole group is told when it could not be committed."""
    return Permanent(str(error)) if isinstance(error, Permanent) else Temporary(str(error))


def _tell(told: list[_Told]) -> None:
    for order, result, error in told:
        order.tell(result, error)
