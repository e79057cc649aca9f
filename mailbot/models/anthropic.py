"""A model of Anthropic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mailbot.models.hosted import Client, needs
from mailbot.models.remote import Remote
from mailbot.models.talk import Options
from mailbot.ports import Model, Site

if TYPE_CHECKING:
    from mailbot.models.hosted import Wire


class Anthropic(Remote):
    """A model of Anthropic; `pip install 'mailbot[anthropic]'`."""

    kind: Literal["anthropic"]
    url: str = Field(
        default="https://api.anthropic.com", pattern=r"^https?://[^\s/]+", description="up to where /v1 begins"
    )
    temperature: float | None = Field(default=None, ge=0, le=1, description="none: what the model likes")
    at_once: int = Field(default=1, ge=1, le=64, description="answers at the same time")

    def open(self, site: Site) -> Model:
        """The model; nothing is asked before the first question."""
        needs("anthropic", "anthropic", self.kind)
        self.secret()
        options: dict[str, Any] = {"max_tokens": self.num_predict}
        if self.temperature is not None:
            options["extra_body"] = {"temperature": self.temperature}  # the package no longer names it, models do
        return Client(
            settings=self,
            site=site,
            url=self.url.rstrip("/"),
            provider="anthropic",
            places=self.at_once,
            wire=_wire,
            options=options,
            spoken=_spoken,
            without={"extra_body": {}, "cache": {"cache": False}, "output_config": {"output_config": False}},
        )


def _spoken(options: Options) -> dict[str, Any]:
    """Of temperature and top_p they take one alone, and temperature ends at 1."""
    return {"max_tokens": options.max_tokens, "extra_body": {"temperature": min(1.0, options.temperature)}}


def _wire() -> Wire:
    from mailbot.models import anthropic_wire  # noqa: PLC0415  (memory that only a question needs)

    return anthropic_wire
