"""One connection to a relay: smtplib, with a limit on everything the other side may say or leave unsaid."""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Final

MAX_LINES: Final = 100  #: of one answer
MAX_LINE: Final = 4_096  #: octets; RFC 5321 has 512
MAX_WORDS: Final = 300  #: characters of an answer that we keep
CHUNK: Final = 64 * 1024
GOODBYE: Final = 2.0  #: seconds for the answer to QUIT, which changes nothing any more
GO_ON: Final = 334  #: the relay asks for the next word of a login
_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?")


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Where to connect, and how."""

    host: str  #: a name, or the path of a socket of this machine
    port: int
    ehlo: str  #: how we call ourselves
    user: str
    context: ssl.SSLContext | None  #: none: no TLS
    implicit: bool  #: TLS from the first byte on
    timeout: float
    final_timeout: float
    lmtp: bool = False  #: it delivers by itself, and answers for each recipient (RFC 2033)
    copy_to: str = ""  #: an address of ours that gets each mail, too: what comes there has gone out

    @property
    def place(self) -> str:
        """In words."""
        return self.host if self.local else f"{self.host}:{self.port}"

    @property
    def local(self) -> bool:
        """Whether it is a socket of this machine."""
        return self.host.startswith("/")


class Client(smtplib.SMTP):
    """smtplib's client with its own reading of answers: limited in lines, in octets and in time as a whole."""

    def __init__(self, relay: Relay) -> None:
        self.patience = relay.timeout  #: seconds for one whole answer
        self._relay = relay
        self._received = b""
        super().__init__(local_hostname=relay.ehlo, timeout=relay.timeout)
        self._host = relay.host  # smtplib's starttls() checks the certificate against it
        self.ehlo_msg = "lhlo" if relay.lmtp else "ehlo"

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        if self._relay.local:
            return _by_path(host, timeout)
        plain = socket.create_connection((host, port), timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # with Nagle a kept answer costs 40 ms each
            if self._relay.implicit and self._relay.context:
                return self._relay.context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        return plain

    def secure(self) -> None:
        """Turn to TLS; what stood in clear text behind the answer would be read as if it were protected."""
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError('the relay offers no STARTTLS; set security = "tls", or mend the relay')
        self._open().settimeout(self.patience)
        self.starttls(context=self._relay.context)
        if self._received:
            raise smtplib.SMTPServerDisconnected("the relay went on in clear text behind its answer to STARTTLS")

    def log_in(self, user: str, secret: str | bytes) -> tuple[int, bytes]:
        """Log in: by XOAUTH2 where *secret* is its one message, else by a password; give the last answer."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if not offered:
            raise smtplib.SMTPNotSupportedError("the relay offers no login (AUTH); take `user` out, or mend the relay")
        if isinstance(secret, bytes):
            said = self.docmd("AUTH", f"XOAUTH2 {_coded(secret)}")
            return self.docmd("") if said[0] == GO_ON else said  # what it asks is why not
        if "PLAIN" in offered or "LOGIN" not in offered:
            return self.docmd("AUTH", f"PLAIN {_coded(f'{chr(0)}{user}{chr(0)}{secret}'.encode())}")
        said = self.docmd("AUTH", f"LOGIN {_coded(user.encode())}")
        return self.docmd(_coded(secret.encode())) if said[0] == GO_ON else said

    def getreply(self) -> tuple[int, bytes]:
        """One answer, all its lines."""
        deadline = time.monotonic() + self.patience
        said: list[bytes] = []
        while len(said) < MAX_LINES:
            line = self._line(deadline)
            if not (found := _LINE.fullmatch(line)):
                raise smtplib.SMTPServerDisconnected(f"no answer of SMTP: {printable(line)!r}")
            said.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(said)
        raise smtplib.SMTPServerDisconnected(f"an answer of more than {MAX_LINES} lines")

    def send_all(self, content: bytes) -> None:
        """Send in pieces, each within the patience for one answer."""
        for at in range(0, len(content), CHUNK):
            self._open().settimeout(self.patience)
            self._open().sendall(content[at : at + CHUNK])

    def early(self) -> tuple[int, bytes] | None:
        """What the relay has said before it was asked: it will not take this mail, or it is gone."""
        sock = self._open()
        sock.settimeout(0)
        try:
            more = sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return self.getreply() if self._received else None
        if not more and not self._received:
            raise smtplib.SMTPServerDisconnected("it hung up while the mail was being sent")
        self._received += more
        return self.getreply()

    def goodbye(self) -> None:
        """QUIT. The mail is taken; nothing that happens now changes that, so nothing is reported."""
        self.patience = GOODBYE
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.docmd("QUIT")

    def interrupt(self) -> None:
        """Wake a thread that waits on the connection; the descriptor stays open until that thread lets go of it."""
        if isinstance(self.sock, socket.socket):
            with contextlib.suppress(OSError):  # it is not connected any more
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._received:
            if len(self._received) > MAX_LINE:
                raise smtplib.SMTPServerDisconnected(f"a line of more than {MAX_LINE} octets")
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no whole answer within {self.patience:g} seconds")
            self._open().settimeout(left)
            more = self._open().recv(CHUNK)
            if not more:
                raise smtplib.SMTPServerDisconnected("it hung up")
            self._received += more
        line, _, self._received = self._received.partition(b"\n")
        return line.removesuffix(b"\r")

    def _open(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it hung up")
        return self.sock


def _by_path(path: str, timeout: float) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock


def _coded(said: bytes) -> str:
    return base64.b64encode(said).decode("ascii")


def printable(said: bytes) -> str:
    """A stranger's words: one line, no control characters, not many."""
    text = said[: MAX_WORDS * 4].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_WORDS]
