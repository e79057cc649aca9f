"""What the server that took a mail wrote on it: whom it came from, and for which of our addresses.

Only the bytes and the settings are asked, so the same mail that is offered again is the same request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mailbot.domain.message import Envelope
from mailbot.understand.addresses import addresses

MAX_HEADER: Final = 256 * 1024  #: bytes that are looked at
MAX_FIELD: Final = 32 * 1024
EPOCH: Final = 1970  #: the year that a server writes which knows none
MAX_RECIPIENTS: Final = 100
UNKNOWN: Final = "unknown@invalid"  #: as empty as a sender can be without being a bounce's
#: Where servers write whom a mail was for, the surest first.
RECIPIENTS: Final = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to", b"to", b"cc")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is known of an account before any mail."""

    name: str  #: of the account
    address: str  #: of the mailbox itself
    domain: str  #: of our addresses
    locals: frozenset[str]  #: the local parts of ours, without what stands behind a plus

    def envelope(self, raw: bytes, now: datetime, arrived: datetime | None = None) -> Envelope:
        """The envelope of the mail that begins with *raw*, and came to its server when *arrived* says."""
        fields = {name: tuple(values) for name, values in _fields(raw).items()}
        ours = [one for name in RECIPIENTS for value in fields.get(name, ()) for one in self._ours(value)]
        return Envelope(
            channel="imap",
            account=self.name,
            sender=_sender(fields),
            recipients=tuple(dict.fromkeys(ours))[:MAX_RECIPIENTS] or (self.address,),
            received_at=now,
            arrived_at=arrived,
        )

    def _ours(self, value: str) -> Iterator[str]:
        """The addresses in *value* that are ours, or the mailbox's own with something behind a plus."""
        own_local, _, own_domain = self.address.lower().rpartition("@")
        for found in addresses(value):
            local, _, domain = found.lower().rpartition("@")
            plain = local.partition("+")[0]
            if (domain == self.domain and plain in self.locals) or (plain, domain) == (own_local, own_domain):
                yield found


def time_of(at: object) -> datetime | None:
    """When a mail came to its server (INTERNALDATE), in UTC; None: it gave no time that can be one."""
    try:
        return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo and at.year > EPOCH else None
    except (ValueError, OverflowError):
        return None


def _sender(fields: Mapping[bytes, tuple[str, ...]]) -> str:
    """The topmost Return-Path, which the last server wrote; an empty one marks a bounce."""
    path = fields.get(b"return-path", ("",))[0]
    if path.replace(" ", "") == "<>":
        return ""
    for value in (path, *fields.get(b"from", ())[:1]):
        if found := addresses(value, 1):
            return found[0]
    return UNKNOWN


def _fields(raw: bytes) -> dict[bytes, list[str]]:
    """The fields that are asked for, unfolded, in their order; whatever else stands there is stepped over."""
    wanted = {*RECIPIENTS, b"return-path", b"from"}
    found: dict[bytes, list[list[bytes]]] = {}
    lines: list[bytes] = []
    for line in raw[:MAX_HEADER].split(b"\n"):
        line = line.rstrip(b"\r")  # noqa: PLW2901  (both line ends are met)
        if not line:
            break
        if line[:1] in {b" ", b"\t"}:
            lines.append(line)
            continue
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        lines = [value]
        if name in wanted:
            found.setdefault(name, []).append(lines)
    return {name: [_text(one) for one in values[:MAX_RECIPIENTS]] for name, values in found.items()}


def _text(lines: list[bytes]) -> str:
    return b"".join(lines)[:MAX_FIELD].decode("ascii", "replace").strip()
