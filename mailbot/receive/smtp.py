"""The SMTP ways in: from anywhere (smtp), from people who log in (submission), from a mail server of ours (lmtp)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, model_validator

from mailbot.ports import Channel, Inbox, Site
from mailbot.receive.certificate import Certificate
from mailbot.receive.counts import Counts, Failures
from mailbot.receive.intake import Intake
from mailbot.receive.listener import Listener
from mailbot.receive.logins import Logins
from mailbot.receive.session import LmtpSession, Session
from mailbot.receive.spool import Spool
from mailbot.receive.terms import MAX_SIZE, Limits, Terms

_MIN_SIZE = 1_000
_MAX_SIZE = 200_000_000
FAILED_LOGINS = 10  #: of an address in an hour
LOGINS = "logins.json"  #: in the data folder


class _Listens(BaseModel):
    """What all of them can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_size: int = Field(default=MAX_SIZE, ge=_MIN_SIZE, le=_MAX_SIZE, description="bytes of one mail on the wire")
    max_connections: int = Field(default=200, ge=1, le=10_000, description="connections at the same time")
    max_per_address: int = Field(
        default=10, ge=1, le=10_000, description="connections from one IPv4 address or IPv6 /64"
    )
    max_recipients: int = Field(default=100, ge=1, le=1_000, description="addresses of one mail")
    max_errors: int = Field(default=10, ge=1, le=1_000, description="errors of a client before it is cut off")
    timeout: float = Field(default=60, gt=0, description="seconds of silence before a client is dropped")
    session_timeout: float = Field(default=1_800, gt=0, description="seconds that one connection may last")
    min_rate: float = Field(default=500, ge=0, description="bytes a second that a mail must come with")
    grace: float = Field(default=60, ge=0, description="seconds of a mail before min_rate counts")
    tarpit: float = Field(default=1, ge=0, le=60, description="seconds by which the answer to an error is held back")
    normalize: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks whose bare line feeds are mended; from any other they are refused"
    )
    proxy: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks that must say by the PROXY protocol (v1, v2) who is behind them"
    )

    def _limits(self) -> Limits:
        return Limits(
            max_size=self.max_size,
            max_recipients=self.max_recipients,
            max_errors=self.max_errors,
            idle=self.timeout,
            session=self.session_timeout,
            grace=self.grace,
            min_rate=self.min_rate,
            tarpit=self.tarpit,
        )

    def _terms(self, inbox: Inbox, site: Site) -> Terms:
        return Terms(
            intake=Intake(inbox, site),
            spool=Spool(site.data),
            counts=Counts(self.max_connections, self.max_per_address),
            failures=Failures(FAILED_LOGINS),
            limits=self._limits(),
            mend=self.normalize,
            proxies=self.proxy,
        )


class Smtp(_Listens):
    """A listener for mail from anywhere: the MX of a domain, or the first try on loopback."""

    kind: Literal["smtp"] = "smtp"
    listen: str = Field(default="127.0.0.1:2525", description="address and port")
    tls_cert: Path | None = Field(default=None, description="PEM file; with it STARTTLS is offered")
    tls_key: Path | None = Field(default=None, description="PEM file, where the key is not in tls_cert")
    relays: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks of our own mail servers: what they hand over is never refused for its proof"
    )

    @model_validator(mode="after")
    def _whole(self) -> Smtp:
        if self.tls_key and not self.tls_cert:
            raise ValueError("tls_key without tls_cert: name the certificate too")
        return self

    def open(self, site: Site) -> Channel:
        """Make the listener; it takes nothing before it is opened in its turn."""
        certificate = Certificate(self.tls_cert, self.tls_key) if self.tls_cert else None

        def terms(inbox: Inbox) -> Terms:
            return replace(self._terms(inbox, site), certificate=certificate, relays=self.relays)

        return Listener(self.listen, Session, terms)


class Submission(_Listens):
    """A listener for people who log in; they may write from the addresses of their login."""

    kind: Literal["submission"]
    listen: str = Field(default="127.0.0.1:2587", description="address and port")
    tls_cert: Path = Field(description="PEM file")
    tls_key: Path | None = Field(default=None, description="PEM file, where the key is not in tls_cert")
    implicit_tls: bool = Field(default=False, description="TLS from the first byte on (port 465); otherwise STARTTLS")

    def open(self, site: Site) -> Channel:
        """Make the listener; it takes nothing before it is opened in its turn."""
        certificate = Certificate(self.tls_cert, self.tls_key)
        logins = Logins(Path(site.data) / LOGINS, site.clock)

        def terms(inbox: Inbox) -> Terms:
            common = self._terms(inbox, site)
            return replace(common, certificate=certificate, implicit=self.implicit_tls, logins=logins)

        return Listener(self.listen, Session, terms)


class Lmtp(_Listens):
    """A listener for a mail server of ours that stands in front; let nobody else reach it."""

    kind: Literal["lmtp"]
    listen: str = Field(default="127.0.0.1:2524", description="address and port, or the path of a UNIX socket")

    def open(self, site: Site) -> Channel:
        """Make the listener; it takes nothing before it is opened in its turn."""

        def terms(inbox: Inbox) -> Terms:
            return replace(self._terms(inbox, site), behind=True)

        return Listener(self.listen, LmtpSession, terms)
