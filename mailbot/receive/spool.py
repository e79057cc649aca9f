"""Where a large mail waits while it comes in: a file, written as it arrives, so that memory stays small.

    spool/<run>.<number>    <run> names one start of mailbot: the files of any other are left-overs, and are removed

A small mail stays in memory. A file is whole and flushed to disk before anybody is told of it; whoever stores the mail
moves it to its place, and makes that place durable: a mail that is only here was accepted by nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from mailbot.disk import flush
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Raw, Spooled

SMALL: Final = 128 * 1024  #: bytes that stay in memory
BATCH: Final = 256 * 1024  #: bytes that are written at once
LOOK: Final = 1.0  #: seconds for which an answer about the free space holds
_RUN: Final = secrets.token_hex(8)
_NUMBERS: Final = itertools.count(1)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextlib.contextmanager
def _errors(what: str) -> Iterator[None]:
    """Whatever a disk says is trouble that passes: the mail is still with whoever sends it."""
    try:
        yield
    except OSError as error:
        cure = "free space" if error.errno in _FULL else "look at the disk"
        raise Temporary(f"{what}: {error.strerror}; {cure}, the mail is offered again") from error


class Spool:
    """The folder."""

    def __init__(self, data: str) -> None:
        self._folder = Path(data) / "spool"
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="spool")
        self._seen, self._free = float("-inf"), 0

    def open(self) -> None:
        """Make it, and remove what earlier starts have left."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in self._folder.iterdir():
                if not file.name.startswith(f"{_RUN}."):
                    file.unlink()
        except OSError as error:
            raise Permanent(f"the folder {self._folder} cannot be used: {error.strerror}; make it ours") from error

    def close(self) -> None:
        """Nothing more comes."""
        self._threads.shutdown(wait=False)

    def room_for(self, size: int) -> bool:
        """Whether *size* bytes are free."""
        now = time.monotonic()
        if now - self._seen > LOOK:
            state = os.statvfs(self._folder)
            self._seen, self._free = now, state.f_bavail * state.f_frsize
        return self._free >= size

    def mail(self) -> Keeper:
        """A place for one mail."""
        return Keeper(self._folder / f"{_RUN}.{next(_NUMBERS)}", self._threads)


class Keeper:
    """One mail: write() what came, then finish() or drop()."""

    def __init__(self, path: Path, threads: ThreadPoolExecutor) -> None:
        self._path, self._threads = path, threads
        self._pieces: list[bytes] = []
        self._waiting = 0  # bytes in the pieces
        self._file = -1
        self._hash = hashlib.sha256()
        self.size = 0

    async def write(self, piece: bytes) -> None:
        """Take the next bytes; raise Temporary when the disk cannot."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        self.size += len(piece)
        if self._waiting > (SMALL if self._file < 0 else BATCH):
            await self._in_thread(self._write)

    async def finish(self) -> Raw:
        """Return the mail: its bytes, or its file, flushed."""
        if self._file < 0:
            return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        await self._in_thread(self._flush)
        return Spooled(path=str(self._path), size=self.size, sha256=self._hash.hexdigest())

    def drop(self) -> None:
        """Forget it; nothing is left."""
        self._pieces.clear()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            remove(str(self._path))

    async def _in_thread(self, work: Callable[[], None]) -> None:
        # A thread cannot be stopped: whoever is cancelled here waits for it, so that drop() finds nobody at work.
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            future.exception()
            raise

    def _write(self) -> None:
        with _errors("a large mail cannot be written to the spool folder"):
            if self._file < 0:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            for piece in self._pieces:
                self._hash.update(piece)
                _write_all(self._file, piece)
        self._pieces.clear()
        self._waiting = 0

    def _flush(self) -> None:
        self._write()
        with _errors("a large mail cannot be flushed to disk"):
            flush(self._file)
            os.close(self._file)
            self._file = -1


def remove(path: str) -> None:
    """Remove a file that may be gone."""
    with contextlib.suppress(OSError):
        Path(path).unlink()


def _write_all(file: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(file, view) :]
