"""The server: one application on several addresses, with TLS or behind a proxy, and an end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from mailbot.domain.errors import Permanent
from mailbot.ports import Inbox
from mailbot.receive.certificate import Certificate
from mailbot.web.application import within
from mailbot.web.doors import Doors
from mailbot.web.settings import Web

HEAD_SECONDS: Final = 20.0  #: within which the head of a call must have come
MAX_HEAD: Final = 65_536  #: bytes of it
PATIENCE: Final = 10  #: seconds for calls in hand at the end
_BACKLOG: Final = 256


class Listening:
    """The HTTP door, as the house opens and closes it."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def open(self, inbox: Inbox) -> str:
        """Listen; the orders go to the ledger by the doors, so *inbox* is not needed."""
        del inbox
        settings = self._doors.settings
        with contextlib.ExitStack() as held:
            sockets = [held.enter_context(_bound(place)) for place in settings.listen]
            self._server = server = Server(within(settings, self._doors), settings)
            held.pop_all()
        self._serving = asyncio.create_task(server.serve(sockets))
        up = asyncio.create_task(server.up.wait())
        await asyncio.wait([up, self._serving], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._serving.done():
            await self._serving
        scheme = "https" if settings.tls_cert else "http"
        return f", {scheme}://".join([f"{scheme}://{_named(sockets[0])}", *map(_named, sockets[1:])])

    async def close(self) -> None:
        """Take nothing new, let what is being stored finish, end the streams."""
        self._doors.closing.set()
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving


class Server(uvicorn.Server):
    """uvicorn, in a loop that is not its own: it leaves the signals alone and looks at the certificate."""

    def __init__(self, app: FastAPI, settings: Web) -> None:
        config = uvicorn.Config(
            app,
            http=_Patient,
            ws="auto",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=[str(one) for one in settings.proxies],
            h11_max_incomplete_event_size=MAX_HEAD,
            limit_concurrency=settings.max_connections,
            timeout_keep_alive=int(HEAD_SECONDS),
            timeout_graceful_shutdown=PATIENCE,
            backlog=_BACKLOG,
        )
        config.load()
        self._certificate = Certificate(settings.tls_cert, settings.tls_key) if settings.tls_cert else None
        config.ssl = self._certificate.context() if self._certificate else None
        super().__init__(config)
        self.up = asyncio.Event()  #: it takes calls

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The house has them."""
        yield

    async def on_tick(self, counter: int) -> bool:
        self.up.set()
        if self._certificate:
            self._certificate.refresh()
        return await super().on_tick(counter)


class _Patient(H11Protocol):
    """A connection whose caller has to say within a while what it wants; who says nothing is hung up on."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._busy:
            self._stop()
        elif self._waiting is None:
            self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._waiting is None and not self._busy:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        if not self._busy:
            self.transport.close()

    @property
    def _busy(self) -> bool:
        """Whether a call is being answered."""
        cycle: Any = self.cycle  # the library says that there always is one
        return cycle is not None and not cycle.response_complete


def _bound(place: str) -> socket.socket:
    host, _, port = place.rpartition(":")
    host = host.strip("[]")
    try:
        family, kind, number, _, where = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, number)
    except OSError as error:
        raise Permanent(f"cannot listen for HTTP on {place}: {error}; choose another in [web] listen") from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(where)
        made.setblocking(False)  # noqa: FBT003  (the library's own)
    except OSError as error:
        made.close()
        raise Permanent(f"cannot listen for HTTP on {place}: {error}; choose another in [web] listen") from error
    return made


def _named(one: socket.socket) -> str:
    name: Any = one.getsockname()
    host = f"[{name[0]}]" if one.family == socket.AF_INET6 else name[0]
    return f"{host}:{name[1]}"
