"""Where a URL of a stranger may lead: the grammar that we take, and the addresses that nobody is sent to.

A URL that programs could read differently is refused, so nothing is guessed: no name and password, no other spelling
of a number, no letter beyond ASCII. The list of addresses is our own: the standard library calls some of them global.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from mailbot.domain.fetching import Forbidden

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS: Final = {"https": 443, "http": 80}
LONGEST: Final = 2_048  #: characters of a URL
_URL: Final = re.compile(r"(?i:(https?))://([^/?#]*)([/?#].*)?")
_SIGNS: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+")  #: of a URL, capitals among them; no backslash, no space
_PLACE: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::([0-9]{1,5}))?")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_QUAD: Final = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_OURS: Final = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion"})


def _networks(*texts: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(map(ipaddress.ip_network, texts))


#: Nobody's, one's own, a test's, a group's; 168.63.129.16 is a cloud's own although it looks like anybody's.
_NOT_V4: Final = _networks(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")  #: nothing else is anybody's
_NOT_V6: Final = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
_32: Final = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class Target:
    """A URL, taken apart."""

    scheme: str
    host: str  #: in small letters; an IPv6 address without its brackets
    port: int
    path: str  #: with the query
    address: Ip | None = None  #: the host, where it is one
    inside: bool = False  #: an admin has named it: it may be of our own network

    @property
    def place(self) -> str:
        """Host and port, as the Host header says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole again."""
        return f"{self.scheme}://{self.place}{self.path}"


def target_of(url: str, *, plain: Collection[str] = (), inside: Collection[str] = ()) -> Target:
    """Take *url* apart; *plain*: hosts that may be asked by http, *inside*: host:port pairs of our own network."""
    if len(url) > LONGEST:
        raise Forbidden(f"this URL is longer than {LONGEST:,} characters")
    found = _URL.fullmatch(url) if _SIGNS.fullmatch(url) else None
    if found is None:
        raise Forbidden("this is no URL that we follow: https:// and plain signs only, all others as %20")
    scheme, authority, rest = found[1].lower(), found[2].lower(), (found[3] or "").partition("#")[0]
    if "@" in authority:
        raise Forbidden("this URL has a name or password in it; take them out")
    parts = _PLACE.fullmatch(authority)
    if parts is None:
        raise Forbidden(f"{authority[:100]!r} is no host that we know how to read")
    host, port = parts[1].strip("[]"), int(parts[2] or PORTS[scheme])
    target = Target(scheme=scheme, host=host, port=port, path=rest if rest.startswith("/") else f"/{rest}")
    if f"{host}:{port}" in inside:
        return Target(scheme=scheme, host=host, port=port, path=target.path, inside=True)
    if port != PORTS[scheme]:
        raise Forbidden(f"port {port} is none that we go to; leave it out")
    if scheme == "http" and host not in plain:
        raise Forbidden(f"{host} may be asked by https only")
    address = _literal(host)
    return Target(scheme=scheme, host=host, port=port, path=target.path, address=address)


def following(target: Target, location: str) -> str:
    """The URL that a redirect of *target* to *location* means, to be taken apart like any other."""
    if not _SIGNS.fullmatch(location):
        raise Forbidden("it sends us on to something that is no URL")
    return urljoin(target.url, location)


def _literal(host: str) -> Ip | None:
    """*host* as an address, or none where it is a name; raise Forbidden where it could be read as either."""
    if ":" in host or _QUAD.fullmatch(host):
        try:
            return ipaddress.ip_address(host)
        except ValueError:
            raise Forbidden(f"{host[:60]!r} is no address") from None
    labels = host.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise Forbidden(f"{host[:100]!r} is no name of a host")
    if _NUMBER.fullmatch(labels[-1]):
        raise Forbidden(f"{host[:60]!r} is a number in another spelling; we go to names")
    if len(labels) == 1 or labels[-1] in _OURS:
        raise Forbidden(f"{host[:100]!r} is a name of some private network")
    return None


def private(address: Ip) -> bool:
    """Whether nobody is to be sent to *address*: it is ours, nobody's, or may hide one of these."""
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in _NOT_V4)
    inner = address.ipv4_mapped or (ipaddress.IPv4Address(int(address) & _32) if address in _NAT64 else None)
    if inner is not None:
        return private(inner)
    if address not in _PUBLIC_V6 or any(address in network for network in _NOT_V6):  # 6to4 and Teredo among them
        return True
    return int(address) >> 32 & _32 in _ISATAP and private(ipaddress.IPv4Address(int(address) & _32))
