"""What every model behind a server has in common: its limits, its key, its price, and how an answer comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from mailbot.build.outline import schema_of
from mailbot.build.plan import Brief
from mailbot.build.prompt import Prompt
from mailbot.build.talk import talk
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Maker
from mailbot.models.heard import Heard
from mailbot.ports import Site

MARGIN: Final = 256  #: tokens that a server's own template takes
CHARS: Final = 3  #: characters of a token, on the safe side
LEAST: Final = 512  #: tokens that a prompt may have at least
SHAPED: Final = 3_000  #: tokens that an answer in JSON may have at most
_MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a model is asked: the messages, and the shape that the answer must have, if it must have one."""

    prompt: tuple[Prompt, ...]
    schema: Mapping[str, object] | None = None  #: of an answer in JSON

    def limit(self, tokens: int) -> int:
        """The tokens that the answer may have, of the usual *tokens*: JSON of a known shape is short, or a loop."""
        return min(tokens, SHAPED) if self.schema else tokens

    @property
    def size(self) -> int:
        """Its characters."""
        return sum(len(one.content) for one in self.prompt)


Draw = Callable[[int], Question]  #: draws the question within so many characters


def drawn(brief: Brief, site: Site) -> Draw:
    """How the question of *brief* is written, however much room there is."""
    return lambda room: Question(prompt=talk(brief, site.texts, budget=room), schema=schema_of(brief))


class Remote(BaseModel):
    """A model on a server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="the model, as its server names it")
    api_key: SecretStr | None = Field(default=None, description="better: api_key_file")
    api_key_file: str = Field(default="", description="a file that holds the key; it is read anew for each question")
    num_ctx: int = Field(default=16_384, ge=2_048, le=1_048_576, description="tokens of the whole context")
    num_predict: int = Field(default=8_192, ge=256, le=262_144, description="tokens of one answer")
    connect_seconds: float = Field(default=5, gt=0, le=600, description="until the server takes the connection")
    first_seconds: float = Field(default=600, gt=0, le=86_400, description="until the first word")
    idle_seconds: float = Field(default=120, gt=0, le=86_400, description="between two words")
    total_seconds: float = Field(default=900, gt=0, le=86_400, description="for a whole answer")
    price_prompt: float = Field(default=0, ge=0, description="of a million tokens of what is asked")
    price_cached: float | None = Field(default=None, ge=0, description="of those the server remembers; none: the same")
    price_answer: float = Field(default=0, ge=0, description="of a million tokens of what is answered")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.api_key is not None and self.api_key_file:
            raise ValueError("both api_key and api_key_file are set; take one of them out")
        return self

    @property
    def room(self) -> int:
        """The characters that a prompt may have, so that the answer finds room behind it."""
        return self.room_within(self.num_ctx)

    def room_within(self, context: int) -> int:
        """The same, where the server has a smaller *context* than the settings say."""
        return max(LEAST, context - min(self.num_predict, context // 2) - MARGIN) * CHARS

    def secret(self) -> str:
        """The key; empty where none is set."""
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        if not self.api_key_file:
            return ""
        try:
            return Path(self.api_key_file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Permanent(f"the key of {self.name} cannot be read from {self.api_key_file}: {error}") from error

    def cost(self, heard: Heard) -> float:
        """What the answer cost, in the currency of the prices."""
        cached = min(heard.cached_tokens, heard.prompt_tokens)
        fresh = (heard.prompt_tokens - cached) * self.price_prompt
        known = cached * (self.price_prompt if self.price_cached is None else self.price_cached)
        return (fresh + known + heard.answer_tokens * self.price_answer) / _MILLION

    def maker(self, heard: Heard, provider: str, texts: Mapping[str, str]) -> Maker:
        """Who wrote it, asked by which *texts*, and what it took."""
        return Maker(
            kind="model",
            name=self.name,
            provider=provider,
            seconds=heard.seconds,
            tokens=heard.prompt_tokens + heard.answer_tokens,
            prompt_tokens=heard.prompt_tokens,
            cost=self.cost(heard),
            digest=heard.digest.removeprefix("sha256:"),
            prompts=hashlib.sha256(repr(sorted(texts.items())).encode("utf-8", "replace")).hexdigest(),
        )
