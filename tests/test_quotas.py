"""Quotas, in the life of a mail: refused with the time, held, or made to wait."""

from __future__ import annotations

import asyncio
import email
import email.policy
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.errors import Overtaken
from mailbot.domain.message import Proof
from mailbot.domain.project import Result
from mailbot.domain.request import State
from tests.fakes import NOW, envelope, mail
from tests.world import World


@pytest.fixture
async def world(ledgers):
    made = World(await ledgers())
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def limit(world, **quota):
    """One rule for everybody, with one quota."""
    then = {"action": "allow", "set": {"quotas": [quota]}}
    rules = rules_from([("x", {"version": 1, "rules": [{"id": "all", "then": then}]})])
    world.pipeline = replace(world.pipeline, policy=Policy(rules=rules))


async def asks(world, number, author="ana@acme.example"):
    """A mail; where it then stands."""
    raw = mail(f"One page about bees, number {number}.", number=number, From=author)
    id = await world.pipeline.receive(raw, envelope(received_at=world.clock(), proof=Proof.DKIM))
    for _ in range(9):
        for job in await world.mortal.claim({"gen:*": 1, "check": 1, "intake": 1, "send": 9}, world.clock()):
            await world.pipeline.perform(job)
    return await world.ledger.request(id)


def text(world, number):
    ours = [email.message_from_bytes(one.wire, policy=email.policy.default) for one in world.way.taken]
    [found] = [one for one in ours if one["In-Reply-To"] == f"<{number}@acme.example>"]
    return " ".join(found.get_body(("plain",)).get_content().split())


async def test_one_too_many_is_told_when_to_come_back(world):
    """And who comes then is let in; a second address of the same person helps nobody."""
    limit(world, per="sender", max=2, every="hour")
    for number in (1, 2):
        request = await asks(world, number)
        assert [meter.used for meter in request.order.meters] == [number]
        world.clock.pass_by(minutes=10)
    assert (await asks(world, 3, "ana+x@acme.example")).admitted is None
    assert "there is room again from 2026-11-20 13:00 UTC on" in text(world, 3)
    assert (await asks(world, 4, "bob@acme.example")).state is State.ANSWERED
    world.clock.now = NOW + timedelta(hours=1)
    assert (await asks(world, 5)).admitted is not None


async def test_what_failed_is_no_use(world):
    """Nobody pays for what we could not build."""
    limit(world, per="sender", max=1, every="day")
    world.sandbox.results[:] = [Result.FAILED]
    assert "could not build" in (await asks(world, 1), text(world, 1))[1]
    assert (await asks(world, 2)).admitted is not None


async def test_a_cap_of_all_makes_everybody_wait(world):
    """In turn, and nobody is told no; what waits is let in as there is room."""
    limit(world, per="all", max=1, every="hour")
    await asks(world, 1)
    second, third = await asks(world, 2, "bob@acme.example"), await asks(world, 3, "eve@acme.example")
    assert [one.state for one in (second, third)] == [State.RECEIVED, State.RECEIVED]
    await world.drain()
    assert world.clock() - NOW >= timedelta(hours=2)
    assert [(await world.ledger.request(one.id)).state for one in (second, third)] == [State.ANSWERED] * 2
    at = sorted(delivery.first_at for delivery in world.way.taken)
    assert len(at) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(at)) >= timedelta(hours=1)


async def test_one_too_many_can_be_held(world):
    """A person lets it in, and no quota stands against that."""
    limit(world, per="sender", max=1, every="day", over="hold")
    await asks(world, 1)
    assert (await asks(world, 2)).state is State.HELD
    [held] = await world.ledger.held()
    assert "1 request from one address" in held.reason
    await world.pipeline.desk.release(held, "ola")
    await world.drain()
    assert (await world.ledger.request(held.request.id)).state is State.ANSWERED


async def test_of_eight_at_once_two_are_let_in(world):
    """They are judged at the same time, and each sees room; whoever is overtaken is judged again, and refused."""
    limit(world, per="sender", max=2, every="day")
    for number in range(8):
        raw = mail(f"One page about bees, number {number}.", number=number)
        await world.pipeline.receive(raw, envelope(proof=Proof.DKIM))

    async def judged(job):
        try:
            await world.pipeline.perform(job)
        except Overtaken as error:
            await world.ledger.stumbled(job, world.clock(), str(error), counted=True)

    jobs = await world.ledger.claim({"intake": 8}, world.clock())
    assert len(jobs) == 8
    await asyncio.gather(*(judged(job) for job in jobs))
    await world.drain()
    let_in = [(await world.ledger.request(job.id)).admitted for job in jobs]
    assert sum(one is not None for one in let_in) == 2
    assert len(world.way.taken) == 8
