"""A small web server on loopback that counts its calls, and the door that calls it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field

from mailbot.deliver.fetch import Fetching
from mailbot.understand.zone import Records


@dataclass
class Web:
    """What it answers, by path: status, headers, body; and what it was asked."""

    answers: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)  #: (method, path, headers, body)
    port: int = 0
    open: set = field(default_factory=set)  #: those who are being answered

    async def talk(self, reader, writer):
        self.open.add(task := asyncio.current_task())
        try:
            await self._answer(reader, writer)
        finally:
            self.open.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, OSError):
                await writer.wait_closed()

    async def _answer(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method, path, _ = head[0].split(" ")
            self.calls.append((method, path, headers, body))
            answer = self.answers.get(path, self.answers.get("*", (200, {}, b"ok")))
            answer = answer.pop(0) if isinstance(answer, list) else answer
            if answer == "hang":
                await asyncio.sleep(60)
            if callable(answer):
                answer = await answer()
            status, more, content = answer
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in more.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()


@contextlib.asynccontextmanager
async def web(certificate=None, **answers):
    """The server, open; with TLS where it has a certificate."""
    made, context = Web(answers), None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.file, certificate.key)
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in made.open:
            task.cancel()
        await asyncio.gather(*made.open, return_exceptions=True)


class Zone:
    """A resolver that says what the test says, and counts."""

    def __init__(self, **names):
        self.names, self.asked = names, []

    async def look(self, name, kind):
        self.asked.append((name, kind))
        found = self.names.get(name, {}) if isinstance(self.names.get(name, {}), dict) else {"A": self.names[name]}
        values = found.get(kind, ())
        values = values.pop(0) if values and isinstance(values[0], list) else values
        return Records(tuple(value.encode() for value in values), exists=bool(found))


def door(*inside, zone=None, **settings):
    """The Fetch door; *inside* are the servers of this test."""
    return Fetching(inside=inside, **settings).open(zone or Zone())
