"""What is known of the mail system of the people we write to: who runs it, and how it took our forms before.

It is asked where an answer is written, and no answer waits for it: a DNS that does not say in time is one that does
not know, and what was learned of the domain counts all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Address
from mailbot.domain.reply import Receiver
from mailbot.ports import Clock, Resolver

PATIENCE: Final = 3.0  #: seconds for the DNS
MOST: Final = 20  #: hosts that are looked at


class Receivers(Protocol):
    """Tells of a person's mail system."""

    async def receiver(self, address: Address) -> Receiver:
        """What is known of it; never an error, and never a long wait."""


class Memory(Protocol):
    """The part of the ledger that remembers."""

    async def receiver(self, domain: str, operator: str, now: datetime) -> Receiver: ...


@dataclass(frozen=True, kw_only=True)
class Known:
    """Asks the DNS, and the ledger."""

    memory: Memory
    clock: Clock
    resolver: Resolver | None = None  #: none: nobody is asked, as while no domain is set
    operator_of: Callable[[Sequence[str]], str] = lambda _hosts: ""
    patience: float = PATIENCE

    async def receiver(self, address: Address) -> Receiver:
        domain = domain_of(address)
        return await self.memory.receiver(domain, await self._operator(domain), self.clock())

    async def _operator(self, domain: str) -> str:
        if self.resolver is None or not domain:
            return ""
        try:
            records = await asyncio.wait_for(self.resolver.look(domain, "MX"), self.patience)
        except (Temporary, TimeoutError):
            return ""
        hosts = sorted(filter(None, map(_host, records.values)))[:MOST]
        return self.operator_of([host for _, host in hosts])


def domain_of(address: str) -> str:
    """The domain that *address* is at, in small letters; in ASCII, as the DNS has it."""
    domain = address.rpartition("@")[2].lower()
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _host(record: bytes) -> tuple[int, str] | None:
    """A mail host and its preference; none for ``0 .``, which takes no mail."""
    preference, _, host = record.decode("ascii", "replace").partition(" ")
    host = host.strip().rstrip(".").lower()
    return (int(preference) if preference.isdecimal() else 0, host) if host else None
