"""How far one folder was read: which mails are settled, which make trouble, and where the cursor may stand.

The cursor is one number, and all up to it is settled. A mail that makes trouble holds the cursor back but nobody else:
what lies behind it is taken meanwhile, and after a restart offered again, which the ledger knows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

PATIENCE: Final = 30  #: of trouble with one mail, until it is passed over
REFUSED: Final = 10  #: what a refusal of the server weighs: three of them end the patience
LOST: Final = 3  #: what a lost connection weighs: it may be the network's fault; ten of them end the patience


class Progress:
    """Of one folder under one UIDVALIDITY."""

    def __init__(self, validity: int, uid: int) -> None:
        self.validity = validity
        self.uid = uid  #: all mails up to here are settled
        self._found: deque[int] = deque()  #: above it, in order
        self._settled: set[int] = set()
        self._doubted: set[int] = set()  #: were in flight when something went wrong: fetched alone from now on
        self._weight: dict[int, int] = {}
        self._after: dict[int, float] = {}

    def ready(self, found: Iterable[int], now: float) -> tuple[list[int], list[int]]:
        """What is to be fetched of what the server has: together, and, after them, one by one."""
        self._found = deque(sorted(uid for uid in set(found) if uid > self.uid))
        self._forget()
        waiting = [uid for uid in self._found if uid not in self._settled]
        together = [uid for uid in waiting if uid not in self._doubted]
        return together, [uid for uid in waiting if uid in self._doubted and self._after.get(uid, now) <= now]

    @property
    def next_try(self) -> float | None:
        """When a mail that made trouble is due again."""
        return min(self._after.values(), default=None)

    def reach(self, uids: Iterable[int]) -> int:
        """Where the cursor stands once *uids* are settled."""
        settled, reached = set(uids), self.uid
        for uid in self._found:
            if uid not in settled and uid not in self._settled:
                break
            reached = uid
        return reached

    def settle(self, uids: Iterable[int]) -> None:
        """They are taken, or passed over for good."""
        for uid in uids:
            self._settled.add(uid)
            self._doubted.discard(uid)
            self._weight.pop(uid, None)
            self._after.pop(uid, None)
        while self._found and self._found[0] in self._settled:
            self.uid = self._found.popleft()
            self._settled.discard(self.uid)

    def doubt(self, uids: Sequence[int]) -> None:
        """One of them may be at fault."""
        self._doubted.update(uids)

    def failed(self, uid: int, weight: int, again: float) -> bool:
        """It was tried alone; tell whether the patience with it has ended. Otherwise it is due at *again*."""
        self._doubted.add(uid)
        self._weight[uid] = self._weight.get(uid, 0) + weight
        self._after[uid] = again
        return self._weight[uid] >= PATIENCE

    def _forget(self) -> None:
        """What the server no longer has makes no trouble any more."""
        there = set(self._found)
        self._settled &= there
        self._doubted &= there
        for uid in self._after.keys() - there:
            del self._after[uid]
            self._weight.pop(uid, None)
