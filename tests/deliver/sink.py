"""A mail server that takes everything, or misbehaves at one step as told. Runs in threads; works from any test.

with Sink() as sink:                                   # takes mail and keeps it
    ...
    assert sink.mails[0].wire == ...
with Sink(fault=Fault("DATA", "5xx")) as sink: ...     # refuses there
with Sink(tls=Certificate.made(folder), starttls=True, login=("ana", "secret")) as sink: ...
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Self

from tests.deliver.certificate import Certificate

#: In the order of a session. "middle": while the mail is sent; "dot": after its end.
STATES: Final = (
    "connect", "EHLO", "STARTTLS", "EHLO after STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "middle", "dot", "QUIT",
)  # fmt: skip
KINDS: Final = ("4xx", "5xx", "close", "reset", "hang", "garbage", "endless", "long line")


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and when."""

    state: str
    kind: str
    times: int = 10**6  #: so many sessions; the later ones are healthy


@dataclass(frozen=True)
class Taken:
    """One mail that was answered 250."""

    sender: str
    recipients: tuple[str, ...]
    wire: bytes  #: without dot stuffing
    ehlo: str


class _Over(Exception):
    """This session ends here."""


@dataclass
class Sink:
    """The server."""

    fault: Fault | None = None
    tls: Certificate | None = None
    starttls: bool = False  #: TLS is offered; otherwise, with a certificate, it is spoken from the first byte
    login: tuple[str, str] | None = None
    mechanisms: str = "PLAIN LOGIN"
    extensions: tuple[str, ...] = ("8BITMIME", "SIZE 40000000")
    injected: bytes = b""  #: clear text sent together with the answer to STARTTLS
    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Taken] = field(default_factory=list)
    sessions: int = 0
    heard: list[bytes] = field(default_factory=list)  #: every command line
    lmtp: bool = False  #: LHLO, and an answer for each recipient
    refuses: dict[str, bytes] = field(default_factory=dict)  #: recipient -> what RCPT is answered
    fails: dict[str, bytes] = field(default_factory=dict)  #: recipient -> what the mail is answered, in LMTP
    tokens: tuple[str, ...] = ()  #: that XOAUTH2 takes
    taken: Callable[[Taken], None] | None = None  #: told of each mail before its 250
    left: int = 0  #: clients that did not wait for the end of a hang
    unfinished: list[bytes] = field(default_factory=list)  #: mails whose final dot never came

    def __enter__(self) -> Self:
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((self.host, self.port))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._spawn(self._accept)
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._done.is_set():
            with contextlib.suppress(TimeoutError):
                sock, _ = self._listener.accept()
                self.sessions += 1
                self._spawn(self._serve, sock, self.sessions)

    def _serve(self, sock: socket.socket, number: int) -> None:
        fault = self.fault if self.fault and number <= self.fault.times else None
        session = _Session(self, sock, fault)
        with contextlib.suppress(_Over, OSError):
            session.run()
        session.sock.close()


