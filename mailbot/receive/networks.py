"""Which network an address belongs to."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NEIGHBOURS = 64  #: bits of an IPv6 address that one customer has to himself or herself


def within(address: str, networks: Iterable[Network]) -> bool:
    """Whether *address* lies in one of *networks*; a name, or nothing, lies in none."""
    known = _known(address)
    return known is not None and any(known in network for network in networks)


def is_loopback(address: str) -> bool:
    """Whether it is this very machine."""
    known = _known(address)
    return known is not None and known.is_loopback


def group(address: str) -> str:
    """Under what an address is counted: itself, or the /64 of an IPv6 address, as one person has all of that."""
    known = _known(address)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, _NEIGHBOURS), strict=False))
    return str(known or address)


def plain(address: str) -> str:
    """An address as it is written most plainly: an IPv4 address that came in IPv6 clothes is one again."""
    return str(_known(address) or address)


def _known(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known
