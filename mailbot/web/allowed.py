"""From where one may call at all: networks that an admin names; everybody else is told so, and nothing more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mailbot.receive.networks import within
from mailbot.web.problems import Trouble, problem
from mailbot.web.settings import Web


class Allowed:
    """A layer of the application."""

    def __init__(self, app: ASGIApp, settings: Web) -> None:
        self._app, self._networks = app, settings.allow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = (scope.get("client") or ("",))[0]
        if scope["type"] not in {"http", "websocket"} or not self._networks or within(host, self._networks):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not from this address"})
        else:
            words = "calls from this address are not taken; an admin can add it to [web] allow"
            await problem(Request(scope), Trouble(403, words))(scope, receive, send)
