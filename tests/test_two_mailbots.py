"""Two whole houses that mail each other, and one that meets its own mail: both come to rest."""

from __future__ import annotations

import email
import email.policy
import re
from collections import deque
from dataclasses import replace

import pytest

from mailbot.decide.guards import MAX_SENDER, MAX_THREAD
from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof
from mailbot.domain.names import Names
from mailbot.domain.request import State
from tests.fakes import PAGE, envelope, mail
from tests.world import World

EVERYBODY = rules_from(
    [("all", {"version": 1, "rules": [{"id": "all", "if": {"proof_below": "account"}, "then": {"action": "allow"}}]})]
)
MARKS = ("Auto-Submitted", "X-Mailbot-Loop", "X-Auto-Response-Suppress")
ALL = (*MARKS, "Message-ID")
REFERENCE = re.compile(rb"\bRef [a-z2-7]{6}\.[a-z2-7]{10}")


@pytest.fixture
async def houses(memory_ledgers):
    """Two houses, each with a key, rules and a memory of its own; whoever is proven may ask."""
    made = {}
    for name in ("a.example", "b.example"):
        world = World(await memory_ledgers(), names=Names(domain=name, keys=(name.encode() * 4,)))
        world.model.answers[:] = [PAGE.format(f"{name} {number}") for number in range(200)]
        await world.start()
        world.pipeline = replace(world.pipeline, policy=Policy(rules=EVERYBODY))
        made[f"build@{name}"] = world
    yield made
    for world in made.values():
        assert (await world.ledger.count()).holds
        await world.stop()


async def exchange(houses, relay, most=300):
    """The first mail, in the name of one to the other, and whatever follows; how many mails there were."""
    start = mail(From="build@a.example", Reply_To="build@a.example", to="build@b.example")
    on_the_way, count = deque([("build@b.example", "build@a.example", start)]), 0
    while on_the_way and count < most:
        to, sender, raw = on_the_way.popleft()
        world, count = houses[to], count + 1
        before = len(world.way.taken)
        seen = envelope(sender=sender, recipients=(to,), proof=Proof.DKIM, received_at=world.clock())
        await world.pipeline.receive(raw, seen)
        await world.drain()
        for delivery in world.way.taken[before:]:
            on_the_way += [relay(one, delivery, count) for one in delivery.recipients]
    return count


def untouched(to, delivery, _number):
    return to, delivery.sender, delivery.wire


def stripped(*names, sender="", text=b""):
    """A relay that takes fields away, and may give the mail another name, another return path and other words."""

    def relay(to, delivery, number):
        read = email.message_from_bytes(delivery.wire, policy=email.policy.SMTP)
        for name in names:
            del read[name]
        if "Message-ID" in names:
            read["Message-ID"] = f"<{number}@relay.example>"
        return to, sender or delivery.sender, REFERENCE.sub(text, read.as_bytes()) if text else read.as_bytes()

    return relay


HIDDEN = {"no marks": stripped(*MARKS), "nor return path": stripped(*MARKS, sender="srs@relay.example")}
HIDDEN |= {"nor name": stripped(*MARKS, "Message-ID"), "nor both": stripped(*ALL, sender="srs@relay.example")}


@pytest.mark.parametrize("relay", [untouched, *HIDDEN.values()], ids=["untouched", *HIDDEN])
async def test_two_mailbots_stop_after_the_first_answer(houses, relay):
    """By its marks, else by the form of its Message-ID, of its return path, or of the last line of its text."""
    assert await exchange(houses, relay) == 2


async def test_without_any_sign_the_day_ends_it(houses):
    """A relay that hides even that: each house answers as often as it would a person, says so once, and stops."""
    mails = await exchange(houses, stripped(*ALL, sender="srs@relay.example", text=b"Bye"))
    assert mails == 2 * (MAX_SENDER + 1) + 1


async def test_within_a_thread_it_ends_sooner(houses):
    """Where the thread is still known, it has a limit of its own; what is told then may open one more thread."""
    relay, spoken = stripped(*ALL, sender="srs@relay.example", text=b"Bye"), {}

    def threaded(to, delivery, number):
        other = "build@b.example" if to == "build@a.example" else "build@a.example"
        spoken[other] = email.message_from_bytes(delivery.wire, policy=email.policy.SMTP)["Reply-To"]
        known, sender, raw = relay(to, delivery, number)
        return known, sender, raw.replace(f"To: {to}".encode(), f"To: {spoken.get(to, to)}".encode(), 1)

    assert MAX_THREAD < await exchange(houses, threaded) <= 4 * (MAX_THREAD + 1)


async def one_house(memory_ledgers, raw, **changes):
    """What becomes of one mail in a house that everybody may ask."""
    world = World(await memory_ledgers())
    await world.start()
    world.pipeline = replace(world.pipeline, policy=Policy(rules=EVERYBODY))
    await world.pipeline.receive(mail(), envelope(proof=Proof.DKIM))
    await world.drain()
    raw = raw(world.way.taken[0].wire)
    id = await world.pipeline.receive(raw, envelope(channel="imap", proof=Proof.DKIM, **changes))
    await world.drain()
    return await world.ledger.request(id)


async def test_a_mail_from_the_mailboxs_own_address_is_answered(memory_ledgers):
    """People try mailbot from the very mailbox that it reads; the address alone is no sign."""
    own = mail(From="build@mailbot.localhost", number=7)
    request = await one_house(memory_ledgers, lambda _: own, sender="build@mailbot.localhost")
    assert request.state is State.ANSWERED


async def test_an_answer_to_our_answer_is_answered(memory_ledgers):
    """An In-Reply-To with our id is what every reply has."""
    known = {}

    def write(ours):
        known["id"] = email.message_from_bytes(ours, policy=email.policy.default)["Message-ID"]
        return mail("Make it blue.", number=8, In_Reply_To=known["id"], References=known["id"])

    request = await one_house(memory_ledgers, write)
    assert (request.state, request.order.intent.kind) == (State.ANSWERED, Kind.REVISE)


@pytest.mark.parametrize("gone", [(), MARKS, ("Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress")])
async def test_our_own_answers_that_come_back_never_are(memory_ledgers, gone):
    """A copy in the polled folder, by its loop header or by its own Message-ID."""

    def back(ours):
        read = email.message_from_bytes(ours, policy=email.policy.SMTP)
        for name in gone:
            del read[name]
        return read.as_bytes()

    request = await one_house(memory_ledgers, back, sender="build@mailbot.localhost")
    assert request.state is State.CLOSED
