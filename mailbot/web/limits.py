"""How often somebody may call: so many calls in a minute and in an hour, each token by itself.

Counted in memory: whoever starts us again starts a new minute. How much a person may have built is another matter; the
rules and their quotas say that, and the ledger counts it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from mailbot.web.problems import Trouble
from mailbot.web.settings import Web

FAILURES: Final = RateLimitItemPerMinute(30)  #: wrong tokens of one address


@dataclass
class Limits:
    """The calls of the last hour."""

    settings: Web
    _window: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def count(self, who: str, now: datetime) -> dict[str, str]:
        """Count a call of *who*, and give the headers that say what is left; raise Trouble when nothing is."""
        items = (RateLimitItemPerMinute(self.settings.per_minute), RateLimitItemPerHour(self.settings.per_hour))
        for item in items:
            if not self._window.hit(item, who):
                raise self._too_many(item, who, now)
        return self._headers(items[0], who, now)

    def failed(self, peer: str) -> None:
        """Count a wrong token of *peer*."""
        self._window.hit(FAILURES, "failures", peer)

    def patient(self, peer: str, now: datetime) -> None:
        """Raise Trouble when *peer* has tried too many wrong tokens."""
        if not self._window.test(FAILURES, "failures", peer):
            raise self._too_many(FAILURES, "failures", now, peer)

    def _headers(self, item: RateLimitItem, *who: str | datetime) -> dict[str, str]:
        *names, now = who
        reset, left = self._window.get_window_stats(item, *map(str, names))
        seconds = min(item.get_expiry(), max(1, math.ceil(reset - now.timestamp()))) if isinstance(now, datetime) else 1
        return {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(seconds),
            "RateLimit-Policy": f"{item.amount};w={item.get_expiry()}",
        }

    def _too_many(self, item: RateLimitItem, who: str, now: datetime, peer: str = "") -> Trouble:
        names = (who, peer) if peer else (who,)
        headers = self._headers(item, *names, now)
        wait = int(headers["RateLimit-Reset"])
        span = "minute" if item.get_expiry() == RateLimitItemPerMinute(1).get_expiry() else "hour"
        what = "wrong tokens" if peer else "calls"
        words = f"{item.amount} {what} a {span} are the most; wait {wait} seconds and try again"
        headers["Retry-After"] = str(wait)
        return Trouble(429, words, headers=headers, retry_after=wait, limit=item.amount, remaining=0)
