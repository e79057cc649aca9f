"""Order something, and see how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import StreamingResponse

from mailbot.domain.message import Address
from mailbot.domain.orders import Scope, uuid_of
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models import Order, Queued, Status
from mailbot.web.ordering import Key, estimated, place, standing_of, status_of, unheard
from mailbot.web.problems import documented
from mailbot.web.security import Caller, needs

router = APIRouter(tags=["orders"])

LOOK: Final = 0.3  #: seconds between two looks, for whoever listens
PING: Final = 15.0  #: seconds of silence after which a proxy would hang up
LISTENED: Final = 3_600.0  #: seconds that a stream lasts at most

Orderer = Annotated[Caller, Depends(needs(Scope.ORDERS))]
Reader = Annotated[Caller, Depends(needs(Scope.ORDERS, Scope.READ))]
Name = Annotated[str, Path(max_length=64, description="the request_id that the order was answered with")]
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "a `status` event for every change", "content": {"text/event-stream": {}}}
}


@router.post("/generate", status_code=202, responses=documented(401, 403))
async def generate(order: Order, doors: TheDoors, caller: Orderer, response: Response, key: Key = None) -> Queued:
    """Order software; the answer comes by mail to recipient_email. 202 means: it is on disk."""
    placed, again = await place(doors, caller, order.model_dump(mode="json"), Address(order.recipient_email), key)
    name = uuid_of(placed.request)
    response.headers["Location"] = f"/status/{name}"
    response.headers["Retry-After"] = "5"
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    words = f"ordered; the answer goes to {order.recipient_email}, and GET /status/{name} says how far it is"
    words += unheard(doors, placed)
    return Queued(request_id=name, message=words, estimated_completion=estimated(placed))


@router.get("/status/{request_id}", responses=documented(401, 403, 404))
async def status(request_id: Name, doors: TheDoors, caller: Reader) -> Status:
    """How far an order is."""
    return status_of(await standing_of(doors, caller, request_id, everybody=_everybody(caller)))


@router.get(
    "/status/{request_id}/events",
    responses={**documented(401, 403, 404), **_STREAM},
    response_class=StreamingResponse,
)
async def events(request_id: Name, doors: TheDoors, caller: Reader) -> StreamingResponse:
    """The same as server-sent events: one now, one for every change, until nothing changes any more."""
    everybody = _everybody(caller)
    await standing_of(doors, caller, request_id, everybody=everybody)
    stream = _changes(doors, caller, request_id, everybody=everybody)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _changes(doors: Doors, caller: Caller, name: str, *, everybody: bool) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    end, heard, last = loop.time() + LISTENED, loop.time(), ""
    while not doors.closing.is_set() and loop.time() < end:
        standing = await standing_of(doors, caller, name, everybody=everybody)
        told = status_of(standing).model_dump_json()
        if told != last:
            last, heard = told, loop.time()
            yield f"event: status\ndata: {told}\n\n"
        elif loop.time() - heard > PING:
            heard = loop.time()
            yield ": still here\n\n"
        if standing.ended:
            return
        await asyncio.sleep(LOOK)


def _everybody(caller: Caller) -> bool:
    """Whether the caller may see what others ordered."""
    return caller.token is not None and caller.token.may(Scope.READ)
