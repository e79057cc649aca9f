"""What the ledger remembers of what left: forms, refusals, addresses that rest, reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.domain.errors import Overtaken
from mailbot.domain.intent import Kind
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import Ignored, RequestId, State, Told
from mailbot.domain.sending import Lesson, Moved, Silence
from mailbot.store.sent import Wanted
from tests.fakes import NOW, admit, envelope
from tests.store.values import answer, built, check, claimed, delivery, tell

HOUR = timedelta(hours=1)
ANA = "ana@acme.example"
REFUSED = Lesson(domain="acme.example", operator="google", form="zip", took=False)


async def sent(ledger, id="a", **changes):
    """An answer whose delivery was taken."""
    request = await admit(ledger, id, kind=Kind.HELP, project=None)
    stored = answer(request, delivery(id, **changes))
    await ledger.record(request, Told(topic="help"), at=NOW, answered=stored)
    old = await ledger.delivery(DeliveryId(f"d-{id}"))
    await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW, said="250 taken")
    return await ledger.delivery(old.id)


def back(old, **changes):
    """It came back, and goes in another form."""
    other = delivery(old.request, id=DeliveryId(f"{old.id}2"), form="bundle", first_at=NOW)
    known = {"old": old, "new": old.ended(Progress.BOUNCED), "said": "came back: 552", "following": (other,)}
    return Moved(**(known | changes))


async def report(ledger):
    await ledger.open_request(RequestId("r"), b"report", envelope(sender=""))
    return await ledger.request(RequestId("r"))


IGNORED = Ignored(rule="automatic", reason="a machine wrote it")


async def test_a_report_and_what_it_brings_are_one(ledger):
    """The record of the report, the end of the one delivery and the beginning of the next."""
    old = await sent(ledger)
    await ledger.came_back(await report(ledger), IGNORED, back(old, lesson=REFUSED), at=NOW)
    assert (await ledger.request(RequestId("r"))).state is State.CLOSED
    assert (await ledger.delivery(old.id)).progress is Progress.BOUNCED
    assert await claimed(ledger) == ["d-a2"]
    assert (await ledger.receiver("acme.example", "google", NOW)).refused == {"zip"}


async def test_a_report_about_what_has_moved_on_stores_nothing(ledger):
    """Neither the record of it, so that it is read again, nor another form."""
    old, request = await sent(ledger), await report(ledger)
    await ledger.settle(back(old), at=NOW)
    with pytest.raises(Overtaken):
        await ledger.came_back(request, IGNORED, back(old), at=NOW)
    assert (await ledger.request(RequestId("r"))).state is State.RECEIVED
    assert len((await ledger.replied("a", "email")).forms) == 2


async def test_a_form_that_is_there_stays_as_it_is(ledger):
    """Its bytes never change, whoever makes it again."""
    old = await sent(ledger)
    moved = back(old)
    again = replace(moved.following[0], wire=b"other bytes")
    await ledger.settle(moved, at=NOW)
    late = replace(moved, old=moved.new, new=moved.new.ended(Progress.FAILED), following=(again,))
    await ledger.settle(late, at=NOW)
    assert (await ledger.delivery(again.id)).wire == moved.following[0].wire


async def test_in_which_forms_a_reply_went_out(ledger):
    """The first one first, with what was said of each last."""
    old = await sent(ledger)
    await ledger.settle(back(old), at=NOW)
    found = await ledger.replied("a", "email")
    assert found.forms == (("zip", "came back: 552"), ("bundle", ""))
    assert (found.kind, found.revision, found.last, found.at) == ("told", 0, 0, NOW)
    assert await ledger.replied("nobody", "email") is None


async def test_a_project_as_it_stood(ledger):
    """Before the answer in question: its newest revision then, and the checks of then."""
    for number in (1, 2, 3):
        request = await admit(ledger, str(number), kind=Kind.CREATE if number == 1 else Kind.REVISE)
        event, stored = built(request, number, content=b"%d" % number, checks=(check(number),))
        stored = replace(stored, deliveries=(delivery(str(number)),))
        await ledger.record(request, event, at=NOW + number * HOUR, answered=stored)
    found = await ledger.replied("2", "email")
    assert (found.last, found.revision) == (1, 2)
    project = await ledger.stood("p00001", found.last, 2)
    assert (project.last, [one.number for one in project.checks]) == (1, [1])
    assert project.head.draft.files == {"index.html": b"1"}
    assert project.revisions[2].draft.files == {"index.html": b"2"}
    assert await ledger.stood("nobody", 1) is None


async def test_what_is_learned_of_a_mail_system(ledger):
    """Of this domain and this operator only; where the operator is not known, of the domain."""
    taken = Lesson(domain="acme.example", operator="google", form="bundle", took=True)
    for lesson in (REFUSED, taken, replace(REFUSED, form="renamed", limit=5_000_000)):
        await ledger.settle(await step(ledger, lesson), at=NOW)
    known = await ledger.receiver("acme.example", "google", NOW)
    assert (known.refused, known.took, known.limit) == ({"zip", "renamed"}, "bundle", 5_000_000)
    assert (await ledger.receiver("acme.example", "", NOW)) == known
    assert not (await ledger.receiver("acme.example", "microsoft", NOW)).refused
    assert not (await ledger.receiver("other.example", "google", NOW)).refused


async def step(ledger, lesson):
    """A move of a delivery that brings only a lesson."""
    id = f"{lesson.form}{lesson.took}"
    old = await sent(ledger, id)
    return Moved(old=old, new=replace(old, turn=old.turn + 1), said="", lesson=lesson)


async def test_what_was_learned_is_forgotten(ledger):
    """After ninety days; a form that is taken again is refused no more."""
    await ledger.settle(await step(ledger, REFUSED), at=NOW)
    day = timedelta(days=1)
    assert (await ledger.receiver("acme.example", "google", NOW + 89 * day)).refused
    assert not (await ledger.receiver("acme.example", "google", NOW + 91 * day)).refused
    await ledger.settle(await step(ledger, replace(REFUSED, took=True)), at=NOW + day)
    known = await ledger.receiver("acme.example", "google", NOW + 2 * day)
    assert (known.refused, known.took) == (frozenset(), "zip")


async def rests(ledger, kind="recipient", at=NOW, id="a"):
    old = await sent(ledger, id)
    silence = Silence(address=ANA, kind=kind, why="550 no such user", at=at, until=at)
    moved = Moved(old=old, new=replace(old, turn=old.turn + 1), said="", silences=(silence,))
    await ledger.settle(moved, at=at)
    return await ledger.silence("Ana@ACME.example")


async def test_an_address_rests_longer_each_time(ledger):
    """Thirty days, sixty, and so on; also when it was lifted in between."""
    assert (await rests(ledger)).until == NOW + timedelta(days=30)
    assert await ledger.lift(ANA, NOW + HOUR)
    assert (await ledger.silence(ANA)).ends(NOW + HOUR)
    assert not await ledger.lift(ANA, NOW + 2 * HOUR)
    second = await rests(ledger, at=NOW + 3 * HOUR, id="b")
    assert (second.times, second.until) == (2, NOW + 3 * HOUR + timedelta(days=60))
    assert [one.address for one in await ledger.silences(NOW + 4 * HOUR)] == [ANA]
    assert not await ledger.silences(NOW + timedelta(days=100))


async def test_a_complaint_is_not_shortened(ledger):
    """By nothing that comes later; only by whoever lifts it."""
    assert (await rests(ledger, "complaint")).until is None
    kept = await rests(ledger, "recipient", NOW + HOUR, "b")
    assert (kept.kind, kept.until) == ("complaint", None)
    assert await ledger.lift(ANA, NOW + 2 * HOUR)
    assert not await ledger.silences(NOW + 2 * HOUR)


async def test_the_last_mail_that_reached_nobody(ledger):
    """Only when no form of it did, and only the last one to this author before this request."""
    old = await sent(ledger)
    await ledger.settle(back(old, following=()), at=NOW)
    request = await admit(ledger, "b", kind=Kind.HELP, project=None)
    assert await ledger.unreached(ANA, request.id) == "Re: Bees"
    assert await ledger.unreached("eve@x.example", request.id) == ""
    assert await ledger.unreached(ANA, RequestId("a")) == ""
    await tell(ledger, request)
    after = await admit(ledger, "c", kind=Kind.HELP, project=None)
    assert await ledger.unreached(ANA, after.id) == ""


async def test_a_list_of_deliveries(sqlite):
    """Newest first, as many as are wanted, by state, address and id; with the last thing said, or every step."""
    for id in ("a", "b"):
        await sent(sqlite, id)
    other = await sent(sqlite, "c", recipients=("eve%@x.example",))
    await sqlite.settle(back(other, following=()), at=NOW)
    assert [one.id for one in await sqlite.sent(Wanted())] == ["d-c", "d-b", "d-a"]
    assert [one.id for one in await sqlite.sent(Wanted(most=1))] == ["d-c"]
    assert [one.id for one in await sqlite.sent(Wanted(progress="bounced"))] == ["d-c"]
    assert [one.id for one in await sqlite.sent(Wanted(address="EVE%@x.example"))] == ["d-c"]
    assert not await sqlite.sent(Wanted(address="%"))
    assert [one.id for one in await sqlite.sent(Wanted(key="d-a"))] == ["d-a"]
    [one] = await sqlite.sent(Wanted(key=other.message_id, steps=True))
    assert [said for _, _, said in one.steps] == ["250 taken", "came back: 552"]


async def test_a_list_of_mails_shows_the_newest_form(sqlite):
    """What is due next of an answer is what is due of the form that is on its way."""
    old = await sent(sqlite)
    await sqlite.settle(back(old), at=NOW)
    [mail] = await sqlite.mails(1)
    assert mail.next == "told, to be sent by email"
    last = await sqlite.delivery(DeliveryId("d-a2"))
    await sqlite.settle(back(last, following=()), at=NOW)
    [mail] = await sqlite.mails(1)
    assert mail.next == "told, sent by email, and given back"
