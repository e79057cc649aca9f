"""The clock: APScheduler, used for ticks and nothing else.

A tick writes a timer row named by its slot, unique; the row is what is due.
So two clocks fire once, and a slot missed while nobody ran is caught up at start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailbot.domain.errors import Temporary
from mailbot.ports import Clock

log = structlog.get_logger()
START = datetime(2020, 1, 1, tzinfo=UTC)  #: slots are counted from here, the same in every process


def slot_of(now: datetime, every: timedelta) -> datetime:
    """The slot that *now* lies in."""
    return now - (now - START) % every


@dataclass(eq=False)
class Ticks:
    """Makes timers due."""

    jobs: Mapping[str, timedelta]  #: name -> how often
    add_timer: Callable[[str, datetime], Awaitable[bool]]
    wake: Callable[[], None]
    clock: Clock
    _scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone=UTC), init=False)

    async def start(self) -> None:
        """Catch up what was missed, then tick."""
        for name, every in self.jobs.items():
            await self._tick(name, every)
            self._scheduler.add_job(
                self._tick,
                "interval",
                args=(name, every),
                seconds=every.total_seconds(),
                start_date=slot_of(self.clock(), every) + every,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """No more ticks."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _tick(self, name: str, every: timedelta) -> None:
        try:
            new = await self.add_timer(name, slot_of(self.clock(), every))
        except Temporary as error:
            log.warning("clock.missed", timer=name, error=str(error))  # the next tick, or the next start, catches up
            return
        if new:
            self.wake()
