"""The models' side of how we are: health, and numbers. They are counted since the start of this process."""

from __future__ import annotations

import resource
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mailbot import __version__
from mailbot.domain.orders import Scope
from mailbot.web.doors import TheDoors
from mailbot.web.problems import documented
from mailbot.web.routes_health import Health, health
from mailbot.web.security import Caller, needs

router = APIRouter(prefix="/api/v1", tags=["health"])

Looker = Annotated[Caller, Depends(needs(Scope.GENERATE, Scope.READ))]
_STATM: Final = Path("/proc/self/statm")


class Latency(BaseModel):
    """Seconds until an answer began, of the last thousand calls."""

    average: float
    median: float
    p95: float
    largest: float


class Memory(BaseModel):
    """Of this process; the models' own is their servers'."""

    rss_bytes: int
    peak_bytes: int


class OfModel(BaseModel):
    """What one model has done."""

    answers: int
    failures: int
    tokens: int = Field(description="of its answers")
    prompt_tokens: int
    seconds: float


class Cache(BaseModel):
    """Answers that were given again."""

    hits: int
    misses: int


class Queue(BaseModel):
    """Who writes and waits at one model server; builds are among them."""

    writing: int
    waiting: int
    places: int


class Metrics(BaseModel):
    """The numbers since the start."""

    timestamp: datetime
    uptime_seconds: float
    requests_total: int
    errors_total: int = Field(description="answers of 500 and above")
    refused_total: int = Field(description="answers of 400 to 499")
    error_rate: float
    latency_seconds: Latency
    memory: Memory
    models: dict[str, OfModel]
    keys: dict[str, int] = Field(description="calls by token; of others only where the token has the scope read")
    cache: Cache
    queues: dict[str, Queue]


class State(BaseModel):
    """In short."""

    status: str = "running"
    version: str = __version__
    timestamp: datetime
    uptime_seconds: float
    builder: str
    default_model: str
    current_model: str
    models: int
    requests_total: int


@router.get("/health", responses=documented())
async def ai_health(doors: TheDoors, request: Request) -> Health:
    """The same as /health."""
    return await health(doors, request)


@router.get("/status", responses=documented(401, 403))
async def state(doors: TheDoors, caller: Looker) -> State:
    """Who answers, and since when we run."""
    del caller
    return State(
        timestamp=doors.site.clock(),
        uptime_seconds=round(doors.tally.uptime, 3),
        builder=doors.builder,
        default_model=doors.models.default,
        current_model=doors.models.chosen,
        models=len(doors.models.names()),
        requests_total=doors.tally.calls,
    )


@router.get("/metrics", responses=documented(401, 403))
async def metrics(doors: TheDoors, caller: Looker) -> Metrics:
    """Calls, times, errors and tokens since the start; /metrics has those of Prometheus."""
    tally, sees_all = doors.tally, caller.token is not None and caller.token.may(Scope.READ)
    return Metrics(
        timestamp=doors.site.clock(),
        uptime_seconds=round(tally.uptime, 3),
        requests_total=tally.calls,
        errors_total=tally.errors,
        refused_total=tally.refused,
        error_rate=tally.errors / tally.calls if tally.calls else 0.0,
        latency_seconds=Latency.model_validate(tally.latency()),
        memory=_memory(),
        models={name: OfModel.model_validate(vars(used)) for name, used in tally.models.items()},
        keys={name: number for name, number in tally.keys.items() if sees_all or name == caller.name},
        cache=Cache(hits=tally.hits, misses=tally.misses),
        queues={
            host: Queue(writing=one.busy, waiting=one.waiting, places=one.places)
            for host, one in doors.models.queued.items()
        },
    )


def _memory() -> Memory:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024
    try:
        now = int(_STATM.read_text("ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        now = peak  # no Linux: that is all that is known
    return Memory(rss_bytes=now, peak_bytes=peak)
