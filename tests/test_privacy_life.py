"""Somebody wants to be forgotten, or everything that is kept of them: the whole way by mail (journey J17)."""

from __future__ import annotations

import email
import email.policy
import io
import shutil
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.domain.message import Proof
from mailbot.domain.privacy import Spans
from mailbot.domain.request import State
from tests.care.world import opened
from tests.fakes import envelope, mail
from tests.traces import ANA, SECRETS, every_trace
from tests.world import World, reply

SPANS = Spans()


@pytest.fixture
async def world(tmp_path):
    made = World(lambda clock: opened(tmp_path / "data", clock))
    await made.start()
    yield made
    await made.stop()


async def writes(world, text, *, number, to="build@mailbot.localhost", proof=Proof.ACCOUNT, subject="Bees", **headers):
    """One mail, and the newest mail that was sent when all is done."""
    sender = headers.pop("From", "Ana <ana@acme.example>")
    raw = mail(text, subject=subject, to=to, number=number, From=sender, **headers)
    origin = sender.partition("<")[2].rstrip(">") or sender
    id = await world.pipeline.receive(raw, envelope(recipients=(to,), proof=proof, sender=origin))
    await world.drain()
    return id, email.message_from_bytes(world.way.taken[-1].wire, policy=email.policy.default)


async def asked(world, number=7):
    """The question whether Ana wants to be forgotten."""
    await writes(world, "One page about queenbeatrix.", number=1)
    return (await writes(world, "forget me", number=number, subject="Goodbye"))[1]


def words(message):
    return " ".join(message.get_body(("plain",)).get_content().split())


async def test_j17_a_person_is_forgotten_in_two_mails(world):
    """The first says how much would go; the yes in its thread takes it all, and the confirmation is the last mail."""
    question = await asked(world)
    assert '"yes" within 24 hours and I erase: 1 project, 2 mails' in words(question)
    _, last = await writes(world, "Yes.", number=8, to=question["Reply-To"], subject="Re: Goodbye")
    assert words(last).startswith("Erased ")
    assert "1 project, 2 mails" in words(last)
    assert "This is the last mail." in words(last)
    count = await world.ledger.count()
    assert (count.received, count.answered, count.holds) == (3, 3, True)


async def test_nb9_no_trace_of_the_person_is_left(world):
    """In no file of the data folder: no row, no blob, nothing that was overwritten, nothing in the log of SQLite."""
    question = await asked(world)
    large = "x" * 200_000 + "\r\nqueenbeatrix"
    await writes(world, f"One page about this: queenbeatrix\r\n\r\n{large}", number=2)
    folder = world.ledger._blobs.folder.parent
    assert {name for name, _ in every_trace(folder, SECRETS)} >= {"mailbot.db-wal"}
    await writes(world, "yes", number=8, to=question["Reply-To"])
    assert (await world.ledger.expire(SPANS, world.clock())).people == 1
    await world.ledger.tidy(grace=-60)
    assert every_trace(folder, SECRETS) == []
    assert (await world.ledger.count()).holds


@pytest.mark.parametrize(
    ("text", "proof", "sender"),
    [
        ("no, thank you", Proof.ACCOUNT, "Ana <ana@acme.example>"),
        ("yes", Proof.ACCOUNT, "Eve <eve@acme.example>"),
        ("yes", Proof.SPF, "Ana <ana@acme.example>"),
    ],
    ids=["no", "somebody-else", "badly-proven"],
)
async def test_nothing_is_erased_without_a_proven_yes(world, text, proof, sender):
    """A no, a yes of somebody else in the thread, and one that anybody could have written erase nothing."""
    question = await asked(world)
    await writes(world, text, number=8, to=question["Reply-To"], proof=proof, From=sender)
    assert (await world.ledger.theirs("ana@acme.example")).projects == 1
    assert await world.ledger.erased() == {}


async def test_a_late_yes_is_asked_again(world):
    """After 24 hours the question is a new one."""
    question = await asked(world)
    world.clock.pass_by(hours=25)
    _, again = await writes(world, "yes", number=8, to=question["Reply-To"])
    assert "I need a yes from you" in words(again)
    _, last = await writes(world, "yes", number=9, to=again["Reply-To"])
    assert "This is the last mail." in words(last)


async def test_whoever_the_rules_shut_out_may_be_forgotten(world):
    """A rule says who may order; it does not say whose data are kept."""
    world.pipeline = replace(world.pipeline, policy=replace(world.pipeline.policy, rules=()))
    _, question = await writes(world, "forget me", number=1)
    assert "I need a yes from you" in words(question)


