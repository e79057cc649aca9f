"""How we are: for people, for a balancer, for whoever restarts what hangs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from mailbot import __version__
from mailbot.domain.errors import MailbotError
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.problems import documented

router = APIRouter(tags=["health"])

PART: Final = "http"  #: under which a proof that the ledger can be written stands
FRESH: Final = 5.0  #: seconds that what was found out is good for
PATIENCE: Final = 3.0  #: seconds for one look


class Part(BaseModel):
    """One thing that we depend on."""

    status: Literal["healthy", "degraded"]
    trouble: str = Field(default="", description="in words; the log says more")


class Health(BaseModel):
    """How we are, and each thing that we depend on."""

    status: Literal["healthy", "degraded"]
    service: str = "mailbot"
    version: str = __version__
    timestamp: datetime
    dependencies: dict[str, Part]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """Whether orders can be taken."""

    status: Literal["ready", "not ready"]


@dataclass
class Looked:
    """What was found out a moment ago, so that nobody can keep the disk busy by asking."""

    at: float = -FRESH
    troubles: dict[str, str] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@router.get("/health", responses=documented())
async def health(doors: TheDoors, request: Request) -> Health:
    """Healthy, or degraded, and what of it."""
    troubles = await _troubles(doors, request)
    parts = {name: Part(status="degraded" if said else "healthy", trouble=said) for name, said in troubles.items()}
    return Health(
        status="degraded" if any(troubles.values()) else "healthy", timestamp=doors.site.clock(), dependencies=parts
    )


@router.get("/healthz", responses=documented())
async def healthz() -> Alive:
    """The process answers; whoever gets no answer may restart it."""
    return Alive()


@router.get("/readyz", responses={**documented(), 503: {"model": Ready, "description": "not ready"}})
async def readyz(doors: TheDoors, request: Request) -> JSONResponse:
    """Whether orders can be taken: the ledger can be written, and we are not about to stop."""
    ready = not (await _troubles(doors, request))["ledger"] and not doors.closing.is_set()
    return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


async def _troubles(doors: Doors, request: Request) -> dict[str, str]:
    looked: Looked = request.app.state.looked
    now = asyncio.get_running_loop().time()
    async with looked.lock:
        if now - looked.at >= FRESH:
            looked.troubles, looked.at = await _look(doors), now
    return looked.troubles


async def _look(doors: Doors) -> dict[str, str]:
    """Write to the ledger, read how the parts are, and ask whoever else is to be asked."""
    try:
        async with asyncio.timeout(PATIENCE):
            await doors.memory.report(PART, "", doors.site.clock())
            parts = await doors.memory.parts()
    except (MailbotError, TimeoutError):
        return {"ledger": "it cannot be written at this moment"}
    # What exactly is wrong with a mailbox or a relay is for the admin: `mailbot health`.
    named = {name: "in trouble; `mailbot health` says more" if trouble else "" for name, (trouble, _) in parts.items()}
    for name, look in doors.looks.items():
        try:
            async with asyncio.timeout(PATIENCE):
                named[name] = await look()
        except (MailbotError, TimeoutError):
            named[name] = "it does not answer"
    return {"ledger": "", **{name: said for name, said in named.items() if name != PART}}
