"""Put the house together: the only file that knows every room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from mailbot.care.upkeep import UPKEEP, Upkeep
from mailbot.deliver import Out
from mailbot.domain.message import Address, Envelope, Raw
from mailbot.domain.request import RequestId
from mailbot.engine.clock import Ticks
from mailbot.engine.local import CAPS, Local
from mailbot.keys import Held
from mailbot.models.listed import Models
from mailbot.pipeline import Pipeline
from mailbot.ports import Clock, Cursor, Site
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.reload import PART, Reloading
from mailbot.settings import Settings, WrongSettings, load
from mailbot.site import (
    keys_in_use,
    letterhead,
    looks_of,
    models_of,
    names_of,
    newsroom,
    policy_of,
    receivers_of,
    rules_folder,
    site_of,
    trouble_of,
)
from mailbot.store import open_ledger
from mailbot.store.blobs import tidy
from mailbot.store.ledger import SqlLedger
from mailbot.store.owner import folder_of_ours, lease_of_ours
from mailbot.tracing import tracing
from mailbot.web.settings import Web

if TYPE_CHECKING:
    from fastapi import FastAPI

    from mailbot.ports import Channel
    from mailbot.web.doors import Doors

log = structlog.get_logger()

#: What the clock makes due.
TIMERS: Final[Mapping[str, timedelta]] = {
    **UPKEEP,
    "held": timedelta(hours=1),
    "questions": timedelta(minutes=5),
}
BESIDE: Final = 1.0  #: seconds between two looks for what another process has stored


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
    keys: Held
    model: str  #: who builds, in words
    models: Models
    name: str  #: of the data folder, as the holder of a lease
    out: Out

    async def serve(
        self, stop: asyncio.Event, ready: Callable[[list[str]], None], *, doors: Doors | None = None
    ) -> None:
        """Take mail until *stop*; what is in hand then is finished. *doors*: somebody else listens for HTTP by them."""
        web = self._web() if self.settings.web and doors is None and "web" in self.settings.roles else None
        if "worker" not in self.settings.roles:
            await self._wait(stop, ready, [web] if web else [])
            return
        async with contextlib.AsyncExitStack() as held:
            if not self.settings.database_url.startswith("sqlite"):
                await held.enter_async_context(lease_of_ours(self.ledger, self.name, stop.set))
            await self._serve(stop, ready, [web] if web else [])

    async def _wait(self, stop: asyncio.Event, ready: Callable[[list[str]], None], doors: Sequence[Channel]) -> None:
        """Take orders by HTTP and nothing else; a worker on the same database builds and answers."""
        watch = asyncio.create_task(self.rules.watch(rules_folder(self.settings).expanduser()))
        try:
            ready([await one.open(self._inbox) for one in doors])
            await stop.wait()
        finally:
            watch.cancel()
            for one in doors:
                await one.close()

    @property
    def _inbox(self) -> Receipt:
        return Receipt(pipeline=self.pipeline, ledger=self.ledger, wake=self.engine.wake, clock=self.site.clock)

    def doors(self) -> Doors:
        """What the HTTP door is given."""
        from mailbot.web.doors import Doors  # noqa: PLC0415  (the framework takes a second to load: only where it is used)

        settings, pipeline = self.settings, self.pipeline
        token, secret = settings.api_token, settings.webhook_secret
        return Doors(
            settings=settings.web or Web(),
            site=self.site,
            memory=self.ledger,
            wake=self.engine.wake,
            policy=pipeline.policy,
            models=self.models,
            builder=self.model,
            letterhead=pipeline.letterhead,
            ways=tuple(pipeline.ways),
            api_token=token.get_secret_value() if token else "",
            webhook_secret=secret.get_secret_value() if secret else "",
            hooks=settings.webhook.allow,
            looks=looks_of(pipeline.model),
        )

    def _web(self) -> Channel:
        from mailbot.web.server import Listening  # noqa: PLC0415  (the same)

        return Listening(self.doors())

    async def _serve(self, stop: asyncio.Event, ready: Callable[[list[str]], None], web: Sequence[Channel]) -> None:
        ticks = Ticks(jobs=TIMERS, add_timer=self.ledger.add_timer, wake=self.engine.wake, clock=self.site.clock)
        channels = [*(room.open(self.site) for room in self.settings.receive), *web]
        engine = asyncio.create_task(self.engine.run())
        watch = asyncio.create_task(self.rules.watch(rules_folder(self.settings).expanduser()))
        look = asyncio.create_task(self._look())
        try:
            ready([await channel.open(self._inbox) for channel in channels])
            await ticks.start()
            ended = asyncio.create_task(stop.wait())
            await asyncio.wait([ended, engine], return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
        finally:
            watch.cancel()
            look.cancel()
            ticks.stop()
            for channel in channels:
                await channel.close()
            self.engine.stop()
            await engine

    async def _look(self) -> None:
        """Look for what a process beside this one has stored, where one takes the orders."""
        while "web" not in self.settings.roles:
            await asyncio.sleep(BESIDE)
            self.engine.wake()


@contextlib.contextmanager
def _folder(settings: Settings) -> Iterator[str]:
    """The data folder; a process that only takes orders stands beside the one whose folder it is."""
    if "worker" in settings.roles:
        with folder_of_ours(settings.folder) as name:
            yield name
        return
    if settings.database_url.startswith("sqlite"):
        raise WrongSettings(
            'roles = ["web"] needs a database that two processes can write: set database_url to PostgreSQL'
        )
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield ""


@contextlib.asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[House]:
    """Open every room; the data folder is ours alone until the end."""
    folder = settings.folder
    with _folder(settings) as name:
        workers = Processes()
        site = site_of(settings, names_of(settings), workers)
        ledger = await open_ledger(settings.database_url, str(folder), site.clock)
        if "worker" in settings.roles:
            await asyncio.to_thread(tidy, folder / "blobs")
        try:
            home = await _assemble(settings, site, ledger, name)
            keys = asyncio.create_task(home.keys.watch())
            try:
                yield home
            finally:
                keys.cancel()
                await home.out.close()
        finally:
            await workers.stop()
            await ledger.close()


async def _assemble(settings: Settings, site: Site, ledger: SqlLedger, name: str) -> House:
    models, words = await models_of(settings, site)

    async def timer(id: str) -> None:
        if id.startswith(("held:", "questions:")):
            return await pipeline.desk.tick(id, settings.held_days)
        upkeep = Upkeep(settings=settings, ledger=ledger, letterhead=we, ways=tuple(out.ways), clock=site.clock)
        return await upkeep.tick(id)

    async def report(part: str, trouble: str) -> None:
        await ledger.report(part, trouble, site.clock())

    rules = Reloading(load=lambda: policy_of(settings), report=lambda trouble: report(PART, trouble))
    await rules.report("")
    model = models.builder()
    we = letterhead(settings, site.names, site.sealed, "" if model.host == "scaffold" else model.host)
    keys = keys_in_use(settings, we)
    we = replace(we, keys=keys)
    await report("templates", trouble_of(settings, we))
    out = Out.opened(settings.deliver, settings.sending, site, report)
    await out.begin()
    caps = {**CAPS, f"gen:{model.host}": model.slots}
    perform = tracing().around(lambda job: pipeline.perform(job))  # noqa: PLW0108  (it is made only below)
    engine = Local(queue=ledger, perform=perform, clock=site.clock, caps=caps)
    pipeline = Pipeline(
        ledger=ledger,
        prover=site.prover,
        reader=settings.viruses.guard(InWorker(site.workers)),
        scanner=settings.spam.open(site, ledger),
        policy=rules,
        model=model,
        sandbox=settings.checks.open(site),
        ways=out.ways,
        copies=out.copies,
        receivers=receivers_of(settings, site, ledger, we),
        journal=Address(settings.sending.journal) if settings.sending.journal else None,
        letterhead=we,
        clock=site.clock,
        cancel=engine.cancel,
        timer=timer,
        tell=newsroom(settings, site, ledger).tell,
    )
    return House(
        settings=settings, site=site, ledger=ledger, pipeline=pipeline, engine=engine, rules=rules, keys=keys,
        model=words, models=models, name=name, out=out,
    )  # fmt: skip


def asgi() -> FastAPI:
    """The HTTP door for a server of somebody else's; the house behind it is opened and closed with that server."""
    from mailbot.web.application import make  # noqa: PLC0415  (the framework takes a second to load: only where it is used)

    settings = load()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop, up = asyncio.Event(), asyncio.Event()
        async with house(settings) as home:
            doors = app.state.doors = home.doors()
            serving = asyncio.create_task(home.serve(stop, lambda _: up.set(), doors=doors))
            begun = asyncio.create_task(up.wait())
            await asyncio.wait([serving, begun], return_when=asyncio.FIRST_COMPLETED)
            try:
                if not serving.done():
                    yield
            finally:
                doors.closing.set()
                stop.set()
                begun.cancel()
                await serving

    return make(settings.web or Web(), lambda: datetime.now(UTC), lifespan)  # noqa: TID251  (this is the Clock)
