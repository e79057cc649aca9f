"""What becomes of a mail that has arrived whole: its author is proven, it is judged fit to be stored, and stored.

All that is said here is said before the 250, so that a refusal is the sending server's affair and nothing of ours ever
bounces at somebody who never wrote. Behind a mail server of our own a refusal would make that one bounce: there
everything is stored, with its proof, and passed over later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import structlog

from mailbot.domain.errors import Temporary, Unreadable
from mailbot.domain.message import Envelope, Proof, Raw, Spooled
from mailbot.ports import Inbox, Site
from mailbot.receive.spool import remove
from mailbot.understand.gate import MAX_HEADER, gate

log = structlog.get_logger()

TRY_LATER: Final = "451 4.3.0 Try again later: the mail could not be stored"
NO_DNS: Final = "451 4.4.3 Try again later: the DNS could not be asked who may write for the author's domain"
UNPROVEN: Final = (
    "550 5.7.26 Nobody vouches for the From address: send it through the mail server of that domain, "
    "and let it sign with DKIM, or name the sending host in the domain's SPF record"
)
NOT_YOURS: Final = "550 5.7.1 The From of the mail is no address that this login may write from: correct it"
_MAX_WORDS: Final = 300  #: characters of a reason


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A mail, and on which terms it was offered."""

    raw: Raw
    envelope: Envelope
    refusable: bool  #: a stranger offers it: what is unproven is refused
    allowed: tuple[str, ...] | None = None  #: the addresses of a login; none: there was no login


@dataclass(frozen=True)
class Intake:
    """Where every session hands in its mails."""

    inbox: Inbox
    site: Site
    storing: set[asyncio.Task[str]] = field(default_factory=set)

    def begin(self, taking: Coroutine[None, None, str]) -> asyncio.Task[str]:
        """Begin to take a mail, whether or not anybody still waits for the answer, which the task gives."""
        task = asyncio.create_task(taking)
        self.storing.add(task)
        task.add_done_callback(self.storing.discard)
        return task

    async def take(self, offered: Offered) -> str:
        """Return what is answered to the final dot."""
        answer = TRY_LATER
        try:
            answer = await self._taken(offered)
        except Exception as error:  # noqa: BLE001  (whatever it was, the client keeps the mail and tries again)
            size = offered.raw.size if isinstance(offered.raw, Spooled) else len(offered.raw)
            log.error("smtp.not_stored", error=repr(error), size=size)  # noqa: TRY400  (a full disk is no traceback)
        finally:
            if isinstance(offered.raw, Spooled) and not answer.startswith("2"):
                remove(offered.raw.path)
        return answer

    def known(self, address: str) -> bool:
        """Whether it is an address of ours; a return path is one when its signature is."""
        local, _, domain = address.lower().rpartition("@")
        if not (self.site.embedded or domain == self.site.domain):
            return False
        name = local.partition("+")[0]
        return name in self.site.addresses or (name == "b" and self.site.names.delivery_of(address) is not None)

    def takes_bounces(self, address: str) -> bool:
        """Whether it is the return path of a mail of ours: the one place where a bounce may go."""
        return self.site.names.delivery_of(address) is not None

    async def _taken(self, offered: Offered) -> str:
        if offered.allowed is not None:
            envelope, refusal = await self._of_login(offered)
        else:
            envelope, refusal = await self._of_anybody(offered)
        if refusal:
            rule = refusal.split(" ", 2)[1]
            log.info("smtp.refused", rule=rule, domain=offered.envelope.sender.rpartition("@")[2])
            return refusal
        return f"250 2.0.0 OK {await self.inbox(offered.raw, envelope)}"

    async def _of_login(self, offered: Offered) -> tuple[Envelope, str]:
        """Who logged in may write as himself or herself, and as nobody else."""
        try:
            author = gate(await _head(offered.raw)).author
        except Unreadable as error:
            return offered.envelope, _misshapen(str(error))
        if author.lower() not in {address.lower() for address in offered.allowed or ()}:
            return offered.envelope, NOT_YOURS
        return replace(offered.envelope, proof=Proof.ACCOUNT), ""

    async def _of_anybody(self, offered: Offered) -> tuple[Envelope, str]:
        envelope = offered.envelope
        if envelope.proof is Proof.ACCOUNT:
            return envelope, ""
        try:
            envelope = await self.site.prover.prove(offered.raw, envelope)
        except Temporary as error:
            log.info("smtp.unproven_yet", error=str(error))
            return envelope, NO_DNS
        bounce = not envelope.sender  # it came to a return path of ours, or it would not have come this far
        if bounce or envelope.proof.answerable or not offered.refusable:
            return envelope, ""
        if envelope.proof is Proof.MALFORMED:
            return envelope, _misshapen(envelope.authentic.why if envelope.authentic else "")
        return envelope, UNPROVEN


def _misshapen(why: str) -> str:
    """Why it cannot be read, in letters that an SMTP answer may hold."""
    said = "".join(letter if " " <= letter <= "~" else "?" for letter in why or "it has no one clear author")
    return f"550 5.6.0 The mail cannot be read without doubt: {said[:_MAX_WORDS]}; correct it and send it again"


async def _head(raw: Raw) -> bytes:
    """The header, and some of what follows."""
    if not isinstance(raw, Spooled):
        return raw
    return await asyncio.to_thread(_first, raw.path)


def _first(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(MAX_HEADER + 4)