class _Session:
    """One connection."""

    def __init__(self, sink: Sink, sock: socket.socket, fault: Fault | None) -> None:
        self.sink, self.sock, self.fault = sink, sock, fault
        self.buffer = b""
        self.ehlo = self.sender = ""
        self.recipients: list[str] = []

    def run(self) -> None:
        if self.sink.tls and not self.sink.starttls:
            self.secure(self.sink.tls)
        self.say("connect", b"220 sink.example ESMTP")
        while True:
            line = self.line()
            verb, _, rest = line.partition(b" ")
            self.sink.heard.append(line)
            self.obey(verb.upper(), rest)

    def obey(self, verb: bytes, rest: bytes) -> None:  # noqa: C901  (one case for each command)
        match verb:
            case b"EHLO" | b"LHLO" if (verb == b"LHLO") == self.sink.lmtp:
                self.ehlo = rest.decode()
                self.greet()
            case b"STARTTLS" if self.sink.tls:
                self.say("STARTTLS", b"220 go ahead", self.sink.injected)
                if not self.fault or self.fault.state != "STARTTLS":
                    self.secure(self.sink.tls)
            case b"AUTH":
                self.authenticate(rest)
            case b"MAIL":
                self.sender, self.recipients = _address(rest), []
                self.say("MAIL", b"250 2.1.0 OK")
            case b"RCPT":
                self.rcpt(_address(rest))
            case b"DATA":
                self.data()
            case b"RSET":
                self.say("RSET", b"250 2.0.0 OK")
            case b"EHLO" | b"LHLO":
                self.say("EHLO", b"500 5.5.1 not that one")
            case _:
                self.say("QUIT", b"221 bye")
                raise _Over

    def rcpt(self, address: str) -> None:
        if refused := self.sink.refuses.get(address):
            return self.say("RCPT", refused)
        self.recipients.append(address)
        return self.say("RCPT", b"250 2.1.5 OK")

    def data(self) -> None:
        if self.fault and self.fault.state == "middle":
            # In one packet with the 354, so that no test depends on which of two arrives first.
            self.misbehave(self.fault.kind, b"250 sorry", b"354 go on\r\n")
        else:
            self.say("DATA", b"354 go on")
        self.take(self.sender, tuple(self.recipients))

    def greet(self) -> None:
        offers = list(self.sink.extensions)
        if self.sink.starttls and not isinstance(self.sock, ssl.SSLSocket):
            offers.append("STARTTLS")
        if self.sink.login:
            offers.append(f"AUTH {self.sink.mechanisms}")
        if self.sink.tokens:
            offers.append("AUTH XOAUTH2")
        lines = ["sink.example", *offers]
        marks = ["-"] * (len(lines) - 1) + [" "]
        text = "\r\n".join(f"250{mark}{line}" for mark, line in zip(marks, lines, strict=True))
        self.say("EHLO after STARTTLS" if self.secured else "EHLO", text.encode())

    @property
    def secured(self) -> bool:
        return self.sink.starttls and isinstance(self.sock, ssl.SSLSocket)

    def authenticate(self, rest: bytes) -> None:
        user, secret = self.sink.login or ("", "")
        if rest.startswith(b"XOAUTH2 "):
            return self.by_token(base64.b64decode(rest.split(b" ")[1]))
        mechanism, _, first = rest.partition(b" ")
        given = base64.b64decode(first + b"==")
        if mechanism == b"LOGIN":
            self.say("AUTH", b"334 UGFzc3dvcmQ6")
            given = b"\0" + given + b"\0" + base64.b64decode(self.line() + b"==")
        offered = mechanism.decode() in self.sink.mechanisms.split()
        right = offered and given == f"\0{user}\0{secret}".encode()
        return self.say("AUTH", b"235 2.7.0 OK" if right else b"535 5.7.8 wrong user or password")

    def by_token(self, given: bytes) -> None:
        """A refusal comes as a question, as at Gmail and Microsoft 365."""
        token = given.partition(b"auth=Bearer ")[2].partition(b"\1")[0].decode()
        if token in self.sink.tokens:
            return self.say("AUTH", b"235 2.7.0 OK")
        self.say("AUTH", b"334 " + base64.b64encode(b'{"status":"401"}'))
        self.line()
        return self.say("AUTH", b"535 5.7.8 token not taken")

    def take(self, sender: str, recipients: tuple[str, ...]) -> None:
        whole = b"\r\n" + self.buffer
        pieces = [whole]
        tail = whole[-5:]
        while b"\r\n.\r\n" not in (whole if len(pieces) == 1 else tail):
            try:
                more = self.receive()
            except (_Over, OSError):
                self.sink.unfinished.append(b"".join(pieces)[2:])
                raise
            pieces.append(more)
            tail = tail[-4:] + more
        whole, _, self.buffer = b"".join(pieces).partition(b"\r\n.\r\n")
        wire = (whole + b"\r\n").replace(b"\r\n..", b"\r\n.")[2:]
        if not self.fault or self.fault.state != "dot" or self.fault.kind == "taken":
            self.keep(Taken(sender, recipients, wire, self.ehlo))
        for recipient in recipients if self.sink.lmtp else recipients[:1]:
            usual = b"250 2.0.0 taken as " + str(len(self.sink.mails)).encode()
            self.say("dot", self.sink.fails.get(recipient, usual))

    def keep(self, mail: Taken) -> None:
        who = tuple(one for one in mail.recipients if one not in self.sink.fails)
        if who:
            with self.sink._lock:
                self.sink.mails.append(replace(mail, recipients=who))
            if self.sink.taken:
                self.sink.taken(mail)

    def say(self, state: str, usual: bytes, more: bytes = b"") -> None:
        if self.fault and self.fault.state == state:
            self.misbehave(self.fault.kind, usual)
        else:
            self.send(usual + b"\r\n" + more)

    def misbehave(  # noqa: C901  (one case for each kind)
        self, kind: str, usual: bytes, before: bytes = b""
    ) -> None:
        if before and kind in {"close", "reset", "hang"}:
            self.send(before)
        match kind:
            case "4xx":
                self.send(before + b"451 4.3.0 not now\r\n")
            case "5xx":
                self.send(before + b"554 5.7.1 never, said the sink\r\n")
            case "close" | "taken":  # the second: after the mail was kept
                raise _Over
            case "reset":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise _Over
            case "hang":
                self.wait()
            case "garbage":
                self.send(before + b"\x00\xff\x1b[31m !! " + usual[4:] + b"\r\n")
            case "endless":
                self.flood(before, (usual[:3] + b"-and so on\r\n") * 120)
            case "long line":
                self.flood(before + usual[:3] + b" ", b"x" * 5000)
            case _:
                raise ValueError(kind)

    def send(self, content: bytes) -> None:
        self.sock.settimeout(5)
        self.sock.sendall(content)

    def wait(self) -> None:
        """Say nothing and take nothing, until the client leaves or the test is over."""
        self.sock.settimeout(0.05)
        while not self.sink._done.is_set():
            with contextlib.suppress(TimeoutError):
                if not socket.socket.recv(self.sock, 1, socket.MSG_PEEK):
                    self.sink.left += 1
                    break
            self.sink._done.wait(0.01)
        raise _Over

    def flood(self, first: bytes, again: bytes) -> None:
        while not self.sink._done.is_set():
            self.send(first + again)
            first = b""

    def line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            if len(self.buffer) > 4096:
                raise _Over
            self.buffer += self.receive()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def receive(self) -> bytes:
        self.sock.settimeout(0.05)
        while not self.sink._done.is_set():
            with contextlib.suppress(TimeoutError):
                if more := self.sock.recv(1 << 16):
                    return more
                break
        raise _Over

    def secure(self, certificate: Certificate) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.file, certificate.key)
        self.sock.settimeout(5)
        self.sock = context.wrap_socket(self.sock, server_side=True)


def _address(rest: bytes) -> str:
    return rest.decode().partition("<")[2].partition(">")[0]
