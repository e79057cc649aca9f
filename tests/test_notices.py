"""The mails that are no answer, in a whole life: when they come, and that they never stand in for one."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mailbot.build.plan import Said
from mailbot.domain.project import Maker, Result
from mailbot.domain.request import State
from tests.fakes import PAGE, FakeModel, envelope, mail
from tests.world import World


@dataclass
class Slow(FakeModel):
    """Takes its time, by the clock of the test."""

    clock: object = None
    minutes: float = 16.0

    async def ask(self, brief):
        said = await super().ask(brief)
        self.clock.now += timedelta(minutes=self.minutes)
        maker = Maker(kind="model", name="slow", seconds=self.minutes * 60)
        return replace(said, maker=maker) if isinstance(said, Said) else said


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers())
    made.model = Slow([PAGE.format("Bees"), PAGE.format("Bees!")], clock=made.clock)
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def sent(world):
    """What went out, in order: the form and the first line of each."""
    mails = [email.message_from_bytes(one.wire, policy=email.policy.default) for one in world.way.taken]
    lines = [one.get_body(("plain",)).get_content().splitlines()[0] for one in mails]
    return [(one.form.partition("-")[0], line) for one, line in zip(world.way.taken, lines, strict=True)]


async def ordered(world, number=1):
    id = await world.pipeline.receive(mail("One page about bees.", number=number), envelope(received_at=world.clock()))
    await world.drain()
    return await world.ledger.request(id)


async def test_a_long_build_says_that_it_goes_on_and_then_answers(world):
    """A repair after a quarter of an hour: one notice, in the thread, from nobody's return path; then the answer."""
    world.sandbox.results[:] = [Result.FAILED, Result.PASSED]
    request = await ordered(world)
    assert request.state is State.ANSWERED
    (notice, answer) = sent(world)
    assert notice[0] == "notice"
    assert notice[1].startswith("Still working on v1")
    assert answer[0] == "zip"
    assert [one.sender == "" for one in world.way.taken] == [True, False]


async def test_a_quick_build_says_nothing_before_its_answer(world):
    """Nor one whose next answer is near."""
    world.sandbox.results[:] = [Result.FAILED, Result.PASSED]
    world.model.minutes = 1.0
    await ordered(world)
    assert [form for form, _ in sent(world)] == ["zip"]


async def test_a_long_wait_is_told_at_once_where_it_is_known(world):
    """From the fourth mail on: by the three answers before it."""
    for number in range(1, 5):
        await ordered(world, number)
    forms = [form for form, _ in sent(world)]
    assert forms == ["zip", "zip", "zip", "notice", "zip"]
    assert sent(world)[3][1].endswith("the answer takes about 16 minutes.")


async def test_what_went_out_does_not_hide_the_reply(world):
    """A notice is no form of the answer, and no answer: one reply for one request."""
    world.sandbox.results[:] = [Result.FAILED, Result.PASSED]
    request = await ordered(world)
    assert (await world.ledger.count()).answered == 1
    assert len([one for one in world.way.taken if one.request == request.id]) == 2
