"""What is said and heard in an SMTP session; the commands themselves are in hello.py and session.py.

aiosmtpd would read a mail line by line, cut its lines at 1,001 octets, and answer 500 with its details to a fault of
ours; so the reading of commands and mails is our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any, Final, cast

import structlog
from aiosmtpd.proxy_protocol import get_proxy

from mailbot.domain.errors import Temporary
from mailbot.receive.data import Incoming
from mailbot.receive.intake import NO_DNS, TRY_LATER
from mailbot.receive.life import BUFFER, BUSY, SLOW, Life
from mailbot.receive.networks import plain
from mailbot.receive.spool import Keeper

log = structlog.get_logger()

MAX_LINE: Final = 4_096  #: bytes of a command
FLOOD: Final = 4  #: times the largest mail: who sends more after a refusal is cut off
LINGER: Final = 2.0  #: seconds for the client to read our last answer
PROXY_PATIENCE: Final = 5.0  #: seconds for the PROXY header

TIRED: Final = "421 4.7.0 Too many errors, good bye"
FULL: Final = "452 4.3.1 Try again later: the disk is full, or cannot be written"
OURS: Final = frozenset({FULL, NO_DNS, TRY_LATER})  #: no errors of the client
TOO_BIG: Final = "552 5.3.4 The mail is too large: {} bytes are the most; send less, or a link"
BAD_LINE: Final = "500 5.5.2 A command ends with CR LF, and holds no other CR, LF or NUL"
NO_COMMAND: Final = "500 5.5.1 There is no such command here"
LONG_LINE: Final = "500 5.5.2 The command is too long"


class Gone(Exception):
    """The connection is over."""

    linger = False  #: the client may still be sending, and is to read our last answer


class Sent(Gone):
    """We end it."""

    linger = True


class Connection(Life):
    """A connection in which lines and mails are read, and answers given."""

    async def push(self, status: str | bytes) -> None:
        """Say one answer. An error costs the client time, and too many cost it the connection."""
        text = status if isinstance(status, str) else status.decode()
        if text[0] in "45" and text not in OURS:
            await self._count_error()
        await self.say(text)

    async def say(self, text: str) -> None:
        """Say one answer, whatever it is."""
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()

    async def last(self, text: str) -> None:
        """Say it, and end the session."""
        await self.say(text)
        raise Sent

    async def _count_error(self) -> None:
        self._errors += 1
        if self._errors >= self.limits.max_errors:
            await self.last(TIRED)
        if self.limits.tarpit:
            await asyncio.sleep(self.limits.tarpit)

    # What is heard.

    async def _handle_client(self) -> None:
        try:
            if self._proxied:
                await self._introduced()
            await self.say(f"220 {self.hostname} ESMTP")
            while not self._closed_by_us:
                await self._command(await self._line())
        except Gone as over:
            if over.linger:
                await self._linger()
        except (asyncio.IncompleteReadError, OSError):  # the client went, or the line broke
            pass
        finally:
            self._writer.close()

    async def _linger(self) -> None:
        """Drop what is still coming: to close over it would destroy our last answer on its way."""
        if self._closed_by_us or self.secure:
            return
        self._closed_by_us = True
        self.transport.write_eof()
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(LINGER):
                while await self._reader.read(BUFFER):
                    pass

    async def _introduced(self) -> None:
        """A proxy says who is behind it."""
        self._reset_timeout(PROXY_PATIENCE)
        found = await get_proxy(self._reader)
        if not found or not found.valid:
            log.warning("smtp.bad_proxy_header", error=str(found.error))
            raise Gone
        self.peer = plain(str(found.src_addr)) if found.src_addr else ""
        self.introduced = bool(self.peer)
        if not self._enter_from():
            await self.last(BUSY)
        self._known()
        self._reset_timeout()

    async def ask(self, challenge: str) -> str:
        """Ask for more of what a command needs; return the answer."""
        await self.say(f"334 {challenge}")
        self._reset_timeout()
        return (await self._line()).strip().decode("ascii", "replace")

    async def _line(self) -> bytes:
        try:
            line: bytes = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            await self.last(LONG_LINE)
            raise
        return line

    async def _command(self, line: bytes) -> None:
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        self._reset_timeout()
        if len(line) > MAX_LINE:
            return await self.push(LONG_LINE)
        strict = line.endswith(b"\r\n") or self.mends
        if not strict or b"\r" in text or b"\0" in text:
            return await self.push(BAD_LINE)
        verb, _, argument = text.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        method = self._smtp_methods.get(name)
        try:
            if method:
                await method(argument.strip().decode("utf-8", "surrogateescape"))
            else:
                await self.unknown(name)
        except (Gone, asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            raise
        except Exception as error:
            if self._reader.exception() is not None:
                raise  # the connection broke
            # Anything else is a fault of ours, and passes: never a 5xx, never a word of what it was.
            log.error("smtp.fault", error=repr(error))  # noqa: TRY400  (its words are enough)
            await self.push(TRY_LATER)

    async def unknown(self, verb: str) -> None:
        """Answer a command that there is not."""
        del verb
        await self.push(NO_COMMAND)

    # A mail.

    async def heard(self, keeper: Keeper) -> str:
        """Read a mail to its end, into *keeper*; return why it is refused, or nothing."""
        incoming, begun, seen, trouble = Incoming(mend=self.mends), self.loop.time(), 0, ""
        while not incoming.ended:
            chunk = await self._reader.read(BUFFER)
            if not chunk:
                raise Gone
            seen += len(chunk)
            self._reset_timeout()
            if self._too_slow(seen, self.loop.time() - begun):
                await self.last(SLOW)
            plain_bytes = incoming.feed(chunk)
            trouble = trouble or incoming.fault or await self._kept(keeper, plain_bytes)
            if trouble and seen > FLOOD * self.limits.max_size:
                self._cut(trouble)
                raise Gone
            if incoming.looks_ended and not self.ahead:
                await self.last(incoming.fault)
        if incoming.fault:
            await self.last(incoming.fault)  # whoever sends such a thing may mean what follows for another server
        _read_ahead(self._reader)[:0] = incoming.rest
        return trouble

    async def _kept(self, keeper: Keeper, piece: bytes) -> str:
        if keeper.size + len(piece) > self.limits.max_size:
            keeper.drop()
            return TOO_BIG.format(self.limits.max_size)
        try:
            await keeper.write(piece)
        except Temporary as error:
            log.error("smtp.not_spooled", error=str(error))  # noqa: TRY400  (a full disk is no traceback)
            keeper.drop()
            return FULL
        return ""

    def _too_slow(self, seen: int, elapsed: float) -> bool:
        return elapsed > self.limits.grace and seen / elapsed < self.limits.min_rate

    @property
    def ahead(self) -> bool:
        """Whether the client has sent more than it was asked for."""
        return bool(_read_ahead(self._reader))

    def forget_ahead(self) -> None:
        """Drop it."""
        _read_ahead(self._reader).clear()


def _read_ahead(reader: asyncio.StreamReader) -> bytearray:
    """What asyncio has read and nobody has taken; it has no public name."""
    return cast("bytearray", cast("Any", reader)._buffer)  # noqa: SLF001  (said above)
