"""One connection to an IMAP server: imaplib's grammar, with a limit on everything the other side may say or not say.

imaplib reads for as long as the server likes and believes every length that it announces; here each command has a time
and a number of octets for its whole answer, and another thread can cut the connection wherever it stands.
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
import time
from typing import Any, Final

from typing_extensions import Buffer

CHUNK: Final = 256 * 1024
MAX_LINE: Final = 16 * 1024 * 1024  #: octets; a search may find two million mails
SMALL: Final = 1024 * 1024  #: octets of an answer that carries no mails
LINES: Final = 20_000  #: of one answer
NEWS: Final = 64 * 1024 * 1024  #: octets that a server may tell while we wait: somebody may flag a whole folder


class Plug:
    """Where another thread cuts a connection, also one that is still being made."""

    def __init__(self) -> None:
        self.pulled = False
        self._sock: socket.socket | None = None

    def hold(self, sock: socket.socket) -> None:
        """Cut *sock* from now on."""
        self._sock = sock
        if self.pulled:
            raise ConnectionAbortedError("stopped")

    def pull(self) -> None:
        """Cut it; whoever waits on it is woken, and closes it."""
        self.pulled = True
        if self._sock is not None:
            with contextlib.suppress(OSError):  # it is not connected
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class Wire(imaplib.IMAP4):
    """The connection; opening it waits for the greeting."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, timeout: float, plug: Plug) -> None:
        self._tls = context
        self._plug = plug
        self._patience = timeout
        self._received = bytearray()
        self._secure = False
        self.begin()
        super().__init__(host, port, timeout)

    def begin(self, seconds: float | None = None, octets: int = SMALL, lines: int = LINES) -> None:
        """From now on the server has so much time, so many octets and lines; it may not be silent for so long."""
        self._lines = lines
        self._deadline = time.monotonic() + (self._patience if seconds is None else seconds)
        self._silence = self._patience
        self._octets = octets

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect; imaplib asks for it."""
        self.host, self.port = host, port
        self.sock = self._connected(timeout)
        if self._tls:
            self._wrap(self._tls)

    def secure(self, context: ssl.SSLContext) -> None:
        """Turn to TLS; what stood in clear text behind the answer would be read as if it were protected."""
        if self.state != "NONAUTH":
            raise self.abort("the server calls us logged in before TLS has begun")
        if "STARTTLS" not in self.capabilities:
            raise self.abort('the server offers no STARTTLS; set tls = "implicit" and port = 993, or mend the server')
        self._ok(*self._simple_command("STARTTLS"))
        if self._received:
            raise self.abort("the server went on in clear text behind its answer to STARTTLS")
        self._wrap(context)
        self.untagged_responses.clear()
        self._get_capabilities()

    def offers(self, name: str) -> bool:
        """Whether the server says that it can do *name*."""
        return name in self.capabilities

    def log_in(self, user: str, password: str) -> None:
        """Log in by the way that carries every character, where there is one."""
        if self.offers("AUTH=PLAIN"):
            self.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        elif self.offers("LOGINDISABLED"):
            raise self.abort("the server takes no password on this connection (LOGINDISABLED)")
        else:
            self._ok(*self._simple_command("LOGIN", _quoted(user), _quoted(password)))
            self.state = "AUTH"
        self._get_capabilities()

    def log_in_by_token(self, said: bytes) -> None:
        """Log in by XOAUTH2; *said* is its one message. A refusal comes as a question, which is answered by nothing."""
        words = iter([said])
        self.authenticate("XOAUTH2", lambda _: next(words, b""))
        self._get_capabilities()

    def watch(self, seconds: float) -> bool:
        """IDLE until the server says that a mail has come, but not longer than *seconds*; tell whether it said so."""
        tag = self._new_tag()
        self.send(tag + b" IDLE\r\n")
        while self._get_response() is not None:
            if self.tagged_commands[tag]:
                self._ok(*self._get_tagged_response(tag))
                return False
        self.begin(seconds, NEWS, lines=NEWS // 64)
        self._silence = seconds
        with contextlib.suppress(TimeoutError):
            while "EXISTS" not in self.untagged_responses and self.tagged_commands[tag] is None:
                self.untagged_responses.clear()
                self._get_response()
                self._check_bye()
        self.begin()
        if self.tagged_commands[tag] is None:
            self.send(b"DONE\r\n")
        self._ok(*self._get_tagged_response(tag))
        return "EXISTS" in self.untagged_responses

    def readline(self) -> bytes:
        """One line with its end; imaplib asks for it. Where the time ends within a line, nothing of it is lost."""
        at = 0
        self._lines -= 1
        if self._lines < 0:
            raise self.abort("the server sends more lines than was asked for")
        while (end := self._received.find(b"\n", at)) < 0:
            at = len(self._received)
            if at > MAX_LINE:
                raise self.abort(f"the server sends a line of more than {MAX_LINE:,} octets")
            self._more()
        return self._cut(end + 1)

    def read(self, size: int) -> bytes:
        """A literal; imaplib asks for it."""
        if size > self._octets + len(self._received):
            raise self.abort(f"the server announces {size:,} octets where so many cannot be")
        while len(self._received) < size:
            self._more()
        return self._cut(size)

    def send(self, data: Buffer) -> None:
        """Send it all; imaplib asks for it."""
        self.sock.settimeout(min(self._left(), self._patience))
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close it; imaplib asks for it."""
        self.sock.close()

    def _connected(self, timeout: float | None) -> socket.socket:
        fault: OSError = OSError(f"{self.host} has no address")
        for family, kind, proto, _, place in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            sock = socket.socket(family, kind, proto)
            try:
                sock.settimeout(timeout)
                self._plug.hold(sock)
                sock.connect(place)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            except OSError as error:
                sock.close()
                fault = error
            else:
                return sock
        raise fault

    def _wrap(self, context: ssl.SSLContext) -> None:
        plain = self.sock
        plain.settimeout(self._left())
        try:
            plain.getpeername()  # of a server that has gone wrap_socket would leave an open socket behind
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        self._plug.hold(self.sock)

    def _ok(self, kind: str, said: Any) -> None:  # noqa: ANN401  (whatever imaplib has read)
        if kind != "OK":
            raise self.error((said[-1] or b"").decode("utf-8", "replace"))

    def _log(self, line: str) -> None:
        """Keep none of the last commands, which imaplib does: the password stands in one."""

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole answer in time")
        return left

    def _more(self) -> None:
        self.sock.settimeout(min(self._left(), self._silence))
        more = self.sock.recv(CHUNK)
        if not more:
            raise self.abort("the server hung up")
        self._octets -= len(more)
        if self._octets < 0:
            raise self.abort("the server sends more octets than was asked for")
        self._received += more

    def _cut(self, size: int) -> bytes:
        found = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return found


def _quoted(text: str) -> bytes:
    return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8") + b'"'
