"""The way out through one SMTP relay.

Everything but the final dot is sent first; then *committing* is recorded; then the
dot goes out. So only an end that is lost after the dot is ambiguous, and what comes
of it is known in every other case:

    any fault before the recipient is named      Temporary   the relay's, or ours: nothing about the mail
    4xx anywhere, a lost connection before the dot  Temporary
    5xx to RCPT, to DATA or after the dot        Permanent   in the server's own words
    nothing, or nonsense, after the dot          Ambiguous
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from mailbot.deliver.session import Relay, Session
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.reply import Delivery
from mailbot.ports import Site, Way


class SmtpRelay(BaseModel):
    """A server that takes our mail and passes it on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["smtp"] = "smtp"
    host: str = Field(min_length=1, max_length=253, description="name of the relay")
    port: int = Field(default=587, ge=1, le=65535)
    user: str = Field(default="", max_length=320, description="none: the relay asks for no login")
    password: SecretStr | None = Field(default=None, description="better: password_file")
    password_file: str = Field(default="", description="a file that holds the password")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="none: only on this machine")
    ca_file: str = Field(default="", description="certificates to trust, PEM; none: those of the system")
    timeout: float = Field(default=60, gt=0, le=600, description="seconds for each answer of the relay")
    final_timeout: float = Field(default=300, gt=0, le=900, description="seconds for the answer to the final dot")
    settle_seconds: float = Field(default=600, ge=0, le=86_400, description="an unknown end is left alone this long")
    connections: int = Field(default=10, ge=1, le=100, description="at the same time")

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password is not None and self.password_file:
            raise ValueError("both password and password_file are set; take one of them out")
        if bool(self.user) != (self.password is not None or bool(self.password_file)):
            raise ValueError("user and password belong together: set both (password_file for the password) or neither")
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                f'security = "none" would send mail and password readable to {self.host}; set "starttls" or "tls"'
            )
        return self

    def open(self, site: Site) -> Way:
        """The way; nothing is connected before the first mail, but what can be wrong in the settings is told now."""
        try:
            _secret(self)
        except Temporary as error:
            raise Permanent(str(error)) from error
        return Relayed(self, self._relay(site))

    def place(self, _data: Path) -> str:
        """Where replies go, in words."""
        return f"by the relay {self.host}:{self.port}"

    def _relay(self, site: Site) -> Relay:
        try:
            context = None if self.security == "none" else ssl.create_default_context(cafile=self.ca_file or None)
        except (OSError, ValueError) as error:
            raise Permanent(f"the certificates of ca_file {self.ca_file} cannot be read: {error}") from error
        return Relay(
            host=self.host,
            port=self.port,
            ehlo=site.domain,
            user=self.user,
            context=context,
            implicit=self.security == "tls",
            timeout=self.timeout,
            final_timeout=self.final_timeout,
        )


class Relayed:
    """Sends by the relay, each mail in a thread of its own: a relay that hangs holds nothing else up."""

    idempotent: ClassVar[bool] = False

    def __init__(self, settings: SmtpRelay, relay: Relay) -> None:
        self._settings = settings
        self._relay = relay
        self._threads = ThreadPoolExecutor(settings.connections, thread_name_prefix="relay")

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self._settings.settle_seconds)

    async def send(self, delivery: Delivery, committing: Callable[[], Awaitable[None]]) -> str:
        loop = asyncio.get_running_loop()
        session = Session(self._relay, _secret(self._settings))
        try:
            await loop.run_in_executor(self._threads, session.upload, delivery)
            await committing()
            return await loop.run_in_executor(self._threads, session.finish)
        finally:
            session.drop()


def _secret(settings: SmtpRelay) -> str:
    """The password, read anew for each connection, so that a changed file needs no restart."""
    if settings.password is not None:
        return settings.password.get_secret_value()
    if not settings.password_file:
        return ""
    try:
        return Path(settings.password_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Temporary(f"the password of the relay cannot be read from {settings.password_file}: {error}") from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
