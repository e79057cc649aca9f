"""The way out to a server of this machine that delivers by itself: LMTP (RFC 2033), as of Dovecot, Cyrus or Postfix.

It answers for each recipient. The one whom the mail is for comes first and alone; only when that copy is taken do the
others get theirs, so that no retry gives anybody a second one.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailbot.deliver.client import Relay
from mailbot.deliver.relayed import Relayed
from mailbot.deliver.smtp import NAME, PER_MINUTE, WEIGHT
from mailbot.ports import Site


class Lmtp(BaseModel):
    """A server on this machine, or beside it, that puts mail into mailboxes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["lmtp"] = "lmtp"
    name: str = NAME
    socket: str = Field(default="", pattern=r"^(/[^\x00]{1,100})?$", description="its socket; or host and port")
    host: str = Field(default="", max_length=253, description="127.0.0.1, or a machine of your own network")
    port: int = Field(default=24, ge=1, le=65535)
    timeout: float = Field(default=60, gt=0, le=600, description="seconds for each answer")
    final_timeout: float = Field(default=300, gt=0, le=900, description="seconds for the answer to the final dot")
    settle_seconds: float = Field(default=600, ge=0, le=86_400, description="an unknown end is left alone this long")
    connections: int = Field(default=10, ge=1, le=100, description="at the same time")
    weight: int = WEIGHT
    per_minute: float = PER_MINUTE

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.socket) == bool(self.host):
            raise ValueError("set either socket or host (and port)")
        return self

    @property
    def account(self) -> str:
        """What it is called."""
        return self.name or self._where

    @property
    def _where(self) -> str:
        return self.socket or f"{self.host}:{self.port}"

    def open(self, site: Site) -> Relayed:
        """The server; nothing is connected before the first mail."""
        return Relayed(self.relay(site), None, self.connections, timedelta(seconds=self.settle_seconds))

    def relay(self, site: Site) -> Relay:
        """Where to connect, and how."""
        return Relay(
            host=self.socket or self.host,
            port=self.port,
            ehlo=site.domain,
            user="",
            context=None,
            implicit=False,
            timeout=self.timeout,
            final_timeout=self.final_timeout,
            lmtp=True,
        )

    def place(self, _data: Path) -> str:
        """Where replies go, in words."""
        return f"by LMTP to {self._where}"
