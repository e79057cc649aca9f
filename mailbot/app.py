"""Put the house together: the only file that knows every room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from mailbot.domain.message import Envelope, Raw
from mailbot.domain.request import RequestId
from mailbot.engine.clock import Ticks
from mailbot.engine.local import CAPS, Local
from mailbot.models import AnyModel, Ollama, Scaffold
from mailbot.models.ollama import found
from mailbot.pipeline import Pipeline
from mailbot.ports import Clock, Cursor, Job, Site
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.reload import PART, Reloading
from mailbot.settings import Settings
from mailbot.site import letterhead, names_of, policy_of, rules_folder, site_of
from mailbot.store import open_ledger
from mailbot.store.blobs import tidy
from mailbot.store.ledger import SqlLedger
from mailbot.store.owner import folder_of_ours, lease_of_ours

log = structlog.get_logger()

#: What the clock makes due.
TIMERS: Final[Mapping[str, timedelta]] = {"audit": timedelta(hours=1), "held": timedelta(hours=1)}
OLLAMA: Final = "http://127.0.0.1:11434"  #: where an Ollama is looked for when the settings name no model


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The Inbox of every way in: what came is durable, and then the engine looks."""

    pipeline: Pipeline
    ledger: SqlLedger
    wake: Callable[[], None]
    clock: Clock

    async def __call__(self, raw: Raw, envelope: Envelope) -> RequestId:
        id = await self.pipeline.receive(raw, envelope)
        self.wake()
        return id

    async def all(self, mails: Sequence[tuple[Raw, Envelope]], cursor: Cursor) -> None:
        await self.pipeline.receive_all(mails, cursor)
        self.wake()

    async def cursor(self, account: str, folder: str) -> Cursor | None:
        return await self.ledger.cursor(account, folder)

    async def report(self, part: str, trouble: str) -> None:
        await self.ledger.report(part, trouble, self.clock())


@dataclass(frozen=True, kw_only=True)
class House:
    """A mailbot that is put together, before it takes mail."""

    settings: Settings
    site: Site
    ledger: SqlLedger
    pipeline: Pipeline
    engine: Local
    rules: Reloading
    model: str  #: who builds, in words
    name: str  #: of the data folder, as the holder of a lease

    async def serve(self, stop: asyncio.Event, ready: Callable[[list[str]], None]) -> None:
        """Take mail until *stop*; what is in hand then is finished."""
        async with contextlib.AsyncExitStack() as held:
            if not self.settings.database_url.startswith("sqlite"):
                await held.enter_async_context(lease_of_ours(self.ledger, self.name, stop.set))
            await self._serve(stop, ready)

    async def _serve(self, stop: asyncio.Event, ready: Callable[[list[str]], None]) -> None:
        inbox = Receipt(pipeline=self.pipeline, ledger=self.ledger, wake=self.engine.wake, clock=self.site.clock)
        ticks = Ticks(jobs=TIMERS, add_timer=self.ledger.add_timer, wake=self.engine.wake, clock=self.site.clock)
        channels = [room.open(self.site) for room in self.settings.receive]
        engine = asyncio.create_task(self.engine.run())
        watch = asyncio.create_task(self.rules.watch(rules_folder(self.settings).expanduser()))
        try:
            ready([await channel.open(inbox) for channel in channels])
            await ticks.start()
            ended = asyncio.create_task(stop.wait())
            await asyncio.wait([ended, engine], return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
        finally:
            watch.cancel()
            ticks.stop()
            for channel in channels:
                await channel.close()
            self.engine.stop()
            await engine


@contextlib.asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[House]:
    """Open every room; the data folder is ours alone until the end."""
    folder = settings.folder
    with folder_of_ours(folder) as name:
        workers = Processes()
        site = site_of(settings, names_of(settings), workers)
        ledger = await open_ledger(settings.database_url, str(folder), site.clock)
        await asyncio.to_thread(tidy, folder / "blobs")
        try:
            yield await _assemble(settings, site, ledger, name)
        finally:
            await workers.stop()
            await ledger.close()


async def _assemble(settings: Settings, site: Site, ledger: SqlLedger, name: str) -> House:
    room, words = await model_of(settings)

    async def timer(id: str) -> None:
        if id.startswith("held:"):
            await pipeline.desk.expire(settings.held_days)
            return
        count = await ledger.count()
        if not count.holds:
            log.error("conservation.broken", timer=id, count=count)

    async def perform(job: Job) -> None:
        await pipeline.perform(job)

    rules = Reloading(
        load=lambda: policy_of(settings), report=lambda trouble: ledger.report(PART, trouble, site.clock())
    )
    await rules.report("")
    model = room.open(site)
    caps = {**CAPS, f"gen:{model.host}": model.slots}
    engine = Local(queue=ledger, perform=perform, clock=site.clock, caps=caps)
    pipeline = Pipeline(
        ledger=ledger,
        prover=site.prover,
        reader=settings.viruses.guard(InWorker(site.workers)),
        scanner=settings.spam.open(site, ledger),
        policy=rules,
        model=model,
        sandbox=settings.checks.open(site),
        ways={"email": settings.deliver[0].open(site)},
        letterhead=letterhead(settings, site.names, site.sealed),
        clock=site.clock,
        cancel=engine.cancel,
        timer=timer,
    )
    return House(
        settings=settings,
        site=site,
        ledger=ledger,
        pipeline=pipeline,
        engine=engine,
        rules=rules,
        model=words,
        name=name,
    )


async def model_of(settings: Settings) -> tuple[AnyModel, str]:
    """Who builds: what the settings say, else a local Ollama that answers, else the templates."""
    if settings.models:
        chosen = settings.models[0]
        return chosen, f"{getattr(chosen, 'name', '')} ({chosen.kind})".strip()
    names = await found(OLLAMA)
    if names:
        name = next((name for name in names if "coder" in name), names[0])
        return Ollama(kind="ollama", name=name, url=OLLAMA), f"{name}, by the Ollama found at {OLLAMA}"
    return Scaffold(), f"the scaffold templates; no AI model is used (no Ollama with a model answers at {OLLAMA})"
