"""What is known of a person, and what is left when they are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.domain.message import Address


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Somebody wants to be forgotten, and has said so twice."""

    author: Address
    mark: str  #: an HMAC of the address: all that is kept of it
    at: datetime
    request: str = ""  #: the mail that said yes; it goes when its answer is sent. Empty: an admin did it
    addresses: tuple[str, ...] = ()  #: how the address may be written besides


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """How much there is of a person."""

    projects: int = 0  #: their own
    mails: int = 0  #: that came from them

    @property
    def figures(self) -> tuple[tuple[str, int], ...]:
        """The same, by the names that the templates know."""
        return (("projects", self.projects), ("mails", self.mails))


@dataclass(frozen=True, kw_only=True)
class Spans:
    """How long things are kept."""

    mails: timedelta = timedelta(days=30)  #: as they came, and as ours left
    projects: timedelta = timedelta(days=180)  #: after the last that happened in them
    facts: timedelta = timedelta(days=400)  #: who wrote when, and how that was proven


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What one look at what is over its time came to."""

    mails: int = 0
    projects: int = 0
    facts: int = 0
    blobs: int = 0
    people: int = 0  #: whose erasure came to its end

    @property
    def any(self) -> bool:
        """Whether anything went."""
        return bool(self.mails or self.projects or self.facts or self.blobs or self.people)
