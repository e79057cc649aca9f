"""The SMTP way in: aiosmtpd in our own loop. 250 only after the commit, 451 for any fault of ours."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any, Final, Literal

import structlog
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Transfer
from aiosmtpd.smtp import Session as Peer
from pydantic import BaseModel, ConfigDict, Field

from mailbot.domain.errors import Permanent
from mailbot.domain.message import Envelope, Proof
from mailbot.ports import Channel, Inbox, Site

log = structlog.get_logger()

MAX_SIZE: Final = 36_000_000  #: on the wire; 25 MB of content plus what base64 adds
TRY_LATER: Final = "451 4.3.0 Try again later: the mail could not be stored"
UNKNOWN: Final = "550 5.1.1 No such mailbox here"
TOO_MANY: Final = "452 4.5.3 Too many recipients"
MAX_RECIPIENTS: Final = 100


class Smtp(BaseModel):
    """A listener for SMTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["smtp"] = "smtp"
    listen: str = Field(default="127.0.0.1:2525", description="address and port")
    max_size: int = Field(default=MAX_SIZE, ge=1_000, le=200_000_000, description="bytes of one mail on the wire")
    timeout: float = Field(default=300, gt=0, description="seconds of silence before a client is dropped")

    def open(self, site: Site) -> Channel:
        """Make the listener; it takes nothing before it is opened in its turn."""
        return Listener(self, site)


class Listener:
    """Takes mail in for our addresses, and nothing for anybody else's."""

    def __init__(self, settings: Smtp, site: Site) -> None:
        self._settings = settings
        self._site = site
        self._server: asyncio.Server | None = None
        self._storing: set[asyncio.Future[str]] = set()

    async def open(self, inbox: Inbox) -> str:
        host, _, port = self._settings.listen.rpartition(":")
        handler = _Handler(inbox, self._site, self._storing)
        loop = asyncio.get_running_loop()

        def session() -> _Session:
            return _Session(
                handler,
                data_size_limit=self._settings.max_size,
                enable_SMTPUTF8=True,
                hostname=self._site.domain,
                ident="ESMTP",
                timeout=self._settings.timeout,
                loop=loop,
            )

        try:
            self._server = await loop.create_server(session, host.strip("[]"), int(port))
        except (OSError, ValueError) as error:
            words = f"cannot listen for mail on {self._settings.listen}: {error}; choose another in [[receive]] listen"
            raise Permanent(words) from error
        bound = self._server.sockets[0].getsockname()
        return f"{bound[0]}:{bound[1]}"

    async def close(self) -> None:
        if self._server:
            self._server.close()
        if self._storing:
            await asyncio.wait(self._storing)


class _Session(SMTP):
    """aiosmtpd's session without its line limit in DATA: newsletters have longer lines, and a 500 would lose them."""

    line_length_limit = 1 << 20


class _Handler:
    """What aiosmtpd asks at each step of a session; the names and arguments are its own."""

    def __init__(self, inbox: Inbox, site: Site, storing: set[asyncio.Future[str]]) -> None:
        self._inbox = inbox
        self._site = site
        self._storing = storing

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's hook)
        self, server: SMTP, session: Peer, envelope: Transfer, address: str, options: list[str]
    ) -> str:
        """Take our own addresses; a stranger's mail is refused in the session, so nothing ever bounces."""
        del server, session, options
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        if not self._known(address):
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Peer, envelope: Transfer) -> str:  # noqa: N802  (aiosmtpd's hook)
        """Store it, whether or not the client still waits for the answer."""
        del server
        taken = Envelope(
            channel="smtp",
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            received_at=self._site.clock(),
            peer=_host(session),
            proof=Proof.ACCOUNT if self._site.embedded and _is_loopback(_host(session)) else Proof.NONE,
        )
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        # aiosmtpd cancels this hook when the client hangs up. The mail is complete by now: it is stored all the same,
        # and the same bytes offered again are known.
        task: asyncio.Future[str] = asyncio.ensure_future(self._store(raw, taken))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        return await asyncio.shield(task)

    async def handle_exception(self, error: Exception) -> str:
        """Any fault is ours and passes: never a 5xx, never a word of what it was."""
        log.error("smtp.fault", error=repr(error))
        return TRY_LATER

    async def _store(self, raw: bytes, envelope: Envelope) -> str:
        try:
            id = await self._inbox(raw, envelope)
        except Exception as error:  # noqa: BLE001  (whatever it was, the client keeps the mail and tries again)
            log.error("smtp.not_stored", error=repr(error), size=len(raw))  # noqa: TRY400  (a full disk is no traceback)
            return TRY_LATER
        return f"250 2.0.0 OK {id}"

    def _known(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        ours = self._site.embedded or domain == self._site.domain
        return ours and local.partition("+")[0] in {*self._site.addresses, "b"}


def _host(session: Peer) -> str:
    peer: Any = session.peer
    return str(peer[0]) if isinstance(peer, tuple) else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
