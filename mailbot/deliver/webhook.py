"""The way by which programs are told: one signed POST to the URL that they gave (Standard Webhooks).

Whoever listens knows a repetition by its webhook-id. While a secret is being changed a call carries two signatures.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from standardwebhooks import Webhook

from mailbot.domain.errors import NotYet, Permanent, Temporary
from mailbot.domain.fetching import Asked
from mailbot.domain.news import Gone, News
from mailbot.ports import Fetch

PREFIX: Final = "whsec_"
_TAKEN: Final = range(200, 300)
_GONE: Final = 410
_BUSY: Final = frozenset({429, 503})
_LATER: Final = 7_200  #: seconds that we are put off at most


class Webhooks(BaseModel):
    """Who is told by HTTP how an order stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: tuple[str, ...] = Field(
        default=(),
        max_length=200,
        description="hosts that orders may name: hooks.example.org, *.example.org, * for all",
    )
    secrets: dict[str, SecretStr] = Field(
        default={}, max_length=200, description="by the name of a token: what its calls are signed with (whsec_...)"
    )
    former_secret: SecretStr | None = Field(
        default=None, min_length=16, description="the secret before the last change: calls are signed with both"
    )

    def open(self, fetch: Fetch, secret: str) -> Hook:
        """Make the way; *secret* signs what no token has a secret for."""
        former = self.former_secret.get_secret_value() if self.former_secret else ""
        named = {name: one.get_secret_value() for name, one in self.secrets.items()}
        for one in (secret, former, *named.values()):
            signer(one)
        return Hook(allow=self.allow, named=named, common=(secret, former), fetch=fetch)


def allows(allow: Sequence[str], url: str) -> bool:
    """Whether the host of *url* is one that orders may name."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    wild = tuple(one[1:].lower() for one in allow if one.startswith("*."))
    return bool(host) and ("*" in allow or host in map(str.lower, allow) or host.endswith(wild or "\0"))


def signer(secret: str) -> Webhook | None:
    """What signs with *secret*; none where it is empty. A secret that is no base64 counts letter by letter."""
    if not secret:
        return None
    plain = secret.removeprefix(PREFIX)
    try:
        return Webhook(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except (binascii.Error, ValueError):
        if secret.startswith(PREFIX):
            raise Permanent("a webhook secret begins with whsec_ and is no base64 behind it; make a new one") from None
        return Webhook(secret.encode())


@dataclass(frozen=True, kw_only=True)
class Hook:
    """The way of news."""

    allow: Sequence[str]
    named: Mapping[str, str]  #: secrets by token
    common: Sequence[str]  #: secrets of all others, the newest first
    fetch: Fetch

    async def send(self, news: News, now: datetime) -> str:
        """Tell it; raise Gone, Permanent or Temporary where that did not work. Return what was said."""
        if not allows(self.allow, news.url):
            raise Permanent("its host is not allowed: an admin adds it to [webhook] allow")
        asked = Asked(
            url=news.url,
            method="POST",
            content=news.body.encode("utf-8"),
            headers=(("Content-Type", "application/json"), *self.signed(news, now)),
            redirects=0,
            most=0,
        )
        found = await self.fetch.fetch(asked)
        if found.status in _TAKEN:
            return str(found.status)
        if found.status == _GONE:
            raise Gone("410: it wants to hear nothing more")
        if found.status in _BUSY and (seconds := _asked_for(found.headers.get("retry-after", ""), now)):
            raise NotYet(f"{found.status}: it is busy", now + timedelta(seconds=min(seconds, _LATER)))
        raise Temporary(f"it answered {found.status}")

    def signed(self, news: News, now: datetime) -> tuple[tuple[str, str], ...]:
        """The headers of Standard Webhooks; without a secret there is no signature."""
        now = now.astimezone(UTC)
        secrets = (self.named[news.token],) if news.token in self.named else self.common
        signers = [one for secret in secrets if (one := signer(secret))]
        signatures = " ".join(one.sign(news.id, now, news.body) for one in signers)
        named = [("webhook-id", news.id), ("webhook-timestamp", str(int(now.timestamp())))]
        return (*named, ("webhook-signature", signatures)) if signatures else tuple(named)


def _asked_for(text: str, now: datetime) -> int:
    """The seconds of a Retry-After; none where it says nothing that we understand."""
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    try:
        return max(0, int((parsedate_to_datetime(text) - now).total_seconds()))
    except (ValueError, TypeError):
        return 0
