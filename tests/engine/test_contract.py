"""Every engine keeps the contract, on every ledger."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.engine import local
from mailbot.engine.local import Local
from tests.engine.contract import Contract


@pytest.fixture
def clock():
    """The real time: an engine sleeps by it."""
    return lambda: datetime.now(UTC)  # noqa: TID251  (a test's clock)


@pytest.fixture
async def ledger(ledgers, clock):
    opened = await (await ledgers())(clock)
    yield opened
    await opened.close()


class TestLocal(Contract):
    """The engine of one process."""

    @pytest.fixture
    def make(self, ledger, clock, monkeypatch):
        """An engine that works with *perform*; its pauses after a fault are short here."""
        monkeypatch.setattr(local, "PAUSES", tuple(pause / 100 for pause in local.PAUSES[:3]))
        return lambda perform, caps=None: Local(
            queue=ledger, perform=perform, clock=clock, caps=caps or local.CAPS, grace=5
        )
