"""Plain talk with a model, beside what it builds: messages go in, and the answer comes piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from mailbot.build.prompt import Prompt
from mailbot.domain.errors import Permanent
from mailbot.models.heard import Piece

Phrase = Annotated[str, StringConstraints(min_length=2, max_length=200)]


class Talking(BaseModel):
    """What programs may ask the models for, and which models there are for them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = Field(
        default=None, description="models.yaml or models.json: models by name, read anew when used"
    )
    folder: Path | None = Field(default=None, description="weights that this file names lie in here and nowhere else")
    pass_on: tuple[Phrase, ...] = Field(
        default=(), max_length=100, description="other names that are passed to the default model's server: llama3*"
    )
    max_prompt: int = Field(default=4_096, ge=16, le=1_000_000, description="characters of a prompt, or of a message")
    cache_seconds: int = Field(default=3_600, ge=0, le=604_800, description="an answer is given again; 0: never")
    session_minutes: int = Field(default=60, ge=1, le=43_200, description="a session ends after so long without a call")
    max_sessions: int = Field(default=100, ge=1, le=10_000, description="sessions of one token")
    max_waiting: int = Field(default=1_000, ge=1, le=100_000, description="calls that wait for one model server")
    refused: tuple[Phrase, ...] = Field(
        default=(), max_length=500, description="phrases: a prompt with one is refused, in an answer it is blackened"
    )


@dataclass(frozen=True, kw_only=True)
class Options:
    """How an answer is wanted."""

    max_tokens: int = 512
    temperature: float = 0.7
    top_p: float = 0.9


class Mute(Permanent):
    """What builds, but does not talk."""


class Talker(Protocol):
    """A model that can be talked with, and its server's memory."""

    @property
    def host(self) -> str: ...  #: names its queue

    @property
    def slots(self) -> int: ...  #: how many answers at a time it gives

    def talk(self, prompt: Sequence[Prompt], options: Options) -> AsyncGenerator[Piece]:
        """Give the answer; whoever closes the generator ends the work on the server."""

    async def load(self) -> None:
        """Have it in memory, or raise what is in the way."""

    async def unload(self) -> None:
        """Have its memory given back, where the server lets us."""

    async def loaded(self) -> bool | None:
        """Whether it is in memory; None: its server does not tell."""
