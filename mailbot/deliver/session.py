"""One session with a relay: smtplib, with a limit on everything the other side may say or leave unsaid."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Ambiguous, Permanent, Temporary
from mailbot.domain.reply import Delivery

MAX_LINES: Final = 100  #: of one answer
MAX_LINE: Final = 4_096  #: octets; RFC 5321 has 512
MAX_WORDS: Final = 300  #: characters of an answer that we keep
CHUNK: Final = 64 * 1024
GOODBYE: Final = 2.0  #: seconds for the answer to QUIT, which changes nothing any more
_DOT: Final = re.compile(rb"(?m)^\.")
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?")


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Where to connect, and how."""

    host: str
    port: int
    ehlo: str  #: how we call ourselves
    user: str
    context: ssl.SSLContext | None  #: none: no TLS
    implicit: bool  #: TLS from the first byte on
    timeout: float
    final_timeout: float


class Session:
    """One mail through one connection: upload(), then finish()."""

    def __init__(self, relay: Relay, password: str) -> None:
        self._relay = relay
        self._password = password
        self._client: _Client | None = None
        self._busy = self._dropped = False
        self._stage = "connecting"

    def upload(self, delivery: Delivery) -> None:
        """Everything up to the final dot. When this raises, the relay has not taken the mail."""
        if _BARE.search(delivery.wire):
            raise Permanent("the mail holds a bare CR or LF, which some servers take for its end; it is not sent")
        with self._working(Temporary):
            client = self._client = _Client(self._relay)
            self._hello(client)
            self._envelope(client, delivery)
            self._at("sending the mail")
            body = _DOT.sub(b"..", delivery.wire)
            client.send_all(body if body.endswith(b"\r\n") else body + b"\r\n")
            if early := client.early():
                self._refused(*early)

    def finish(self) -> str:
        """The final dot and the answer to it."""
        self._at("waiting for the answer to the mail")
        client = self._client
        if client is None:
            raise AssertionError("finish() before upload()")
        with self._working(Ambiguous):
            client.patience = self._relay.final_timeout
            client.send_all(b".\r\n")
            code, said = client.getreply()
            if code // 100 != 2:  # noqa: PLR2004  (2xx: taken)
                self._refused(code, said)
            client.goodbye()
        return f"{code} {_printable(said)}"

    def drop(self) -> None:
        """End it. A thread that still waits for the relay is woken and closes the connection itself."""
        self._dropped = True
        if self._client:
            self._client.interrupt()
            if not self._busy:
                self._client.close()

    def _hello(self, client: _Client) -> None:
        relay = self._relay
        self._fault(*client.connect(relay.host, relay.port))
        self._at("EHLO")
        self._fault(*client.ehlo())
        if relay.context and not relay.implicit:
            self._at("STARTTLS")
            client.secure()
            self._at("EHLO after STARTTLS")
            self._fault(*client.ehlo())
        if relay.user:
            self._at("the login")
            client.login(relay.user, self._password)

    def _envelope(self, client: _Client, delivery: Delivery) -> None:
        self._at("MAIL FROM")
        most = client.esmtp_features.get("size", "").strip()
        if most.isdecimal() and 0 < int(most[:18]) < len(delivery.wire):
            raise Permanent(f"the relay takes at most {int(most[:18]):,} bytes; the mail has {len(delivery.wire):,}")
        foreign = not all(recipient.isascii() for recipient in delivery.recipients)
        if foreign and not client.has_extn("smtputf8"):
            raise Permanent("the relay cannot take an address with letters beyond ASCII (it offers no SMTPUTF8)")
        self._fault(*client.mail(delivery.sender, ["SMTPUTF8"] if foreign else []))
        for recipient in delivery.recipients:
            self._at(f"RCPT TO {recipient}")
            self._refused(*client.rcpt(recipient), good=2)
        self._at("DATA")
        self._refused(*client.docmd("DATA"), good=3)

    def _at(self, stage: str) -> None:
        self._stage = stage
        if self._dropped:
            raise Temporary(f"stopped before {stage}")

    def _fault(self, code: int, said: bytes) -> None:
        """Before the recipient is named any refusal, 5xx too, is about the relay and us, not about this mail."""
        if code // 100 != 2:  # noqa: PLR2004
            raise Temporary(self._words(code, said))

    def _refused(self, code: int, said: bytes, good: int = 0) -> None:
        """From here on a 5xx is about this mail."""
        match code // 100:
            case 5:
                raise Permanent(self._words(code, said))
            case 4:
                raise Temporary(self._words(code, said))
            case first if first != good:
                raise smtplib.SMTPResponseException(code, said)

    def _words(self, code: int, said: bytes) -> str:
        return f"{self._relay.host}:{self._relay.port}, {self._stage}: {code} {_printable(said)}"

    @contextlib.contextmanager
    def _working(self, lost: type[Temporary]) -> Iterator[None]:
        """Every error of the libraries becomes one of ours; *lost* is what a broken connection means here."""
        self._busy, done = True, False
        try:
            yield
            done = True
        except smtplib.SMTPResponseException as error:
            raise lost(self._words(error.smtp_code, _bytes(error.smtp_error))) from error
        except UnicodeError as error:  # its own words would quote the password
            raise lost(
                f"{self._relay.host}, {self._stage}: a letter beyond ASCII, which SMTP cannot take here"
            ) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            words = str(error) or type(error).__name__
            where = f"{self._relay.host}:{self._relay.port}, {self._stage}"
            raise lost(f"{where}: {_printable(words.encode('utf-8', 'replace'))}") from error
        finally:
            self._busy = False
            if self._client and (self._dropped or not done):
                self._client.close()


class _Client(smtplib.SMTP):
    """smtplib's client with its own reading of answers: limited in lines, in octets and in time as a whole."""

    def __init__(self, relay: Relay) -> None:
        self.patience = relay.timeout  #: seconds for one whole answer
        self._relay = relay
        self._received = b""
        super().__init__(local_hostname=relay.ehlo, timeout=relay.timeout)
        self._host = relay.host  # smtplib's starttls() checks the certificate against it

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
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

    def getreply(self) -> tuple[int, bytes]:
        """One answer, all its lines."""
        deadline = time.monotonic() + self.patience
        said: list[bytes] = []
        while len(said) < MAX_LINES:
            line = self._line(deadline)
            if not (found := _LINE.fullmatch(line)):
                raise smtplib.SMTPServerDisconnected(f"no answer of SMTP: {_printable(line)!r}")
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


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")


def _printable(said: bytes) -> str:
    """A stranger's words: one line, no control characters, not many."""
    text = said[: MAX_WORDS * 4].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_WORDS]
