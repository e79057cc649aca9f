"""SPF: whether the host that handed a mail in may send for the domain of its envelope (RFC 7208, by pyspf).

It says nothing about the author that people see: that takes alignment as well, in dmarc.py.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Final

import spf as pyspf

from mailbot.understand.addresses import address
from mailbot.understand.zone import Lookup, Unsure

MAX_NAMES: Final = 40  #: names that are looked up for one answer
MAX_RECORDS: Final = 10_000  #: bytes of all records of one answer; the RFC recommends 450 for each
MAX_TERM: Final = 300  #: bytes of one term: a domain has 253; pyspf takes the square of its length
#: Nobody's hosts: a record that allows them allows the whole world.
_NOBODY: Final = (ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32"))


@dataclass(frozen=True, kw_only=True)
class Spf:
    """What SPF says of one host and one envelope."""

    result: str  #: pass, fail, softfail, neutral, none, temperror, permerror
    domain: str = ""  #: who is vouched for; empty where the envelope names nobody plainly
    why: str = ""  #: in words


def spf_of(peer: str, sender: str, helo: str, lookup: Lookup) -> Spf:
    """Ask whether *peer*, an IP address, may send as *sender*, or as *helo* where the sender is empty.

    An envelope that two programs could read differently names nobody, and a pass that the same record gives to hosts
    of nobody is no pass. Trouble with the DNS is the result temperror.
    """
    who = address(sender or f"postmaster@{helo}")
    if not who:
        return Spf(result="none", why="its envelope names no plain sender")
    domain = who.rpartition("@")[2]
    result, why = checked(peer, sender, helo, lookup)
    if result == "pass" and _open(peer, sender, helo, lookup):
        result, why = "neutral", f"the SPF record of {domain} allows every host, so it proves nothing"
    return Spf(result=result, domain=domain, why=why)


def checked(peer: str, sender: str, helo: str, lookup: Lookup) -> tuple[str, str]:
    """What RFC 7208 alone says, and pyspf's words for it: the result, before we ask whether it is worth anything."""
    try:
        query: Any = pyspf.query(str(ipaddress.ip_address(peer)), sender, helo, strict=True)
        query.dns = _Names(lookup)  # pyspf asks its own DNS by this method, and by no other
        query.get_explanation = _unexplained
        result, _, why = query.check()
    except Exception as error:  # noqa: BLE001  (a record of strangers that pyspf trips over is an error of the record)
        return "permerror", f"its SPF record cannot be read ({type(error).__name__})"
    return str(result), str(why)


def _open(peer: str, sender: str, helo: str, lookup: Lookup) -> bool:
    """Whether the record allows hosts of nobody too."""
    host = ipaddress.ip_address(peer)
    probes = [str(network[1]) for network in _NOBODY if host not in network]
    return any(checked(probe, sender, helo, lookup)[0] == "pass" for probe in probes)


def _unexplained(_: str) -> None:
    """Leave the explanation out: those are a stranger's words, and would cost one more look-up."""


class _Names:
    """Stands in for pyspf's DNS: what each kind of record looks like to it, and its count of empty answers."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._void = 0
        self._asked = 0
        self._bytes = 0

    def __call__(self, name: str, kind: str, cnames: object = None, *, ignore_void: bool = False) -> list[Any]:
        del cnames  # the look-up has followed them
        name = str(name).removesuffix(".").lower()
        if not all(0 < len(label) < 64 for label in name.split(".")):  # noqa: PLR2004  (RFC 1035)
            return []
        self._asked += 1
        if self._asked > MAX_NAMES:
            raise pyspf.PermError(f"more than {MAX_NAMES} DNS look-ups")
        try:
            found = [self._shaped(value, kind) for value in self._lookup(name, kind).values]
        except Unsure as error:
            raise pyspf.TempError(str(error)) from error
        if not found and not ignore_void:
            self._void += 1
            if self._void > pyspf.MAX_VOID_LOOKUPS:
                raise pyspf.PermError(f"more than {pyspf.MAX_VOID_LOOKUPS} look-ups without an answer")
        return found

    def _shaped(self, value: bytes, kind: str) -> Any:  # noqa: ANN401  (pyspf has its own shape for each kind)
        if kind == "TXT":
            self._weigh(value)
            return [value]
        text = value.decode("ascii", "replace")
        if kind == "MX":
            preference, _, host = text.partition(" ")
            return int(preference), host
        return text

    def _weigh(self, record: bytes) -> None:
        """Refuse what would take long to read."""
        if record[:6].lower() != b"v=spf1":
            return
        self._bytes += len(record)
        if self._bytes > MAX_RECORDS:
            raise pyspf.PermError(f"more than {MAX_RECORDS:,} bytes of records")
        if max(map(len, record.split(b" "))) > MAX_TERM:
            raise pyspf.PermError(f"a term of more than {MAX_TERM} bytes")
