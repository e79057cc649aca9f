"""A model behind OpenAI's protocol: OpenAI itself, vLLM, llama-server, LiteLLM, and whoever else speaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mailbot.models.hosted import Client, needs
from mailbot.models.remote import Remote
from mailbot.models.talk import Options
from mailbot.ports import Model, Site

if TYPE_CHECKING:
    from mailbot.models.hosted import Wire


class OpenAi(Remote):
    """A model on a server that speaks as OpenAI does; `pip install 'mailbot[openai]'`."""

    kind: Literal["openai"]
    url: str = Field(
        default="https://api.openai.com/v1", pattern=r"^https?://[^\s/]+", description="up to and with /v1"
    )
    temperature: float | None = Field(default=0.2, ge=0, le=2, description="none: what the server likes")
    at_once: int = Field(default=1, ge=1, le=64, description="answers at the same time")

    def open(self, site: Site) -> Model:
        """The model; nothing is asked before the first question."""
        needs("openai", "openai", self.kind)
        self.secret()
        options: dict[str, Any] = {"max_tokens": self.num_predict, "stream_options": {"include_usage": True}}
        if self.temperature is not None:
            options["temperature"] = self.temperature
        instead: dict[str, dict[str, Any]] = {  # newer models take one name for the limit, older servers the other
            "max_tokens": {"max_completion_tokens": self.num_predict},
            "response_format": {"response_format": False},
            "stream_options": {},
            "temperature": {},
            "top_p": {},
        }
        return Client(
            settings=self,
            site=site,
            url=self.url.rstrip("/"),
            provider="openai",
            places=self.at_once,
            wire=_wire,
            options=options,
            spoken=_spoken,
            without=instead,
        )


def _spoken(options: Options) -> dict[str, Any]:
    return {"max_tokens": options.max_tokens, "temperature": options.temperature, "top_p": options.top_p}


def _wire() -> Wire:
    from mailbot.models import openai_wire  # noqa: PLC0415  (memory that only a question needs)

    return openai_wire
