"""The crash loop around a refusal and around a report: die at every effect, and every form still goes once."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Permanent
from mailbot.domain.message import Proof
from mailbot.domain.reply import Progress
from tests.fakes import PAGE, Crash, FakeWay, envelope
from tests.reports import bounce
from tests.test_outbox import NO_ZIP, SCRIPT
from tests.world import World, first


async def lived(ledgers, die_at=None):
    """A mail is answered, refused at once, taken in the next form, and given back by a report of that."""
    way = Refusing(refuses={"renamed": Permanent(NO_ZIP)})
    world = World(await ledgers(), operator="google", way=way)
    world.model.answers[:] = [PAGE.format("Bees") + SCRIPT]
    await world.start(die_at)
    way.life = world.life
    for step in (ask, report):
        try:
            await step(world)
        except Crash:
            world.crashes += 1
            await world.stop()
            await world.start()
            await step(world)
    found = [
        (one.form, one.progress, one.message_id) for one in world.ledger.deliveries_of(next(iter(world.ledger.replies)))
    ]
    count = await world.ledger.count()
    await world.stop()
    return world, found, count


async def ask(world):
    """What happens before the first sending is tests/test_crash.py's."""
    await world.say(first())


class Refusing(FakeWay):
    """Knows how many effects there were before the first sending."""

    life = None
    before = 0

    async def send(self, delivery, committing):
        self.before = self.before or self.life.effects
        return await super().send(delivery, committing)


async def report(world):
    old = next(one for one in world.way.taken if one.form == "bundle")
    await world.pipeline.receive(bounce(old), envelope(sender="", proof=Proof.NONE, recipients=(old.sender,)))
    await world.drain()


@pytest.mark.timeout(300)
async def test_die_at_every_effect_of_a_refusal_and_a_report(memory_ledgers):
    """The same forms under the same names in every life, none twice but what was in the air, and nothing lost."""
    world, expected, _ = await lived(memory_ledgers)
    assert [progress for _, progress, _ in expected] == [Progress.FAILED, Progress.BOUNCED, Progress.SENT]
    for die_at in range(
        world.way.before | 1, world.life.effects + 1, 2
    ):  # odd: before an effect, as after the last one
        world, found, count = await lived(memory_ledgers, die_at)
        assert found == expected, world.life.last
        assert count.holds
        taken = world.answers()[1]
        assert sum(taken.values()) <= 2 + world.crashes
