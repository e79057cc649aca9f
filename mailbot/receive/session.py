"""The commands of a session that carry a mail: MAIL, RCPT and DATA; and LMTP, where each recipient has its answer."""

from __future__ import annotations

import asyncio
import re
from typing import Final

import structlog

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Envelope, Proof
from mailbot.receive.address import Path, path
from mailbot.receive.connection import FULL, TOO_BIG, Gone
from mailbot.receive.hello import HELLO_FIRST, NO_ARGUMENT, TLS_FIRST, Hello
from mailbot.receive.intake import TRY_LATER, Offered
from mailbot.receive.spool import Keeper
from mailbot.receive.terms import Begun

log = structlog.get_logger()

EARLY: Final = "503 5.5.1 Wait for the 354 before you send the mail; good bye"
LOGIN_FIRST: Final = "530 5.7.0 Log in first: send AUTH"
MAIL_FIRST: Final = "503 5.5.1 Send MAIL first"
RECIPIENT_FIRST: Final = "503 5.5.1 Send RCPT first"
BAD_SENDER: Final = "501 5.5.4 Write it as MAIL FROM:<address>"
BAD_RECIPIENT: Final = "501 5.5.4 Write it as RCPT TO:<address>"
UNKNOWN_PARAMETER: Final = "555 5.5.4 A parameter that is not offered"
UNKNOWN: Final = "550 5.1.1 No such mailbox here: look at the address"
ONE_BOUNCE: Final = "550 5.5.3 A bounce goes to one address"
NO_BOUNCES: Final = "550 5.7.1 Mail from nobody (<>) is taken only where a mail of ours came from"
TOO_MANY: Final = "452 4.5.3 Too many recipients: send the others another mail"
NOT_ASCII: Final = "553 5.6.7 An address beyond ASCII needs SMTPUTF8"
MANY_TIMES: Final = 10  #: times the limit of recipients, after which each further one is an error

_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_BODIES: Final = frozenset({"7BIT", "8BITMIME"})


