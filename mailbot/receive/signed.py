"""The signatures of a mail, wherever it lies. Loaded by workers: it imports what is pure.

Both raise Missing for a name that the look-up has not got; a worker is given a Zone.
"""

from __future__ import annotations

from datetime import datetime

from mailbot.domain.message import Raw, Signed
from mailbot.receive.mapped import octets
from mailbot.understand.arc import Arc, arc_of
from mailbot.understand.dkim import signatures_of
from mailbot.understand.zone import Lookup


def signatures(raw: Raw, lookup: Lookup, now: datetime, author: str) -> tuple[Signed, ...]:
    """What became of the DKIM signatures of *raw*."""
    with octets(raw) as known:
        return signatures_of(known, lookup, now=now, author=author)


def seals(raw: Raw, lookup: Lookup, sealers: tuple[str, ...], author: str) -> Arc:
    """What the newest of the forwarders says of *author*."""
    with octets(raw) as known:
        return arc_of(known, lookup, sealers, author)
