"""What was asked of the models and of the door since the start of this process, as numbers; the ledger counts mails.

Addresses, prompts and answers are never in it; names of tokens and models are.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LAST: Final = 1_000  #: calls whose time is kept
NAMES: Final = 500  #: names of one kind that are counted apart; the others together
OTHERS: Final = "(others)"
_BUG: Final = 500
_ERROR: Final = 400


@dataclass
class Used:
    """What one model has done."""

    answers: int = 0
    failures: int = 0
    tokens: int = 0
    prompt_tokens: int = 0
    seconds: float = 0.0


@dataclass(eq=False)
class Tally:
    """The numbers."""

    began: float = field(default_factory=time.monotonic)
    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    models: dict[str, Used] = field(default_factory=dict)
    hits: int = 0  #: answers that were given again
    misses: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=LAST))

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def errors(self) -> int:
        """Calls that we failed."""
        return sum(number for status, number in self.statuses.items() if status >= _BUG)

    @property
    def refused(self) -> int:
        """Calls that were wrong."""
        return sum(number for status, number in self.statuses.items() if _ERROR <= status < _BUG)

    def seen(self, who: str, status: int, seconds: float) -> None:
        """Count a call."""
        self.calls += 1
        self.statuses[status] += 1
        self.seconds.append(seconds)
        if who:
            self.keys[who if who in self.keys or len(self.keys) < NAMES else OTHERS] += 1

    def model(self, name: str) -> Used:
        """What is counted of a model."""
        return self.models.setdefault(name if name in self.models or len(self.models) < NAMES else OTHERS, Used())

    def latency(self) -> Mapping[str, float]:
        """Seconds until an answer began, of the last calls."""
        known = sorted(self.seconds)
        if len(known) < 2:  # noqa: PLR2004  (two points make a line)
            known = [*(known or [0.0])] * 2
        cuts = quantiles(known, n=20, method="inclusive")
        return {"average": sum(known) / len(known), "median": cuts[9], "p95": cuts[18], "largest": known[-1]}


class Counted:
    """Around the application: counts each call, by its status and by the token that made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, told = time.perf_counter(), False

        async def heard(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start" and not told:
                told = True
                _count(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, heard)


def _count(scope: Scope, status: int, seconds: float) -> None:
    doors: Any = getattr(scope["app"].state, "doors", None)  # none: the house is still being opened
    if doors is not None:
        doors.tally.seen(scope.get("state", {}).get("caller", ""), status, seconds)
