"""The DNS, asked through one door: answers are kept for their time, and one question is asked once at a time.

What nobody can say now is Temporary, with words; a name that does not exist is an answer like any other.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver
import structlog
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from pydantic import BaseModel, ConfigDict, Field, field_validator

from mailbot.domain.errors import Permanent, Temporary
from mailbot.understand.zone import Records

log = structlog.get_logger()

KINDS: Final = ("TXT", "A", "AAAA", "MX", "PTR")
MOST_KEPT: Final = 10_000  #: answers
SHORTEST: Final = 30.0  #: seconds that an answer is kept at least, whatever its own time says
LONGEST: Final = 3_600.0  #: and at most
NOTHING: Final = 60.0  #: seconds that an answer without records is kept
#: What stands at one name: large houses have some hundred texts of a few kB, and more is no use but to tire us.
MOST_RECORDS: Final = 200
MOST_BYTES: Final = 20_000
PORT: Final = 53
PAYLOAD: Final = 1_232  #: bytes that fit into one packet everywhere; what is longer comes by TCP


class Dns(BaseModel):
    """Who is asked about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nameservers: tuple[str, ...] = Field(
        default=(), max_length=10, description="addresses, each with :port if it is not 53; none: those of the system"
    )
    timeout: float = Field(default=5.0, gt=0, le=30, description="seconds to wait for one of them")
    lifetime: float = Field(default=10.0, gt=0, le=60, description="seconds to wait for an answer from any of them")

    @field_validator("nameservers")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            _address(one)
        return value

    def open(self) -> SystemResolver:
        """Make the resolver; nobody is asked yet."""
        return SystemResolver(self)


def _address(text: str) -> tuple[str, int]:
    """An address and its port: ``192.0.2.1``, ``192.0.2.1:5353``, ``2001:db8::1`` or ``[2001:db8::1]:5353``."""
    host, _, port = text.rpartition(":") if text.count(":") == 1 or "]:" in text else (text, "", str(PORT))
    try:
        number = int(port)
        host = str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        number = 0
    if not 0 < number < 1 << 16:
        raise ValueError(
            f"{text!r} is not an IP address with or without a port; write 192.0.2.53 or [2001:db8::53]:5353"
        )
    return host, number


class SystemResolver:
    """Asks over UDP, and over TCP what does not fit; dnspython does the talking."""

    def __init__(self, settings: Dns, now: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._now = now
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._kept: OrderedDict[tuple[str, str], tuple[float, Records]] = OrderedDict()
        self._asked: dict[tuple[str, str], asyncio.Task[Records]] = {}

    async def look(self, name: str, kind: str) -> Records:
        if kind not in KINDS:
            raise Permanent(f"nobody here asks the DNS for {kind} records")
        key = (name.removesuffix(".").lower(), kind)
        known = self.kept(*key)
        if known is not None:
            return known
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._ask(*key))
            task.add_done_callback(lambda done: self._answered(key, done))
        # Whoever asked first may be cancelled; the others still want the answer.
        return await asyncio.shield(task)

    def kept(self, name: str, kind: str) -> Records | None:
        """The answer that is known already, for *name* in lower case; None: it must be asked."""
        until, known = self._kept.get((name, kind), (0.0, None))
        return known if self._now() < until else None

    def _answered(self, key: tuple[str, str], task: asyncio.Task[Records]) -> None:
        del self._asked[key]
        if not task.cancelled():
            task.exception()  # heard, even when everybody who asked has gone

    async def _ask(self, name: str, kind: str) -> Records:
        question = _name(name)
        if question is None:
            return Records(exists=False)
        try:
            answer = await self._open().resolve(question, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return self._keep(name, kind, Records(exists=False), NOTHING)
        except (dns.exception.DNSException, OSError, ValueError, EOFError) as error:
            self._resolver = None  # a machine that has moved to another network has other servers now
            raise Temporary(f"the DNS cannot say now what stands at {name} ({kind}): {_why(error)}") from error
        values = _values(name, kind, answer)
        ttl = float(answer.chaining_result.minimum_ttl)
        return self._keep(name, kind, Records(values), min(max(ttl, SHORTEST), LONGEST) if values else NOTHING)

    def _open(self) -> dns.asyncresolver.Resolver:
        if self._resolver is None:
            resolver = dns.asyncresolver.Resolver(configure=not self._settings.nameservers)
            if self._settings.nameservers:
                servers = map(_address, self._settings.nameservers)
                resolver.nameservers = [dns.nameserver.Do53Nameserver(*server) for server in servers]
            resolver.timeout = self._settings.timeout
            resolver.lifetime = self._settings.lifetime
            resolver.use_edns(0, 0, PAYLOAD)
            self._resolver = resolver
        return self._resolver

    def _keep(self, name: str, kind: str, records: Records, seconds: float) -> Records:
        self._kept[name, kind] = self._now() + seconds, records
        self._kept.move_to_end((name, kind))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return records


def _name(text: str) -> dns.name.Name | None:
    """*text* as a name, byte for byte: what strangers write is never an escape here; None when it can be no name."""
    try:
        return dns.name.Name([*(label.encode("ascii") for label in text.split(".")), b""])
    except (UnicodeEncodeError, dns.exception.DNSException):
        return None


def _values(name: str, kind: str, answer: dns.resolver.Answer) -> tuple[bytes, ...]:
    """The records as bytes; none where there are too many to be meant honestly."""
    if len(answer) > MOST_RECORDS:
        log.warning("dns.too_much", name=name, kind=kind, records=len(answer))
        return ()
    values = tuple(_value(record) for record in answer)
    if sum(map(len, values)) > MOST_BYTES:
        log.warning("dns.too_much", name=name, kind=kind, bytes=sum(map(len, values)))
        return ()
    return values


def _value(record: dns.rdata.Rdata) -> bytes:
    if isinstance(record, TXT):
        return b"".join(record.strings)
    if isinstance(record, MX):
        return f"{record.preference} ".encode() + _plain(record.exchange)
    if isinstance(record, PTR):
        return _plain(record.target)
    return record.to_text().encode("ascii")


def _plain(name: dns.name.Name) -> bytes:
    return b".".join(label for label in name.labels if label) or b"."


def _why(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no answer in time"
    if isinstance(error, dns.resolver.NoResolverConfiguration):
        return "this machine names no DNS server; name one in [dns] nameservers"
    return " ".join(str(error).split())[:200] or type(error).__name__
