"""The receivers' mail server: takes everything and notes when each reply was in its hands."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

HOST: Final = "127.0.0.1"
_ANSWERS: Final = re.compile(rb"(?im)^In-Reply-To:\s*(<[^>\s]+>)")
_NAMED: Final = re.compile(rb"(?im)^Message-ID:\s*(<[^>\s]+>)")
_END: Final = b"\r\n.\r\n"
_OFFERS: Final = b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE 40000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One mail that was taken."""

    at: float  #: time.perf_counter() at its final dot
    wire: bytes


@dataclass
class Sink:
    """The server, in the loop that opened it."""

    arrivals: dict[str, list[Arrival]] = field(default_factory=dict)  #: by the mail that is answered, else its own id
    port: int = 0
    _heard: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _sessions: set[_Session] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Session(self), HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        if sessions := list(self._sessions):
            for session in sessions:
                session.hang_up()
            await asyncio.wait([session.ended for session in sessions])

    async def all_of(self, names: Collection[str], patience: float) -> list[Arrival]:
        """The first arrival for each of *names*, in their order, when all are there."""
        missing = set(names)
        try:
            async with asyncio.timeout(patience):
                while missing := missing - self.arrivals.keys():
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            words = f"{len(missing)} of {len(names)} replies did not come within {patience:g} seconds"
            raise TimeoutError(words) from None
        return [self.arrivals[name][0] for name in names]

    def take(self, wire: bytes) -> None:
        """Note one mail."""
        head = wire.partition(b"\r\n\r\n")[0]
        found = _ANSWERS.search(head) or _NAMED.search(head)
        name = found[1].decode("ascii", "replace") if found else ""
        self.arrivals.setdefault(name, []).append(Arrival(at=time.perf_counter(), wire=wire))
        self._heard.set()


class _Session(asyncio.Protocol):
    """One connection; commands may come in one packet."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._seen = 0  #: how far the buffer was searched for the end of the mail
        self._data = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sink._sessions.add(self)
        transport.write(b"220 sink.example ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._sink._sessions.discard(self)
        self.ended.set_result(None)

    def hang_up(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        said = b"".join(self._answers())
        if said:
            self._transport.write(said)
        if said.endswith(b"221 bye\r\n"):
            self._transport.close()

    def _answers(self) -> Iterator[bytes]:
        """What is to be said to everything complete in the buffer."""
        while True:
            if self._data:
                if not self._took():
                    return
                yield b"250 2.0.0 taken\r\n"
            else:
                end = self._buffer.find(b"\r\n")
                if end < 0:
                    return
                verb = bytes(self._buffer[:end]).partition(b" ")[0].upper()
                self._data = verb == b"DATA"
                # The CRLF stays before the mail, so that a mail of nothing but the dot ends, too.
                del self._buffer[: end if self._data else end + 2]
                yield self._said(verb)

    def _took(self) -> bool:
        end = self._buffer.find(_END, max(0, self._seen - len(_END)))
        if end < 0:
            self._seen = len(self._buffer)
            return False
        wire = bytes(self._buffer[2 : end + 2]).replace(b"\r\n..", b"\r\n.")
        del self._buffer[: end + len(_END)]
        self._seen, self._data = 0, False
        self._sink.take(wire)
        return True

    @staticmethod
    def _said(verb: bytes) -> bytes:
        match verb:
            case b"EHLO":
                return _OFFERS
            case b"DATA":
                return b"354 go on\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
            case _:
                return b"250 2.0.0 OK\r\n"
