"""A copy of what was sent, in the account's own folder of sent mail, by IMAP: once, and only after the relay took it.

It is a delivery of its own, due from the instant on at which the mail counts as sent, so no crash loses it and no
trouble of the mailbox sends anything a second time. Before it is put there it is looked for by its Message-ID.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Final, Literal, Self

from imapclient.imap_utf7 import encode as utf7
from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailbot.deliver.client import printable
from mailbot.deliver.login import Login
from mailbot.domain.errors import MailbotError, Temporary
from mailbot.domain.reply import Delivery
from mailbot.imap import Plug, Wire

USUAL: Final = "Sent"  #: the folder where the server marks none
SLOW: Final = 20_000  #: octets a second that must go through
_LISTED: Final = re.compile(rb'\(([^)]*)\) (?:"[^"]*"|NIL) (.+)')
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Report = Callable[[str, str], Awaitable[None]]


class SentFolder(BaseModel):
    """Where the account keeps what it sent; the login is that of the relay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$", description="name of the IMAP server")
    port: int = Field(default=993, ge=1, le=65535, description="143 with starttls")
    tls: Literal["implicit", "starttls", "none"] = Field(default="implicit", description="none: only on this machine")
    folder: str = Field(
        default="",
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="none: the one that the server marks, or Sent",
    )
    timeout: float = Field(default=30, gt=0, le=600, description="seconds for each answer of the server")

    @model_validator(mode="after")
    def _covered(self) -> Self:
        if self.tls == "none" and self.host.lower() not in _LOCAL:
            raise ValueError(f'tls = "none" would send mail and password readable to {self.host}; set "implicit"')
        return self


@dataclass(kw_only=True)
class SentCopy:
    """The folder of one account."""

    idempotent: ClassVar[bool] = True
    settle: ClassVar[timedelta] = timedelta(0)

    place: SentFolder
    context: ssl.SSLContext | None
    login: Login
    report: Report
    _trouble: bool = field(default=False, init=False)
    _threads: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="sent")

    @property
    def part(self) -> str:
        """What `mailbot health` calls it."""
        return f"sent folder of {self.login.account}"

    async def send(self, delivery: Delivery, committing: Callable[..., Awaitable[None]]) -> str:
        try:
            secret = await self.login.secret()
            await committing()
            said = await self._put(delivery, secret)
        except Temporary as error:
            self._trouble = True
            await self._tell(str(error))
            raise
        if self._trouble:
            self._trouble = False
            await self._tell("")
        return said

    async def close(self) -> None:
        """Nothing more is put there."""
        await self.login.close()
        self._threads.shutdown(wait=False)

    async def _put(self, delivery: Delivery, secret: str | bytes) -> str:
        plug = Plug()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, plug, secret, delivery)
        finally:
            plug.pull()

    def _work(self, plug: Plug, secret: str | bytes, delivery: Delivery) -> str:
        """Look for it, and put it there where it is not yet."""
        place, first = self.place, self.context if self.place.tls == "implicit" else None
        with self._mapped():
            wire = Wire(place.host, place.port, first, place.timeout, plug)
            try:
                if self.context and place.tls == "starttls":
                    wire.secure(self.context)
                self._log_in(wire, secret)
                folder = self._opened(wire)
                if self._there(wire, delivery):
                    return "was already in the folder of sent mail"
                wire.begin(place.timeout + len(delivery.wire) / SLOW)
                _ok(wire, *wire.append(folder, r"(\Seen)", "", delivery.wire))
                with contextlib.suppress(OSError, imaplib.IMAP4.error):  # it is there
                    wire.begin()
                    wire.logout()
            finally:
                wire.shutdown()
        return "put into the folder of sent mail"

    def _log_in(self, wire: Wire, secret: str | bytes) -> None:
        wire.begin()
        try:
            if isinstance(secret, bytes):
                wire.log_in_by_token(secret)
            else:
                wire.log_in(self.login.user, secret)
        except wire.abort:
            raise
        except wire.error:
            self.login.denied()
            raise

    def _opened(self, wire: Wire) -> str:
        """Go into the folder, which is made where there is none; give its name as the server wants it."""
        wire.begin()
        folder = _quoted(self.place.folder) if self.place.folder else _marked(wire)
        if wire.select(folder, readonly=True)[0] != "OK":
            _ok(wire, *wire.create(folder))
            _ok(wire, *wire.select(folder, readonly=True))
        return folder

    def _there(self, wire: Wire, delivery: Delivery) -> bool:
        wire.begin()
        kind, said = wire.uid("SEARCH", "HEADER", "Message-ID", f'"{delivery.message_id}"')
        _ok(wire, kind, said)
        return any(line and line.strip() for line in said)

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            words = printable((str(error) or type(error).__name__).encode("utf-8", "replace"))
            where = f"{self.place.host}:{self.place.port}, the folder of sent mail"
            raise Temporary(f"{where}: {words}; the mail itself was sent, and its copy is tried again") from error

    async def _tell(self, trouble: str) -> None:
        with contextlib.suppress(MailbotError):  # what happened to the copy stands
            await self.report(self.part, trouble)


def _marked(wire: Wire) -> str:
    """The folder that the server marks as the one of sent mail (RFC 6154), or else the usual one."""
    _, lines = wire.list()
    for line in lines:
        found = _LISTED.fullmatch(line) if isinstance(line, bytes) else None
        if found and b"\\sent" in found[1].lower().split():
            return found[2].decode("ascii", "replace")
    return _quoted(USUAL)


def _quoted(name: str) -> str:
    coded: bytes = utf7(name)
    return '"' + coded.decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ok(wire: Wire, kind: str, said: object) -> None:
    if kind != "OK":
        raise wire.error(f"{kind} {said!r}"[:300])
