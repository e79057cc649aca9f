"""The clock makes timers due: once for each slot, whoever ticks, and a missed one at the next start."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from mailbot.domain.errors import Temporary
from mailbot.engine.clock import Ticks, slot_of
from tests.fakes import NOW, Time

HOUR = timedelta(hours=1)


class Timers:
    """Unique rows, as the ledger keeps them."""

    def __init__(self):
        self.rows, self.fault, self.woken = [], None, 0

    async def add(self, name, slot):
        if self.fault:
            raise self.fault
        if (name, slot) in self.rows:
            return False
        self.rows.append((name, slot))
        return True

    def wake(self):
        self.woken += 1


def ticks(timers, clock, every=HOUR):
    return Ticks(jobs={"audit": every}, add_timer=timers.add, wake=timers.wake, clock=clock)


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_a_slot_is_the_same_all_through(minutes):
    """Every process that looks within the hour sees the same slot."""
    assert slot_of(NOW + timedelta(minutes=minutes), HOUR) == NOW


async def test_a_start_catches_up_once():
    """Two clocks that start in the same hour fire once between them."""
    timers, clock = Timers(), Time()
    for _ in range(2):
        one = ticks(timers, clock)
        await one.start()
        one.stop()
    assert (timers.rows, timers.woken) == ([("audit", NOW)], 1)
    clock.pass_by(hours=3)
    late = ticks(timers, clock)
    await late.start()
    late.stop()
    assert timers.rows[1:] == [("audit", NOW + timedelta(hours=3))]


async def test_it_ticks_while_it_runs():
    """APScheduler calls at every slot."""
    timers, clock = Timers(), Time()
    one = ticks(timers, clock, timedelta(milliseconds=50))
    clock.now = slot_of(clock.now, timedelta(milliseconds=50))
    await one.start()
    for _ in range(100):
        clock.pass_by(milliseconds=50)
        await asyncio.sleep(0.02)
        if len(timers.rows) > 2:
            break
    one.stop()
    assert len(timers.rows) > 2


async def test_a_ledger_in_trouble_stops_no_clock():
    """The tick is lost, the next one comes."""
    timers, clock = Timers(), Time()
    timers.fault = Temporary("disk full")
    one = ticks(timers, clock)
    await one.start()
    timers.fault = None
    await one._tick("audit", HOUR)
    one.stop()
    assert len(timers.rows) == 1


def test_stopping_what_never_started_is_nothing():
    """A start that failed elsewhere ends in good order."""
    ticks(Timers(), Time()).stop()
