"""How somebody we send to is: what fails rests, longer each time, and then one mail tries before the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=30)  #: of rest, after the first failure
LONGEST: Final = timedelta(minutes=10)
PROBE: Final = timedelta(minutes=20)  #: a probe that has not ended by then is forgotten


@dataclass
class Health:
    """One of them, by its recent outcomes; in memory only, for after a start all are tried anew."""

    first: timedelta = FIRST
    longest: timedelta = LONGEST
    trouble: str = ""  #: in words; empty: well
    failures: int = 0  #: in a row
    until: datetime | None = None  #: it rests until then
    _probing: datetime | None = field(default=None, repr=False)  #: since when one mail tries

    def ready(self, now: datetime) -> bool:
        """Whether a mail may be tried now."""
        if self.until is None:
            return True
        probed = self._probing is not None and now < self._probing + PROBE
        return now >= self.until and not probed

    def trying(self, now: datetime) -> None:
        """A mail is being tried; after a rest no second one is, until it is known how the first ended."""
        if self.until is not None:
            self._probing = now

    def next(self, now: datetime) -> datetime:
        """When it is worth asking again."""
        return max(self.until or now, now + (self.first / 10 if self._probing else timedelta()))

    def well(self) -> bool:
        """It took a mail, or answered about one; whether that is news."""
        news = bool(self.trouble)
        self.trouble, self.failures, self.until, self._probing = "", 0, None, None
        return news

    def failed(self, words: str, now: datetime) -> bool:
        """It failed: it rests, twice as long as the time before; whether that is news."""
        news = not self.trouble
        if self.until is None or now >= self.until:  # what began before the rest says nothing new
            self.until = now + min(self.first * 2 ** min(self.failures, 20), self.longest)
            self.failures += 1
        self.trouble, self._probing = words, None
        return news

    def unknown(self) -> None:
        """The mail that tried says nothing about it."""
        self._probing = None
