"""What the HTTP door costs beside a bare route of the same framework: token, limits, filter, turn and numbers."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from fastapi import FastAPI

from mailbot.build.prompt import Prompt
from mailbot.domain.orders import Scope
from mailbot.models import Scaffold, Talking
from mailbot.models.heard import Piece
from mailbot.models.listed import Models
from mailbot.models.scaffold import Templates
from mailbot.models.talk import Options
from mailbot.web.models_ai import Generate
from mailbot.web.server import Listening
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.fakes import site
from tests.web.world import here

WARM: Final = 20  #: calls that are not counted
BODY: Final = {"prompt": "Why is the sky blue?", "max_tokens": 100}

TITLE: Final = "A call of the AI interface, beside the model"
HOW: Final = (
    "POST /api/v1/generate over one connection, with a token, and a model that answers at once; nothing is taken from "
    "the cache. Beside it a bare FastAPI route with the same body, on the same server."
)


class _Said(Templates):
    async def talk(self, prompt: Sequence[Prompt], options: Options) -> Any:
        """Answer at once."""
        del prompt, options
        yield Piece(text="Rayleigh.", end="stop")


class _Echo(Scaffold):
    def open(self, site: Any) -> Any:
        """A model that costs nothing."""
        del site
        return _Said(sources={})


@contextlib.asynccontextmanager
async def _bare() -> AsyncIterator[str]:
    app = FastAPI()

    @app.post("/generate")
    async def generate(body: Generate) -> dict[str, str]:
        del body
        return {"response": "Rayleigh."}

    config = uvicorn.Config(app, port=0, http="h11", log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (nobody tells)
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/generate"
    finally:
        server.should_exit = True
        await serving


async def _spent(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    answer = await client.post(url, json=BODY, headers=headers)
    spent = time.perf_counter() - begun
    if answer.status_code != httpx.codes.OK or answer.json()["response"] != "Rayleigh.":
        raise AssertionError(answer.text)
    return spent * 1_000


async def measure(scale: Scale) -> Figure:
    """The figure."""
    models = Models(settings=Talking(cache_seconds=0), own=_Echo(), site=site())
    wide = {"per_minute": 1_000_000, "per_hour": 10_000_000, "listen": ("127.0.0.1:0",)}
    ours, theirs = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        async with here(Path(folder), models=models, **wide) as web, _bare() as bare, httpx.AsyncClient() as client:
            listening = Listening(web.doors)
            url = f"{await listening.open(None)}/api/v1/generate"  # type: ignore[arg-type]
            key = await web.token("bench", scopes=(Scope.GENERATE,))
            for number in range(WARM + scale.mails * 2):
                pair = await _spent(client, url, key), await _spent(client, bare, {})
                if number >= WARM:
                    ours.append(pair[0])
                    theirs.append(pair[1])
            await listening.close()
    row = Row(
        what="median of a call", ours=middle(ours), unit="ms", reference="bare route", theirs=middle(theirs),
        ratio=ratio_of(ours, theirs), aim=Limit(value=10), floor=Limit(value=25),
    )  # fmt: skip
    return Figure(title=TITLE, how=HOW, rows=(row,))
