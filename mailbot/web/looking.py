"""Where the mail page listens. The web framework is loaded when the first person looks, not when mailbot starts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import structlog

from mailbot.domain.errors import Permanent
from mailbot.ports import Workers
from mailbot.web.settings import LOOKED_AT

if TYPE_CHECKING:
    from mailbot.web.mailbox import Memory
    from mailbot.web.server import Server

log = structlog.get_logger()

PART = "mail page"


@contextlib.asynccontextmanager
async def looked_at(setting: str, memory: Memory, workers: Workers, address: str) -> AsyncIterator[str]:
    """Show the mails until the end of the block; give the address of the page, or nothing where there is none.

    *setting* is a place, or "auto" or "off". Where a place was chosen by an admin and is taken, that is Permanent.
    """
    place = "" if setting == "off" else LOOKED_AT if setting == "auto" else setting
    try:
        listening = _bound(place) if place else None
    except OSError as error:
        if setting != "auto":
            raise Permanent(f"cannot show mails at {place}: {error}; choose another with mail_page") from error
        log.warning("mail_page.none", place=place, why=f"{error}; choose another with mail_page")
        listening = None
    if listening is None:
        yield ""
        return
    looking = _Looking(listening, memory, workers, address)
    try:
        yield looking.begin()
    finally:
        await looking.end()


class _Looking:
    """The page's place: nobody is there until somebody knocks."""

    def __init__(self, listening: socket.socket, memory: Memory, workers: Workers, address: str) -> None:
        self._socket = listening
        self._given = (memory, workers, address)
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def begin(self) -> str:
        asyncio.get_running_loop().add_reader(self._socket, self._knocked)
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def _knocked(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._serving = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        try:
            self._server = await asyncio.to_thread(_server, *self._given)
            await self._server.serve([self._socket])
        except Exception:
            log.exception("mail_page.bug")  # it is a convenience: mail goes on without it

    async def end(self) -> None:
        if self._serving is None:
            asyncio.get_running_loop().remove_reader(self._socket)
        elif self._server is not None:
            self._server.should_exit = True
            await self._serving
        else:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
        self._socket.close()


def _server(memory: Memory, workers: Workers, address: str) -> Server:
    from mailbot.web.routes_mail import application  # noqa: PLC0415  (see above)
    from mailbot.web.server import Server  # noqa: PLC0415
    from mailbot.web.settings import Web  # noqa: PLC0415

    app: Any = application(memory, workers, address)
    return Server(app, Web())


def _bound(place: str) -> socket.socket:
    host, _, port = place.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host.strip("[]").replace("localhost", "127.0.0.1"), int(port)))
        made.listen(64)
        made.setblocking(False)  # noqa: FBT003  (the library's own)
    except OSError:
        made.close()
        raise
    return made
