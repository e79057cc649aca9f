"""Whose turn it is at a model server."""

from __future__ import annotations

import asyncio

import pytest

from mailbot.build.plan import Brief, Said
from mailbot.domain.errors import Temporary
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.models.turns import BUILDS, InTurn, Turns


async def queued(turns, *names):
    """Let *names* queue behind one that is at work, then let all have their turn; return the order."""
    order, free = [], asyncio.Event()

    async def one(name):
        async with turns.one(name):
            order.append(name)
            await free.wait()

    tasks = [asyncio.create_task(one(name)) for name in names]
    while turns.busy + turns.waiting < len(names):  # noqa: ASYNC110  (nobody tells)
        await asyncio.sleep(0)
    free.set()
    await asyncio.gather(*tasks)
    assert (turns.busy, turns.waiting) == (0, 0)
    return order


async def test_each_token_has_its_turn():
    """The one that asks most waits for the others after each answer."""
    assert await queued(Turns(), *"aaaabbc") == list("aabcaba")


async def test_builds_and_talk_take_turns():
    """However many wait, neither starves: a build waits for one answer at most, and an answer for one build."""
    order = await queued(Turns(), *"aaa", "b", "c", BUILDS, BUILDS, BUILDS)
    assert order == ["a", BUILDS, "a", BUILDS, "b", BUILDS, "c", "a"]


async def test_no_more_than_its_places_are_at_work():
    """And all of them are used."""
    turns, most = Turns(places=3), 0

    async def one():
        nonlocal most
        async with turns.one("a"):
            most = max(most, turns.busy)
            await asyncio.sleep(0)

    await asyncio.gather(*(one() for _ in range(50)))
    assert (most, turns.busy) == (3, 0)


async def test_whoever_leaves_takes_no_place():
    """While waiting, at the moment of being called, and at work."""
    turns = Turns()
    async with turns.one("a"):
        waits = [asyncio.create_task(turns.one(name).__aenter__()) for name in "bc"]
        await asyncio.sleep(0)
        waits[0].cancel()
        await asyncio.gather(waits[0], return_exceptions=True)
        assert turns.waiting == 1
    waits[1].cancel()  # it has the place, but does not know yet
    await asyncio.gather(waits[1], return_exceptions=True)
    assert (turns.busy, turns.waiting) == (0, 0)
    async with asyncio.timeout(5), turns.one("d"):
        assert turns.busy == 1


async def test_one_that_left_in_the_queue_is_passed_over():
    """Even before it could say so."""
    turns = Turns()
    async with turns.one("a"):
        first, second = (asyncio.create_task(turns.one("b").__aenter__()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    async with asyncio.timeout(5):
        await second
    assert (turns.busy, turns.waiting) == (1, 0)


async def test_the_queue_has_an_end_but_not_for_builds():
    """Too many calls are told so; a build always waits."""
    turns = Turns(most=1)
    async with turns.one("a"):
        tasks = [asyncio.create_task(turns.one(who).__aenter__()) for who in ("b", BUILDS)]
        await asyncio.sleep(0)
        with pytest.raises(Temporary, match="1 calls wait"):
            async with turns.one("c"):
                pass
        assert turns.waiting == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_build_waits_for_its_turn():
    """And gives the place back."""

    class Model:
        host, slots = "h", 2

        async def ask(self, brief):
            assert turns.busy == 1
            return Said(text=brief.text, maker=Maker(kind="model"))

    turns = Turns()
    room = InTurn(model=Model(), turns=turns)
    said = await room.ask(Brief(kind=Kind.CREATE, title="", text="A page"))
    assert (said.text, room.host, room.slots, turns.busy) == ("A page", "h", 2, 0)
