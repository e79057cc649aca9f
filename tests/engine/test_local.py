"""Whether the loop of the engine turns, for whoever restarts what hangs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from mailbot.engine import local
from mailbot.engine.local import Local


class Queue:
    """A ledger with nothing due; while *stuck* it does not answer."""

    stuck = False

    async def recover(self):
        return 0

    async def claim(self, slots, now):
        await asyncio.sleep(3600 if self.stuck else 0)
        return ()

    async def next_due(self):
        return None


@pytest.fixture
async def engine(monkeypatch):
    monkeypatch.setattr(local, "STILL", 0.2)
    made = Local(queue=Queue(), perform=None, clock=lambda: datetime.now(UTC))  # noqa: TID251  (a test's clock)
    running = asyncio.create_task(made.run())
    yield made
    made.stop()  # a cancel alone may be lost where it meets a wake
    running.cancel()
    await asyncio.wait([running])


async def becomes(engine, alive):
    """Within some seconds."""
    for _ in range(500):
        if engine.alive() is alive:
            return True
        await asyncio.sleep(0.01)
        if alive:
            engine.wake()
    return False


async def test_nd2_a_loop_that_stands_still_is_not_alive(engine):
    """It is alive before it begins and while it turns; stuck in the ledger it is not."""
    assert engine.alive()
    engine.queue.stuck = True
    engine.wake()
    assert await becomes(engine, alive=False)


async def test_a_loop_that_turns_is_alive_again(engine):
    """A look that came late is a look."""
    assert await becomes(engine, alive=False)  # nothing is due, and nobody wakes it
    assert await becomes(engine, alive=True)


async def test_a_loop_that_was_told_to_stop_may_stand(engine):
    """What is in hand then has a patience of its own."""
    assert await becomes(engine, alive=False)
    engine.stop()
    assert engine.alive()
