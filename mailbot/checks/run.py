"""Run one command in a sandbox, read what it prints, and end it at its limits with everything that it started."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Final

from mailbot.checks import watch
from mailbot.checks.cage import Cage, Order, Start
from mailbot.checks.limits import Ended, Limits, Ran
from mailbot.domain.errors import Temporary

LOOK: Final = 0.05  #: seconds between two looks at what it takes
DYING: Final = 15.0  #: seconds from being ended to the last process' end
CHUNK: Final = 65_536
SAID: Final = 4_096  #: bytes of what the sandbox says of itself
_NUMBERS: Final = itertools.count()


async def run(cage: Cage, order: Order, archive: bytes) -> Ran:
    """Unpack *archive* in a new sandbox, and run the order there. Raises Temporary when no sandbox can be made."""
    begun = time.monotonic()
    with contextlib.ExitStack() as held:
        said, status = (held.enter_context(end) for end in _pipe())
        with status, _empty() as stdin, _empty() as rules:
            start = cage.start(order, status=status.fileno(), filter=rules.fileno(), number=next(_NUMBERS))
            _fill(rules, start.filter)
            _fill(stdin, archive)
            process = held.enter_context(_started(start, stdin, (status.fileno(), rules.fileno())))
        ending = held.enter_context(FileIO(os.pidfd_open(process.pid)))
        box = _Box(start=start, process=process, limits=order.limits, said=said, ending=ending.fileno())
        ended = await box.watched(begun)
        return box.result(ended, time.monotonic() - begun)


def _started(start: Start, stdin: FileIO, handed: tuple[int, ...]) -> subprocess.Popen[bytes]:
    """The sandbox itself has no environment: what is in ours must not be in any process that strangers can look at.

    Not asyncio's way: one that is cancelled while it starts a process waits for that for ever.
    """
    try:
        return subprocess.Popen(  # noqa: S603  (our own command; the strangers' is inside)
            start.arguments, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
            env={}, cwd="/", start_new_session=True, pass_fds=handed,
        )  # fmt: skip
    except OSError as error:
        raise Temporary(f"no sandbox could be started: {error}") from error


@dataclass(kw_only=True)
class _Box:
    """One run."""

    start: Start
    process: subprocess.Popen[bytes]
    limits: Limits
    said: FileIO  #: where the sandbox says how it is
    ending: int  #: a descriptor that can be read when the process has ended
    _output: bytearray = field(default_factory=bytearray)
    _tail: bytearray = field(default_factory=bytearray)
    _status: bytearray = field(default_factory=bytearray)
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _read: int = 0

    async def watched(self, begun: float) -> Ended:
        """Until it ends or is ended, and nothing of it is left."""
        reading, looking = asyncio.create_task(self._listen()), asyncio.create_task(self._look())
        left = begun + self.limits.wall - time.monotonic()
        try:
            done, _ = await asyncio.wait({reading, looking}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            return next((task.result() for task in (reading, looking) if task in done), Ended.TIME)
        finally:
            reading.cancel()
            looking.cancel()
            self._end()
            await _surely(asyncio.create_task(self._gone(reading)))

    async def _listen(self) -> Ended:
        while await self._chunk():
            if self._read > self.limits.output:
                return Ended.OUTPUT
        return Ended.BY_ITSELF

    async def _chunk(self) -> bytes:
        """What it prints next; nothing when nobody is left who could print."""
        assert self.process.stdout is not None  # noqa: S101  (it was started with a pipe)
        file = self.process.stdout.fileno()
        await _readable(file)
        chunk = os.read(file, CHUNK)
        self._hash.update(chunk)
        room = max(0, self.limits.kept - len(self._output))
        self._output += chunk[:room]
        self._tail = (self._tail + chunk[room:])[-self.limits.kept :]
        self._read += len(chunk)
        return chunk

    async def _look(self) -> Ended:
        while True:
            await asyncio.sleep(LOOK)
            if ended := await asyncio.to_thread(self._over):
                return ended

    def _over(self) -> Ended:
        if ended := watch.over(self.process.pid, self.limits):
            return ended
        if self.start.folder:
            pids = watch.taken_by(self.process.pid).pids
            return watch.over_in_folder(self.start.folder, pids, self.limits)
        inside = self._known().get("child-pid")
        return watch.over_in_namespace(int(inside), self.limits) if inside else Ended.BY_ITSELF

    def _known(self) -> dict[str, int]:
        """What the sandbox has said of itself so far."""
        with contextlib.suppress(BlockingIOError):
            self._status += os.read(self.said.fileno(), SAID)
        known: dict[str, int] = {}
        for line in self._status.decode("ascii", "replace").splitlines():
            with contextlib.suppress(ValueError):
                known |= json.loads(line)
        return known

    async def _gone(self, reading: asyncio.Task[Ended]) -> None:
        """The pipe is at its end when the last process is."""
        try:
            async with asyncio.timeout(DYING):
                await asyncio.wait({reading})
                while await self._chunk():
                    pass  # somebody still printed
                await _readable(self.ending)
                self.process.wait()
        except TimeoutError:
            raise Temporary("a sandbox does not end; mailbot goes on without this run") from None

    def _end(self) -> None:
        self._end_inside()
        with contextlib.suppress(ProcessLookupError):  # nobody has buried it yet, so the number is still its own
            if self.start.folder:
                os.kill(self.process.pid, signal.SIGTERM)  # it ends everything below it, and cleans up
            else:
                os.killpg(self.process.pid, signal.SIGKILL)

    def _end_inside(self) -> None:
        """End the first process of its namespace, which is the end of all of them; if that is still its number."""
        known = self._known()
        with contextlib.suppress(OSError):
            first = int(known.get("child-pid", 0))
            if first and Path(f"/proc/{first}/ns/pid").stat().st_ino == known.get("pid-namespace"):
                os.kill(first, signal.SIGKILL)

    def result(self, ended: Ended, seconds: float) -> Ran:
        """What came of it."""
        code = self.process.returncode if self.process.returncode >= 0 else 128 - self.process.returncode
        known = self._known()
        text = _text(self._output, self._tail, self._read)
        if self.start.folder:  # as it is called everywhere else
            text = text.replace(f"{self.start.folder}/", "/")
        if not ended and ("exit-code" not in known or "broken" in known):
            raise Temporary(f"the sandbox could not be made: {text.strip()[-200:]}")
        return Ran(
            exit_code=None if ended else code, ended=ended, output=text, sha256=self._hash.hexdigest(), seconds=seconds
        )


async def _surely(task: asyncio.Task[None]) -> None:
    """Until *task* is done, however often whoever waits for it is told to stop; then they stop."""
    told = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            told = True
    if told:
        raise asyncio.CancelledError


async def _readable(file: int) -> None:
    """Until *file* can be read, or is at its end."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(file, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(file)


def _text(output: bytearray, tail: bytearray, read: int) -> str:
    said, end = output.decode("utf-8", "replace"), tail.decode("utf-8", "replace")
    left_out = read - len(output) - len(tail)
    return said + (f"\n[... {left_out} bytes left out ...]\n" if left_out else "") + end


def _empty() -> FileIO:
    """A file without a name."""
    return FileIO(os.memfd_create("box"), "w+")


def _fill(file: FileIO, content: bytes) -> None:
    """Write *content*, to be read from its beginning."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
    file.seek(0)


def _pipe() -> tuple[FileIO, FileIO]:
    """Where the sandbox says how it is: our end, which never waits, and its end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    return FileIO(reading, "r"), FileIO(writing, "w")
