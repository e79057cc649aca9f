"""What an admin may set of the HTTP door."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyNetwork

MAX_PORT = 65_535
LOOKED_AT = "127.0.0.1:8025"  #: where the mails can be looked at, while no domain is set


def _place(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and int(port) <= MAX_PORT):
        raise ValueError(f"{text!r} is no address and port; one looks like 127.0.0.1:8000 or [::1]:8000")
    return text


def _here(text: str) -> str:
    if text in {"auto", "off"}:
        return text
    if _place(text).rpartition(":")[0] not in {"127.0.0.1", "localhost", "[::1]"}:
        raise ValueError(f"{text!r} is not on this machine; the page has no password, so it is shown on 127.0.0.1 only")
    return text


MailPage = Annotated[str, AfterValidator(_here)]


def _origin(text: str) -> str:
    if text != "*" and not text.startswith(("http://", "https://")):
        raise ValueError(f"{text!r} is no origin; one looks like https://app.example.org")
    return text.rstrip("/")


class Web(BaseModel):
    """The HTTP door. Without this table nothing listens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: tuple[Annotated[str, AfterValidator(_place)], ...] = Field(
        default=("127.0.0.1:8000",),
        min_length=1,
        max_length=16,
        description="addresses and ports; all of them answer all routes (8000, 9000 and 5000 for older clients)",
    )
    tls_cert: Path | None = Field(default=None, description="PEM file; with it all addresses speak HTTPS")
    tls_key: Path | None = Field(default=None, description="PEM file; none: it stands in tls_cert")
    proxies: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks of reverse proxies, whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    allow: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks that may call; none: everybody may. Name the one of your balancer, too"
    )
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = Field(
        default=(), description="web pages that may call from a browser (CORS): https://app.example.org, or * for all"
    )
    key_header: str = Field(
        default="X-API-Key",
        pattern=r"^[A-Za-z][A-Za-z0-9-]{1,49}$",
        description="the header that holds a token beside Authorization: Bearer",
    )
    orders_for: tuple[str, ...] = Field(
        default=("*",), description="for whom API_TOKEN and WEBHOOK_SECRET vouch: addresses, @domains, * for anybody"
    )
    webhook_open: bool = Field(
        default=False,
        description="take orders at /webhook/generate without a token; nobody vouches for them, so the rules see"
        " proof none, unless no domain is set and they come from this machine",
    )
    public_url: str = Field(
        default="",
        max_length=200,
        pattern=r"^(https?://[A-Za-z0-9.-]{1,190}(:[0-9]{1,5})?/?)?$",
        description="where people reach this door from outside; with it a package can be fetched by a link for 7 days",
    )
    per_minute: int = Field(default=60, ge=1, le=1_000_000, description="calls of one token, or address without one")
    per_hour: int = Field(default=1_000, ge=1, le=10_000_000, description="the same, in an hour")
    max_body: int = Field(default=1_000_000, ge=1_000, le=100_000_000, description="bytes of an order")
    max_mail: int = Field(
        default=36_000_000, ge=1_000, le=200_000_000, description="bytes of a call that carries a mail or its files"
    )
    max_prompt: int = Field(default=20_000, ge=100, le=1_000_000, description="characters of a description")
    max_connections: int = Field(default=500, ge=10, le=100_000, description="connections at the same time")
    timeout: float = Field(default=30, gt=0, le=3_600, description="seconds within which a call must have come whole")
