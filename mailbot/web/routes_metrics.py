"""/metrics, for Prometheus: for whoever calls from this machine, or has a token that may see everything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from mailbot.domain.errors import MailbotError
from mailbot.domain.orders import Scope
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.metrics import Now, Seen, exposition
from mailbot.web.problems import documented
from mailbot.web.security import Anybody, Caller, needs

router = APIRouter(tags=["health"])

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
FRESH: Final = 5.0  #: seconds that an answer is good for, so that nobody keeps the disk busy by asking
PATIENCE: Final = 3.0  #: seconds for a look at the model
_PROXIED: Final = ("x-forwarded-for", "x-real-ip", "forwarded", "via")  #: a proxy on this machine calls for others
_TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "the numbers, as Prometheus reads them",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


@dataclass
class Scraped:
    """What was answered a moment ago."""

    at: float = -FRESH
    content: bytes = b""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


async def observer(found: Anybody, request: Request) -> Caller:
    """Whoever may see numbers."""
    proxied = any(name in request.headers for name in _PROXIED)
    if found.token is None and found.local and not proxied:
        return found
    return await needs(Scope.READ)(found)


@router.get("/metrics", responses={**documented(401, 403), **_TEXT}, response_class=Response)
async def metrics(doors: TheDoors, request: Request, _caller: Annotated[Caller, Depends(observer)]) -> Response:
    """The numbers, for Prometheus."""
    scraped: Scraped = request.app.state.scraped
    now = asyncio.get_running_loop().time()
    async with scraped.lock:
        if now - scraped.at >= FRESH:
            scraped.content, scraped.at = await scrape(doors, request.app.state.seen), now
    return Response(scraped.content, media_type=MEDIA_TYPE)


async def scrape(doors: Doors, seen: Seen) -> bytes:
    """All numbers, now."""
    figures = await doors.memory.figures()
    now = Now(at=doors.site.clock(), data=doors.site.data, model=await _model(doors))
    return await asyncio.to_thread(exposition, figures, seen, doors.tally, now)


async def _model(doors: Doors) -> bool | None:
    look = doors.looks.get("model")
    if look is None:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return not await look()
    except (MailbotError, TimeoutError):
        return False
