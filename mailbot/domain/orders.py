"""Orders that come over HTTP: who may order for whom, what was ordered, and how far it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from mailbot.domain.message import Address
from mailbot.domain.request import RequestId

CHANNEL: Final = "http"  #: of an envelope: it came by this way
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID: Final = re.compile(rf"[{_LETTERS}]{{20}}")
_HIGH: Final = 48  #: bits of a UUID before its version
_MIDDLE: Final = 12  #: bits between its version and its variant
_LOW: Final = 62  #: bits after that
_SPARE: Final = 22  #: bits that a request id leaves empty: all zero


class Scope(StrEnum):
    """What a token is good for."""

    ORDERS = "orders"  #: to order, and to see how one's own orders stand
    SEND = "send"  #: to send a mail of one's own
    READ = "read"  #: to see how every order stands
    GENERATE = "generate"  #: to ask the model for text
    MODELS = "models"  #: to load and unload models
    ADMIN = "admin"  #: everything


@dataclass(frozen=True, kw_only=True)
class Token:
    """A secret that vouches for its bearer; only its hash is ever stored."""

    name: str
    scopes: frozenset[Scope]
    people: tuple[str, ...]  #: for whom it may order: addresses, @domains, or * for anybody
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def valid(self, at: datetime) -> bool:
        """Whether it counts at that time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def may(self, scope: Scope) -> bool:
        """Whether it is good for that."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def speaks_for(self, address: Address) -> bool:
        """Whether whoever holds it may order for *address*."""
        known = address.lower()
        named = {one.lower() for one in self.people}
        return "*" in named or known in named or f"@{known.rpartition('@')[2]}" in named


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An order as it is stored, in one transaction with its request."""

    request: RequestId
    token: str  #: the name of the token that vouched for it; empty: none did
    at: datetime
    key: str = ""  #: its Idempotency-Key; empty: it had none
    body: str = ""  #: a hash of what was ordered, by which a repeated key is compared
    webhook_url: str = ""  #: who wants to be told how it stands
    app_type: str = ""
    webhook_events: tuple[str, ...] = ()  #: what they want to be told of; none: the usual


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far an order is, in the words of the HTTP interface."""

    request: RequestId
    status: str  #: queued, processing, completed, failed
    created_at: datetime
    completed_at: datetime | None = None
    error: str = ""  #: why it failed; or, of a mail that is on its way, what the other side said last
    outcome: str = ""  #: how it was answered: built, told, asked, refused, gaveup; empty: not yet
    email_sent: bool = False
    recipient: str = ""
    token: str = ""  #: of the order; empty: it came another way
    progress: str = ""  #: of the mail: waiting, committing, sent, presumed, failed, bounced
    attempts: int = 0
    message_id: str = ""
    sent_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status == "failed" or (
            self.status == "completed" and self.progress not in {"waiting", "committing"}
        )


def uuid_of(id: RequestId) -> str:
    """The name of a request as a UUID (version 8): the other way round gives the request again."""
    number = 0
    for letter in id:
        number = number << 5 | _LETTERS.index(letter)
    number <<= _SPARE
    high, rest = number >> (_MIDDLE + _LOW), number & ((1 << (_MIDDLE + _LOW)) - 1)
    middle, low = rest >> _LOW, rest & ((1 << _LOW) - 1)
    return str(UUID(int=high << 80 | 8 << 76 | middle << 64 | 2 << 62 | low))


def request_of(name: str) -> RequestId | None:
    """The request that a UUID of ours names, or that is named by its own id; None: it is neither."""
    if _ID.fullmatch(name):
        return RequestId(name)
    try:
        whole = UUID(name).int
    except ValueError:
        return None
    high, middle, low = whole >> 80, whole >> 64 & ((1 << _MIDDLE) - 1), whole & ((1 << _LOW) - 1)
    number = (high << (_MIDDLE + _LOW) | middle << _LOW | low) >> _SPARE
    id = RequestId("".join(_LETTERS[number >> 5 * at & 31] for at in reversed(range(20))))
    return id if uuid_of(id) == str(UUID(name)) else None
