"""The IMAP way in: mail is fetched from a mailbox that somebody else keeps.

What is done is known by the cursor (UIDVALIDITY and the last uid), stored in one transaction with the mails, and never
by a flag of the mailbox: a person may read it, and mark as they like. Whatever is offered twice the ledger knows.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from mailbot.consent.oauth import OAuth, xoauth2
from mailbot.consent.tokens import Tokens
from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Channel, Inbox, Site
from mailbot.receive.imap_account import Account, Bridge, Habits
from mailbot.receive.imap_envelope import Reading
from mailbot.receive.imap_folder import Folder, Manner
from mailbot.receive.imap_session import Server
from mailbot.receive.spool import Spool
from mailbot.understand.results import Provider, Trust

MAX_SIZE: Final = 36_000_000  #: on the wire; 25 MB of content plus what base64 adds
PATIENCE: Final = 3.0  #: seconds that closing waits, and once more after it has cancelled what is waited for
_PRINTED: Final = r"^[^\x00-\x1f\x7f]+$"

FolderName = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTED)]


class ImapTrust(BaseModel):
    """Whose word on the sender counts: the provider's own Authentication-Results, and nobody else's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Provider = Field(description="who keeps the mailbox")
    authserv_id: str = Field(
        default="",
        max_length=255,
        pattern=r"^[!-~]*$",
        description="the name its field begins with; none: its usual one",
    )
    hops: int | None = Field(
        default=None, ge=0, le=20, description="Received fields that it puts on top; none: as many as usual"
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        self.trusted()
        return self

    def trusted(self) -> Trust:
        """As the reading of mails wants it."""
        return Trust(provider=self.provider, authserv_id=self.authserv_id, hops=self.hops)


class Imap(BaseModel):
    """A mailbox at any provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["imap"] = "imap"
    name: str = Field(
        default="", pattern=r"^([A-Za-z0-9_][A-Za-z0-9@._+-]{0,127})?$", description="of the account; none: user@host"
    )
    host: str = Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$", description="name of the IMAP server")
    port: int = Field(default=993, ge=1, le=65535, description="143 with starttls")
    user: str = Field(max_length=320, pattern=_PRINTED, description="who logs in")
    password: SecretStr | None = Field(default=None, description="better: password_file")
    password_file: str = Field(default="", description="a file that holds the password")
    oauth: OAuth | None = Field(default=None, description="consent instead of a password: mailbot oauth login")
    address: str = Field(default="", max_length=320, description="of the mailbox; none: the user, or user@host")
    tls: Literal["implicit", "starttls", "none"] = Field(default="implicit", description="none: only on this machine")
    ca_file: str = Field(default="", description="certificates to trust, PEM; none: those of the system")
    folders: tuple[FolderName, ...] = Field(
        default=("INBOX",), min_length=1, max_length=50, description="the first is watched, the others are polled"
    )
    poll: float = Field(default=30, ge=0.05, le=3600, description="seconds between two looks where IDLE does not serve")
    idle: bool = Field(default=True, description="let the server tell of new mail, where it can")
    max_size: int = Field(default=MAX_SIZE, ge=1_000, le=200_000_000, description="bytes of one mail on the wire")
    batch: int = Field(default=200, ge=1, le=1_000, description="mails fetched and stored together")
    since: Literal["new", "all"] | Annotated[int, Field(ge=1, le=3650)] = Field(
        default="new", description="what the first start takes: what comes from then on, all, or so many days back"
    )
    done: str = Field(
        default="keep",
        pattern=r"^(keep|flag|delete|move:[^\x00-\x1f\x7f]{1,200})$",
        description="with mail that is stored: keep (nothing is touched), flag, move:<folder>, delete",
    )
    retry: float = Field(
        default=1, gt=0, le=300, description="seconds until a new try after a fault; twice as long each time, up to 300"
    )
    retry_login: float = Field(
        default=300, gt=0, le=3600, description="seconds after a refused login: many tries lock an account"
    )
    trust: ImapTrust | None = Field(default=None, description="whose Authentication-Results count; none: nobody's")
    timeout: float = Field(default=60, gt=0, le=600, description="seconds for each answer of the server")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [name for name in ("password", "password_file", "oauth") if getattr(self, name)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(f"one of password, password_file and oauth is needed; set is {found}")
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError(
                f'tls = "none" would send mail and password readable to {self.host}; set "implicit" or "starttls"'
            )
        twice = {name for name in self.folders if self.folders.count(name) > 1}
        if twice or (self.done.startswith("move:") and self.done.removeprefix("move:") in self.folders):
            raise ValueError("each folder stands once in folders, and done mail moves to none of them")
        return self

    @property
    def account(self) -> str:
        """What it is called."""
        return self.name or f"{self.user}@{self.host}"

    def open(self, site: Site) -> Channel:
        """The account; nothing is connected before it is opened, but what can be wrong in the settings is told now."""
        return Mailbox(self, site, server_of(self))


class Mailbox:
    """One account; its thread keeps trying whatever the server does."""

    def __init__(self, settings: Imap, site: Site, server: Server) -> None:
        self._settings = settings
        self._site = site
        self._server = server
        self._spool = Spool(site.data)
        self._tokens = Tokens(Path(site.data) / "tokens", site.clock)
        self._account: Account | None = None

    async def open(self, inbox: Inbox) -> str:
        settings = self._settings
        self._spool.open()
        bridge = Bridge(inbox, asyncio.get_running_loop(), self._spool, settings.account)
        habits = Habits(
            name=settings.account,
            user=settings.user,
            idle=settings.idle,
            poll=settings.poll,
            retry=settings.retry,
            retry_login=settings.retry_login,
            tokens=settings.oauth is not None,
        )
        folders = [Folder(name, self._manner(), self._reading(), bridge, self._site.clock) for name in settings.folders]
        self._account = Account(habits, self._server, folders, bridge, self._secret(bridge))
        self._account.start()
        words = "folders" if len(folders) > 1 else "folder"
        return f"{settings.user} at {settings.host}, {words} {', '.join(settings.folders)}"

    async def close(self) -> None:
        if self._account:
            await self._account.stop(PATIENCE)
        await self._tokens.close()
        self._spool.close()

    def _manner(self) -> Manner:
        settings = self._settings
        return Manner(
            account=settings.account,
            since=settings.since,
            done=settings.done,
            batch=settings.batch,
            max_size=settings.max_size,
            pause=settings.poll,
        )

    def _reading(self) -> Reading:
        user, host = self._settings.user, self._settings.host
        return Reading(
            name=self._settings.account,
            address=self._settings.address or (user if "@" in user else f"{user}@{host}"),
            domain=self._site.domain.lower(),
            locals=frozenset({*(local.lower() for local in self._site.addresses), "b"}),
        )

    def _secret(self, bridge: Bridge) -> Callable[[bool], str | bytes]:
        """The password, read anew for each connection, so that a changed file needs no restart; or a token."""
        settings, last = self._settings, ""

        def secret(refused: bool) -> str | bytes:  # noqa: FBT001  (told by position, to a function of one argument)
            nonlocal last
            if settings.oauth is None:
                return password_of(settings)
            asked = self._tokens.access(settings.account, settings.oauth, refused=last if refused else "")
            last = bridge.call(asked)
            return xoauth2(settings.user, last)

        return secret


def server_of(settings: Imap) -> Server:
    """Where to connect, and how."""
    try:
        context = None if settings.tls == "none" else ssl.create_default_context(cafile=settings.ca_file or None)
    except (OSError, ValueError) as error:
        raise Permanent(f"the certificates of ca_file {settings.ca_file} cannot be read: {error}") from error
    return Server(
        host=settings.host,
        port=settings.port,
        context=context,
        implicit=settings.tls == "implicit",
        timeout=settings.timeout,
    )


def password_of(settings: Imap) -> str:
    """The password, read now."""
    if settings.password is not None:
        return settings.password.get_secret_value()
    try:
        return Path(settings.password_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        words = f"the password of {settings.account} cannot be read from {settings.password_file}: {error}"
        raise Temporary(words) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
