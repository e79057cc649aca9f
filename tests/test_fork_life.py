"""A colleague gets one of our mails passed on, and begins a project of their own with a copy of that very version."""

from __future__ import annotations

import dataclasses

import pytest

from mailbot.decide.match import Rule
from mailbot.decide.policy import Policy
from mailbot.domain.grants import Grants
from mailbot.domain.intent import Kind
from mailbot.domain.project import Check
from tests.fakes import PAGE, envelope, mail
from tests.world import BLUE, World, first, read, reply, words

BUILD = "build@mailbot.localhost"
ENVELOPE = envelope()


def passed_on(text, who="bo@acme.example", of=0, to=BUILD):
    """Our mail, sent on by its receiver to *who*, who sends it to us."""

    def write(world, number):
        ours = list(world.answers()[0])[of]
        told = read(world, of)
        body = told.get_body(("plain",)).get_content().replace("\n", "\r\n")
        head = f"---------- Forwarded message ---------\r\nFrom: {told['From']}\r\nSubject: {told['Subject']}"
        block = f"{text}\r\n\r\n{head}\r\n\r\n"
        headers = {"References": f"{ours} <2@acme.example>", "In-Reply-To": "<2@acme.example>", "From": f"Bo <{who}>"}
        return mail(block + body, "Fwd: Re: Bees", to, number + 50, **headers), to

    return write


@pytest.fixture
async def world(memory_ledgers):
    """Ana's project with two versions."""
    one = World(await memory_ledgers())
    one.model.by_kind = {Kind.CREATE: PAGE.format("Bees"), Kind.REVISE: BLUE.format("Bees")}
    await one.start()
    await one.say(first(), reply("Make the header blue."))
    yield one
    await one.stop()


async def projects(world):
    ids = list(dict.fromkeys(str(one).partition(".")[0].lstrip("<") for one in world.answers()[0]))
    return [await world.ledger.project(id, *range(1, 9)) for id in ids]


async def say(world, letter):
    raw, to = letter(world, 3)
    await world.pipeline.receive(raw, dataclasses.replace(ENVELOPE, recipients=(to,)))
    await world.drain()


async def test_p9_a_mail_that_is_passed_on_becomes_a_copy(world):
    """Of v1, though v2 is the newest; without a wish nothing is asked of a model."""
    await say(world, passed_on(""))
    origin, copy = await projects(world)
    assert (copy.owner, copy.last, copy.head.draft.maker.kind) == ("bo@acme.example", 1, "copy")
    assert copy.files == origin.revisions[1].draft.files != origin.files
    assert len(world.model.asked) == 2
    assert words(world).startswith("v1 of a project of your own: a copy of v1, file for file")
    assert read(world)["To"] == "bo@acme.example"


async def test_p9_a_wish_is_built_upon_the_copy(world):
    """v1 is the copy, v2 the wish; the model is shown the files, and nothing of the talk."""
    await say(world, passed_on("Make the header blue, please."))
    origin, copy = await projects(world)
    assert [copy.revisions[number].draft.maker.kind for number in (1, 2)] == ["copy", "model"]
    asked = world.model.asked[-1]
    assert asked.files == origin.revisions[1].draft.files
    assert "One page about bees" not in repr(dataclasses.replace(asked, material=""))
    assert origin.last == 2


async def test_p9_nothing_of_the_old_thread_goes_along(world):
    """No person, no mail, no talk of the origin stands in the copy or in its commits; its checks do."""
    origin = (await projects(world))[0]
    check = Check(number=3, kind="prose", text="the header is blue")
    world.ledger.projects[origin.id] = dataclasses.replace(origin, checks=(*origin.checks, check))
    await say(world, passed_on(""))
    copy = (await projects(world))[1]
    assert check in copy.checks
    assert "ana@acme.example" not in copy.head.entry + repr(copy.head.draft)
    assert "parent" not in copy.head.entry
    assert copy.people == {}


async def test_p9_without_permission_the_rule_is_named(world):
    """Somebody of another domain holds the mail, and that is not enough."""
    await say(world, passed_on("Make it red.", who="eve@else.example"))
    assert len(await projects(world)) == 2
    assert (await projects(world))[1] is None
    assert words(world).startswith("I did not do this: the mail that you passed on is of a project of somebody else")
    assert "(rule first-try)" in words(world)


@pytest.mark.parametrize(("grant", "may"), [(True, True), (False, False)])
async def test_p9_a_rule_decides_who_may_copy(world, grant, may):
    """It can let in strangers, and keep out even people of one domain."""
    rule = Rule(id="copies", action="allow", set=Grants(copy=grant))
    object.__setattr__(world.pipeline, "policy", Policy(rules=(rule,)))
    who = "eve@else.example" if may else "bo@acme.example"
    await say(world, passed_on("", who=who))
    assert ("a project of your own" in words(world)) is may
    assert may or "rule copies" in words(world)


async def test_to_the_threads_own_address_it_is_no_copy(world):
    """Whoever writes there wants to change that project, and is told that it is somebody else's."""
    await say(world, passed_on("Make it red.", to=read(world, 0)["Reply-To"]))
    assert "this thread belongs to somebody else" in words(world)


async def test_a_wish_that_comes_to_nothing_leaves_the_copy(world):
    """It is a project all the same."""
    world.model.by_kind[Kind.REVISE] = "I cannot."
    await say(world, passed_on("Please add a login."))
    copy = (await projects(world))[1]
    assert (copy.last, copy.head.draft.not_done) == (1, ("Please add a login.",))


async def test_the_copy_goes_on_as_a_project_of_its_own(world):
    """The next mail of its thread is its next version; the origin stays as it is."""
    await say(world, passed_on(""))

    def answer(world, number):
        ours = read(world)
        told = {"From": "Bo <bo@acme.example>", "In-Reply-To": ours["Message-ID"], "References": ours["Message-ID"]}
        return mail("Make the header blue.", ours["Subject"], ours["Reply-To"], 60, **told), ours["Reply-To"]

    await say(world, answer)
    origin, copy = await projects(world)
    assert (origin.last, copy.last) == (2, 2)
    assert copy.files == origin.files
