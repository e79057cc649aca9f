"""An IMAP server in the test's own loop, which breaks off, hangs or talks nonsense exactly where it is told to.

server = Script(); server.deliver(b"..."); server.fault = Fault("BODY", "inside", "reset"); ...

It speaks as much IMAP as we do. *At* names the answer, *when* is before, inside or after it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import ssl
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

STAGES = (
    "greeting", "CAPABILITY", "STARTTLS", "LOGIN", "SELECT", "SEARCH", "SIZE", "BODY", "PIECE", "STORE", "IDLE", "DONE",

)  # fmt: skip
WHEN = ("before", "inside", "after")
KINDS = ("close", "reset", "hang", "garbage", "BYE", "NO", "BAD", "huge", "wrong tag")
USER, PASSWORD = "build@example.org", "secret"


@dataclass
class Fault:
    """What goes wrong, and how often."""

    at: str
    when: str
    kind: str
    times: int = 1
    hits: int = 0

    def bites(self, at, when):
        if self.hits >= self.times or (self.at, self.when) != (at, when):
            return False
        self.hits += 1
        return True


@dataclass
class Mail:
    raw: bytes
    at: datetime
    flags: set = field(default_factory=set)


class Broken(Exception):
    """This connection ends here."""


@dataclass
class Script:
    """The server."""

    capabilities: str = "IDLE UIDPLUS MOVE"
    certificate: object = None  #: offers STARTTLS
    implicit: bool = False
    validity: int = 7
    next: int = 1
    mails: dict = field(default_factory=dict)  #: uid -> mail
    moved: list = field(default_factory=list)
    fault: Fault | None = None
    refused: set = field(default_factory=set)  #: uids that it will not give
    deadly: set = field(default_factory=set)  #: uids that end the connection
    silent: set = field(default_factory=set)  #: uids of which it says OK and gives nothing
    told: bool = True  #: it tells of new mail in IDLE
    idle_ends: bool = False  #: it answers IDLE at once
    wrong_sizes: int = 0  #: added to each size
    passwords: tuple = (PASSWORD,)
    login_words: str = "[AUTHENTICATIONFAILED] wrong"
    connections: int = 0
    commands: list = field(default_factory=list)
    port: int = 0

    async def __aenter__(self):
        context = self._context() if self.implicit else None
        self._server = await asyncio.start_server(self._client, "127.0.0.1", self.port, ssl=context, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open = set()
        return self

    async def __aexit__(self, *exc):
        self._server.close()
        tasks = [task for task, _, _ in self._open]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # their transports say goodbye

    async def deliver(self, *raws, at=None):
        """New mail."""
        for raw in raws:
            self.mails[self.next] = Mail(raw, at or datetime.now(UTC))  # noqa: TID251  (a server has its own clock)
            self.next += 1
        for _, _, connection in self._open:
            connection.woken.set()

    def drop(self):
        """End every connection."""
        for _, writer, _ in list(self._open):
            writer.transport.abort()

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.file, self.certificate.key)
        return context

    async def _client(self, reader, writer):
        self.connections += 1
        connection = _Connection(self, reader, writer)
        entry = asyncio.current_task(), writer, connection
        self._open.add(entry)
        try:
            await connection.serve()
        except (Broken, OSError, EOFError, asyncio.CancelledError, ValueError):
            pass
        finally:
            self._open.discard(entry)
            writer.transport.abort()


class _Connection:
    """One client."""

    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.secure = server.implicit
        self.seen, self.woken = None, asyncio.Event()

    async def serve(self):
        await self.say("greeting", "*", [], b"* OK ready\r\n")
        while line := await self.line():
            tag, _, rest = line.partition(" ")
            self.server.commands.append(rest)
            verb = rest.split()[0].upper()
            if verb == "UID":
                verb = rest.split()[1].upper()
            await getattr(self, f"do_{verb.lower()}")(tag, rest)

    async def line(self):
        return (await self.reader.readuntil(b"\n")).decode().rstrip("\r\n")

    async def say(self, at, tag, chunks, end=None):
        """Say the whole answer, unless something is to go wrong with it."""
        end = end or f"{tag} OK done\r\n".encode()
        fault, whole = self.server.fault, b"".join([*chunks, end])
        if fault and fault.bites(at, "before"):
            await self.go_wrong(fault.kind, tag)
        elif fault and fault.bites(at, "inside"):
            if fault.kind in {"NO", "BAD", "BYE", "wrong tag"}:
                self.writer.write(b"".join(chunks[: len(chunks) // 2]))
            else:
                self.writer.write(whole[: len(whole) // 2])
            await self.go_wrong(fault.kind, tag, inside=True)
        else:
            self.writer.write(b"".join([*chunks, self.news(), end]))
            if fault and fault.bites(at, "after"):
                await self.go_wrong(fault.kind, tag)
        await self.writer.drain()

    async def go_wrong(self, kind, tag, *, inside=False):
        write = self.writer.write
        if kind == "reset":
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        elif kind == "hang":
            await asyncio.sleep(3600)
        elif kind == "garbage":
            write(b"\x00\xff\xfe{7} ((( \r\n")
        elif kind == "BYE":
            write(b"* BYE we are closing\r\n")
        elif kind in {"NO", "BAD"}:
            write(self.news() + f"{tag} {kind} not now\r\n".encode())
            return
        elif kind == "huge":
            write(b"\r\n* 1 FETCH (UID 1 BODY[] {99999999999}\r\n" + b"x" * 100)
            await asyncio.sleep(3600)
        elif kind == "wrong tag":
            write(b"NOTOURS1 OK done\r\n")
        with contextlib.suppress(OSError):
            await self.writer.drain()
        raise Broken(kind, inside)

    def offered(self):
        starttls = " STARTTLS" if self.server.certificate and not self.secure else ""
        return f"* CAPABILITY IMAP4rev1 {self.server.capabilities}{starttls}\r\n".encode()

    async def do_capability(self, tag, _):
        await self.say("CAPABILITY", tag, [self.offered()])

    async def do_starttls(self, tag, _):
        await self.say("STARTTLS", tag, [])
        await self.writer.start_tls(self.server._context())
        self.secure = True

    async def do_login(self, tag, rest):
        await self.answer_login(tag, [part.replace('\\"', '"') for part in re.findall(r'"((?:[^"\\]|\\.)*)"', rest)])

    async def do_authenticate(self, tag, _):
        self.writer.write(b"+ \r\n")
        said = base64.b64decode(await self.line()).decode()
        if said.startswith("user="):
            user, token = re.fullmatch("user=(.*)\1auth=Bearer (.*)\1\1", said).groups()
            if token not in self.server.passwords:
                self.writer.write(b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
                assert await self.line() == ""
        else:
            _, user, token = said.split("\0")
        await self.answer_login(tag, [user, token])

    async def answer_login(self, tag, said):
        if said[0] == USER and said[1] in self.server.passwords:
            await self.say("LOGIN", tag, [])
        else:
            await self.say("LOGIN", tag, [], f"{tag} NO {self.server.login_words}\r\n".encode())

    async def do_select(self, tag, rest):
        readonly = "READ-ONLY" if rest.startswith("EXAMINE") else "READ-WRITE"
        server = self.server
        lines = [
            f"* {len(server.mails)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n",
            f"* OK [UIDVALIDITY {server.validity}] yes\r\n",
            f"* OK [UIDNEXT {server.next}] next\r\n" if server.next else "",
        ]
        self.seen = self.server.next
        await self.say("SELECT", tag, [line.encode() for line in lines], f"{tag} OK [{readonly}] in\r\n".encode())

    do_examine = do_select

    async def do_search(self, tag, rest):
        if found := re.search(r"UID (\d+):\*", rest):
            first = int(found[1])
            uids = [uid for uid in self.server.mails if uid >= first] or list(self.server.mails)[-1:]
        elif found := re.search(r"SEARCH UID (\d+)", rest):
            uids = [uid for uid in self.server.mails if uid == int(found[1])]
        else:
            day = datetime.strptime(re.search(r"SINCE (\S+)", rest)[1], "%d-%b-%Y").replace(tzinfo=UTC)
            uids = [uid for uid, mail in self.server.mails.items() if mail.at >= day]
        await self.say("SEARCH", tag, [b"* SEARCH" + b"".join(b" %d" % uid for uid in uids) + b"\r\n"])

    async def do_fetch(self, tag, rest):
        uids = self.uids(rest.split()[2])
        if "SIZE" in rest:
            await self.say("SIZE", tag, [self.item(uid, b"RFC822.SIZE %d" % self.size(uid)) for uid in uids])
        elif "BODY" not in rest:
            await self.say("DATE", tag, [self.item(uid, self.date(uid)) for uid in uids])
        else:
            if self.server.deadly & set(uids):
                raise Broken
            if self.server.refused & set(uids):
                return await self.say("BODY", tag, [], f"{tag} NO [SERVERBUG] cannot read it\r\n".encode())
            piece = re.search(r"<(\d+)\.(\d+)>", rest)
            given = [uid for uid in uids if uid not in self.server.silent]
            chunks = [self.item(uid, self.dated(uid, rest) + self.body(uid, piece)) for uid in given]
            await self.say("PIECE" if piece else "BODY", tag, chunks)
        return None

    async def do_store(self, tag, rest):
        flag = re.search(r"\((.*)\)", rest)[1]
        await self.effect(
            "STORE", tag, lambda: [self.server.mails[uid].flags.add(flag) for uid in self.uids(rest.split()[2])]
        )

    async def do_move(self, tag, rest):
        def move():
            self.server.moved += [self.server.mails.pop(uid) for uid in self.uids(rest.split()[2])]

        await self.effect("MOVE", tag, move)

    async def do_copy(self, tag, rest):
        def copy():
            self.server.moved += [self.server.mails[uid] for uid in self.uids(rest.split()[2])]

        await self.effect("COPY", tag, copy)

    async def do_expunge(self, tag, rest):
        def expunge():
            for uid in self.uids(rest.split()[2]):
                if "\\Deleted" in self.server.mails[uid].flags:
                    del self.server.mails[uid]

        await self.effect("EXPUNGE", tag, expunge)

    async def effect(self, at, tag, change):
        if not (self.server.fault and (self.server.fault.at, self.server.fault.when) == (at, "before")):
            change()
        await self.say(at, tag, [])

    async def do_idle(self, tag, _):
        await self.say("IDLE", tag, [], b"+ idling\r\n")
        if self.server.idle_ends:
            return await self.say("DONE", tag, [])
        done = asyncio.ensure_future(self.line())
        try:
            while not done.done():
                self.writer.write(self.news())
                self.woken.clear()
                woken = asyncio.ensure_future(self.woken.wait())
                await asyncio.wait([done, woken], return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
            if (await done).upper() != "DONE":
                raise Broken
        finally:
            done.cancel()
        return await self.say("DONE", tag, [])

    def news(self):
        """What a server tells unasked, of the folder that is open."""
        if self.seen is None or self.seen == self.server.next or not self.server.told:
            return b""
        self.seen = self.server.next
        return b"* %d EXISTS\r\n" % len(self.server.mails)

    async def do_noop(self, tag, _):
        await self.say("NOOP", tag, [])

    async def do_create(self, tag, _):
        await self.say("CREATE", tag, [])

    async def do_logout(self, tag, _):
        await self.say("LOGOUT", tag, [b"* BYE bye\r\n"])
        raise Broken

    def uids(self, text):
        known = sorted(self.server.mails)
        pairs = [part.split(":") for part in text.split(",")]
        return [uid for uid in known if any(int(pair[0]) <= uid <= int(pair[-1]) for pair in pairs)]

    def size(self, uid):
        return max(0, len(self.server.mails[uid].raw) + self.server.wrong_sizes)

    def date(self, uid):
        return b'INTERNALDATE "' + self.server.mails[uid].at.strftime("%d-%b-%Y %H:%M:%S %z").encode() + b'"'

    def dated(self, uid, rest):
        return self.date(uid) + b" " if "INTERNALDATE" in rest else b""

    def body(self, uid, piece):
        raw, name = self.server.mails[uid].raw, b"BODY[]"
        if piece:
            start, octets = int(piece[1]), int(piece[2])
            raw, name = raw[start : start + octets], b"BODY[]<%d>" % start
        return b"%s {%d}\r\n%s" % (name, len(raw), raw)

    def item(self, uid, what):
        number = sorted(self.server.mails).index(uid) + 1
        return b"* %d FETCH (UID %d %s)\r\n" % (number, uid, what)
