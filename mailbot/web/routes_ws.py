"""Ask a model over a WebSocket: many prompts on one connection, each answered in pieces.

The token comes in a header, as everywhere; a browser, which cannot set one, says it in its first message. Whoever says
{"cancel": true}, or goes away, ends the answer that is being written.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from mailbot.domain.errors import MailbotError
from mailbot.domain.orders import Scope
from mailbot.receive.networks import group
from mailbot.web.chatting import asked, bits, trouble_of
from mailbot.web.doors import Doors
from mailbot.web.limits import Limits
from mailbot.web.models_ai import Chat
from mailbot.web.problems import Trouble, code_of
from mailbot.web.routes_ai import chunk_of, options_of
from mailbot.web.security import Caller, token_of
from mailbot.web.talks import kept, talk_of

router = APIRouter()

FIRST: Final = 10.0  #: seconds for the message with the token
IDLE: Final = 600.0  #: seconds without a word after which the connection is closed
DENIED: Final = 1008  #: codes of a close
OVER: Final = 1001
BAD: Final = 1003


@dataclass(frozen=True, kw_only=True)
class _Talk:
    """One connection whose caller is known."""

    socket: WebSocket
    doors: Doors
    limits: Limits
    caller: Caller

    async def run(self) -> None:
        """Answer one message after the other; the next one is read while an answer is written, as it may stop it."""
        while True:
            async with asyncio.timeout(IDLE):
                message = await _heard(self.socket)
            if message.get("cancel"):
                continue
            answering = asyncio.ensure_future(self._answer(message))
            listening = asyncio.ensure_future(_until_stopped(self.socket))
            try:
                await asyncio.wait([answering, listening], return_when=asyncio.FIRST_COMPLETED)
                if not answering.done():
                    await self._stopped(answering, listening)
                await answering
            finally:
                for one in (answering, listening):
                    one.cancel()
                await asyncio.gather(answering, listening, return_exceptions=True)

    async def _stopped(self, answering: asyncio.Future[None], listening: asyncio.Future[None]) -> None:
        """Whoever went away raises here; whoever only said stop is told so, and may ask the next thing."""
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await listening
        await _told(self.socket, Trouble(422, "stopped, as you asked", error_code="cancelled"))
        raise _Again

    async def _answer(self, message: dict[str, Any]) -> None:
        try:
            self.limits.count(f"token {self.caller.name}", self.doors.site.clock())
            body = Chat.model_validate({"message": message.get("prompt"), **message})
            talk = await talk_of(self.doors, self.caller, body)
            what, said = asked(self.doors, self.caller, talk.model, talk.prompt, options_of(body)), list[str]()
            async with contextlib.aclosing(bits(self.doors, what)) as stream:
                async for bit in stream:
                    said.append(bit.text)
                    if bit.end:
                        await kept(self.doors, talk, "".join(said))
                    await self.socket.send_json(chunk_of(what, bit).model_dump(exclude_none=True))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))[:200]
            await _told(self.socket, Trouble(422, f"{where}: {first['msg']}"[:500]))
        except Trouble as trouble:
            await _told(self.socket, trouble)
        except MailbotError as error:
            await _told(self.socket, trouble_of(error, ""))


class _Again(Exception):
    """The answer was stopped; the connection goes on."""


@router.websocket("/api/v1/ws")
async def talk(socket: WebSocket) -> None:
    """Answer until the caller goes away, says nothing for long, or we close."""
    doors: Doors = socket.app.state.doors
    await socket.accept()
    closing = asyncio.ensure_future(doors.closing.wait())
    serving = asyncio.ensure_future(_serve(socket, doors))
    try:
        await asyncio.wait([serving, closing], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
    except (WebSocketDisconnect, RuntimeError):
        return  # they went away, perhaps in the middle of a word of ours
    finally:
        for one in (serving, closing):
            one.cancel()
        await asyncio.gather(serving, closing, return_exceptions=True)
        if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError):
                await socket.close(OVER)


async def _serve(socket: WebSocket, doors: Doors) -> None:
    limits: Limits = socket.app.state.limits
    try:
        async with asyncio.timeout(FIRST):
            caller = await _caller(socket, doors, limits)
        found = _Talk(socket=socket, doors=doors, limits=limits, caller=caller)
        while True:
            with contextlib.suppress(_Again):
                await found.run()
    except TimeoutError:
        await socket.close(OVER, "nothing was said for too long")
    except Trouble as trouble:
        await _told(socket, trouble)
        await socket.close(DENIED, "see the last message")


async def _caller(socket: WebSocket, doors: Doors, limits: Limits) -> Caller:
    """Who calls, by a header or by the first message."""
    peer = socket.client.host if socket.client else ""
    limits.patient(group(peer), doors.site.clock())
    kind, _, bearer = socket.headers.get("authorization", "").partition(" ")
    secret = bearer.strip() if kind.lower() == "bearer" else socket.headers.get(doors.settings.key_header, "")
    if not secret:
        said = (await _heard(socket)).get("api_key")
        secret = said if isinstance(said, str) else ""
    if not secret:
        words = 'this needs a token: a header, or {"api_key": "TOKEN"} as the first message'
        raise Trouble(401, words)
    token = await token_of(doors, limits, peer, secret)
    if not token.may(Scope.GENERATE):
        raise Trouble(403, f"the token {token.name!r} is not good for this: it needs the scope {Scope.GENERATE}")
    return Caller(token=token, peer=peer)


async def _heard(socket: WebSocket) -> dict[str, Any]:
    """The next message that is one; whoever sends something else is told."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or OVER)
        text = message.get("text") or (message.get("bytes") or b"").decode("utf-8", "replace")
        with contextlib.suppress(ValueError, RecursionError):
            found = json.loads(text)
            if isinstance(found, dict):
                return found
        await _told(socket, Trouble(422, 'a message is a JSON object, such as {"prompt": "..."}'))


async def _until_stopped(socket: WebSocket) -> None:
    while not (await _heard(socket)).get("cancel"):
        await _told(socket, Trouble(409, 'an answer is being written; wait for its end, or send {"cancel": true}'))


async def _told(socket: WebSocket, trouble: Trouble) -> None:
    await socket.send_json({"error": trouble.words, "error_code": code_of(trouble), "done": True})
