"""Questions that nobody answers: when their time has passed, what they propose is built (J2, issue 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.deadlines import Deadlines
from mailbot.domain.later import CLOCK
from mailbot.domain.request import State
from tests.fakes import PAGE, Crash, FakeModel, envelope
from tests.world import World, first, read, reply, words

ASKS = "=== ASK: Where is the data kept? | default: one SQLite file ===\n"
DAY = timedelta(hours=24)


async def opened(ledgers, **changes):
    """A world whose model asks first, and the author's mail that is answered with the question."""
    world = World(await ledgers(), hours=24, **changes)
    world.model.answers = [ASKS, PAGE.format("Bees"), PAGE.format("Wasps")]
    await world.start()
    await world.say(first())
    return world


async def passes(world, time=DAY):
    """Time passes, and the clock ticks."""
    world.clock.now += time
    said = await Deadlines(ledger=world.mortal, clock=world.clock).say()
    await world.drain()
    return said


@pytest.fixture
async def world(sqlite_ledgers):
    made = await opened(sqlite_ledgers)
    yield made
    await made.stop()


async def test_the_mail_says_until_when(world):
    """A day and its time, a full minute."""
    assert "If I hear nothing by 21 Nov 2026 12:00 UTC, I build with the defaults." in words(world)


async def test_when_the_time_has_passed_the_defaults_are_built(ledgers):
    """In the thread, to the author; not a minute before, and only once."""
    world = await opened(ledgers)
    assert await passes(world, DAY - timedelta(minutes=2)) == 0
    assert await passes(world, timedelta(minutes=2)) == 1
    said, message = words(world), read(world)
    assert "I heard nothing by the time that I had named" in said
    assert message["To"] == "ana@acme.example"
    assert "<1@acme.example>" in message["References"]
    asked = world.model.asked[-1]
    assert asked.text == "One page about bees."
    assert asked.chosen[0].question == "Where is the data kept? (default: one SQLite file)"
    assert await passes(world) == 0
    assert (len(world.answers()[0]), len(world.model.asked)) == (2, 2)
    assert (await world.ledger.count()).holds
    await world.stop()


@pytest.mark.parametrize("text", ["1. Postgres", "go", "stop", "status"])
async def test_a_word_of_the_author_before_it_makes_it_void(world, text):
    """Whatever it is: somebody was heard."""
    await world.say(first(), reply(text))
    answers = len(world.answers()[0])
    assert await passes(world) == 0
    assert len(world.answers()[0]) == answers


async def test_a_word_that_comes_while_the_clocks_mail_waits_to_be_judged_makes_it_void(world):
    """Both are received; the author is judged first."""
    world.clock.now += DAY
    raw, to = reply("1. Postgres")(world, 2)
    await world.pipeline.receive(raw, envelope(recipients=(to,)))
    await Deadlines(ledger=world.mortal, clock=world.clock).say()
    await world.drain()
    assert "Postgres" in world.model.asked[-1].text
    assert (len([one for one in world.model.asked if not one.judging]), len(world.answers()[0])) == (2, 2)
    count = await world.ledger.count()
    assert (count.closed, count.holds) == ({"late": 1}, True)


async def test_a_word_that_comes_after_it_joins_what_is_being_built(world):
    """The later word wins; one reply answers both."""
    world.clock.now += DAY
    await Deadlines(ledger=world.mortal, clock=world.clock).say()
    await world.work()  # the clock's mail is let in
    raw, to = reply("1. Postgres")(world, 2)
    await world.pipeline.receive(raw, envelope(recipients=(to,)))
    await world.drain()
    assert "Postgres" in world.model.asked[-1].text
    assert len(world.answers()[0]) == 2
    assert (await world.ledger.count()).holds


async def test_zero_hours_wait_for_ever(sqlite_ledgers):
    """As the settings say."""
    world = World(await sqlite_ledgers())
    world.model.answers = [ASKS]
    await world.start()
    await world.say(first())
    assert "If I hear nothing" not in words(world)
    assert await passes(world, timedelta(days=40)) == 0
    await world.stop()


async def test_a_question_without_a_default_waits_for_ever(sqlite_ledgers):
    """Nothing was proposed that could be built."""
    world = World(await sqlite_ledgers(), hours=24)
    world.model.answers = ["I have no idea."] * 9
    await world.start()
    await world.say(first())
    assert await passes(world) == 0
    await world.stop()


class AsksFirst(FakeModel):
    """Asks until it has an answer, however often it is asked again after a crash."""

    async def ask(self, brief):
        self.answers = [PAGE.format("Bees") if brief.chosen else ASKS]
        return await super().ask(brief)


async def life(ledgers, die_at=None):
    """Ask, wait, build, with one death on the way."""
    world = World(await ledgers(), hours=24, model=AsksFirst())
    await world.start(die_at)
    for _ in range(3):
        try:
            await world.say(first())
            world.begun = getattr(world, "begun", world.life.effects)
            await passes(world, 2 * DAY)
            break
        except Crash:
            world.crashes += 1
            await world.stop()
            await world.start()
    assert (await world.ledger.count()).holds
    return world


async def test_die_at_every_effect(memory_ledgers):
    """Each crash: two answers, the second from one clock's mail, which is one request."""
    whole = await life(memory_ledgers)
    expected = len(whole.answers()[0])
    assert expected == 2
    for die_at in range(whole.begun | 1, whole.life.effects, 2):  # odd: before each; the first ones: test_crash.py
        world = await life(memory_ledgers, die_at)
        assert world.crashes == 1
        requests = [row for kind, row in world.ledger.rows.items() if kind[0] == "request"]
        clocks = [row for row in requests if row.value.envelope.channel == CLOCK]
        assert (len(world.answers()[0]), len(clocks)) == (2, 1), die_at
        assert clocks[0].value.state is State.ANSWERED
        await world.stop()
