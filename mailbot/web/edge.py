"""Around every call: its number, its time, its limits of size and patience, and an end in words when we have a bug."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot.web.problems import Trouble, problem
from mailbot.web.settings import Web

log = structlog.get_logger()

LARGE: Final = ("/eml/", "/send-package")  #: what carries a mail, or its files
_CALL: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PAGE: Final = b"default-src 'none'; frame-ancestors 'none'"
_CLOSING: Final = {"Connection": "close"}  #: what was not read is not read


@dataclass
class _Call:
    """One call on its way."""

    app: ASGIApp
    settings: Web
    scope: Scope
    incoming: Receive
    outgoing: Send
    id: str = ""
    begun: float = field(default_factory=time.perf_counter)
    until: float = 0.0
    read: int = 0
    limit: int = 0
    whole: bool = False  #: all of it has come
    answered: bool = False

    async def run(self) -> None:
        """Let it through; what nobody foresaw ends in a 500 without our insides."""
        headers = dict(self.scope["headers"])
        asked = headers.get(b"x-request-id", b"").decode("latin-1")
        self.id = asked if _CALL.fullmatch(asked) else secrets.token_hex(8)
        self.scope.setdefault("state", {})["call"] = self.id
        known = b"authorization" in headers or self.settings.key_header.lower().encode("ascii") in headers
        large = known and self.scope["path"].startswith(LARGE)
        self.limit = self.settings.max_mail if large else self.settings.max_body
        self.until = asyncio.get_running_loop().time() + self.settings.timeout
        said = headers.get(b"content-length", b"0")
        self.whole = said == b"0" and b"transfer-encoding" not in headers
        if said.isdigit() and int(said) > self.limit:
            self.read = int(said)
        try:
            await self.app(self.scope, self.receive, self.send)
        except Exception:
            log.exception("web.bug", call=self.id, path=self.scope["path"])
            if self.answered:
                raise
            words = "something in mailbot itself failed; try again, or tell its admin the request_id of this answer"
            await problem(Request(self.scope), Trouble(500, words))(self.scope, self.receive, self.send)

    async def receive(self) -> Message:
        """The next piece, while there is patience and room."""
        if self.read > self.limit:
            raise HTTPException(413, f"the body is larger than {self.limit:,} bytes; send less", headers=_CLOSING)
        if self.whole:
            return await self.incoming()
        try:
            async with asyncio.timeout_at(self.until):
                message = await self.incoming()
        except TimeoutError:
            words = f"the call did not come whole within {self.settings.timeout:g} seconds; send it again"
            raise HTTPException(408, words, headers=_CLOSING) from None
        self.read += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self.read > self.limit:
            return await self.receive_too_much()
        return message

    async def receive_too_much(self) -> Message:
        """More came than was said, or than there is room for."""
        raise HTTPException(413, f"the body is larger than {self.limit:,} bytes; send less", headers=_CLOSING)

    async def send(self, message: Message) -> None:
        """The answer, with what every answer says."""
        if message["type"] == "http.response.start":
            self.answered = True
            message = {**message, "headers": [*message["headers"], *self._more(message["headers"])]}
        await self.outgoing(message)

    def _more(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        counted: dict[str, str] = self.scope["state"].get("headers", {})
        more = {
            b"x-request-id": self.id.encode("ascii"),
            b"x-process-time": f"{time.perf_counter() - self.begun:.6f}".encode("ascii"),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"no-referrer",
            b"cache-control": b"no-store",
            b"content-security-policy": _PAGE,
            **{name.lower().encode("ascii"): value.encode("ascii") for name, value in counted.items()},
        }
        if not self.whole:
            more[b"connection"] = b"close"  # what was not read is not read
        return [(name, value) for name, value in more.items() if name not in present]


class Edge:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Web) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _Call(app=self._app, settings=self._settings, scope=scope, incoming=receive, outgoing=send)
        await call.run()
