"""A wish that was left without a version goes on with the next mail: "go", or more words."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Permanent
from mailbot.domain.request import RequestId
from tests.world import World, first, reply


@pytest.fixture
async def world(ledgers):
    made = World(await ledgers())
    await made.start()
    yield made
    await made.stop()


async def test_more_words_add_to_a_wish_that_failed(world):
    """The first try came to nothing; the second mail alone would say too little."""
    world.model.answers.insert(0, Permanent("no model of that name"))
    await world.say(first("One page about bees."), reply("Use a list, please."))
    said = world.model.asked[-1].text
    assert "One page about bees." in said
    assert "Use a list" in said


async def test_where_there_is_a_version_words_are_a_wish_of_their_own(world):
    """What failed once is not dragged along."""
    await world.say(first("One page about bees."))
    world.model.answers.insert(0, Permanent("no model of that name"))
    await world.say(first("One page about bees."), reply("Make the header blue."), reply("Make the footer green."))
    assert "header" not in world.model.asked[-1].text
    assert await world.ledger.asked(None) is None
    assert RequestId(world.way.taken[-1].request)
