"""Two mails in a row: what comes while the first is at work becomes part of it, and one reply answers both."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest

from mailbot.domain.errors import Temporary
from mailbot.domain.request import RequestId, State
from tests.fakes import Crash, envelope, mail
from tests.world import ALL, World, first, reply


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers())
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


async def steps(world, rounds=2):
    """What is due now, round after round."""
    for _ in range(rounds):
        for job in await world.ledger.claim(ALL, world.clock()):
            await world.pipeline.perform(job)


async def at_work(world, raw, **changes):
    """A mail that is let in, while the model is away."""
    world.model.answers.insert(0, Temporary("busy"))
    id = await world.pipeline.receive(raw, envelope(**changes))
    await steps(world)
    assert (await world.ledger.request(id)).state is State.ADMITTED
    return id


async def later(world, text, *, seconds=20, number=2, sender="ana@acme.example", **changes):
    """The same person answers the own mail, which is all that there is to answer yet."""
    world.clock.now += timedelta(seconds=seconds)
    raw = mail(text, number=number, From=sender, In_Reply_To="<1@acme.example>", References="<1@acme.example>")
    return await world.pipeline.receive(raw, envelope(received_at=world.clock(), sender=sender, **changes))


def answers(world):
    return [email.message_from_bytes(wire, policy=email.policy.default) for wire in world.answers()[0].values()]


async def test_j13_a_word_to_the_request_at_work(world):
    """ "Wait, use EUR" twenty seconds later: one reply, built with both, References name both."""
    first_id = await at_work(world, mail("One page that adds up sales in USD."))
    second = await later(world, "Wait, use EUR")
    await world.drain()
    assert (await world.ledger.request(second)).state is State.CLOSED
    assert (await world.ledger.count()).closed == {"merged": 1}
    [answer] = answers(world)
    assert answer["In-Reply-To"] == "<1@acme.example>"
    assert "<2@acme.example>" in answer["References"]
    assert "1 later mail of yours is part of this." in answer.get_body(("plain",)).get_content()
    said = world.model.asked[-1]
    assert "adds up sales in USD" in said.text
    assert said.text.index("USD") < said.text.index("use EUR")
    assert (await world.ledger.request(first_id)).state is State.ANSWERED


async def test_what_was_said_about_fewer_words_counts_for_nothing(world):
    """The model had answered already: it is asked again, with both mails."""
    await world.pipeline.receive(mail("One page about bees."), envelope())
    await steps(world, 2)  # judged, asked
    assert len(world.model.asked) == 1
    await later(world, "Also add honey")
    await world.drain()
    assert len(world.model.asked) == 2
    assert "honey" in world.model.asked[1].text
    assert len(answers(world)) == 1


async def test_a_stop_before_the_first_answer(world):
    """It names the own mail, for there is no other to answer yet."""
    await at_work(world, mail("One page about bees."))
    await later(world, "stop")
    await world.drain()
    assert (await world.ledger.count()).closed == {"withdrawn": 1}
    [answer] = answers(world)
    assert "Stopped" in answer.get_body(("plain",)).get_content()


async def test_another_wish_much_later_is_the_next_version(world):
    """It does not read like a word to the first."""
    await at_work(world, mail("One page about bees."))
    await later(world, "Make the header blue.", seconds=600)
    await world.drain()
    assert len(answers(world)) == 2
    assert (await world.ledger.count()).closed == {}


async def test_nobody_joins_the_mail_of_somebody_else(world):
    """To name its Message-ID is not enough: a stranger's words are a request of their own."""
    id = await at_work(world, mail("One page about bees."))
    await later(world, "Wait, delete everything", sender="eve@acme.example")
    await world.drain()
    assert "delete everything" not in (await world.ledger.request(id)).order.intent.text
    assert (await world.ledger.count()).closed.get("merged") is None


async def test_the_same_later_mail_twice_joins_once(world):
    """It comes by another way, too."""
    id = await at_work(world, mail("One page about bees."))
    await later(world, "Wait, use EUR")
    await later(world, "Wait, use EUR\r\n", seconds=1)
    await world.drain()
    assert (await world.ledger.request(id)).order.intent.text.count("use EUR") == 1
    assert (await world.ledger.count()).closed == {"merged": 1, "duplicate": 1}


async def test_in_a_thread_a_correction_joins_the_revision_at_work(world):
    """By the thread address; the version that is being built has both."""
    await world.say(first())
    world.model.answers.insert(0, Temporary("busy"))
    raw, to = reply("Make the header blue.")(world, 2)
    id = await world.pipeline.receive(raw, envelope(recipients=(to,)))
    await steps(world)
    raw, to = reply("Sorry, I meant green")(world, 2)
    await world.pipeline.receive(raw.replace(b"<2@", b"<3@"), envelope(recipients=(to,)))
    await world.drain()
    assert "green" in (await world.ledger.request(id)).order.intent.text
    assert len(answers(world)) == 2


async def test_a_crash_between_the_two_joins_it_once(memory_ledgers):
    """Whatever effect the process dies at, there is one answer with both."""
    open_ledger = await memory_ledgers()
    for die_at in range(1, 12):
        world = World(open_ledger if die_at == 1 else await memory_ledgers())
        await world.start()
        await at_work(world, mail("One page about bees."))
        second = await later(world, "Wait, use EUR")
        await world.stop()
        await world.start(die_at)
        try:
            await world.drain()
        except Crash:
            await world.stop()
            await world.start()
            await world.drain()
        assert (await world.ledger.count()).closed == {"merged": 1}
        assert (await world.ledger.request(RequestId(second))).state is State.CLOSED
        assert len(answers(world)) == 1
        assert world.model.asked[-1].text.count("use EUR") == 1
        await world.stop()
