"""The crash loop: die at every effect of a whole life, start again, until a life completes without dying.

Always one reply for each request, under the Message-ID of the life that never died; the ledger's conservation law holds
after every crash.
"""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.reply import DeliveryId
from mailbot.domain.request import Postponed
from mailbot.reply import answer
from tests.fakes import PAGE
from tests.world import BLUE, World, first, reply

LIFE = (first(), reply("Make the header blue."), reply("rollback to v1"))


async def whole_life(ledgers, die_at=None, letters=LIFE, **changes):
    world = World(await ledgers(), **changes)
    world.model.by_kind = {Kind.CREATE: PAGE.format("Bees"), Kind.REVISE: BLUE.format("Bees")}
    try:
        return await world.live(*letters, die_at=die_at)
    finally:
        await world.stop()


def one_answer_each(world, expected):
    """What must be true of every life, whatever died in it."""
    found, taken = world.answers()
    assert list(found) == expected, world.life.last
    assert all(count == 1 or (count == 2 and world.crashes) for count in taken.values())
    assert len(world.model.asked) <= 2 + world.crashes
    assert len(world.sandbox.tried) <= 3 + world.crashes


@pytest.mark.timeout(300)
async def test_die_at_every_effect(ledgers, request):
    """Each effect of create, rollback and their sending; of a revision, too, where a life takes no time."""
    letters = LIFE if "memory" in request.node.name else LIFE[::2]
    world = await whole_life(ledgers, letters=letters)
    expected = list(world.answers()[0])
    assert len(expected) == len(letters)
    last = world.life.effects
    for die_at in (*range(1, last, 2), last):  # before each: after it nothing is stored before the next one
        lived = await whole_life(ledgers, die_at, letters)
        assert lived.crashes == 1
        one_answer_each(lived, expected)


async def survives(ledgers, **changes):
    """Whether every life of the crash loop comes out right."""
    expected = list((await whole_life(ledgers)).answers()[0])
    for die_at in range(1, 500):
        lived = await whole_life(ledgers, die_at, **changes)
        one_answer_each(lived, expected)
        if not lived.crashes:
            return
    raise AssertionError("no life completes")


class Mutated:
    """A ledger with one deliberate fault."""

    def __init__(self, ledger, life):
        self._ledger, self._life = ledger, life

    def __getattr__(self, name):
        return getattr(self._ledger, name)


class ReplyApart(Mutated):
    """The event in one transaction, its reply in the next."""

    async def record(self, request, event, *, at, due=None, answered=None, others=()):
        if answered is None:
            return await self._ledger.record(request, event, at=at, due=due, others=others)
        nothing = dataclasses.replace(answered, deliveries=())
        await self._ledger.record(request, event, at=at, answered=nothing, others=others)
        self._life.step("between the event and its reply")
        return await self._ledger.add_deliveries(answered.deliveries)


class TurnForgotten(Mutated):
    """A turn is made and not recorded."""

    async def add_turn(self, request, turn, *, at, due, in_hand=False):
        await self._ledger.record(request, Postponed(until=at, reason="forgotten"), at=at, due=due)
        return request


def random_ids(monkeypatch):
    """A Message-ID made of chance."""
    chance, sealed = itertools.count(), answer.seal

    def seal(*given, **more):
        made = sealed(*given, **more)
        return dataclasses.replace(made, id=DeliveryId(f"x{next(chance)}"), message_id=f"<{next(chance)}@x>")

    monkeypatch.setattr(answer, "seal", seal)


@pytest.mark.parametrize("fault", [ReplyApart, TurnForgotten])
async def test_the_loop_finds_a_faulty_ledger(memory_ledgers, fault):
    """A reply apart from its event is lost in some life; a turn that is not recorded is asked for without end."""
    with pytest.raises(AssertionError):
        await survives(memory_ledgers, wrap=fault)


async def test_the_loop_finds_a_random_message_id(memory_ledgers, monkeypatch):
    """An id that is not derived is another one in the next life."""
    expected = list((await whole_life(memory_ledgers)).answers()[0])
    random_ids(monkeypatch)
    with pytest.raises(AssertionError):
        one_answer_each(await whole_life(memory_ledgers), expected)
