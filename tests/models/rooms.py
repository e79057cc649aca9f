"""The rooms behind servers, each with its fake, for the tests that hold for all of them."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.build.prompt import Prompt
from mailbot.models import Anthropic, Ollama, OpenAi
from mailbot.models.remote import Question
from tests.fakes import site
from tests.models.fake_anthropic import FakeAnthropic
from tests.models.fake_ollama import FakeOllama
from tests.models.fake_openai import FakeOpenAi

ROOT = Path(__file__).parents[2]
SITE = site(texts={file.name: file.read_text("utf-8") for file in (ROOT / "prompts").glob("*.j2")})


@dataclass(frozen=True)
class Kind:
    """One kind of room."""

    name: str
    fake: Any
    room: Any

    def serve(self, *scripts, **more):
        return self.fake(*scripts, models=("m",), **more)

    def open(self, server, **more):
        return self.at(getattr(server, "base", server.url), **more)

    def at(self, url, **more):
        return self.room(**({"kind": self.name, "name": "m", "url": url} | more)).open(SITE)

    def __str__(self):
        return self.name


OLLAMA = Kind("ollama", FakeOllama, Ollama)
OPENAI = Kind("openai", FakeOpenAi, OpenAi)
ANTHROPIC = Kind("anthropic", FakeAnthropic, Anthropic)
KINDS = (OLLAMA, OPENAI, ANTHROPIC)


def question(text="Say something.", schema=None):
    """How a question is drawn, in as many characters as there is room for."""

    def draw(room):
        return Question(
            prompt=(Prompt(role="system", content="Be brief."), Prompt(role="user", content=text[:room])), schema=schema
        )

    return draw


async def quiet(server, before):
    """Wait until nobody holds a connection of *server*, and no task is left that was not there *before*."""
    async with asyncio.timeout(10):
        while server.open or asyncio.all_tasks() - before:  # noqa: ASYNC110  (nobody tells when a task is gone)
            await asyncio.sleep(0.01)


def unused_port():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
