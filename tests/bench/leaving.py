"""How fast replies leave: from the ledger through our outbox into Postfix, and what it costs to make one."""

from __future__ import annotations

import asyncio
import smtplib
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from mailbot.deliver import Out, Sending, SmtpRelay
from mailbot.domain.message import Address
from mailbot.domain.reply import Delivery, DeliveryId, Progress
from mailbot.domain.request import Built
from mailbot.engine.local import Local
from mailbot.ports import Job
from mailbot.reply.answer import Given, answered
from mailbot.reply.dkim import DkimKey, new_key, sign
from mailbot.reply.keyring import Keyring
from mailbot.store import open_ledger
from tests.bench.stage import DISCARD_ADDRESS, ROUTES, Scale
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.fakes import Time, site
from tests.house import letterhead
from tests.reply.people import DRAFT, MESSAGE, NOW, request
from tests.servers_postfix import HOST, Postfix
from tests.world import World, first

SESSIONS: Final = 10

TITLE: Final = "Replies leaving"
HOW: Final = (
    "Deliveries that are due in the ledger go out through a Postfix that throws them away, ten at a time; each is "
    "recorded durably before its final dot and after its 250. Beside it the same bytes by bare smtplib in ten threads, "
    "a connection for each mail, nothing recorded."
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    count = max(20, scale.ingest // 5)
    ours, theirs = list[float](), list[float]()
    with Postfix(relay=9, routes=ROUTES) as postfix:
        for _ in range(scale.rounds):
            wire, rate = await _ours(postfix.port, count)
            ours.append(rate)
            theirs.append(await asyncio.to_thread(_theirs, postfix.port, wire, count))
            await asyncio.to_thread(postfix.empty)
    row = Row(
        what="ten at a time", ours=middle(ours), unit="/s", reference="smtplib", theirs=middle(theirs),
        ratio=ratio_of(ours, theirs), floor=Limit(value=0.15, of="ratio", at_most=False),
    )  # fmt: skip
    return Figure(title=TITLE, how=HOW, rows=(row, await asyncio.to_thread(_making, scale.mails)))


def _making(times: int) -> Row:
    """What one reply costs: its words, its package, its bytes, its signature."""
    key = DkimKey(domain="mailbot.localhost", selector="mb1", pem=new_key()[0])
    ours, theirs = list[float](), list[float]()
    given = Given(Built(draft=DRAFT, number=1), request(), MESSAGE, None, NOW)
    house = letterhead(keys=Keyring(dkim=(key,)))
    for _ in range(times):
        begun = time.perf_counter()
        wire = answered(given, ("email",), house).deliveries[0].wire
        made = time.perf_counter()
        sign(wire, key, NOW)
        ours.append(made - begun)
        theirs.append(time.perf_counter() - made)
    return Row(
        what="compose, pack, sign", ours=middle(ours) * 1e3, unit="ms", reference="the DKIM signature of these bytes",
        theirs=middle(theirs) * 1e3, ratio=ratio_of(ours, theirs),
    )  # fmt: skip


async def _ours(port: int, count: int) -> tuple[bytes, float]:
    """The bytes of one reply, and how many such a second leave."""
    with tempfile.TemporaryDirectory(prefix="mailbot-leaving-") as folder:

        async def opened(clock: Time) -> object:
            return await open_ledger("sqlite:///{data}/mailbot.db", folder, clock)

        world = World(opened)
        relay = SmtpRelay(host=HOST, port=port, security="none", connections=SESSIONS)
        out = Out.opened([relay], Sending(), site(clock=world.clock), _nobody)
        try:
            await world.start()
            await world.say(first())
            await world.stop()
            (made,) = world.way.taken
            world.way = out.ways["email"]
            await world.start()
            rate = await _drained(world, made, count)
        finally:
            await world.stop()
            await out.close()
    return made.wire, rate


async def _drained(world: World, made: Delivery, count: int) -> float:
    ids = [DeliveryId(f"bench{number}") for number in range(count)]
    await world.ledger.add_deliveries([replace(made, id=id, recipients=(Address(DISCARD_ADDRESS),)) for id in ids])
    left, over = set(ids), asyncio.Event()

    async def perform(job: Job) -> None:
        await world.pipeline.perform(job)
        left.discard(DeliveryId(job.id))
        if not left:
            over.set()

    engine = Local(queue=world.ledger, perform=perform, clock=world.clock, caps={"send": SESSIONS})
    begun = time.perf_counter()
    running = asyncio.create_task(engine.run())
    await asyncio.wait_for(over.wait(), 120)
    spent = time.perf_counter() - begun
    engine.stop()
    await running
    for id in ids:
        if (await world.ledger.delivery(id)).progress is not Progress.SENT:
            raise AssertionError(f"{id} is not sent")
    return count / spent


def _theirs(port: int, wire: bytes, count: int) -> float:
    def send(_number: int) -> None:
        with smtplib.SMTP(HOST, port) as client:
            client.sendmail("b@mailbot.localhost", [DISCARD_ADDRESS], wire)

    with ThreadPoolExecutor(SESSIONS) as threads:
        begun = time.perf_counter()
        list(threads.map(send, range(count)))
        return count / (time.perf_counter() - begun)


async def _nobody(_part: str, _trouble: str) -> None:
    """Nobody listens."""
