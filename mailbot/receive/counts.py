"""How many connections there are, in all and from one address, and how many logins failed."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from typing import Final

from mailbot.receive.networks import group

HOUR: Final = 3600.0
MAX_KNOWN: Final = 10_000  #: addresses whose failed logins are remembered; beyond that the oldest are forgotten


class Counts:
    """The connections that are open; each is counted once when it comes, and once when it goes."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._total = 0
        self._by_address: Counter[str] = Counter()

    def enter(self) -> bool:
        """Count a connection, unless there are too many."""
        if self._total >= self._most:
            return False
        self._total += 1
        return True

    def leave(self) -> None:
        """It ended."""
        self._total -= 1

    def enter_from(self, address: str) -> str:
        """Count it for its address, and return the name for leave_from(); empty when there are too many from there."""
        name = group(address)
        if self._by_address[name] >= self._each:
            return ""
        self._by_address[name] += 1
        return name

    def leave_from(self, name: str) -> None:
        """It ended."""
        self._by_address[name] -= 1
        if self._by_address[name] <= 0:
            del self._by_address[name]

    @property
    def total(self) -> int:
        """How many there are."""
        return self._total


class Failures:
    """The failed logins of the last hour, by address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, address: str) -> None:
        """One more."""
        name = group(address)
        times = self._known.setdefault(name, deque(maxlen=self._most))
        times.append(time.monotonic())
        self._known.move_to_end(name)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    def too_many(self, address: str) -> bool:
        """Whether nothing more is tried for it for now."""
        times = self._known.get(group(address))
        return times is not None and len(times) >= self._most and time.monotonic() - times[0] < HOUR
