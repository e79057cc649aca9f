"""How long a mail takes from the mailbox to our disk, and how fast a mailbox that has waited is caught up with."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from imapclient import IMAPClient

from mailbot.domain.message import Envelope, Raw
from mailbot.domain.names import Names, request_id
from mailbot.domain.request import RequestId
from mailbot.ports import Cursor, Site
from mailbot.receive.imap import Imap
from mailbot.store import open_ledger
from mailbot.store.ledger import SqlLedger
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row, middle, p95, ratio_of
from tests.servers_dovecot import HOST, OTHER, PASSWORD, USER, Dovecot, unavailable

TITLE: Final = "Mail from an IMAP mailbox"
HOW: Final = (
    "A real Dovecot (mdbox), mails of 5 KB, each on disk with its cursor before it counts. *New mail* is timed from "
    "the line on the connection that tells of it: Dovecot itself waits half a second before it does. *Catching up* is "
    "timed from before the login; the reference fetches and stores one mail at a time."
)
WAITING: Final = 1_000  #: mails to catch up with
SMALL: Final = 100  #: mails in the small mailbox
PATIENCE: Final = 120.0


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how=HOW, missing=reason)
    large = scale.waiting // 2
    with Dovecot() as dovecot:
        await asyncio.to_thread(_fill, dovecot, USER, SMALL)
        few = await _latency(dovecot, max(2, scale.mails // 2))
        await asyncio.to_thread(_fill, dovecot, USER, large)
        many = await _latency(dovecot, max(2, scale.mails // 2))
        await asyncio.to_thread(_fill, dovecot, OTHER, WAITING)
        rates = [(await _rate(dovecot, 200), await _rate(dovecot, 1)) for _ in range(scale.rounds)]
    return Figure(title=TITLE, how=HOW, rows=_rows(few, many, large, rates))


def _rows(
    few: Sequence[float], many: Sequence[float], large: int, rates: Sequence[tuple[float, float]]
) -> tuple[Row, ...]:
    batches, single = [rate for rate, _ in rates], [rate for _, rate in rates]
    return (
        Row(
            what=f"new mail in a mailbox of {large:,}, p95", ours=p95(many), unit="ms", theirs=p95(few),
            reference=f"in one of {SMALL}", ratio=p95(many) / p95(few), aim=Limit(value=10), floor=Limit(value=25),
        ),
        Row(
            what=f"new mail in a mailbox of {large:,}, median", ours=middle(many), unit="ms", theirs=middle(few),
            reference=f"in one of {SMALL}", ratio=middle(many) / middle(few), floor=Limit(value=1.5, of="ratio"),
        ),
        Row(
            what=f"catching up with {WAITING:,} mails", ours=middle(batches), unit="/s", theirs=middle(single),
            reference="one by one", ratio=ratio_of(batches, single), floor=Limit(value=2_000, at_most=False),
        ),
        Row(
            what="catching up, in batches to one by one", ours=middle(batches), unit="/s", theirs=middle(single),
            reference="one by one", ratio=ratio_of(batches, single), floor=Limit(value=3, of="ratio", at_most=False),
        ),
    )  # fmt: skip


class _Inbox:
    """The real ledger, and when it was done."""

    def __init__(self, ledger: SqlLedger) -> None:
        self._ledger = ledger
        self.stored = 0
        self.begun = asyncio.Event()
        self.more = asyncio.Condition()

    async def __call__(self, raw: Raw, envelope: Envelope) -> RequestId:
        raise AssertionError("this way in stores in batches")

    async def all(self, mails: Sequence[tuple[Raw, Envelope]], cursor: Cursor) -> None:
        named = [(RequestId(request_id(raw, to.recipients)), raw, to) for raw, to in mails]
        await self._ledger.open_requests(named, cursor)
        async with self.more:
            self.stored += len(mails)
            self.begun.set()
            self.more.notify_all()

    async def cursor(self, account: str, folder: str) -> Cursor | None:
        return await self._ledger.cursor(account, folder)

    async def report(self, part: str, trouble: str) -> None:
        if trouble:
            raise AssertionError(f"{part}: {trouble}")

    async def until(self, count: int) -> float:
        """When so many were stored."""
        async with asyncio.timeout(PATIENCE), self.more:
            await self.more.wait_for(lambda: self.stored >= count)
        return time.perf_counter()


@contextlib.asynccontextmanager
async def _reading(port: int, **changes: Any) -> AsyncIterator[_Inbox]:
    """An account that is read into a new ledger."""
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        ledger = await open_ledger("sqlite:///{data}/mailbot.db", folder, _now)
        names = Names(domain="example.org", keys=(b"k",))
        nobody: Any = None
        site = Site(
            domain="example.org", embedded=False, addresses={"build": "build"}, data=folder, clock=_now, names=names,
            resolver=nobody, prover=nobody, workers=nobody,
        )  # fmt: skip
        box = Imap(**{"host": HOST, "port": port, "user": USER, "password": PASSWORD, "tls": "none"} | changes).open(
            site
        )
        inbox = _Inbox(ledger)
        await box.open(inbox)
        try:
            yield inbox
        finally:
            await box.close()
            await ledger.close()


async def _latency(dovecot: Dovecot, count: int) -> list[float]:
    """Milliseconds from the news on the wire until each mail is durable."""
    found = []
    async with _watched(dovecot.port) as (port, told), _reading(port) as inbox:
        await asyncio.wait_for(inbox.begun.wait(), PATIENCE)
        await asyncio.sleep(1)  # it waits for news by now
        for number in range(count):
            told.clear()
            await asyncio.to_thread(dovecot.deliver, _letter(number))
            done = await inbox.until(number + 1)
            found.append((done - told[0]) * 1000)
            await asyncio.sleep(0.05)
    return found


async def _rate(dovecot: Dovecot, batch: int) -> float:
    """Mails per second, the login included."""
    begun = time.perf_counter()
    async with _reading(dovecot.port, user=OTHER, since="all", batch=batch) as inbox:
        return WAITING / (await inbox.until(WAITING) - begun)


@contextlib.asynccontextmanager
async def _watched(port: int) -> AsyncIterator[tuple[int, list[float]]]:
    """A port that leads to *port*, and the times at which news came through."""
    told: list[float] = []

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, notes: bool) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(1 << 18):
                if notes and b" EXISTS\r\n" in some:
                    told.append(time.perf_counter())
                writer.write(some)
                await writer.drain()
        writer.close()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection(HOST, port)
        await asyncio.gather(through(reader, its_writer, notes=False), through(its_reader, writer, notes=True))

    server = await asyncio.start_server(client, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1], told
    finally:
        server.close()


def _fill(dovecot: Dovecot, user: str, count: int) -> None:
    """Put mails into a mailbox until it has *count*."""
    with IMAPClient(HOST, dovecot.port, ssl=False) as client:
        client.plain_login(user, PASSWORD)
        there = client.select_folder("INBOX")[b"EXISTS"]
        for first in range(there, count, 1_000):
            client.multiappend("INBOX", [_letter(f"{user}-{n}") for n in range(first, min(first + 1_000, count))])


def _letter(name: object) -> bytes:
    """A mail of 5 KB."""
    head = (
        f"From: Ana <ana@acme.example>\r\nTo: build@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@acme.example>"
    )
    return (head + "\r\n\r\n" + ("x" * 70 + "\r\n") * 68).encode()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (the clock of the ledger)
