"""A listener on a free port, what it stores, and a client that says what it likes and when it likes."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.domain.message import Proof, Spooled
from mailbot.domain.names import Names
from mailbot.ports import Site
from mailbot.receive import Smtp
from tests.fakes import FakeProver, Time

NAMES = Names(domain="mailbot.example", keys=(b"k",))


@dataclass
class Inbox:
    """Stores in a list; fails or waits when told to."""

    stored: list = field(default_factory=list)
    fault: Exception | None = None
    gate: asyncio.Event | None = None

    async def __call__(self, raw, envelope):
        if self.gate:
            await self.gate.wait()
        if self.fault:
            raise self.fault
        self.stored.append((raw, envelope))
        return "r1"

    @property
    def bodies(self):
        """The bytes of each mail."""
        return [Path(raw.path).read_bytes() if isinstance(raw, Spooled) else raw for raw, _ in self.stored]


def site(folder, **changes):
    """A house with a domain; its prover finds everybody signed."""
    known = {
        "domain": "mailbot.example", "embedded": False, "addresses": {"build": "build", "ask": "ask"},
        "data": str(folder), "clock": Time(), "names": NAMES, "resolver": None, "workers": None,
        "prover": FakeProver([{"proof": Proof.DKIM}]),
    }  # fmt: skip
    return Site(**(known | changes))


@contextlib.asynccontextmanager
async def listening(inbox, where, kind=Smtp, **settings):
    """A listener on a free port; gives its place: a port, or a path."""
    listener = kind(**{"kind": kind.model_fields["kind"].annotation.__args__[0], "listen": "127.0.0.1:0", "tarpit": 0}
                    | settings).open(where)  # fmt: skip
    place = await listener.open(inbox)
    try:
        yield place if "/" in place else int(place.rpartition(":")[2])
    finally:
        await listener.close()


@dataclass
class Client:
    """The other side of a session."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *pieces):
        """Send it, each piece in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    async def answer(self):
        """The next answer, of any number of lines; empty when the server has hung up."""
        lines = []
        with contextlib.suppress(ConnectionError):
            while (line := await asyncio.wait_for(self.reader.readline(), 30)) and not lines.append(line.decode()):
                if line[3:4] != b"-":
                    break
        return "".join(lines)

    async def ask(self, *pieces):
        """Say one line, and return the answer."""
        await self.say(*pieces[:-1], pieces[-1] + b"\r\n")
        return await self.answer()

    async def begin(self, sender=b"ana@acme.example", to=b"build@mailbot.example", hello=b"EHLO me.example"):
        """Everything up to the 354."""
        await self.ask(hello)
        await self.ask(b"MAIL FROM:<" + sender + b">")
        await self.ask(b"RCPT TO:<" + to + b">")
        return await self.ask(b"DATA")

    async def rest(self):
        """Everything until the server hangs up."""
        with contextlib.suppress(ConnectionError):
            return (await asyncio.wait_for(self.reader.read(), 30)).decode()
        return ""


@contextlib.asynccontextmanager
async def connected(port, **options):
    """A client that has read the greeting."""
    if isinstance(port, str):
        reader, writer = await asyncio.open_unix_connection(port)
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, **options)
    client = Client(reader, writer)
    try:
        yield client
    finally:
        writer.transport.abort()  # close() waits for ever after start_tls(), on Python 3.11
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def greeted(port, **options):
    """A client that the server has greeted."""
    async with connected(port, **options) as client:
        assert (await client.answer()).startswith("220 ")
        yield client
