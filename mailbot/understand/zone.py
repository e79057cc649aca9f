"""What the DNS is known to say, as a value: reading proofs asks nobody, it names what it still needs.

A function that needs the DNS takes a Lookup. Where that is a Zone, a name that is not in it raises Missing; whoever can
ask the DNS adds it and calls the function again. So SPF, DKIM and DMARC stay pure, and run anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailbot.domain.errors import Temporary


@dataclass(frozen=True)
class Records:
    """What stands at one name, of one kind: TXT as one text each, MX as ``10 host``, addresses as text."""

    values: tuple[bytes, ...] = ()
    exists: bool = True  #: False: there is no such name at all (NXDOMAIN)


class Unsure(Temporary):
    """The DNS cannot say now: a timeout, a SERVFAIL."""


class Missing(BaseException):
    """A name that nobody has looked up yet; no error, so that no library's ``except Exception`` swallows it."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, kind)
        self.name, self.kind = name, kind


Lookup = Callable[[str, str], Records]  #: name, kind -> records; raises Unsure


@dataclass(frozen=True)
class Zone:
    """What was looked up so far; trouble is known as well."""

    known: Mapping[tuple[str, str], Records | str] = field(default_factory=dict)  #: a text: why the DNS cannot say

    def __call__(self, name: str, kind: str) -> Records:
        try:
            found = self.known[name.rstrip(".").lower(), kind]
        except KeyError:
            raise Missing(name.rstrip(".").lower(), kind) from None
        if isinstance(found, str):
            raise Unsure(found)
        return found
