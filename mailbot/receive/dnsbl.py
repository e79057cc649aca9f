"""Lists of addresses that send spam, asked by DNS. Each site chooses its own; none is asked unless it is named."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import Final

from mailbot.domain.errors import MailbotError
from mailbot.ports import Resolver
from mailbot.understand.spam_signs import Sign

POINTS: Final = 4.0
PATIENCE: Final = 5.0  #: seconds for all lists together
_LISTED: Final = ipaddress.ip_network("127.0.0.0/8")
_REFUSED: Final = ipaddress.ip_network("127.255.255.0/24")  #: the list will not answer this resolver


async def listed(resolver: Resolver, lists: Sequence[str], peer: str) -> list[Sign]:
    """One sign when *peer* is on any of *lists*. A list that does not answer, or not as one, lists nobody."""
    name = reversed_name(peer)
    if not lists or not name:
        return []
    answers = await asyncio.gather(*(_on(resolver, name, one) for one in lists))
    names = [one for one, yes in zip(lists, answers, strict=True) if yes]
    return [Sign(POINTS, f"its server is listed by {', '.join(names)}")] if names else []


def reversed_name(peer: str) -> str:
    """*peer* as such a list knows it; empty for what no list can know."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if not address.is_global:
        return ""
    return address.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


async def _on(resolver: Resolver, name: str, zone: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            records = await resolver.look(f"{name}.{zone.strip('.')}", "A")
    except (TimeoutError, MailbotError):
        return False
    return any(map(_says_listed, records.values))


def _says_listed(value: bytes) -> bool:
    try:
        said = ipaddress.ip_address(value.decode("ascii"))
    except ValueError:
        return False
    return said in _LISTED and said not in _REFUSED
