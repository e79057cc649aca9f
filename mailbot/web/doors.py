"""What the house gives to the HTTP door. Routes get all of it from here, and nothing else knows the house."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request

from mailbot.decide.policy import InForce
from mailbot.domain.message import Envelope
from mailbot.domain.orders import Placed, Standing, Token
from mailbot.domain.request import RequestId
from mailbot.ports import Model, Site
from mailbot.reply.letterhead import Letterhead
from mailbot.store.front import Outgoing
from mailbot.web.settings import Web


class Memory(Protocol):
    """What is needed of the ledger; every method is one transaction."""

    async def add_token(self, token: Token, digest: str) -> bool: ...
    async def token(self, digest: str) -> Token | None: ...
    async def use_token(self, name: str, at: datetime) -> None: ...
    async def place(self, raw: bytes, envelope: Envelope, placed: Placed) -> Placed: ...
    async def order(self, id: RequestId) -> Placed | None: ...
    async def standing(self, id: RequestId) -> Standing | None: ...
    async def send(self, out: Outgoing, placed: Placed) -> Placed: ...
    async def report(self, part: str, trouble: str, at: datetime) -> None: ...
    async def parts(self) -> Mapping[str, tuple[str, datetime]]: ...


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The house, as far as a call over HTTP may reach."""

    settings: Web
    site: Site
    memory: Memory
    wake: Callable[[], None]  #: something was committed: the engine looks again
    policy: InForce
    model: Model
    builder: str  #: who builds, in words
    letterhead: Letterhead
    ways: Sequence[str]  #: by which a mail leaves
    api_token: str = ""  #: from the environment; empty: there is none
    webhook_secret: str = ""
    closing: asyncio.Event = field(default_factory=asyncio.Event)  #: the house is being closed: streams end
    #: What else is looked at for /health: a name, and the trouble in words, or nothing.
    looks: Mapping[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)

    @property
    def build(self) -> str:
        """Our address for building."""
        local = next((one for one, kind in self.site.addresses.items() if kind == "build"), "build")
        return f"{local}@{self.site.domain}"


def doors_of(request: Request) -> Doors:
    """The house that this application stands in."""
    found: Doors = request.app.state.doors
    return found


TheDoors = Annotated[Doors, Depends(doors_of)]