async def test_in_the_middle_of_a_build_it_is_withdrawn_first(world):
    """What is being built for them ends; its work is stopped, and it counts as closed."""
    question = await asked(world)
    stopped = []
    world.pipeline = replace(world.pipeline, cancel=stopped.append)
    building = mail("One page about ants.", number=5)
    id = await world.pipeline.receive(building, envelope())
    await world.pipeline.advance(id)
    yes = mail("yes", number=8, to=question["Reply-To"])
    sure = await world.pipeline.receive(yes, envelope(recipients=(question["Reply-To"],)))
    await world.pipeline.advance(sure)
    await world.pipeline.advance(sure)
    assert stopped == [id]
    assert (await world.ledger.request(id)).state is State.CLOSED
    await world.drain()
    count = await world.ledger.count()
    assert (count.holds, count.in_flight, count.closed) == (True, 0, {"withdrawn": 1})


async def test_what_others_wrote_in_their_project_ends_with_words(world):
    """Bob takes part in Ana's project; when she goes, the project goes, and he is told so."""
    question = await asked(world)
    await writes(world, "yes", number=8, to=question["Reply-To"])
    gone = email.message_from_bytes(world.way.taken[0].wire, policy=email.policy.default)["Reply-To"]
    _, told = await writes(world, "status", number=9, to=gone, From="Bob <bob@acme.example>")
    assert "no project in this thread" in words(told) or "Mail me what you need" in words(told)


async def test_nb9_everything_that_is_kept_is_sent_to_its_owner(world):
    """Mails, answers, versions and what is noted of them, as a zip to the same address."""
    await writes(world, "One page about queenbeatrix.", number=1)
    _, sent = await writes(world, "export my data", number=2)
    [attached] = sent.iter_attachments()
    names = zipfile.ZipFile(io.BytesIO(attached.get_content())).namelist()
    kinds = {name.split("/")[1] for name in names}
    assert {"mails", "answers", "projects", "requests.json", "kept-in-mind.json"} <= kinds
    assert sent["To"] == ANA


async def test_ana_leaves_no_trace_with_bob(world):
    """Bob shared a project with her: who took part is gone, his project stays."""
    bob = "Bob <bob@acme.example>"
    _, built = await writes(world, "One page about bees.", number=1, From=bob)
    await writes(world, f"share with {ANA}", number=2, to=built["Reply-To"], From=bob)
    await writes(world, "Make it blue.", number=3, to=built["Reply-To"])
    _, question = await writes(world, "forget me", number=4)
    await writes(world, "yes", number=5, to=question["Reply-To"])
    [row] = [one for one in await world.ledger.mails(50) if one.author == "bob@acme.example" and one.project][:1]
    project = await world.ledger.project(row.project)
    assert (project.owner, dict(project.people), project.last) == ("bob@acme.example", {}, 2)


ASKS = (lambda world, number: (mail("forget me", number=1), "build@mailbot.localhost"),)


async def farewell(folder, before=None, die_at=None):
    """The life of the yes, in a copy of the world in which the question was answered."""
    if before:
        shutil.copytree(before[0], folder)
    world = World(lambda clock: opened(folder, clock))
    if before:
        world.way.taken, world.acknowledged = list(before[1].way.taken), list(before[1].acknowledged)
    try:
        await world.live(*ASKS, *([reply("yes")] if before else []), die_at=die_at)
        return world, await world.ledger.erased()
    finally:
        await world.stop()


async def test_die_at_every_effect_of_an_erasure(tmp_path):
    """One question, one last mail, one mark, whatever dies in between."""
    asks, _ = await farewell(tmp_path / "asked")
    before = (tmp_path / "asked", asks)
    lived, marks = await farewell(tmp_path / "lived", before)
    expected = list(lived.answers()[0])
    assert (len(expected), len(marks)) == (2, 1)
    for die_at in range(1, lived.life.effects + 1, 2):  # before each; after one is before the next
        again, marks = await farewell(tmp_path / str(die_at), before, die_at)
        assert (again.crashes, len(marks)) == (1, 1)
        assert list(again.answers()[0]) == expected, again.life.last


async def test_the_skeleton_of_a_request_can_still_be_told(world):
    """`mailbot mails` and `why` go on where words were taken out."""
    question = await asked(world)
    id, _ = await writes(world, "yes", number=8, to=question["Reply-To"])
    await world.ledger.expire(SPANS, world.clock() + timedelta(days=1))
    assert len(await world.ledger.mails(9)) == 3
    life = await world.ledger.life(id)
    assert life.mail.author == ""
    assert not life.mail.subject
