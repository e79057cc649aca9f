"""People of a project: let in by mail of its owner, and what they may do then."""

from __future__ import annotations

import email
import email.policy

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof
from mailbot.domain.request import State
from tests.fakes import PAGE, envelope, mail
from tests.house import letterhead
from tests.world import BLUE, World, first

BOB, CHEF, EVE = "bob@acme.example", "chef@acme.example", "eve@acme.example"


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers())
    made.model.by_kind = {Kind.CREATE: PAGE.format("Bees"), Kind.REVISE: BLUE.format("Bees")}
    await made.start()
    await made.say(first())
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def ours(world):
    return [email.message_from_bytes(one.wire, policy=email.policy.default) for one in world.way.taken]


async def says(world, author, text, number):
    """A mail of *author* in the thread; the words of its answer."""
    last = ours(world)[0]
    raw = mail(text, subject="Re: Bees", to=last["Reply-To"], number=number, From=author, References=last["Message-ID"])
    proof = Proof.ACCOUNT if author.startswith("ana@") else Proof.DKIM
    id = await world.pipeline.receive(raw, envelope(recipients=(last["Reply-To"],), proof=proof))
    await world.drain()
    assert (await world.ledger.request(id)).state is State.ANSWERED
    [found] = [one for one in ours(world) if one["In-Reply-To"] == f"<{number}@acme.example>"]
    assert found["To"] == author
    return " ".join(found.get_body(("plain",)).get_content().split())


async def test_the_owner_lets_others_in_and_out(world):
    """The answer says who may do what; each then may do just that."""
    said = await says(world, "ana@acme.example", f"share with {BOB}\nadd {CHEF} as reader", 2)
    assert "These people may take part" in said
    assert f"{BOB}: change it" in said
    assert f"{CHEF}: ask how it stands" in said
    assert '"Bees" is at v1' in await says(world, CHEF, "status", 3)
    assert "only" not in await says(world, BOB, "Make the header blue.", 4)
    assert "you may ask how it stands" in await says(world, CHEF, "Make the header red.", 5)
    assert "belongs to somebody else" in await says(world, EVE, "status", 6)
    assert BOB not in await says(world, "ana@acme.example", f"remove {BOB}", 7)
    assert "belongs to somebody else" in await says(world, BOB, "Make the header green.", 8)
    [project] = world.ledger.projects.values()
    assert (project.last, project.revisions[2].author) == (2, BOB)


async def test_nobody_else_lets_others_in(world):
    """Not by a command, and not by one beside a wish."""
    await says(world, "ana@acme.example", f"share with {BOB}", 2)
    for number, text in enumerate((f"share with {EVE}", f"share with {EVE}\n\nMake the header blue."), 3):
        assert "only its owner can change" in await says(world, BOB, text, number)
    assert "belongs to somebody else" in await says(world, EVE, f"share with {EVE}", 9)
    [project] = world.ledger.projects.values()
    assert (project.people, project.last) == ({BOB: "collaborator"}, 1)


async def test_a_command_beside_a_wish_is_done(world):
    """Both are answered in one mail."""
    said = await says(world, "ana@acme.example", f"share with {BOB}\n\nMake the header blue.", 2)
    assert f'"share with {BOB}": done; they may change this project' in said
    [project] = world.ledger.projects.values()
    assert (project.people, project.last) == ({BOB: "collaborator"}, 2)


async def test_a_thread_keeps_its_language(world):
    """A mail that says too little to tell is answered in the language of the thread."""
    polish = "Zmień nagłówek na niebieski, proszę, i dodaj listę wszystkich członków naszego klubu pszczelarskiego."
    await says(world, "ana@acme.example", polish, 2)
    [project] = world.ledger.projects.values()
    assert project.language == "pl"
    say = letterhead().tongue("pl").say
    now = say('"%(title)s" is at v%(number)s.', title="Bees", number=2)
    assert now in await says(world, "ana@acme.example", "status", 3)
    assert now != '"Bees" is at v2.'
