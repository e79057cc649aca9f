"""Workers: small processes in which strangers' bytes are read, so that a bad mail harms nobody else.

Each is a fresh interpreter that knows nothing of this one: no secret is in its memory or its environment. One that
dies, hangs or breaks a limit takes the one request with it that it was at; the next gets a new one. What a worker
says is read as plain values (wire.py) and never unpickled.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import mailbot
from mailbot.domain.errors import Broken, Temporary
from mailbot.receive.wire import HEAD, SIZE, VERSION_BYTES, unpacked

T = TypeVar("T")

START_SECONDS: Final = 30.0  #: that a process may take to be ready
MAX_TEXT: Final = 32_000_000  #: bytes of an answer's words
MAX_CONTENT: Final = 26_000_000  #: bytes of the contents behind them: 25 MB of a mail, and a little
MAX_CONTENTS: Final = 1_000
READING: Final = 1 << 20  #: bytes that are read ahead of what is asked for
LENGTH_BYTES: Final = 8
DYING_SECONDS: Final = 5.0  #: from hanging up to the end, of one that died
STOPPED: Final = "mailbot is being stopped; it is read when it runs again"
#: The folder's own __init__ would load every way in, with its libraries; a worker has no use for them.
_BEGIN: Final = """\
import json, sys, types
sys.path[:] = json.loads(sys.argv[1])
folder = types.ModuleType("mailbot.receive")
folder.__path__ = [sys.argv[2]]
sys.modules["mailbot.receive"] = folder
from mailbot.receive.worker import main
main(int(sys.argv[3]), int(sys.argv[4]))
"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one worker may take."""

    processes: int = 2
    memory: int = 512 << 20  #: bytes of address space
    cpu: int = 20  #: seconds of computing for one request
    wall: float = 60.0  #: seconds from asking to the whole answer
    idle: float = 300.0  #: seconds without a request after which it ends, so that a quiet mailbox is small
    requests: int = 2_000  #: after which it is replaced by a fresh one


@dataclass(kw_only=True, eq=False)
class _Worker:
    """One process and our end of its socket."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    line: socket.socket  #: what both stand on
    asked: int = 0
    since: float = 0.0  #: when it was last of use

    @property
    def alive(self) -> bool:
        """Whether it is there and silent, as one that waits for a request is."""
        if self.process.poll() is not None or self.reader.at_eof():
            return False
        try:
            self.line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError as error:
            return isinstance(error, BlockingIOError)
        return False

    async def ask(self, request: bytes) -> tuple[str, Any]:
        """How the request ended, and with what; raise EOFError or OSError when the process is gone."""
        self.asked += 1
        self.writer.write(len(request).to_bytes(LENGTH_BYTES, "big"))
        self.writer.write(request)
        await self.writer.drain()
        size, count = HEAD.unpack(await self.reader.readexactly(HEAD.size))
        if size > MAX_TEXT or count > MAX_CONTENTS:
            raise ValueError("the answer is too large")
        sizes = [SIZE.unpack(await self.reader.readexactly(SIZE.size))[0] for _ in range(count)]
        if sum(sizes) > MAX_CONTENT:
            raise ValueError("the answer is too large")
        text = await self.reader.readexactly(size)
        kind, value = unpacked(text, [await self.reader.readexactly(size) for size in sizes])
        return str(kind), value

    def kill(self) -> None:
        """End it now, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.writer.close()


