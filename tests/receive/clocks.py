"""A clock that goes when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Hands:
    """A Clock, and a sleep that moves it."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.slept = []

    def __call__(self):
        return self.now

    def go(self, **by):
        self.now += timedelta(**by)

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.go(seconds=seconds)
