"""A listener: it opens a place, begins a session for whoever connects, and ends in good order."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from mailbot.domain.errors import Permanent
from mailbot.ports import Inbox
from mailbot.receive.session import Session
from mailbot.receive.terms import Terms

HANDSHAKE: Final = 30.0  #: seconds for TLS from the first byte on
PATIENCE: Final = 30.0  #: seconds at the end for what is being stored
_BACKLOG: Final = 256


class Listener:
    """Takes mail in for our addresses, and nothing for anybody else's."""

    def __init__(self, listen: str, session: type[Session], terms: Callable[[Inbox], Terms]) -> None:
        self._listen, self._session, self._make = listen, session, terms
        self._server: asyncio.AbstractServer | None = None
        self._terms: Terms | None = None
        self._open: set[Session] = set()

    async def open(self, inbox: Inbox) -> str:
        self._terms = terms = self._make(inbox)
        terms.spool.open()
        try:
            return await self._begin(terms)
        except (OSError, ValueError, OverflowError) as error:
            words = f"cannot listen for mail on {self._listen}: {error}; choose another in [[receive]] listen"
            raise Permanent(words) from error

    async def close(self) -> None:
        """Take nothing new; what is complete is stored and answered, what is not stays with its sender."""
        if self._server:
            self._server.close()
        if self._terms is None:
            return
        storing = self._terms.intake.storing
        if storing:
            await asyncio.wait(storing, timeout=PATIENCE)
            await asyncio.sleep(0)  # the answers are written
        for session in list(self._open):
            session.end()
        self._terms.spool.close()

    async def _begin(self, terms: Terms) -> str:
        loop = asyncio.get_running_loop()

        def session() -> Session:
            if terms.certificate:
                terms.certificate.refresh()
            return self._session(terms, self._open, loop)

        tls: dict[str, Any] = {}
        if terms.implicit and terms.certificate:
            tls = {"ssl": terms.certificate.context(), "ssl_handshake_timeout": HANDSHAKE}
        if "/" in self._listen:
            _remove_socket(Path(self._listen))
            self._server = await loop.create_unix_server(session, self._listen, backlog=_BACKLOG, **tls)
            return self._listen
        host, _, port = self._listen.rpartition(":")
        server = await loop.create_server(session, host.strip("[]") or None, int(port), backlog=_BACKLOG, **tls)
        self._server = server
        bound = server.sockets[0].getsockname()
        return f"[{bound[0]}]:{bound[1]}" if ":" in bound[0] else f"{bound[0]}:{bound[1]}"


def _remove_socket(path: Path) -> None:
    """One that an earlier start has left; the data folder is ours alone, so nobody listens on it."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
