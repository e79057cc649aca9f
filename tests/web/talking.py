"""The HTTP door with a model behind it, whose server is a fake one; and a list of models."""

from __future__ import annotations

import asyncio
import contextlib
import json

from mailbot.domain.orders import Scope
from mailbot.models import Ollama, Talking
from mailbot.models.listed import Models
from mailbot.ports import Site
from tests.fakes import site
from tests.models.fake_ollama import FakeOllama
from tests.web.world import here

SPEAKS = (Scope.GENERATE, Scope.MODELS)
MODEL = "qwen2.5-coder:7b"
PROMPT = {"prompt": "Why is the sky blue?"}


def stand(**more) -> Site:
    """Who we are, as far as a model needs it."""
    return site(**more)


@contextlib.asynccontextmanager
async def talking(tmp_path, *scripts, talk=None, own=None, fake=None, scopes=SPEAKS, **settings):
    """The application, a fake Ollama behind it, and the headers of a token."""
    async with FakeOllama(*scripts, **(fake or {})) as server:
        room = own or Ollama(kind="ollama", name=MODEL, url=server.url)
        models = Models(settings=Talking(**(talk or {})), own=room, site=stand())
        async with here(tmp_path, models=models, **settings) as web:
            web.server, web.key = server, await web.token("app", scopes=scopes)
            yield web


async def say(web, path="/api/v1/generate", headers=None, **body):
    """One call, and its answer."""
    return await web.post(
        path, {**PROMPT, **body} if path.endswith("generate") else body, {**web.key, **(headers or {})}
    )


def events(text):
    """The events of a stream."""
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]


async def until(true):
    """Wait for it."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  (nobody tells)
            await asyncio.sleep(0.01)
