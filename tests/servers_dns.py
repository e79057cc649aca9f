"""A DNS server on loopback that serves a zone of the test's making, with switches for what goes wrong in the world.

    async with dns_server({"example.org": [("TXT", "v=spf1 -all")]}) as server:
        resolver = Dns(nameservers=(server.address,)).open()
        server.faults["slow.example"] = "timeout"

Records are (kind, text) as in a zone file, but TXT, which is the plain text (a tuple: its strings; bytes as they are).
A CNAME is followed within the zone. A name that is not there does not exist; one below which there is something does.
Faults, for a name or for "*": timeout, servfail, refused, formerr, nxdomain, truncated, wrong_id, garbage, loop, and
a number of seconds: slow. A list of faults: one for each question, then none.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

IN = dns.rdataclass.IN


@dataclass
class DnsServer:
    """The zone, what goes wrong, and what was asked."""

    zone: dict
    faults: dict = field(default_factory=dict)
    ttl: int = 300
    asked: list = field(default_factory=list)  #: (name, kind, "udp" or "tcp") of each question
    address: str = ""

    def fault(self, name):
        found = self.faults.get(name, self.faults.get("*"))
        if isinstance(found, list):
            found = found.pop(0) if found else None
        return found

    async def answer(self, wire, way):
        """The bytes that answer *wire*; None: nothing at all."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, way))
        fault = self.fault(name)
        if isinstance(fault, int | float):
            await asyncio.sleep(fault)
        if fault == "timeout":
            return None
        if fault == "garbage":
            return wire[:2] + b"\xff" * 30
        reply = dns.message.make_response(query, recursion_available=True)
        self._fill(reply, question, fault, way)
        if fault == "wrong_id":
            reply.id ^= 1
        return reply.to_wire(max_size=65_535)

    def _fill(self, reply, question, fault, way):
        codes = {"servfail": "SERVFAIL", "refused": "REFUSED", "formerr": "FORMERR", "nxdomain": "NXDOMAIN"}
        if fault in codes:
            reply.set_rcode(dns.rcode.from_text(codes[fault]))
        elif fault == "truncated" and way == "udp":
            reply.flags |= dns.flags.TC
        elif fault == "loop":
            reply.answer.append(dns.rrset.from_text(question.name, self.ttl, IN, "CNAME", question.name.to_text()))
        else:
            self._chain(reply, question.name, question.rdtype)

    def _chain(self, reply, name, kind):
        for _ in range(20):
            records = self._records(name)
            found = [record for record in records if record.rdtype == kind]
            alias = [record for record in records if record.rdtype == dns.rdatatype.CNAME]
            if found or not alias:
                break
            reply.answer.append(dns.rrset.from_rdata(name, self.ttl, alias[0]))
            name = alias[0].target
        if found:
            reply.answer.append(dns.rrset.from_rdata_list(name, self.ttl, found))
        elif not records and not self._above(name):
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _records(self, name):
        return [_record(*one) for one in self.zone.get(name.to_text(omit_final_dot=True).lower(), ())]

    def _above(self, name):
        return any(("." + known).endswith("." + name.to_text(omit_final_dot=True).lower()) for known in self.zone)


def _record(kind, text):
    if kind == "TXT":
        parts = text if isinstance(text, tuple) else (text,)
        parts = [part if isinstance(part, bytes) else part.encode() for part in parts]
        pieces = [part[at : at + 255] for part in parts for at in range(0, len(part) or 1, 255)]
        wire = b"".join(bytes((len(piece),)) + piece for piece in pieces)
        return dns.rdata.from_wire(IN, dns.rdatatype.TXT, wire, 0, len(wire))
    return dns.rdata.from_text(IN, kind, text, origin=dns.name.root, relativize=False)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server):
        self.server, self.tasks = server, set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        task = asyncio.ensure_future(self._reply(data, addr))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _reply(self, data, addr):
        if reply := await self.server.answer(data, "udp"):
            self.transport.sendto(reply, addr)


@contextlib.asynccontextmanager
async def dns_server(zone, **settings):
    """Serve *zone* on one port of loopback, by UDP and TCP."""
    server = DnsServer({name.lower(): records for name, records in zone.items()}, **settings)

    async def stream(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (size,) = struct.unpack("!H", await reader.readexactly(2))
                if reply := await server.answer(await reader.readexactly(size), "tcp"):
                    writer.write(struct.pack("!H", len(reply)) + reply)
        writer.close()

    loop = asyncio.get_running_loop()
    listener = await asyncio.start_server(stream, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: _Datagrams(server), local_addr=("127.0.0.1", port)
    )
    server.address = f"127.0.0.1:{port}"
    try:
        yield server
    finally:
        transport.close()
        for task in protocol.tasks:
            task.cancel()
        listener.close()


@contextlib.contextmanager
def dns_thread(zone, **settings):
    """The same for tests without a loop: it serves from a thread of its own."""
    known, up, over = {}, threading.Event(), asyncio.Event()

    async def serve():
        known["loop"] = asyncio.get_running_loop()
        async with dns_server(zone, **settings) as known["server"]:
            up.set()
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="dns", daemon=True)
    thread.start()
    assert up.wait(20), "the DNS server does not start"
    try:
        yield known["server"]
    finally:
        known["loop"].call_soon_threadsafe(over.set)
        thread.join(20)
