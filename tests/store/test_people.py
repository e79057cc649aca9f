"""Who takes part in a project, and the language of its thread, in every ledger."""

from __future__ import annotations

from dataclasses import replace

from mailbot.domain.intent import Command, Kind
from mailbot.domain.message import Message, MessageId
from mailbot.domain.project import ProjectId
from mailbot.domain.request import Held, Released, RequestId
from mailbot.domain.work import Amended
from mailbot.ports import Due
from tests.fakes import NOW, admit, envelope, order

BEES = ProjectId("p00001")


def share(address, words="share with", *, undo=False, note=""):
    return Command(line=f"{words} {address}", kind=Kind.SHARE, address=address, undo=undo, note=note)


def asks(*commands, **changes):
    """An order with these commands."""
    made = order(Kind.SHARE, message_id=MessageId(""))
    return replace(made.intent, commands=commands, **changes)


async def people(ledger):
    return (await ledger.project(BEES)).people


async def test_what_is_let_in_is_followed(ledger):
    """In its order; addresses without case; what is noted is not."""
    await admit(ledger, "a")
    assert await people(ledger) == {}
    bob, chef = "Bob@x.example", "chef@x.example"
    await admit(
        ledger, "b", intent=asks(share(bob), share(f"{chef} as reader", "add"), share("no@x.example", note="n"))
    )
    assert (await people(ledger))["bob@x.example"] == "collaborator"
    await admit(ledger, "c", intent=asks(share(bob, "remove", undo=True), share(bob), share(bob, "remove", undo=True)))
    assert "bob@x.example" not in await people(ledger)


async def test_the_role_is_a_fact(ledger):
    """Of the author in the thread that the mail stands in."""
    await admit(ledger, "a", intent=asks(share("bob@x.example")))
    await ledger.open_request(RequestId("now"), b"now", envelope())

    async def role(author, thread=BEES):
        return (await ledger.facts(Message(id="", author=author), RequestId("now"), (), thread)).role

    assert [await role(who) for who in ("ana@acme.example", "BOB@x.example", "eve@x.example")] == [
        "owner",
        "collaborator",
        "",
    ]
    assert await role("ana@acme.example", None) == ""
    assert await role("ana@acme.example", ProjectId("p99999")) == ""


async def test_what_is_held_is_followed_when_it_is_let_in(ledger):
    """Not before a person said so."""
    await admit(ledger, "a")
    await ledger.open_request(RequestId("b"), b"b", envelope())
    held = Held(rule="r", reason="w", admitted=order(intent=asks(share("bob@x.example")), message_id=MessageId("")))
    await ledger.record(await ledger.request(RequestId("b")), held, at=NOW)
    assert await people(ledger) == {}
    [known] = await ledger.held()
    await ledger.record(known.request, Released(by="ola", admitted=known.order), at=NOW, due=Due(queue="intake"))
    assert await people(ledger) == {"bob@x.example": "collaborator"}


async def test_what_joins_is_followed_alone(ledger):
    """The commands of the later mail, not those of the first once more."""
    first = await admit(ledger, "a", intent=asks(share("bob@x.example")))
    await admit(ledger, "b", intent=asks(share("bob@x.example", "remove", undo=True)))
    await ledger.open_request(RequestId("c"), b"c", envelope())
    both = replace(first.order, intent=asks(share("bob@x.example"), share("chef@x.example")))
    amended = Amended(request=first, order=both, queue="gen:x", by=RequestId("c"), mail=MessageId(""))
    await ledger.join(await ledger.request(RequestId("c")), amended, at=NOW)
    assert await people(ledger) == {"chef@x.example": "collaborator"}


async def test_the_language_of_a_thread_is_that_of_its_last_mail(ledger):
    """Of the last that had one."""
    await admit(ledger, "a", intent=asks(language="pl"))
    await admit(ledger, "b", intent=asks())
    assert (await ledger.project(BEES)).language == "pl"
    await admit(ledger, "c", intent=asks(language="de"))
    assert (await ledger.project(BEES)).language == "de"
