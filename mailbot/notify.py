"""What systemd is told of this process (sd_notify): that it is up, that it still turns, that it stops.

Where nobody asks for it (NOTIFY_SOCKET is not set) nothing is said. A process that is told nothing for WatchdogSec is
ended and started anew by systemd; so the word goes out only while the loop of the engine turns.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Final

MICRO: Final = 1_000_000
SHORTEST: Final = 0.05  #: seconds between two looks, whatever is asked for


@dataclass(frozen=True, kw_only=True)
class Notify:
    """The line to systemd."""

    socket: str = ""  #: a path, or @ and a name; empty: nobody listens
    watchdog: float = 0.0  #: seconds within which systemd wants to hear that we are alive; 0: it does not

    def say(self, state: str) -> None:
        """Send READY=1, WATCHDOG=1 or STOPPING=1. A line that is gone stops nothing."""
        place = "\0" + self.socket[1:] if self.socket.startswith("@") else self.socket
        if not place.startswith(("/", "\0")):
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(0)  # a systemd that does not read must not hold us up
            line.sendto(state.encode(), place)

    @contextlib.asynccontextmanager
    async def serving(self, stop: asyncio.Event, alive: Callable[[], bool]) -> AsyncIterator[None]:
        """Meanwhile say that we are alive, while *alive* says so, and that we stop, once *stop* is set."""
        tasks = asyncio.create_task(self._watch(alive)), asyncio.create_task(self._stopping(stop))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    async def _stopping(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.say("STOPPING=1")

    async def _watch(self, alive: Callable[[], bool]) -> None:
        while self.watchdog > 0:
            if alive():
                self.say("WATCHDOG=1")
            await asyncio.sleep(max(SHORTEST, self.watchdog / 2))


def notify_of(environment: Mapping[str, str] = os.environ) -> Notify:  # noqa: TID251  (no setting: systemd speaks to this process by it)
    """The line that systemd gave this process; a watchdog that is meant for another process is none of ours."""
    usec = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    known = usec.isascii() and usec.isdecimal() and ours
    return Notify(socket=environment.get("NOTIFY_SOCKET", ""), watchdog=int(usec) / MICRO if known else 0.0)
