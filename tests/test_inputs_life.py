"""What comes along is read only where it may be built from, and never lost on the way."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.message import Proof
from mailbot.domain.request import State
from tests.fakes import envelope
from tests.world import World

OLA = "ola@acme.example"


def rules(action):
    return rules_from([("x", {"version": 1, "rules": [{"id": "all", "then": {"action": action, "reason": "so"}}]})])


class Counting:
    """A reader that remembers what it was given to look into."""

    def __init__(self, reader):
        self.reader, self.looked = reader, []

    async def read(self, raw):
        return await self.reader.read(raw)

    async def inputs(self, attachments, *, private=False, known=None):
        self.looked += [one.name for one in attachments]
        return await self.reader.inputs(attachments, private=private, known=known)


def with_file():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@acme.example", "build@mailbot.localhost", "Sales"
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content("One page that adds up the sales column.")
    mail.add_attachment(b"name,sales\nAnn,3\n", maintype="text", subtype="csv", filename="sales.csv")
    return mail.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers())
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


async def offered(world, action):
    reader = Counting(world.pipeline.reader)
    world.pipeline = replace(world.pipeline, reader=reader, policy=Policy(rules=rules(action), admins=(OLA,)))
    id = await world.pipeline.receive(with_file(), envelope(proof=Proof.DKIM))
    await world.drain()
    return id, reader


async def test_the_files_of_whoever_is_let_in_reach_the_model(world):
    """Read, named in the answer, and part of what the model is told."""
    _, reader = await offered(world, "allow")
    assert reader.looked == ["sales.csv"]
    assert [one.columns for one in world.model.asked[0].inputs] == [("name", "sales")]


@pytest.mark.parametrize("action", ["deny", "discard", "hold"])
async def test_the_files_of_nobody_else_are_read(world, action):
    """Whoever may not ask costs no work beyond the reading of the mail itself."""
    _, reader = await offered(world, action)
    assert reader.looked == []


async def test_a_mail_that_is_let_in_later_has_its_files(world):
    """They are read when a person releases it."""
    id, reader = await offered(world, "hold")
    [held] = await world.ledger.held(id)
    await world.pipeline.desk.release(held, OLA)
    await world.drain()
    assert reader.looked == ["sales.csv"]
    assert (await world.ledger.request(id)).state is State.ANSWERED
    assert [one.name for one in world.model.asked[0].inputs] == ["sales.csv"]
