"""The ledger of checks over a whole thread: what was asked once holds in every later version; each mail says so."""

from __future__ import annotations

import email
import email.policy

import pytest

from mailbot.checks.static import Reading
from tests.fakes import PAGE
from tests.world import World, first, reply

README = "=== FILE: README.md ===\n# Bees\n=== END FILE ===\n"
ASKED = (
    "One page about bees.\r\n\r\nRequirements:\r\n- there must be a file index.html\r\n"
    "- there must be a file README.md\r\n- It must look friendly"
)


@pytest.fixture
async def world(ledgers):
    made = World(await ledgers(), sandbox=Reading())
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def told(world):
    """The words of every answer and the names of what came with it, in order."""
    mails = [email.message_from_bytes(wire, policy=email.policy.default) for wire in world.answers()[0].values()]
    words = [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in mails]
    return list(zip(words, [[part.get_filename() for part in mail.iter_attachments()] for mail in mails], strict=True))


async def test_j5_a_thread_of_an_honest_builder(world):
    """Built in part, completed, a loss that is no version, and a check that is dropped with a wish."""
    gone = "=== DELETE: README.md ===\n" + PAGE.format("Honey")
    world.model.answers[:] = [PAGE.format("Bees"), PAGE.format("Bees"), README, gone, gone, gone]
    await world.say(
        first(ASKED),
        reply("Please add the README.md."),
        reply("Remove the words and make the title Honey."),
        reply("drop 2\r\n\r\nMake the title Honey and remove the rest."),
    )
    partly, whole, lost, dropped = told(world)
    assert 'v1 of "Bees" is not all you asked: 1 of 3 done.' in partly[0]
    assert 'Not done, in your words: - "there must be a file README.md"' in partly[0]
    assert 'v2 of "Bees" is ready.' in whole[0]
    assert "1 point of yours was not verified" in whole[0]
    assert "v3 is not what you asked in full: 1 of 3 done." in lost[0]
    assert "v2 stays your current version. v3 is attached as a try" in lost[0]
    assert "bees-v3.zip" in lost[1]
    assert 'v3 of "Bees" is ready.' in dropped[0]
    assert '"drop 2": done, check 2 does not count any more.' in dropped[0]


async def test_j11_a_rollback_says_what_it_parks(world):
    """v3 is v1 again; the check that only v2 passes counts no more."""
    world.model.answers[:] = [PAGE.format("Bees"), "=== FILE: help.txt ===\nHelp.\n=== END FILE ===\n"]
    wish = "Add help.\r\n\r\nRequirements:\r\n- there must be a file help.txt"
    await world.say(first(), reply(wish), reply("rollback to v1"))
    assert 'Check 1 no longer holds and is parked; reply "keep 1" and it counts again.' in told(world)[2][0]
