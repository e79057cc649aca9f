"""The models: which there are, which are in memory, and which one answers where none is named."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Request

from mailbot.domain.errors import MailbotError
from mailbot.domain.orders import Scope
from mailbot.models.listed import Named
from mailbot.models.remote import Remote
from mailbot.web.chatting import trouble_of, while_there
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models_ai import Done, ModelShown, ModelsShown, Which
from mailbot.web.problems import documented
from mailbot.web.security import Caller, needs

router = APIRouter(prefix="/api/v1/models", tags=["models"])

LOOK: Final = 3.0  #: seconds in which a server may say what it has in memory
AT_ONCE: Final = 8  #: servers that are asked at the same time

Looker = Annotated[Caller, Depends(needs(Scope.GENERATE, Scope.MODELS, Scope.READ))]
Keeper = Annotated[Caller, Depends(needs(Scope.MODELS))]
Name = Annotated[str, Path(max_length=200, description="of the list")]


@router.get("", responses=documented(401, 403))
async def models(doors: TheDoors, caller: Looker) -> ModelsShown:
    """All models by name."""
    del caller
    doors.models.reread()
    places = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> ModelShown:
        async with places:
            return await shown(doors, doors.models.named(name))

    found = await asyncio.gather(*map(one, doors.models.names()))
    return ModelsShown(
        models=found,
        default_model=doors.models.default,
        current_model=doors.models.chosen,
        total=len(found),
        trouble="the list of models has a mistake; the one before it is used" if doors.models.trouble else None,
    )


@router.post("/load", responses=documented(401, 403, 404, 502))
async def load(body: Which, doors: TheDoors, caller: Keeper, request: Request) -> Done:
    """Load a model, and have it answer from now on where a call names none."""
    del caller
    done = await _load(doors, request, body.model_name)
    doors.models.current = body.model_name if body.model_name in doors.models.names() else doors.models.current
    return done


@router.post("/unload", responses=documented(401, 403, 404, 502))
async def unload(body: Which, doors: TheDoors, caller: Keeper) -> Done:
    """Have the memory of a model given back."""
    del caller
    return await _unload(doors, body.model_name)


@router.post("/{name:path}/load", responses=documented(401, 403, 404, 502))
async def load_one(name: Name, doors: TheDoors, caller: Keeper, request: Request) -> Done:
    """Load a model; who answers where none is named stays."""
    del caller
    return await _load(doors, request, name)


@router.post("/{name:path}/unload", responses=documented(401, 403, 404, 502))
async def unload_one(name: Name, doors: TheDoors, caller: Keeper) -> Done:
    """Have the memory of a model given back."""
    del caller
    return await _unload(doors, name)


@router.get("/{name:path}/status", responses=documented(401, 403, 404))
async def status(name: Name, doors: TheDoors, caller: Looker) -> ModelShown:
    """Whether a model is in memory."""
    del caller
    return await shown(doors, _named(doors, name))


@router.get("/{name:path}", responses=documented(401, 403, 404))
async def model(name: Name, doors: TheDoors, caller: Looker) -> ModelShown:
    """One model."""
    del caller
    return await shown(doors, _named(doors, name))


def _named(doors: Doors, name: str) -> Named:
    try:
        return doors.models.named(name)
    except MailbotError as error:
        raise trouble_of(error, name) from error


async def _load(doors: Doors, request: Request, name: str) -> Done:
    began = time.monotonic()
    try:
        await while_there(request, doors.models.load(name))
    except MailbotError as error:
        raise trouble_of(error, name) from error
    seconds = round(time.monotonic() - began, 3)
    return Done(status="loaded", model_name=name, message=f"{name} is ready", load_time=seconds)


async def _unload(doors: Doors, name: str) -> Done:
    try:
        await doors.models.unload(name)
    except MailbotError as error:
        raise trouble_of(error, name) from error
    return Done(status="unloaded", model_name=name, message=f"{name} is loaded again when it is used")


async def shown(doors: Doors, named: Named) -> ModelShown:
    """A model, and how its server says that it is."""
    room, about = named.room, named.about
    loaded = await _loaded(doors, named)
    word: Literal["loaded", "unloaded", "unknown"] = "unknown" if loaded is None else "loaded" if loaded else "unloaded"
    weights = named.weights.path if named.weights else ""
    return ModelShown(
        name=named.name,
        type=room.kind,
        path=weights or (room.name if isinstance(room, Remote) else room.kind),
        context_length=room.num_ctx if isinstance(room, Remote) else None,
        loaded=loaded,
        status=word,
        default=named.name == doors.models.default,
        current=named.name == doors.models.chosen,
        threads=threads if isinstance(threads := about.get("threads"), int) else None,
        format=_word(about.get("format")),
        device=_word(about.get("device")),
        quantization=_word(about.get("quantization")),
        max_memory=_word(about.get("max_memory")),
        adapter=_word(about.get("adapter")),
    )


def _word(value: object) -> str | None:
    return None if value is None else str(value)[:200]


async def _loaded(doors: Doors, named: Named) -> bool | None:
    try:
        async with asyncio.timeout(LOOK):
            return await doors.models.opened(named.name).talker.loaded()
    except (MailbotError, TimeoutError):
        return None