class Session(Hello):
    """SMTP, for mail from anywhere, or from who logs in."""

    async def smtp_MAIL(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Begin a mail."""
        sender = path(argument, "FROM:")
        if refusal := self._not_yet():
            return await self.push(refusal)
        if sender is None:
            return await self.push(BAD_SENDER)
        if refusal := self._wrong(sender):
            return await self.push(refusal)
        if not self.terms.spool.room_for(3 * self.limits.max_size):
            log.error("smtp.disk_full")
            return await self.say(FULL)
        self.begun.sender = sender.address
        return await self.say("250 2.1.0 OK")

    def _not_yet(self) -> str:
        if not self.hello:
            return HELLO_FIRST
        if self.terms.logins and self.allowed is None:
            return LOGIN_FIRST if self.secure else TLS_FIRST
        return "503 5.5.1 One mail after the other: send RSET" if self.begun.sender is not None else ""

    def _wrong(self, sender: Path) -> str:
        """Why the parameters of MAIL are refused."""
        asked = dict(sender.parameters)
        if asked and not self.extended:
            return UNKNOWN_PARAMETER
        size, body = asked.pop("SIZE", "0"), asked.pop("BODY", "7BIT")
        utf8, _ = asked.pop("SMTPUTF8", None), asked.pop("AUTH", None)
        if asked or utf8:
            return UNKNOWN_PARAMETER
        if not _NUMBER.fullmatch(size) or body.upper() not in _BODIES:
            return "501 5.5.4 SIZE is a number, BODY is 7BIT or 8BITMIME"
        if int(size) > self.limits.max_size:
            return TOO_BIG.format(self.limits.max_size)
        self.begun.utf8 = utf8 is not None
        return "" if sender.address.isascii() or self.begun.utf8 else NOT_ASCII

    async def smtp_RCPT(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Take an address of ours; anybody else's is refused here, so that nothing ever bounces."""
        if self.begun.sender is None:
            return await self.push(MAIL_FIRST)
        recipient = path(argument, "TO:")
        if recipient is None or not recipient.address:
            return await self.push(BAD_RECIPIENT)
        if recipient.parameters:
            return await self.push(UNKNOWN_PARAMETER)
        if len(self.begun.recipients) >= self.limits.max_recipients:
            return await self._one_more()
        if refusal := self._not_here(recipient.address):
            return await self.push(refusal)
        self.begun.recipients.append(recipient.address)
        return await self.say("250 2.1.5 OK")

    def _not_here(self, address: str) -> str:
        if not self.terms.intake.known(address):
            return UNKNOWN
        if self.begun.sender == "":
            if not self.terms.intake.takes_bounces(address):
                return NO_BOUNCES
            return ONE_BOUNCE if self.begun.recipients else ""
        return "" if address.isascii() or self.begun.utf8 else NOT_ASCII

    async def _one_more(self) -> None:
        """A long list is no error of the client: it sends the others another mail. An endless one is."""
        self.begun.refused += 1
        if self.begun.refused > MANY_TIMES * self.limits.max_recipients:
            return await self.push(TOO_MANY)
        return await self.say(TOO_MANY)

    async def smtp_DATA(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Read a mail, and answer once it is stored."""
        if argument:
            return await self.push(NO_ARGUMENT)
        if not self.begun.recipients:
            return await self.push(RECIPIENT_FIRST if self.begun.sender is not None else MAIL_FIRST)
        if self.ahead:
            return await self.last(EARLY)
        await self.say("354 Send the mail, and end it with CR LF . CR LF")
        begun, keeper = self.begun, self.terms.spool.mail()
        self.begun = Begun()
        await self._answer(await self._read(keeper) or await self._take(keeper, begun), begun)
        return None

    async def _answer(self, answer: str, begun: Begun) -> None:
        del begun
        await self.push(answer)

    async def _read(self, keeper: Keeper) -> str:
        """Read the mail; after a fault of ours in the midst of it the rest must not be taken for commands."""
        try:
            return await self.heard(keeper)
        except (Gone, asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            keeper.drop()
            raise
        except Exception as error:
            keeper.drop()
            log.error("smtp.fault", error=repr(error))  # noqa: TRY400  (its words are enough)
            await self.last(TRY_LATER)
            raise

    async def _take(self, keeper: Keeper, begun: Begun) -> str:
        """Store it, whether or not the client still waits: the mail is complete by now."""
        self._reset_timeout(self.limits.storing)
        answer = await asyncio.shield(self.terms.intake.begin(self._finish(keeper, self._envelope(begun))))
        self._reset_timeout()
        return answer

    async def _finish(self, keeper: Keeper, envelope: Envelope) -> str:
        try:
            raw = await keeper.finish()
        except Temporary as error:
            log.error("smtp.not_spooled", error=str(error))  # noqa: TRY400  (a full disk is no traceback)
            return FULL
        finally:
            keeper.drop()
        offered = Offered(raw=raw, envelope=envelope, refusable=not self.ours, allowed=self.allowed)
        return await self.terms.intake.take(offered)

    def _envelope(self, begun: Begun) -> Envelope:
        site = self.terms.intake.site
        alone = site.embedded and self.here and not self.terms.logins
        return Envelope(
            channel="smtp",
            sender=begun.sender or "",
            recipients=tuple(begun.recipients),
            received_at=site.clock(),
            peer="" if self.ours and not self.introduced else self.peer,
            helo="" if self.ours and not self.introduced else self.hello,
            proof=Proof.ACCOUNT if alone else Proof.NONE,
        )


class LmtpSession(Session):
    """LMTP, for a mail server of ours: each recipient has its own answer, and all have the same."""

    async def smtp_LHLO(self, name: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """The greeting of LMTP."""
        await super().smtp_EHLO(name)

    async def smtp_EHLO(self, name: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Not this protocol."""
        del name
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_HELO(self, name: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Not this protocol."""
        await self.smtp_EHLO(name)

    async def _answer(self, answer: str, begun: Begun) -> None:
        for _ in begun.recipients:
            await self.push(answer)
