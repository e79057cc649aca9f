"""The engine of one process: a loop over what the ledger says is due.

It is woken by every commit and by one timer for the next thing that waits for
its time; nothing is polled while nothing happens. Starts are counted by the
claim, before the work, so what kills the process is known after the restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from mailbot.domain.errors import Overtaken, Temporary
from mailbot.ports import Clock, Job, Queue

log = structlog.get_logger()

CAPS: Final[Mapping[str, int]] = {"gen:*": 1, "check": 2, "intake": 8, "send": 20, "notify": 4, "maint": 1}
PAUSES: Final = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600))  #: after work that ended without a record
TROUBLE: Final = 1.0  #: seconds before a ledger that cannot be read is asked again
LOOK: Final = 60.0  #: at most so long without a look, in case somebody set the machine's clock
STILL: Final = 3 * LOOK  #: a loop that has not turned for so long hangs


@dataclass(eq=False)
class Local:
    """Runs what is due, within each queue's cap."""

    queue: Queue
    perform: Callable[[Job], Awaitable[None]]
    clock: Clock
    caps: Mapping[str, int] = field(default_factory=lambda: CAPS)
    grace: float = 30.0  #: seconds that the moves in hand get to finish when it is told to stop
    _tasks: dict[asyncio.Task[None], Job] = field(default_factory=dict, init=False)
    _awake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _stopping: bool = field(default=False, init=False)
    _turned: float | None = field(default=None, init=False)  #: when the loop turned last; None: it has not begun

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    def cancel(self, id: str) -> None:
        for task, job in self._tasks.items():
            if job.id == id and task is not asyncio.current_task():
                task.cancel()

    def alive(self) -> bool:
        """Whether the loop turns, for whoever restarts what hangs; before it begins and while it ends it may stand."""
        return self._turned is None or self._stopping or time.monotonic() - self._turned < STILL

    async def run(self) -> None:
        await self._recover()
        try:
            while not self._stopping:
                self._turned = time.monotonic()
                self._awake.clear()
                await self._begin_what_is_due()
                if not self._awake.is_set():
                    await self._sleep()
        finally:
            await self._finish()

    async def _recover(self) -> None:
        while not self._stopping:
            try:
                again = await self.queue.recover()
            except Temporary as error:
                log.warning("ledger.trouble", error=str(error))
                await asyncio.sleep(TROUBLE)
            else:
                log.debug("engine.recovered", jobs=again)
                return

    async def _begin_what_is_due(self) -> None:
        """Claim and start what there is room for. Whatever is left over waits for a place, and an end wakes us."""
        slots = self._slots()
        if not any(slots.values()):
            return
        try:
            jobs = await self.queue.claim(slots, self.clock())
        except Temporary as error:
            log.warning("ledger.trouble", error=str(error))
            await asyncio.sleep(TROUBLE)
            return
        for job in jobs:
            task = asyncio.create_task(self._work(job), name=f"{job.queue} {job.id}")
            self._tasks[task] = job
            task.add_done_callback(self._done)

    def _slots(self) -> dict[str, int]:
        """The free places; a ``gen:<host>`` that is at work is named beside the ``gen:*`` of all the others."""
        busy = Counter(job.queue for job in self._tasks.values())
        slots = {queue: cap - busy.pop(queue, 0) for queue, cap in self.caps.items()}
        for queue, running in busy.items():
            slots[queue] = self.caps.get(f"{queue.partition(':')[0]}:*", running) - running
        return {queue: max(0, free) for queue, free in slots.items()}

    async def _work(self, job: Job) -> None:
        """Do it. Whatever was not recorded is due again."""
        try:
            await self.perform(job)
        except asyncio.CancelledError:
            await self._put_back(job, timedelta(), "stopped", counted=False)
        except Overtaken as error:
            await self._put_back(job, PAUSES[0], str(error), counted=True)
        except Temporary as error:
            log.warning("engine.trouble", queue=job.queue, job=job.id, error=str(error))
            await self._put_back(job, PAUSES[min(job.starts, len(PAUSES)) - 1], str(error), counted=False)
        except Exception as error:
            log.exception("engine.bug", queue=job.queue, job=job.id, starts=job.starts)
            pause = PAUSES[min(job.starts, len(PAUSES)) - 1]
            await self._put_back(job, pause, f"{type(error).__name__}: {error}", counted=True)

    async def _put_back(self, job: Job, pause: timedelta, why: str, *, counted: bool) -> None:
        """Make it due again; when even that cannot be written, its lease ends by itself or recover() finds it."""
        while True:
            try:
                await self.queue.stumbled(job, self.clock() + pause, why, counted=counted)
            except Temporary as error:
                log.warning("ledger.trouble", error=str(error))
                await asyncio.sleep(TROUBLE)
                if self._stopping:
                    return
            else:
                return

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._awake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "a job ended badly", "exception": error})

    async def _sleep(self) -> None:
        """Until something is committed, a place is free, or the next thing's time comes."""
        try:
            due = await self.queue.next_due() if any(self._slots().values()) else None
        except Temporary as error:
            log.warning("ledger.trouble", error=str(error))
            due = self.clock() + timedelta(seconds=TROUBLE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), self._seconds_until(due))

    def _seconds_until(self, due: datetime | None) -> float:
        if due is None:
            return LOOK
        return min(LOOK, max(0.0, (due - self.clock()).total_seconds()) + 0.001)

    async def _finish(self) -> None:
        """Let the moves in hand finish; after the grace they are cancelled, and due again at the next start."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(list(self._tasks), timeout=self.grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
