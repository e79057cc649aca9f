"""Ten rounds through a provider that writes over the envelope sender and the Message-ID, and drops plus-addresses."""

from __future__ import annotations

import email
import email.policy
import re

import pytest

from mailbot.domain.message import Proof
from mailbot.domain.reply import Progress
from tests.fakes import PAGE, envelope, mail
from tests.reports import bounce
from tests.world import World

ROUNDS = 10
PLUS = re.compile(rb"\+[a-z0-9]{6}\.[a-z2-7]{10}@")


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers(), operator="google")
    made.model.answers[:] = [PAGE.format(f"Bees {number}") for number in range(ROUNDS + 1)]
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def rewritten(delivery, number):
    """The mail as the provider passes it on: its own Message-ID, no plus-address, its own return path."""
    head, _, body = delivery.wire.partition(b"\r\n\r\n")
    head = re.sub(rb"(?mi)^Message-ID:[^\r]*", b"Message-ID: <%d.rewritten@provider.example>" % number, head)
    head = PLUS.sub(b"@", head)
    assert delivery.message_id.encode() not in head
    return b"Return-Path: <bounces@provider.example>\r\n" + head + b"\r\n\r\n" + body


def answer(wire, number):
    """The person answers what they got; their program quotes it."""
    ours = email.message_from_bytes(wire, policy=email.policy.default)
    quoted = "\r\n".join(f"> {line}" for line in ours.get_body(("plain",)).get_content().splitlines())
    text = f"Make the header number {number}.\r\n\r\nOn Friday mailbot wrote:\r\n{quoted}"
    names = {"In_Reply_To": ours["Message-ID"], "References": ours["Message-ID"]}
    return mail(text, subject=ours["Subject"], to=ours["Reply-To"], number=number, **names), ours["Reply-To"]


async def test_the_thread_holds_and_every_bounce_is_mapped(world):
    """By the reference line, and by what we signed in the returned header; each round in the one project."""
    raw, to = mail(), "build@mailbot.localhost"
    for number in range(1, ROUNDS + 1):
        await world.pipeline.receive(raw, envelope(recipients=(to,)))
        await world.drain()
        last = world.way.taken[-1]
        seen = rewritten(last, number)
        full = bounce(last, "552 5.2.2 mailbox full", number=1000 + number, to="build@mailbot.localhost",
                      returned=seen.partition(b"\r\n\r\n")[0].decode())  # fmt: skip
        await world.pipeline.receive(full, envelope(sender="", proof=Proof.NONE))
        await world.drain()
        assert (await world.ledger.delivery(last.id)).progress is Progress.BOUNCED
        raw, to = answer(seen, number + 1)
        assert to == "build@mailbot.localhost"
    [project] = world.ledger.projects.values()
    assert project.last == ROUNDS
    assert len({reply.project for reply in world.ledger.replies.values()}) == 1
