"""The way out through an SMTP relay.

Everything but the final dot is sent first; then *committing* is recorded; then the
dot goes out. So only an end that is lost after the dot is ambiguous, and what comes
of it is known in every other case:

    any fault before the recipient is named      RelayFault  the relay's, or ours: nothing about the mail
    a lost connection before the dot, or a 421   RelayFault  another relay may be asked at once
    4xx to RCPT, to DATA or after the dot        Temporary   later, by the same relay first
    5xx to RCPT, to DATA or after the dot        Permanent   in the server's own words
    nothing, or nonsense, after the dot          Ambiguous   never another relay
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from mailbot.consent.oauth import OAuth
from mailbot.deliver.client import Relay
from mailbot.deliver.login import Login
from mailbot.deliver.relayed import Relayed
from mailbot.deliver.sent import SentFolder
from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Site

NAME: Any = Field(
    default="",
    pattern=r"^([A-Za-z0-9_][A-Za-z0-9@._+-]{0,127})?$",
    description="of the relay, in `mailbot health` and for `oauth login`; none: user@host, or host:port",
)
WEIGHT: Any = Field(default=10, ge=1, le=1_000, description="its share of the mails, beside other relays")
PER_MINUTE: Any = Field(default=0, ge=0, le=100_000, description="mails a minute by this relay; 0: as they come")


class SmtpRelay(BaseModel):
    """A server that takes our mail and passes it on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["smtp"] = "smtp"
    name: str = NAME
    host: str = Field(min_length=1, max_length=253, description="name of the relay")
    port: int = Field(default=587, ge=1, le=65535)
    user: str = Field(default="", max_length=320, description="none: the relay asks for no login")
    password: SecretStr | None = Field(default=None, description="better: password_file")
    password_file: str = Field(default="", description="a file that holds the password")
    oauth: OAuth | None = Field(default=None, description="in place of a password: consent, by `mailbot oauth login`")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="none: only on this machine")
    ca_file: str = Field(default="", description="certificates to trust, PEM; none: those of the system")
    timeout: float = Field(default=60, gt=0, le=600, description="seconds for each answer of the relay")
    final_timeout: float = Field(default=300, gt=0, le=900, description="seconds for the answer to the final dot")
    settle_seconds: float = Field(default=600, ge=0, le=86_400, description="an unknown end is left alone this long")
    connections: int = Field(default=10, ge=1, le=100, description="at the same time")
    weight: int = WEIGHT
    per_minute: float = PER_MINUTE
    copy_to: str = Field(
        default="",
        max_length=320,
        pattern=r"^([^\s<>@]{1,64}@[^\s<>@]{1,255}|\{return_path\})?$",
        description="an address of ours that gets a copy of each mail (the copy route); {return_path}: by our own SMTP",
    )
    sent: SentFolder | None = Field(
        default=None, description="the folder of the account that gets a copy of what was sent; Gmail keeps one itself"
    )

    @field_validator("oauth")
    @classmethod
    def _to_send(cls, oauth: OAuth | None) -> OAuth | None:
        return oauth.model_copy(update={"sends": True}) if oauth else None

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if self.password is not None and self.password_file:
            raise ValueError("both password and password_file are set; take one of them out")
        password = self.password is not None or bool(self.password_file)
        if self.oauth and password:
            raise ValueError("both oauth and a password are set; take one of them out")
        if bool(self.user) != (password or self.oauth is not None):
            raise ValueError(
                "user and password belong together: set both (password_file for the password, or oauth) or neither"
            )
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                f'security = "none" would send mail and password readable to {self.host}; set "starttls" or "tls"'
            )
        if self.sent and not self.user:
            raise ValueError("sent needs the login of the account: set user, and password_file or oauth")
        return self

    @property
    def account(self) -> str:
        """What the relay is called, and whose consent it needs."""
        return self.name or (f"{self.user}@{self.host}" if self.user else f"{self.host}:{self.port}")

    def open(self, site: Site) -> Relayed:
        """The relay; nothing is connected before the first mail, but what can be wrong in the settings is told now."""
        login = self.login(site) if self.user else None
        if login:
            try:
                login.read()
            except Temporary as error:
                raise Permanent(str(error)) from error
        return Relayed(self.relay(site), login, self.connections, timedelta(seconds=self.settle_seconds))

    def login(self, site: Site) -> Login:
        """How we log in there, and at the account's mailbox."""
        return Login(
            account=self.account,
            user=self.user,
            password=self.password,
            password_file=self.password_file,
            oauth=self.oauth,
            site=site,
        )

    def place(self, _data: Path) -> str:
        """Where replies go, in words."""
        return f"by the relay {self.host}:{self.port}"

    def relay(self, site: Site) -> Relay:
        """Where to connect, and how."""
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
            copy_to=self.copy_to,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
