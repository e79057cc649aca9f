"""The life of an SMTP connection: counted when it comes and when it goes, and ended when it lasts too long.

It is aiosmtpd's session underneath. That one would wait without end for a client that sends slowly, and would cancel
one that closes its half of the connection and waits for our answer.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, Final, cast

import structlog
from aiosmtpd.smtp import SMTP

from mailbot.receive.networks import is_loopback, plain, within
from mailbot.receive.terms import Begun, Terms

log = structlog.get_logger()

BUFFER: Final = 64 * 1024  #: bytes read ahead; twice as many are the most
BUSY: Final = "421 4.7.0 Too many connections, try again later"
CLOSED: Final = "421 4.3.2 Closing, try again later"
SLOW: Final = "421 4.4.2 Too slow, try again later"


class Nothing:
    """What aiosmtpd takes for a handler: it has no hooks."""

    def __dir__(self) -> list[str]:
        return []


@cache
def _names(session: Any) -> list[str]:  # noqa: ANN401  (a class; mypy takes it for unhashable)
    return [name for name in dir(session) if name.startswith("smtp_")]


class Gone(Exception):
    """The connection is over."""


class Life(SMTP):
    """A connection, without a word said."""

    line_length_limit = BUFFER  # what aiosmtpd reads ahead by; our own limits of lines stand elsewhere
    transport: Any

    def __init__(self, terms: Terms, others: set[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.terms, self.limits, self._others = terms, terms.limits, others
        hostname = terms.intake.site.domain
        super().__init__(Nothing(), hostname=hostname, enable_SMTPUTF8=True, loop=loop)
        self.peer = ""  #: IP address of the client; empty where it is not known
        self.ours = terms.behind  #: a mail server of ours
        self.mends = terms.behind  #: its bare LFs are mended
        self.secure = False  #: TLS
        self.allowed: tuple[str, ...] | None = None  #: whoever logged in may write from these
        self.tries = 0  #: of a login
        self.here = False  #: it is this very machine
        self.hello = ""  #: what it called itself
        self.extended = False  #: by EHLO
        self.begun = Begun()
        self.introduced = False  #: a proxy told who it is
        self._counted, self._counted_as = False, ""
        self._errors = 0
        self._ends = loop.time() + self.limits.session
        self._quiet_until = 0.0
        self._closed_by_us = False

    def __dir__(self) -> list[str]:
        """Its commands: aiosmtpd looks through all names of a session twice, for each connection."""
        return _names(cast("Any", type(self)))

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401  (asyncio has several kinds)
        """Begin, unless there are too many."""
        self.peer = _address(transport)
        self._proxied = within(self.peer, self.terms.proxies)
        self._counted = self.terms.counts.enter()
        if not self._counted or not (self._proxied or self._enter_from()):
            self._refuse(transport)
            return
        self._known()
        self.secure = self.terms.implicit
        super().connection_made(transport)
        self._others.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it no more. A mail that is being stored is stored all the same."""
        self._others.discard(self)
        if self._counted:
            self._counted = False
            self.terms.counts.leave()
        if self._counted_as:
            self.terms.counts.leave_from(self._counted_as)
            self._counted_as = ""
        if self.session is not None:
            super().connection_lost(error)
            cast("Any", self)._closed.exception()  # noqa: SLF001  (a future of asyncio's: nobody else waits for it)

    def eof_received(self) -> bool:
        """A client may close its half and wait for our answer; with TLS there are no halves."""
        if self.session is not None:
            self._reader.feed_eof()
        return self.session is not None and not self.secure

    def end(self) -> None:
        """The listener is closed."""
        self._cut(CLOSED)

    def _refuse(self, transport: Any) -> None:  # noqa: ANN401  (asyncio has several kinds)
        log.info("smtp.busy", connections=self.terms.counts.total)
        transport.write(f"{BUSY}\r\n".encode())
        transport.close()

    def _enter_from(self) -> bool:
        if self.terms.behind or within(self.peer, self.terms.relays) or not self.peer:
            return True
        self._counted_as = self.terms.counts.enter_from(self.peer)
        return bool(self._counted_as)

    def _known(self) -> None:
        """What its address tells about it."""
        self.ours = self.terms.behind or within(self.peer, self.terms.relays)
        self.mends = self.ours or within(self.peer, self.terms.mend)
        self.here = is_loopback(self.peer)

    # Time.

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Give it *duration* from now. One timer looks now and then: a new one for each command would cost more."""
        self._quiet_until = min(self.loop.time() + (duration or self.limits.idle), self._ends)
        if self._timeout_handle is None or self._quiet_until < self._timeout_handle.when():
            if self._timeout_handle:
                self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_at(self._quiet_until, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        if now < self._quiet_until:
            self._timeout_handle = self.loop.call_at(self._quiet_until, self._look)
        elif self.transport is not None:
            self._cut(SLOW)

    def _cut(self, answer: str = "") -> None:
        """End it now; who does not read our answers gets none."""
        said_last, self._closed_by_us = self._closed_by_us, True
        if self.transport is None:
            return
        if answer and not said_last and not self.transport.is_closing():
            self.transport.write(f"{answer}\r\n".encode())
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


def _address(transport: Any) -> str:  # noqa: ANN401  (as above)
    found = transport.get_extra_info("peername")
    return plain(str(found[0])) if isinstance(found, tuple) else ""
