"""One process for one ledger: a lock on the data folder, and on a database server a lease as well.

A lock ends with its process. A lease ends by the database's clock; its holder is the data folder, whose lock we have,
so that a mailbot that was killed takes up its own lease again at once, and another one waits until it has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Final, Protocol

import structlog

from mailbot.domain.errors import Permanent, Temporary

log = structlog.get_logger()

TTL: Final = timedelta(seconds=30)  #: of the lease; it is renewed three times within
NAME: Final = "serve"


class Taken(Permanent):
    """Another mailbot serves this data folder or this database."""


class Leases(Protocol):
    """What is needed of the ledger."""

    async def hold(self, name: str, holder: str, ttl: timedelta) -> str: ...

    async def renew(self, name: str, holder: str, ttl: timedelta) -> bool: ...

    async def release(self, name: str, holder: str) -> None: ...


@contextlib.contextmanager
def folder_of_ours(folder: Path) -> Iterator[str]:
    """Hold the data folder, and give its name; a second process is told who has it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise Permanent(f"the data folder {folder} cannot be written: {error}; set another with `data`") from error
    with lock:
        _lock(lock, folder)
        yield _name(folder)


def holder_of(folder: Path) -> str:
    """The number of the process that serves *folder*; empty: nobody does. Nothing is made."""
    try:
        with (folder / "lock").open(encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip() or "unknown"
    except OSError:
        return ""  # nobody has served it yet
    return ""


def _lock(lock: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        words = f"another mailbot (process {holder}) already serves {folder}; stop it, or set another `data` folder"
        raise Taken(words) from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()


def _name(folder: Path) -> str:
    """The folder's own name, made once."""
    file = folder / "name"
    if not file.exists():
        file.write_text(secrets.token_hex(8), encoding="ascii")
    return file.read_text(encoding="ascii")


@contextlib.asynccontextmanager
async def lease_of_ours(ledger: Leases, holder: str, lost: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the lease on the database until the end; *lost* is called when it cannot be kept."""
    await _take(ledger, holder)
    keeping = asyncio.create_task(_keep(ledger, holder, lost))
    try:
        yield
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await ledger.release(NAME, holder)


async def _take(ledger: Leases, holder: str) -> None:
    """Whoever died left a lease that ends; whoever lives renews it."""
    for _ in range(int(TTL.total_seconds()) + 5):
        if (who := await ledger.hold(NAME, holder, TTL)) == holder:
            return
        log.info("lease.waiting", held_by=who)
        await asyncio.sleep(1)
    raise Taken("another mailbot serves this database from another data folder; stop it, or set another database_url")


async def _keep(ledger: Leases, holder: str, lost: Callable[[], None]) -> None:
    left = TTL
    while True:
        await asyncio.sleep(TTL.total_seconds() / 3)
        try:
            if not await ledger.renew(NAME, holder, TTL):
                break
            left = TTL
        except Temporary as error:
            log.warning("lease.trouble", error=str(error))
            left -= TTL / 3
            if left <= timedelta():
                break
    log.error("lease.lost", holder=holder)
    lost()
