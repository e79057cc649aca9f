"""Several servers with the same model: one answer at a time for each, the least busy first, a dead one left out."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

REST: Final = 15.0  #: seconds for which a server that failed is left out, doubled with each failure in a row
MAX_REST: Final = 600.0


@dataclass(eq=False)
class Host:
    """One server, and how it is."""

    url: str
    busy: int = 0
    answers: int = 0  #: given so far
    failures: int = 0  #: in a row
    rests_until: float = 0.0  #: by the monotonic clock
    ready_until: float = 0.0  #: until then the model stays in its memory
    context: int = 0  #: tokens that it really has; 0: not known
    digest: str = ""  #: of the model that it has loaded; empty: it does not say

    def failed(self) -> None:
        """It gave no answer: the others come first for a while, and the model is loaded anew."""
        rest = min(REST * 2**self.failures, MAX_REST)
        self.failures = min(self.failures + 1, 20)
        self.rests_until = time.monotonic() + rest
        self.ready_until = 0.0

    def answered(self, keep: float) -> None:
        """It gave a whole answer, and keeps the model for *keep* seconds from now."""
        self.answers += 1
        self.failures, self.rests_until, self.ready_until = 0, 0.0, time.monotonic() + keep


@dataclass(eq=False)
class Hosts:
    """All servers of one model."""

    all: Sequence[Host]
    places: int = 1  #: answers at the same time on each
    _freed: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    @property
    def name(self) -> str:
        """Names the queue: the first server, and how many more there are."""
        first = urlsplit(self.all[0].url).netloc.rpartition("@")[2]
        return f"{first}+{len(self.all) - 1}" if len(self.all) > 1 else first

    @property
    def slots(self) -> int:
        """How many answers may be written at the same time."""
        return len(self.all) * self.places

    @contextlib.asynccontextmanager
    async def one(self, without: Collection[Host] = ()) -> AsyncIterator[Host]:
        """The least busy server that is well, as long as the block lasts; wait where all are busy.

        Those *without* were asked already. Where all are resting, they are tried all the same.
        """
        while (host := self._best(without)) is None:
            self._freed.clear()
            await self._freed.wait()
        host.busy += 1
        try:
            yield host
        finally:
            host.busy -= 1
            self._freed.set()

    def _best(self, without: Collection[Host]) -> Host | None:
        now = time.monotonic()
        left = [host for host in self.all if host not in without]
        well = [host for host in left if host.rests_until <= now] or left
        free = [host for host in well if host.busy < self.places]
        return min(free, key=lambda host: (host.busy, -host.ready_until), default=None)
