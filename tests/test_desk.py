"""Held mail: what a person decides, by mail and at the command line, and what the calendar does."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.errors import Broken
from mailbot.domain.message import Proof
from mailbot.domain.names import request_id
from mailbot.domain.request import Errand, RequestId, State
from tests.fakes import NOW, envelope, mail
from tests.world import World

OLA = "ola@acme.example"
RULES = rules_from([("x", {"version": 1, "rules": [{"id": "strangers", "then": {"action": "hold", "reason": "new"}}]})])


class Breaking:
    """A reader that dies of every mail, until it is mended."""

    def __init__(self, reader):
        self.reader, self.broken = reader, True

    async def read(self, raw):
        if self.broken:
            raise Broken("the process that read it died")
        return await self.reader.read(raw)

    async def inputs(self, attachments, *, private=False, known=None):
        return await self.reader.inputs(attachments, private=private, known=known)


@pytest.fixture
async def world(ledgers):
    made = World(await ledgers())
    await made.start()
    policy = Policy(rules=RULES, admins=(OLA,))
    made.pipeline = replace(made.pipeline, policy=policy)
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


async def held(world, number=1, author="ana@acme.example", **changes):
    """A mail of somebody whom nobody knows yet."""
    raw = mail(number=number, From=author)
    id = await world.pipeline.receive(raw, envelope(**({"proof": Proof.DKIM} | changes)))
    await world.drain()
    return id


async def told(world, text, number=90, author=OLA, proof=Proof.DKIM):
    """What the mail of an admin is answered."""
    await world.pipeline.receive(mail(text, subject="Held", number=number, From=author), envelope(proof=proof))
    await world.drain()
    ours = [email.message_from_bytes(one.wire, policy=email.policy.default) for one in world.way.taken]
    found = [one for one in ours if one["In-Reply-To"] == f"<{number}@acme.example>"]
    return found[0].get_body(("plain",)).get_content() if found else ""


async def state(world, id):
    return (await world.ledger.request(id)).state


async def test_an_admin_lets_it_in_by_mail(world):
    """It is built and answered, and the admin is told line by line; said again, nothing happens twice."""
    id = await held(world)
    assert await state(world, id) is State.HELD
    words = await told(world, f"#mailbot held\n#mailbot release {id[:6]}\n#mailbot release {id[:6]}")
    words = " ".join(words.split())
    assert f'{id} 2026-11-20 12:00 UTC ana@acme.example "Bees" rule strangers: new' in words
    assert f"{id} of ana@acme.example is let in" in words
    assert f"nothing is held under {id[:6]}" in words
    assert await state(world, id) is State.ANSWERED
    assert len(world.way.taken) == 2
    assert (await world.ledger.project((await world.ledger.request(id)).order.intent.project)).last == 1


async def test_an_admin_refuses_it_by_mail(world):
    """Its author is told the words of the admin."""
    id = await held(world)
    words = await told(world, f"#mailbot refuse {id} because we build no games")
    assert "its author is told" in " ".join(words.split())
    [no] = [one.wire for one in world.way.taken if one.recipients == ("ana@acme.example",)]
    assert b"we build no games" in no
    assert await state(world, id) is State.ANSWERED


@pytest.mark.parametrize(("author", "proof"), [("eve@acme.example", Proof.DKIM), (OLA, Proof.SPF)])
async def test_nobody_else_lets_anything_in(world, author, proof):
    """They get the ordinary answer: here, their own mail is held."""
    id = await held(world)
    await told(world, f"#mailbot release {id}", author=author, proof=proof)
    assert await state(world, id) is State.HELD
    assert len(await world.ledger.held()) == 2


async def test_a_mail_that_was_never_judged_is_judged_again(world):
    """It broke its reader twice; a release gives it another try, and then the rules have their say."""
    reader = Breaking(world.pipeline.reader)
    world.pipeline = replace(world.pipeline, reader=reader)
    id = await held(world)
    [one] = await world.ledger.held()
    assert (one.rule, one.order) == ("set-aside", None)
    reader.broken = False
    assert "judged again" in " ".join((await told(world, f"#mailbot release {id}")).split())
    [one] = await world.ledger.held()
    assert (one.rule, one.order.author) == ("strangers", "ana@acme.example")


async def test_what_nobody_decides_about_ends(world):
    """After its days; with an answer, once."""
    id = await held(world)
    world.clock.now = NOW + timedelta(days=6, hours=23)
    assert await world.pipeline.desk.expire(7) == 0
    world.clock.now = NOW + timedelta(days=7)
    assert await world.pipeline.desk.expire(7) == 1
    assert await world.pipeline.desk.expire(7) == 0
    await world.drain()
    assert await state(world, id) is State.ANSWERED
    [no] = world.way.taken
    assert b"within 7 days nobody did" in b" ".join(no.wire.split())


@pytest.mark.parametrize("how", ["nobody vouches", "a machine", "unreadable"])
async def test_whom_nobody_may_answer_is_told_nothing(world, how):
    """It is closed without a word, and counted."""
    if how == "nobody vouches":
        id = await set_aside(world, mail(), proof=Proof.NONE)
    elif how == "a machine":
        id = await set_aside(world, mail(Auto_Submitted="auto-replied"))
    else:
        id = await set_aside(world, b"no mail at all")
    world.clock.now = NOW + timedelta(days=8)
    assert await world.pipeline.desk.expire(7) == 1
    await world.drain()
    assert (await state(world, id), world.way.taken) == (State.CLOSED, [])
    assert (await world.ledger.count()).closed == {"expired": 1}


async def set_aside(world, raw, proof=Proof.DKIM):
    """A mail that is held before anybody judged it."""
    id = await world.pipeline.receive(raw, envelope(proof=proof))
    request = await world.ledger.request(id)
    await world.ledger.record(request, request.set_aside("it failed three times"), at=NOW)
    return id


async def test_a_prefix_of_two_decides_nothing(world):
    """The admin is asked for more letters."""
    await held(world, 1)
    await held(world, 2)
    desk = world.pipeline.desk
    assert "more letters" in await desk.do(Errand(verb="release", id=""), OLA)
    assert len(await world.ledger.held()) == 2


async def test_the_same_mail_held_twice_is_let_in_once(world):
    """It came by two ways; the second release says why it is not done."""
    raw = mail()
    for to in ("build@mailbot.localhost", "build+x@mailbot.localhost"):
        await world.pipeline.receive(raw, envelope(recipients=(to,), proof=Proof.DKIM))
    await world.drain()
    one, two = [item.request.id for item in await world.ledger.held()]
    words = " ".join((await told(world, f"#mailbot release {one}\n#mailbot release {two}")).split())
    assert f"{one} of ana@acme.example is let in" in words
    assert "not done:" in words
    assert [await state(world, RequestId(id)) for id in (one, two)] == [State.ANSWERED, State.HELD]


class HeldWorld(World):
    """In which everybody is held, and Ola decides; it may die at any effect."""

    async def start(self, die_at=None):
        await super().start(die_at)
        self.pipeline = replace(self.pipeline, policy=Policy(rules=RULES, admins=(OLA,)))


async def lived(ledgers, die_at=None):
    """A mail is held, and let in by mail."""
    asked = mail()
    id = request_id(asked, ("build@mailbot.localhost",))
    release = mail(f"#mailbot release {id}", subject="Held", number=2, From=OLA)
    letters = [lambda _world, _number, raw=raw: (raw, "build@mailbot.localhost") for raw in (asked, release)]
    world = HeldWorld(await ledgers())
    try:
        await world.live(*letters, die_at=die_at)
        states = [await state(world, id), await state(world, request_id(release, ("build@mailbot.localhost",)))]
    finally:
        await world.stop()
    return world, states


async def test_whatever_dies_it_is_let_in_once(memory_ledgers):
    """At each effect of the mail of an admin and of what it lets in: both are answered, once each."""
    world, _ = await lived(memory_ledgers)
    expected = sorted(world.answers()[0])
    assert len(expected) == 2
    for die_at in range(1, world.life.effects, 2):  # before each: after it nothing is stored before the next one
        world, states = await lived(memory_ledgers, die_at)
        assert world.crashes == 1
        assert states == [State.ANSWERED, State.ANSWERED], world.life.last
        assert sorted(world.answers()[0]) == expected
