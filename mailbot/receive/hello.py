"""The commands of a session that carry no mail: the greeting, encryption, login, and what is there for politeness.

What is not here is not offered: no VRFY or EXPN that tells who is known, no BDAT, no PIPELINING.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from mailbot.receive.connection import NO_COMMAND, Connection, Gone
from mailbot.receive.login import login
from mailbot.receive.terms import Begun

HELLO_FIRST: Final = "503 5.5.1 Say hello first (EHLO, or LHLO by LMTP)"
TLS_FIRST: Final = "530 5.7.0 Encrypt first: send STARTTLS"
NO_ARGUMENT: Final = "501 5.5.4 This command stands alone"
HANDSHAKE: Final = 30.0  #: seconds for the TLS handshake

#: Other protocols, or what announces bytes that we would take for commands: after one of these nothing is read.
FOREIGN: Final = frozenset({"BDAT", "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PROXY", "PUT"})
_HELLO: Final = re.compile(r"[!-~]{1,255}")


class Hello(Connection):
    """Who is there; the names of the methods are those by which aiosmtpd finds its commands."""

    async def smtp_EHLO(self, name: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Say what is offered."""
        if not self._greeted(name):
            return await self.push("501 5.5.4 Write it as EHLO your.host.name")
        self.extended = True
        offers = [self.hostname, f"SIZE {self.limits.max_size}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        if self.terms.certificate and not self.secure:
            offers.append("STARTTLS")
        if self.terms.logins and self.secure:
            offers.append("AUTH PLAIN LOGIN")
        lines = [f"250-{offer}" for offer in offers[:-1]]
        return await self.say("\r\n".join([*lines, f"250 {offers[-1]}"]))

    async def smtp_HELO(self, name: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """The old greeting: nothing is offered."""
        if not self._greeted(name):
            return await self.push("501 5.5.4 Write it as HELO your.host.name")
        self.extended = False
        return await self.say(f"250 {self.hostname}")

    def _greeted(self, name: str) -> bool:
        self.begun = Begun()
        if not _HELLO.fullmatch(name):
            return False
        self.hello = name
        return True

    async def smtp_STARTTLS(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Encrypt. What came in plain text behind the command may be a third party's, and ends the session."""
        if argument:
            return await self.push(NO_ARGUMENT)
        if not self.terms.certificate or self.secure:
            return await self.push("503 5.5.1 TLS is not offered now")
        if self.ahead:
            return await self.last("503 5.5.1 Wait for the 220 before you begin TLS; good bye")
        await self.say("220 2.0.0 Begin TLS")
        await self._encrypt()
        return None

    async def _encrypt(self) -> None:
        certificate = self.terms.certificate
        assert certificate is not None  # noqa: S101  (smtp_STARTTLS has looked)
        certificate.refresh()
        self._reset_timeout(HANDSHAKE)
        self.forget_ahead()  # the last plain text; not later, or the first words after the handshake would go too
        transport: Any = await self.loop.start_tls(
            self.transport, self, certificate.context(), server_side=True, ssl_handshake_timeout=HANDSHAKE
        )
        self.transport = self._transport = transport
        for end in (cast("Any", self._reader), cast("Any", self._writer)):
            end._transport = transport  # noqa: SLF001  (asyncio's streams change it in the same way)
        self.secure = self._over_ssl = True
        self.begun = Begun()
        self.hello, self.extended = "", False

    async def smtp_AUTH(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Log in."""
        if self.terms.logins is None:
            return await self.push(NO_COMMAND)
        if not self.secure:
            return await self.push(TLS_FIRST)
        if not self.hello:
            return await self.push(HELLO_FIRST)
        return await login(self, self.terms.logins, argument)

    async def smtp_RSET(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Forget the mail that was begun."""
        if argument:
            return await self.push(NO_ARGUMENT)
        self.begun = Begun()
        return await self.say("250 2.0.0 OK")

    async def smtp_NOOP(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Do nothing."""
        del argument
        await self.say("250 2.0.0 OK")

    async def smtp_QUIT(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """End it."""
        if argument:
            return await self.push(NO_ARGUMENT)
        await self.say("221 2.0.0 Good bye")
        raise Gone

    async def smtp_VRFY(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Tell nothing of who is known."""
        del argument
        await self.say("252 2.5.2 Send a mail and see")

    async def smtp_EXPN(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Tell nothing of who is known."""
        await self.unknown(argument)

    async def smtp_HELP(self, argument: str) -> None:  # noqa: N802  (aiosmtpd's name)
        """Tell nothing of what this is."""
        del argument
        await self.say("214 2.0.0 See RFC 5321")

    async def unknown(self, verb: str) -> None:
        """Answer a command that there is not."""
        if verb.upper() in FOREIGN:
            await self.last(NO_COMMAND)
        await super().unknown(verb)