class Processes:
    """The Workers door: a few processes, begun when they are needed and ended when they are not."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(self._limits.processes)
        self._free: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = asyncio.Event()

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Run *function* in a worker; what it raises is raised here, and Broken when the worker did not survive it."""
        request = pickle.dumps((function, args), protocol=5)
        async with self._places:
            worker = await self._take()
            try:
                kind, value = await self._asked(worker, request)
            except BaseException:
                self._end(worker)  # a late answer must never be taken for the next one's
                raise
            self._done(worker)
        if kind == "raised":
            raise value
        return cast("T", value)

    async def stop(self) -> None:
        """End every process. What is being read then raises Temporary."""
        self._stopping.set()
        if self._timer:
            self._timer.cancel()
        for worker in (*self._free, *self._busy):
            self._end(worker)
        for _ in range(self._limits.processes):  # who is at it, or waits for a place, is told
            await self._places.acquire()
        for _ in range(self._limits.processes):
            self._places.release()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _asked(self, worker: _Worker, request: bytes) -> tuple[str, Any]:
        """What came of it, when the worker is well after it."""
        limits = self._limits
        try:
            async with asyncio.timeout(limits.wall):
                kind, value = await worker.ask(request)
        except TimeoutError as error:
            raise Broken(f"it takes more than {limits.wall:g} seconds to read") from error
        except (EOFError, OSError) as error:
            raise await self._died(worker) from error
        except ValueError as error:
            raise Broken(f"what reads it does not answer as it should: {error}") from error
        if kind == "gave" or (kind == "raised" and isinstance(value, BaseException)):
            return kind, value
        raise Broken(value if kind == "broken" and isinstance(value, str) else "what reads it gives no answer")

    async def _died(self, worker: _Worker) -> Broken | Temporary:
        if self._stopping.is_set():
            return Temporary(STOPPED)
        try:
            async with asyncio.timeout(DYING_SECONDS):
                code = await asyncio.to_thread(worker.process.wait)
        except TimeoutError:
            return Broken("the process that read it hung up")
        if code == -signal.SIGXCPU:
            return Broken(f"it takes more than {self._limits.cpu} seconds of computing to read")
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit {code}"
        return Broken(f"the process that read it ended by itself ({name})")

    async def _take(self) -> _Worker:
        """One that is free and well, or a new one."""
        found: _Worker | None = None
        while self._free and not found:
            worker = self._free.pop()
            if worker.alive:
                found = worker
            else:
                self._end(worker)
        found = found or await self._begin()
        self._busy.add(found)
        return found

    def _done(self, worker: _Worker) -> None:
        """It waits for its next request."""
        self._busy.discard(worker)
        if worker.asked >= self._limits.requests or self._stopping.is_set():
            self._end(worker)
            return
        loop = asyncio.get_running_loop()
        worker.since = loop.time()
        self._free.append(worker)
        self._timer = self._timer or loop.call_later(self._limits.idle, self._tidy)

    def _tidy(self) -> None:
        """End what was of no use for long."""
        loop = asyncio.get_running_loop()
        for worker in [one for one in self._free if one.since + self._limits.idle <= loop.time()]:
            self._end(worker)
        again = bool(self._free or self._busy)
        self._timer = loop.call_later(self._limits.idle, self._tidy) if again else None

    def _end(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        if worker in self._free:
            self._free.remove(worker)
        worker.kill()
        ending = asyncio.ensure_future(asyncio.to_thread(worker.process.wait))  # so that no zombie stays
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _begin(self) -> _Worker:
        """A new process that is ready; raise Temporary when there is none to be had."""
        if self._stopping.is_set():
            raise Temporary(STOPPED)
        try:
            worker = await self._spawned()
        except OSError as error:
            raise Temporary(f"no process can be started to read it: {error.strerror}") from error
        self._busy.add(worker)
        try:
            async with asyncio.timeout(START_SECONDS):
                version = (await worker.reader.readexactly(VERSION_BYTES)).rstrip().decode("ascii", "replace")
        except (EOFError, OSError) as error:
            self._end(worker)
            raise Temporary(
                STOPPED if self._stopping.is_set() else "the process that should read it does not start"
            ) from error
        except BaseException:
            self._end(worker)
            raise
        if self._stopping.is_set() or version != mailbot.__version__:
            self._end(worker)
            raise Temporary(
                STOPPED if self._stopping.is_set() else f"mailbot {version} was installed meanwhile: start it again"
            )
        return worker

    async def _spawned(self) -> _Worker:
        ours, theirs = socket.socketpair()
        package = Path(mailbot.__file__).parent
        paths = [*(path for path in sys.path if path), str(package.parent)]
        told = (json.dumps(paths), str(package / "receive"), str(self._limits.memory), str(self._limits.cpu))
        try:
            process = await _started([sys.executable, "-I", "-S", "-B", "-c", _BEGIN, *told], theirs)
            reader, writer = await asyncio.open_connection(sock=ours, limit=READING)
        except BaseException:  # a process without its line ends by itself
            ours.close()
            raise
        finally:
            theirs.close()
        return _Worker(process=process, reader=reader, writer=writer, line=ours)


async def _started(command: Sequence[str], line: socket.socket) -> subprocess.Popen[bytes]:
    """A new process at the end of *line*.

    Started in a thread, and not by the loop: that stands still until the new process is on its way, for everybody.
    """
    starting = asyncio.ensure_future(asyncio.to_thread(_start, command, line.dup()))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(_unwanted)
        raise


def _start(command: Sequence[str], line: socket.socket) -> subprocess.Popen[bytes]:
    null = subprocess.DEVNULL  # also for its errors: a traceback could quote the mail
    with line:
        return subprocess.Popen(  # noqa: S603  (our own command)
            command, stdin=line.fileno(), stdout=null, stderr=null, env={}, cwd="/",
            start_new_session=True,  # the interrupt key of a terminal is for mailbot alone
        )  # fmt: skip


def _unwanted(starting: asyncio.Future[subprocess.Popen[bytes]]) -> None:
    """Nobody waits for it any more; its line is closed, so it ends at once."""
    if not starting.cancelled() and not starting.exception():
        starting.result().kill()
        starting.result().wait()
