"""OAuth 2.0 as an admin sets it: which provider, under which client id; and how a token is shown to a mail server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailbot.domain.errors import Permanent

Flow = Literal["device", "browser"]
READS: Final = "https://outlook.office.com/IMAP.AccessAsUser.All"
SENDS: Final = "https://outlook.office.com/SMTP.Send "
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_URLS: Final = ("device_url", "authorize_url", "token_url")


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Where a provider is asked, and for what."""

    name: str  #: for people
    device: str | None  #: none: it has no device flow for mail
    authorize: str | None
    token: str
    scope: str
    redirect: str = "127.0.0.1"  #: the host of the address that the browser comes back to
    extra: tuple[tuple[str, str], ...] = ()  #: what else its consent page wants to know


class OAuth(BaseModel):
    """Consent instead of a password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Literal["gmail", "microsoft365", "custom"] = Field(description="who asks the owner for consent")
    client_id: str = Field(
        pattern=r"^[!-~]{1,500}$",
        description="Gmail: console.cloud.google.com, credentials, OAuth client ID of the type desktop app; "
        "Microsoft 365: entra.microsoft.com, app registrations, a public client that allows the device flow",
    )
    client_secret_file: str | None = Field(default=None, description="a file with the client's secret, if it has one")
    tenant: str = Field(
        default="common", pattern=r"^[A-Za-z0-9.-]{1,128}$", description="Microsoft 365: whose accounts"
    )
    device_url: str | None = Field(default=None, description="custom: where the device flow begins")
    authorize_url: str | None = Field(default=None, description="custom: the page of consent")
    token_url: str | None = Field(default=None, description="custom: where tokens are given")
    scope: str | None = Field(default=None, pattern=r"^[!#-\[\]-~ ]{1,2000}$", description="custom: what is asked for")
    sends: bool = Field(
        default=False,
        description="Microsoft 365: ask for the right to send, too; an entry of [[deliver]] does by itself",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = {name: url for name in (*_URLS, "scope") if (url := getattr(self, name)) is not None}
        if self.provider != "custom" and given:
            raise ValueError(f'{", ".join(given)}: only with provider = "custom"')
        if self.provider == "custom" and not ({"token_url", "scope"} <= set(given) and set(given) & set(_URLS[:2])):
            raise ValueError('provider = "custom" needs token_url, scope, and device_url or authorize_url or both')
        for name in _URLS:
            _safe(name, given.get(name))
        return self

    @property
    def flow(self) -> Flow:
        """How consent is asked for where the admin does not say."""
        return "device" if self.endpoints().device else "browser"

    def endpoints(self) -> Endpoints:
        """The provider's addresses."""
        if self.provider == "gmail":
            # Google's device flow is not open to the scope of mail.
            return Endpoints(
                name="Google",
                device=None,
                authorize="https://accounts.google.com/o/oauth2/v2/auth",
                token="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
                scope="https://mail.google.com/",
                extra=(("access_type", "offline"), ("prompt", "consent")),
            )
        if self.provider == "microsoft365":
            base = f"https://login.microsoftonline.com/{self.tenant}/oauth2/v2.0"
            return Endpoints(
                name="Microsoft",
                device=f"{base}/devicecode",
                authorize=f"{base}/authorize",
                token=f"{base}/token",
                scope=f"{READS} {SENDS if self.sends else ''}offline_access",
                redirect="localhost",  # the only host for which Microsoft takes any port
            )
        return Endpoints(
            name=urlsplit(self.token_url or "").netloc,
            device=self.device_url,
            authorize=self.authorize_url,
            token=self.token_url or "",
            scope=self.scope or "",
        )


def xoauth2(user: str, token: str) -> bytes:
    """What AUTHENTICATE XOAUTH2 of IMAP, or AUTH XOAUTH2 of SMTP, is answered with, before base64."""
    if not (user and token) or any(ord(char) < ord(" ") for char in user + token):
        raise Permanent("a user or token that is empty or holds a control character cannot log in by XOAUTH2")
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def _safe(name: str, url: str | None) -> None:
    """Tokens go by https, and in the clear to this machine only."""
    if url is None:
        return
    parts = urlsplit(url)
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (plain or parts.scheme == "https") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ValueError(f"{name} must be https://host/path (http only for 127.0.0.1), without user or fragment")
