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
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.request import Request as Claim
from mailbot.domain.request import RequestId
from mailbot.domain.sessions import Session
from mailbot.models.listed import Models
from mailbot.models.remembered import Kept
from mailbot.ports import Site
from mailbot.reply.letterhead import Letterhead
from mailbot.store.front import Outgoing
from mailbot.store.metrics import Figures
from mailbot.web.settings import Web
from mailbot.web.tally import Tally


class Memory(Protocol):
    """What is needed of the ledger; every method is one transaction."""

    async def add_token(self, token: Token, digest: str) -> bool: ...
    async def token(self, digest: str) -> Token | None: ...
    async def use_token(self, name: str, at: datetime) -> None: ...
    async def place(self, raw: bytes, envelope: Envelope, placed: Placed) -> Placed: ...
    async def order(self, id: RequestId) -> Placed | None: ...
    async def standing(self, id: RequestId) -> Standing | None: ...
    async def send(self, out: Outgoing, placed: Placed) -> Placed: ...
    async def add_session(self, session: Session, most: int) -> bool: ...
    async def session(self, id: str, token: str, now: datetime) -> Session | None: ...
    async def sessions(self, token: str, now: datetime) -> Sequence[Session]: ...
    async def change_session(self, session: Session, turn: int) -> None: ...
    async def end_session(self, id: str, token: str, now: datetime) -> bool: ...
    async def request(self, id: RequestId) -> Claim: ...
    async def project(self, id: ProjectId, *revisions: int) -> Project | None: ...
    async def use_link(self, sign: str, until: datetime, most: int, now: datetime) -> bool: ...
    async def report(self, part: str, trouble: str, at: datetime) -> None: ...
    async def figures(self) -> Figures: ...
    async def parts(self) -> Mapping[str, tuple[str, datetime]]: ...


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The house, as far as a call over HTTP may reach."""

    settings: Web
    site: Site
    memory: Memory
    wake: Callable[[], None]  #: something was committed: the engine looks again
    policy: InForce
    models: Models
    builder: str  #: who builds, in words
    letterhead: Letterhead
    ways: Sequence[str]  #: by which a mail leaves
    api_token: str = ""  #: from the environment; empty: there is none
    webhook_secret: str = ""
    hooks: Sequence[str] = ()  #: hosts at which a program may be told how its order stands
    closing: asyncio.Event = field(default_factory=asyncio.Event)  #: the house is being closed: streams end
    tally: Tally = field(default_factory=Tally)
    kept: Kept = field(default_factory=Kept)  #: answers of models that are given again
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
