"""How fast we send: so many mails a minute by a relay, and to one domain; what is over waits for a time of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

KEPT: Final = 20_000  #: mails that may wait for their time in one line
DOMAINS: Final = 10_000  #: domains that are remembered; of the others the oldest are forgotten


class Sending(BaseModel):
    """How mail leaves, by whatever relay: how fast it goes to one domain, and who gets a copy of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain_per_minute: float = Field(
        default=0, ge=0, le=100_000, description="mails a minute to one domain; 0: as fast as they come"
    )
    burst: int = Field(default=20, ge=1, le=10_000, description="so many at once before the rate counts")
    domains: dict[str, float] = Field(
        default={},
        max_length=1_000,
        description="mails a minute to the domains named here, in place of the general rate",
    )
    journal: str = Field(
        default="",
        max_length=320,
        pattern=r"^$|^[^@\s]+@[^@\s]+$",
        description="an address that gets a copy of every mail, in and out, for an archive; none: nobody does",
    )


@dataclass
class Line:
    """One rate: whoever is too early is given a time, which is kept for it."""

    per_minute: float
    burst: int
    _full: datetime | None = None  #: when the next would come if all came evenly
    _times: dict[str, datetime] = field(default_factory=dict)

    def turn(self, id: str, now: datetime) -> datetime | None:
        """When *id* may go; None: now."""
        given = self._times.get(id)
        if given is not None:
            if now < given:
                return given
            del self._times[id]
            return None
        step = timedelta(minutes=1) / self.per_minute
        base = max(self._full or now, now)
        self._full = base + step
        at = base - step * (self.burst - 1)
        if at <= now:
            return None
        self._keep(id, at)
        return at

    def back(self, id: str, now: datetime) -> None:
        """*id* did not go after all: it need not wait again."""
        self._keep(id, now)

    def _keep(self, id: str, at: datetime) -> None:
        self._times[id] = at
        if len(self._times) > KEPT:
            del self._times[next(iter(self._times))]


@dataclass
class Rates:
    """The lines to all domains."""

    sending: Sending
    _lines: dict[str, Line] = field(default_factory=dict)

    def line(self, domain: str) -> Line | None:
        """The line to *domain*; None: it has none."""
        per_minute = self.sending.domains.get(domain, self.sending.domain_per_minute)
        if not per_minute:
            return None
        found = self._lines.pop(domain, None) or Line(per_minute=per_minute, burst=self.sending.burst)
        self._lines[domain] = found  # the one that was asked for last is the last to be forgotten
        if len(self._lines) > DOMAINS:
            del self._lines[next(iter(self._lines))]
        return found
