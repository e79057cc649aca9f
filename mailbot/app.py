"""Put the house together: the only file that knows every room."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from mailbot import __version__
from mailbot.build.leaks import NOTHING, Sealed, sealed
from mailbot.decide.notes import notes
from mailbot.decide.policy import Policy
from mailbot.domain.message import Address, Envelope, Raw
from mailbot.domain.names import Names
from mailbot.domain.request import RequestId
from mailbot.engine.clock import Ticks
from mailbot.engine.local import CAPS, Local
from mailbot.models import AnyModel, Ollama, Scaffold
from mailbot.models.ollama import found
from mailbot.pipeline import Pipeline
from mailbot.ports import Clock, Cursor, Job, Site, Workers
from mailbot.receive import Imap
from mailbot.receive.authenticate import Authenticator
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.reload import PART, Reloading
from mailbot.reply.compose import Letterhead
from mailbot.reply.content_told import help_lines
from mailbot.reply.dkim import DkimKey
from mailbot.rulebook import load_book
from mailbot.settings import Settings, WrongSettings, secrets_in
from mailbot.shipped import read_catalogs, read_templates, read_texts, shipped
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
        site = site_of(settings, _names(settings), workers)
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


def site_of(settings: Settings, names: Names, workers: Workers) -> Site:
    """What every room may know."""
    resolver = settings.dns.open()
    mailboxes = [room for room in settings.receive if isinstance(room, Imap)]
    return Site(
        domain=settings.site_domain,
        embedded=settings.domain is None,
        addresses=settings.addresses,
        data=str(settings.folder),
        clock=lambda: datetime.now(UTC),  # noqa: TID251  (this is the Clock)
        names=names,
        resolver=resolver,
        prover=Authenticator(
            resolver=resolver,
            workers=workers,
            names=names,
            trust={room.account: room.trust.trusted() for room in mailboxes if room.trust},
            sealers=settings.trusted_sealers,
        ),
        workers=workers,
        sealed=sealed((*secrets_in(settings), *(key.hex() for key in names.keys)), secrets.token_bytes(16)),
        texts=read_texts(settings.prompts, "prompts", ".j2"),
    )


def letterhead(settings: Settings, names: Names, known: Sealed = NOTHING) -> Letterhead:
    """Who we are in every mail of ours; *known* are the secrets that must not stand in one."""
    key = None
    if settings.dkim:
        path = Path(settings.dkim.key_file).expanduser()
        try:
            key = DkimKey(domain=settings.site_domain, selector=settings.dkim.selector, pem=path.read_bytes())
        except OSError as error:
            raise WrongSettings(f"dkim.key_file {path} cannot be read: {error}") from error
    made = Letterhead(
        names=names,
        addresses=settings.addresses,
        admins=settings.admins,
        templates=read_templates(),
        catalogs=read_catalogs(),
        dkim=key,
        version=__version__,
        sealed=known,
    )
    return replace(made, help=help_lines(made))


def policy_of(settings: Settings) -> Policy:
    """The rules that are in force; they have passed their own tests."""
    policy = policy_in(rules_folder(settings), settings)
    for note in notes(policy.rules):
        log.warning("rules.not_yet", note=note)
    return policy


def policy_in(folder: Path, settings: Settings) -> Policy:
    """The rules of *folder*, as they would be in force here."""
    book = load_book(folder, settings.admins)
    return Policy(rules=book.rules, version=book.version, admins=tuple(map(Address, settings.admins)))


def rules_folder(settings: Settings) -> Path:
    """Where the rules are: the admin's, or the ones that ship."""
    return settings.rules or shipped("rules")


def known_names(settings: Settings) -> Names:
    """Our names as they are, for whoever only looks: no key is made, and without one no signature is ours."""
    files = sorted((settings.folder / "keys").glob("names-*.key"), reverse=True)
    keys = tuple(bytes.fromhex(file.read_text("ascii")) for file in files)
    return Names(domain=settings.site_domain, keys=keys or (b"",))


def _names(settings: Settings) -> Names:
    """Our names, with the key that is made at the first start."""
    place = settings.folder / "keys"
    place.mkdir(mode=0o700, exist_ok=True)
    if not any(place.glob("names-*.key")):
        fresh = place / "names-0001.key"
        with os.fdopen(os.open(f"{fresh}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        Path(f"{fresh}.new").replace(fresh)
    return known_names(settings)
