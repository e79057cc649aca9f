"""Whose turn it is at a model server: builds and plain talk one after the other, and of those who talk each in turn."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from mailbot.build.plan import Brief, Said
from mailbot.domain.errors import Temporary
from mailbot.ports import Model

BUILDS: Final = "\0builds"  #: who waits for a build; no token has such a name
MOST: Final = 1_000


@dataclass(eq=False)
class Turns:
    """The places of one server. Whoever waits gets one in a fair order, however many wait beside."""

    places: int = 1
    most: int = MOST  #: that wait
    busy: int = field(default=0, init=False)
    _queues: dict[str, deque[asyncio.Future[None]]] = field(default_factory=dict, init=False)
    _built: bool = field(default=False, init=False)  #: the last turn was a build's

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._queues.values()))

    @contextlib.asynccontextmanager
    async def one(self, who: str) -> AsyncIterator[None]:
        """A place for *who*, as long as the block lasts."""
        await self._enter(who)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, who: str) -> None:
        if self.busy < self.places and not self._queues:
            self.busy, self._built = self.busy + 1, who == BUILDS
            return
        if who != BUILDS and self.waiting >= self.most:
            raise Temporary(f"{self.most} calls wait for this model already; try again in a minute")
        mine = asyncio.get_running_loop().create_future()
        self._queues.setdefault(who, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._leave()  # it was given at this very moment
            else:
                self._forget(who, mine)
            raise

    def _forget(self, who: str, mine: asyncio.Future[None]) -> None:
        queue = self._queues.get(who, deque())
        with contextlib.suppress(ValueError):  # whoever gave places in between has taken it out
            queue.remove(mine)
        if not queue:
            self._queues.pop(who, None)

    def _leave(self) -> None:
        self.busy -= 1
        while self.busy < self.places and (who := self._whose()) is not None:
            queue = self._queues.pop(who)
            first = queue.popleft()
            if queue:
                self._queues[who] = queue  # behind all others
            if not first.done():  # whoever has left since is passed over
                first.set_result(None)
                self.busy, self._built = self.busy + 1, who == BUILDS

    def _whose(self) -> str | None:
        """The next: after plain talk a build, after a build plain talk, and each of those who talk in turn."""
        talker = next((who for who in self._queues if who != BUILDS), None)
        builds = BUILDS in self._queues and (talker is None or not self._built)
        return BUILDS if builds else talker


async def _nothing() -> None:
    """Nothing is to be made ready."""


@dataclass(frozen=True, kw_only=True)
class InTurn:
    """The model that builds, which waits for its turn among those who talk."""

    model: Model
    turns: Turns
    ready: Callable[[], Awaitable[None]] = _nothing

    @property
    def host(self) -> str:
        """Its queue: that of the model."""
        return self.model.host

    @property
    def slots(self) -> int:
        """As many as the model has."""
        return self.model.slots

    async def ask(self, brief: Brief) -> Said:
        """What the model says."""
        async with self.turns.one(BUILDS):
            await self.ready()
            return await self.model.ask(brief)
