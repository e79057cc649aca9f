"""Which DKIM keys wait for their DNS record, which sign, and which have done so until lately.

A key is made, waits until its record is in the DNS, signs, and leaves: its record must stay for a week, since mails
that it signed are still on their way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from mailbot.domain.errors import Permanent
from mailbot.reply.dkim import ED25519, RSA, DkimKey
from mailbot.understand.keys import Unusable, key_of, looks_like_key

KEPT: Final = timedelta(days=7)  #: how long the record of an old key stays in the DNS
KINDS: Final = (RSA, ED25519)
_SELECTOR: Final = re.compile(r"[a-z0-9-]{1,63}")
_SHORT: Final = {RSA: "r", ED25519: "e"}
_PIECE: Final = 255  #: bytes of one string of a TXT record


@dataclass(frozen=True, kw_only=True)
class Managed:
    """A key that we have made, without its private half."""

    selector: str
    domain: str
    kind: str
    made: str  #: times in ISO 8601
    since: str = ""  #: when it began to sign; empty: it waits for its record
    until: str = ""  #: when its record may go; empty: it signs

    @property
    def waits(self) -> bool:
        """Whether it does not sign yet."""
        return not self.since

    @property
    def signs(self) -> bool:
        """Whether it signs now."""
        return bool(self.since) and not self.until

    @property
    def file(self) -> str:
        """Where its private half is."""
        return f"dkim-{self.selector}.pem"


def read_keys(text: str) -> tuple[Managed, ...]:
    """What written_keys() wrote."""
    try:
        found = tuple(Managed(**one) for one in json.loads(text)["keys"])
    except (ValueError, TypeError, KeyError) as error:
        raise Permanent(f"keys/dkim.json in the data folder cannot be read: {error}") from error
    if not all(isinstance(value, str) for one in found for value in asdict(one).values()):
        raise Permanent("keys/dkim.json in the data folder holds something else than texts")
    if not all(_SELECTOR.fullmatch(one.selector) and one.kind in KINDS for one in found):
        raise Permanent("keys/dkim.json in the data folder names a key that is none of ours")
    return found


def written_keys(keys: Iterable[Managed]) -> str:
    """*keys* as a file."""
    return json.dumps({"keys": [asdict(one) for one in keys]}, indent=2) + "\n"


def fresh_keys(keys: Sequence[Managed], domain: str, now: datetime) -> tuple[Managed, ...]:
    """A new key of each kind, under selectors that were never used."""
    taken = {one.selector for one in keys}
    stem = f"mb{now.astimezone(UTC):%Y%m%d}"
    stems = (stem, *(f"{stem}-{number}" for number in range(2, 1_000)))
    free = next(one for one in stems if not taken & {one + short for short in _SHORT.values()})
    made = _moment(now)
    return tuple(Managed(selector=free + _SHORT[kind], domain=domain, kind=kind, made=made) for kind in KINDS)


def switched(keys: Iterable[Managed], now: datetime) -> tuple[Managed, ...]:
    """The keys that waited sign; those that signed leave, and are gone a week later."""
    changed = (_after(one, now) for one in keys)
    return tuple(one for one in changed if not one.until or one.until > _moment(now))


def _after(one: Managed, now: datetime) -> Managed:
    if one.waits:
        return replace(one, since=_moment(now))
    return replace(one, until=_moment(now + KEPT)) if one.signs else one


def is_there(key: DkimKey, values: Iterable[bytes]) -> bool:
    """Whether *values*, the TXT records at the name of *key*, hold its public half."""
    found = [one for one in values if looks_like_key(one)]
    if len(found) != 1:  # receivers reject a name with two keys
        return False
    try:
        there = key_of(found[0])
        return not there.testing and there.public == key_of(key.record.encode("ascii")).public
    except Unusable:
        return False


def zone_line(name: str, value: str) -> str:
    """A TXT record as a line of a zone file: in strings of at most 255 bytes, which a long one needs."""
    pieces = [value[at : at + _PIECE] for at in range(0, len(value), _PIECE)]
    strings = " ".join(f'"{one}"' for one in pieces)
    return f"{name}. IN TXT ( {strings} )" if len(pieces) > 1 else f"{name}. IN TXT {strings}"


def described(keys: Iterable[Managed]) -> Iterator[str]:
    """How each key stands, a line each."""
    for one in keys:
        state = (
            "waits for its DNS record"
            if one.waits
            else f"signs since {one.since[:10]}"
            if one.signs
            else f"signs no more; leave its DNS record until {one.until[:10]}"
        )
        yield f"{one.selector} ({one.kind}, {one.domain}): {state}"


def of_kind(keys: Iterable[Managed], pems: Mapping[str, bytes]) -> Iterator[DkimKey]:
    """*keys* with their private halves, RSA first."""
    for one in sorted(keys, key=lambda key: (KINDS.index(key.kind), key.selector)):
        yield DkimKey(domain=one.domain, selector=one.selector, pem=pems[one.selector])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
