"""The contract of the ledger, for the one in memory, on SQLite and on PostgreSQL: what it stores."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.build.plan import Said, Tried
from mailbot.decide.facts import Facts
from mailbot.domain.errors import Ambiguous, Impossible, NotYet, Overtaken, Permanent, Temporary
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Address, Message, MessageId, Spooled
from mailbot.domain.project import Maker, ProjectId
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import (  # fmt: skip
    Held,
    Ignored,
    Merged,
    Postponed,
    Refused,
    Released,
    RequestId,
    State,
    Told,
    Withdrawn,
)
from mailbot.domain.work import Amended
from mailbot.ports import Count, Due
from tests.fakes import NOW, admit, envelope, order
from tests.store.values import SOON, answer, built, check, claimed, delivery, draft, large, tell

A, B = RequestId("a"), RequestId("b")


async def received(ledger, id=A, **changes):
    await ledger.open_request(id, b"raw " + id.encode(), envelope(**changes))
    return await ledger.request(id)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff mail", b"m" * 300_000], ids=["empty", "bytes", "large"])
async def test_a_mail_is_kept_as_it_came(ledger, raw):
    """Byte for byte, in its row or in a blob."""
    assert await ledger.open_request(A, raw, envelope()) == A
    kept = await ledger.raw(A)
    if isinstance(kept, Spooled):
        kept = await asyncio.to_thread(Path(kept.path).read_bytes)
    assert kept == raw


async def test_the_envelope_is_kept(ledger):
    """Whatever the transport knew, also what no database would take as it is."""
    known = envelope(sender="a\udce9\x00@x", recipients=("ü@x", "b@x"), peer="::1")
    await ledger.open_request(A, b"raw", known)
    assert (await ledger.request(A)).envelope == known


async def test_the_same_mail_is_one_request(ledger):
    """Offered again it changes nothing, whatever has become of it."""
    request = await received(ledger)
    await ledger.record(request, Ignored(rule="r", reason="why"), at=NOW)
    await ledger.open_request(A, b"other", envelope(sender="other@x"))
    assert await ledger.raw(A) == b"raw a"
    assert (await ledger.request(A)).state is State.CLOSED
    assert (await ledger.count()).received == 1


async def test_what_is_not_there_is_permanent(ledger):
    """Asking again would not help; the words name what was asked for."""
    for ask in (ledger.request, ledger.raw, ledger.delivery):
        with pytest.raises(Permanent, match="nobody"):
            await ask(RequestId("nobody"))
    assert await ledger.project("nobody") is None
    assert await ledger.turns(RequestId("nobody")) == []


EVENTS = [
    Postponed(until=SOON, reason="DNS"),
    order(),
    Held(rule="r", reason="why", admitted=order()),
    Ignored(rule="r", reason="why"),
    Merged(into=B),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
async def test_an_event_is_kept(ledger, event):
    """What is read back is what the life of a request says."""
    request = await received(ledger)
    due = Due(not_before=SOON) if isinstance(event, Postponed) else Due(queue="gen:x")
    await ledger.record(request, event, at=NOW, due=due)
    assert await ledger.request(A) == request.after(event)


async def test_a_large_order_is_kept(ledger):
    """Words that do not fit into a row."""
    request = await received(ledger)
    event = order()
    event = replace(event, intent=replace(event.intent, text="wörds\udce9" * 50_000, revision=3))
    await ledger.record(request, event, at=NOW, due=Due(queue="gen:x"))
    assert (await ledger.request(A)).admitted == event


async def test_a_held_request_is_let_in(ledger):
    """By a person, with what was held back."""
    request = await received(ledger)
    await ledger.record(request, Held(rule="r", reason="why"), at=NOW)
    assert await claimed(ledger) == []
    held = await ledger.request(A)
    await ledger.record(held, Released(by="ola", admitted=order()), at=NOW, due=Due(queue="gen:x"))
    assert (await ledger.request(A)).order == order()
    assert await claimed(ledger) == ["a"]


async def test_a_late_comer_changes_nothing(ledger):
    """Whoever read the row before it moved on is told so, and leaves no trace."""
    stale = await received(ledger)
    await ledger.record(stale, Postponed(until=NOW, reason="DNS"), at=NOW, due=Due(not_before=NOW))
    with pytest.raises(Overtaken):
        await ledger.record(stale, Refused(rule="r", reason="why"), at=NOW, answered=answer(stale))
    assert (await ledger.request(A)).state is State.RECEIVED
    with pytest.raises(Permanent):
        await ledger.delivery(DeliveryId("d-a"))
    assert await ledger.count() == Count(received=1, answered=0, held=0, in_flight=1)


async def test_of_two_at_once_one_wins(ledger):
    """The same row moved twice at the same time: one is recorded, the other overtaken."""
    request = await received(ledger)
    moves = [ledger.record(request, Ignored(rule=f"r{n}", reason=""), at=NOW) for n in range(8)]
    ended = await asyncio.gather(*moves, return_exceptions=True)
    assert sum(isinstance(one, Overtaken) for one in ended) == 7
    assert sum((await ledger.count()).closed.values()) == 1


async def test_an_impossible_event_is_refused(ledger):
    """The life of a request has no such step."""
    request = await received(ledger)
    with pytest.raises(Impossible):
        await ledger.record(request, Withdrawn(by=B), at=NOW)
    assert await ledger.request(A) == request


async def test_an_answer_without_a_reply_is_impossible(ledger):
    """And so is a reply without an answer: they are one."""
    request = await admit(ledger, "a", kind=Kind.HELP)
    with pytest.raises(Impossible):
        await ledger.record(request, Told(topic="help"), at=NOW)
    with pytest.raises(Impossible):
        await ledger.record(request, Postponed(until=NOW, reason=""), at=NOW, answered=answer(request))
    assert (await ledger.count()).in_flight == 1


async def test_an_answer_is_one_with_its_reply(ledger):
    """After it, the request is answered and its delivery is due, with the very bytes."""
    request = await admit(ledger, "a", kind=Kind.HELP)
    await tell(ledger, request)
    assert (await ledger.request(A)).state is State.ANSWERED
    assert await ledger.delivery(DeliveryId("d-a")) == delivery("a")
    assert await claimed(ledger) == ["d-a"]


async def test_a_large_delivery_is_kept(ledger):
    """Bytes that do not fit into a row."""
    request = await admit(ledger, "a", kind=Kind.HELP)
    await ledger.record(request, Told(topic="help"), at=NOW, answered=answer(request, large("a")))
    assert (await ledger.delivery(DeliveryId("d-a"))).wire == b"x" * 200_000


async def test_further_deliveries_are_stored(ledger):
    """Another form of the same reply."""
    request = await admit(ledger, "a", kind=Kind.HELP)
    await tell(ledger, request)
    other = delivery("a", id=DeliveryId("d2"), form="link")
    await ledger.add_deliveries([other])
    assert await ledger.delivery(DeliveryId("d2")) == other


async def test_a_project_is_opened_by_what_is_let_in(ledger):
    """With its owner and its title, and no revision."""
    await admit(ledger, "a", project="p00001")
    project = await ledger.project("p00001")
    assert (project.owner, project.title, project.last, project.head) == ("ana@acme.example", "Bees", 0, None)


async def test_a_new_project_never_joins_a_strangers(ledger):
    """Two new projects under one name at the same time: the later is told, and takes another name."""
    await admit(ledger, "a", project="p00001")
    with pytest.raises(Overtaken):
        await admit(ledger, "b", project="p00001", author="eve@x.example")
    assert (await ledger.request(B)).state is State.RECEIVED


async def test_a_revision_is_stored_with_its_answer(ledger):
    """Its files, its report and its checks, and it is the head."""
    request = await admit(ledger, "a")
    event, stored = built(request, content=b"\x00\xff" * 10, checks=(check(1), check(2)))
    await ledger.record(request, event, at=NOW, answered=stored)
    project = await ledger.project("p00001")
    assert project.head == stored.revision
    assert project.checks == (check(1), check(2))


async def test_a_large_revision_is_stored(ledger):
    """Files that do not fit into a row."""
    request = await admit(ledger, "a")
    event, stored = built(request, content=b"\xfe" * 300_000)
    await ledger.record(request, event, at=NOW, answered=stored)
    assert (await ledger.project("p00001")).head == stored.revision


async def test_the_revisions_that_are_asked_for_are_loaded(ledger):
    """The newest always, older ones by number; checks only grow."""
    for number in (1, 2, 3):
        request = await admit(ledger, f"r{number}", kind=Kind.CREATE if number == 1 else Kind.REVISE)
        event, stored = built(request, number, content=b"%d" % number, checks=(check(number),))
        await ledger.record(request, event, at=NOW, answered=stored)
    project = await ledger.project("p00001", 1, 9)
    assert sorted(project.revisions) == [1, 3]
    assert project.revisions[1].draft.files == {"index.html": b"1"}
    assert [one.number for one in project.checks] == [1, 2, 3]


@pytest.mark.parametrize("number", [1, 3])
async def test_only_the_next_revision_is_stored(ledger, number):
    """A number that is taken, or that leaves a gap, changes nothing."""
    first = await admit(ledger, "a")
    event, stored = built(first)
    await ledger.record(first, event, at=NOW, answered=stored)
    second = await admit(ledger, "b", kind=Kind.REVISE)
    event, stored = built(second, number)
    with pytest.raises(Overtaken):
        await ledger.record(second, event, at=NOW, answered=stored)
    assert (await ledger.project("p00001")).last == 1
    assert (await ledger.request(B)).state is State.ADMITTED


SAID = Said(text="words\udce9\x00", maker=Maker(kind="model", seconds=1.5, tokens=7), asks=("a?",), checks=(check(1),))


async def test_turns_are_kept_in_order(ledger):
    """As they were, small and large; the request moves with each."""
    request = await admit(ledger, "a")
    turns = [SAID, Tried(report=draft().report, base=1), replace(SAID, text="x" * 300_000)]
    for number, turn in enumerate(turns, 2):
        request = await ledger.add_turn(request, turn, at=NOW, due=Due(queue="check"))
        assert request.turn == number
    assert await ledger.turns(A) == turns
    assert await ledger.request(A) == request


async def test_a_late_turn_is_not_kept(ledger):
    """Of two answers to the same question only one is recorded."""
    request = await admit(ledger, "a")
    await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="check"))
    with pytest.raises(Overtaken):
        await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="check"))
    assert await ledger.turns(A) == [SAID]


async def test_a_turn_ends_the_row_of_postponements(ledger):
    """It went on, so that the next pause is a short one again."""
    request = await admit(ledger, "a")
    put_off = Postponed(until=NOW, reason="busy")
    await ledger.record(request, put_off, at=NOW, due=Due(not_before=NOW))
    assert await claimed(ledger) == ["a"]
    request = await ledger.request(A)
    assert request.postponed == 1
    assert (await ledger.add_turn(request, SAID, at=NOW, due=Due())).postponed == 0
    assert (await ledger.request(A)).postponed == 0


async def test_others_end_with_the_event(ledger):
    """Each by its own event, in one transaction."""
    first, second = await admit(ledger, "a"), await admit(ledger, "b", kind=Kind.HELP)
    stop = await admit(ledger, "stop", kind=Kind.STOP)
    others = [(one.id, Withdrawn(by=stop.id)) for one in (first, second)]
    await ledger.record(stop, Told(topic="stopped"), at=NOW, answered=answer(stop), others=others)
    assert (await ledger.request(first.id)).state is State.CLOSED
    assert (await ledger.request(second.id)).state is State.CLOSED
    assert (await ledger.count()).closed == {"withdrawn": 2}


async def test_what_has_ended_meanwhile_was_not_stopped(ledger):
    """The answer that says so would be untrue: nothing of it is stored, and it is decided again."""
    done = await admit(ledger, "done", kind=Kind.HELP)
    stop = await admit(ledger, "stop", kind=Kind.STOP)
    await tell(ledger, done)
    others = [(done.id, Withdrawn(by=stop.id))]
    with pytest.raises(Overtaken):
        await ledger.record(stop, Told(topic="stopped"), at=NOW, answered=answer(stop), others=others)
    assert (await ledger.request(stop.id)).state is State.ADMITTED
    assert (await ledger.count()).answered == 1


async def test_what_cannot_end_another_undoes_all(ledger):
    """All of it or nothing."""
    await received(ledger, B)
    stop = await admit(ledger, "stop", kind=Kind.STOP)
    with pytest.raises(Impossible):
        await ledger.record(
            stop, Told(topic="stopped"), at=NOW, answered=answer(stop), others=[(B, Withdrawn(by=stop.id))]
        )
    assert (await ledger.request(stop.id)).state is State.ADMITTED
    assert (await ledger.request(B)).state is State.RECEIVED


async def test_the_unfinished_of_a_project(ledger):
    """Admitted and without an answer, oldest first; no other project's."""
    for id, kind in (("a", Kind.CREATE), ("b", Kind.REVISE), ("c", Kind.HELP)):
        await admit(ledger, id, kind=kind)
    await admit(ledger, "other", project="p00002")
    await tell(ledger, await ledger.request(RequestId("c")))
    assert await ledger.unfinished("p00001") == ["a", "b"]


async def test_a_delivery_moves_by_compare_and_swap(ledger):
    """A late comer is told, and the newer state stands."""
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    old = await ledger.delivery(DeliveryId("d-a"))
    new = old.ended(Progress.SENT)
    await ledger.move_delivery(old, new, at=NOW, said="250")
    with pytest.raises(Overtaken):
        await ledger.move_delivery(old, old.again(NOW, known=True), at=NOW, said="busy")
    assert await ledger.delivery(old.id) == new
    assert await claimed(ledger, at=NOW + timedelta(days=9)) == []


async def test_a_delivery_remembers_the_relay_that_may_have_it(ledger):
    """From just before the dot on, through a lost answer and a wait, until a try that it did not survive is over."""
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    old = await ledger.delivery(DeliveryId("d-a"))
    begun = old.begun(NOW + timedelta(minutes=10), "second")
    await ledger.move_delivery(old, begun, at=NOW, said="the final dot")
    assert (await ledger.delivery(old.id)).relay == "second"
    lost = begun.after(Ambiguous("silence"), NOW, timedelta(minutes=10))
    waits = lost.begun(NOW, "second").after(NotYet("its rate", NOW + timedelta(minutes=1)), NOW, timedelta())
    assert (waits.progress, waits.attempts, waits.unknown) == (Progress.WAITING, lost.attempts, lost.unknown)
    for before, after in ((begun, lost), (lost, waits)):
        await ledger.move_delivery(before, replace(after, turn=before.turn + 1), at=NOW, said="")
        assert (await ledger.delivery(old.id)).relay == "second"
    assert begun.after(Temporary("451 not taken"), NOW, timedelta()).relay == ""


async def test_the_law_of_conservation(ledger):
    """Whatever came is answered, closed by a reason, held, or in flight."""
    for id in ("in flight", "ignored", "merged", "held"):
        await received(ledger, RequestId(id))
    ends = {"ignored": Ignored(rule="loop", reason=""), "merged": Merged(into=A), "held": Held(rule="r", reason="")}
    for id, event in ends.items():
        await ledger.record(await ledger.request(RequestId(id)), event, at=NOW)
    await tell(ledger, await admit(ledger, "told", kind=Kind.HELP))
    await admit(ledger, "admitted")
    count = await ledger.count()
    assert count == Count(received=6, answered=1, held=1, in_flight=2, closed={"loop": 1, "merged": 1})
    assert count.holds


def message(id="<1@acme.example>", author="ana@acme.example"):
    return Message(id=MessageId(id), author=author)


async def test_the_facts_about_a_sender(ledger):
    """What was let in within the hour and the day before it, of its author and of everybody; itself not counted."""
    for id, minutes, author in [
        ("a", 30, "ana"),
        ("b", 90, "ana"),
        ("c", 1500, "ana"),
        ("d", 10, "bob"),
        ("e", -5, "ana"),
    ]:
        at = NOW - timedelta(minutes=minutes)
        await received(ledger, RequestId(id), received_at=at)
        event = order(author=f"{author}@acme.example", project=f"p-{id}", message_id=MessageId(f"<{id}@x>"))
        await ledger.record(await ledger.request(RequestId(id)), event, at=at, due=Due(queue="gen:x"))
    await received(ledger, RequestId("refused"))
    now = await received(ledger, RequestId("now"))
    assert await ledger.facts(message("<new@x>"), now.id) == Facts(
        sender_hour=1,
        sender_day=2,
        sender_open=3,
        domain_hour=2,
        domain_day=3,
        total_hour=2,
        total_day=3,
        sender_answers=2,
    )


async def test_a_mail_that_comes_twice_is_known(ledger):
    """The same Message-ID of the same author; a mail without one is nobody's duplicate."""
    await admit(ledger, "a", message_id=MessageId("<1@acme.example>"))
    await admit(ledger, "b", project="p00002", message_id=MessageId(""))
    now = await received(ledger, RequestId("now"))
    assert (await ledger.facts(message(), now.id)).duplicate_of == "a"
    assert (await ledger.facts(message(), A)).duplicate_of == ""
    assert (await ledger.facts(message(author="eve@x.example"), now.id)).duplicate_of == ""
    assert (await ledger.facts(message(id=""), now.id)).duplicate_of == ""


async def test_a_refused_mail_that_comes_again_is_known(ledger):
    """So that nobody is refused twice for one mail; it does not count as a use."""
    request = await received(ledger)
    await ledger.record(request, Refused(rule="r", reason="why"), at=NOW, answered=answer(request))
    now = await received(ledger, RequestId("now"))
    assert await ledger.facts(message(), now.id) == Facts(duplicate_of="a", sender_answers=1, sender_refused=1)


async def said(ledger, id, text, *, minutes=0, kind=Kind.REVISE, project="p00001", **changes):
    """One mail of a thread, let in *minutes* ago."""
    await received(ledger, RequestId(id), received_at=NOW - timedelta(minutes=minutes))
    asked = Intent(kind=kind, project=ProjectId(project), text=text)
    event = order(intent=asked, project=project, message_id=MessageId(f"<{id}@x>"), **changes)
    await ledger.record(await ledger.request(RequestId(id)), event, at=NOW, due=Due(queue="gen:x"))


async def test_the_facts_about_a_thread(ledger):
    """What its author said in it within the day, the newest first; of other threads and of others nothing."""
    await said(ledger, "old", "old", minutes=1500)
    for number, words in enumerate(("one", "two", "", "four")):
        await said(ledger, f"m{number}", words, minutes=60 - number)
    await said(ledger, "other", "other", project="p00002")
    await said(ledger, "eve", "eve", author="eve@acme.example")
    now = await received(ledger, RequestId("now"))
    facts = await ledger.facts(message("<new@x>"), now.id, (), ProjectId("p00001"))
    assert (facts.thread, facts.thread_day, facts.said) == ("p00001", 4, ("four", "", "two"))
    nowhere = await ledger.facts(message("<new@x>"), now.id)
    assert (nowhere.thread, nowhere.thread_day, nowhere.said) == ("", 0, ())


async def test_what_is_said_ends_at_a_command(ledger):
    """A person may say "undo" as often as they like; a mail without words is no command."""
    await said(ledger, "a", "one", minutes=3)
    await said(ledger, "b", "undo", minutes=2, kind=Kind.ROLLBACK)
    await said(ledger, "c", "", minutes=1, kind=Kind.STATUS)
    now = await received(ledger, RequestId("now"))
    facts = await ledger.facts(message("<new@x>"), now.id, (), ProjectId("p00001"))
    assert (facts.thread_day, facts.said) == (3, ("",))


async def test_a_timer_fires_once(ledger):
    """For each name and slot, however many clocks tick."""
    assert await ledger.add_timer("audit", NOW)
    assert not await ledger.add_timer("audit", NOW)
    assert await ledger.add_timer("audit", NOW + timedelta(hours=1))
    jobs = await ledger.claim({"maint": 5}, NOW)
    assert [job.kind for job in jobs] == ["timer", "timer"]
    await ledger.end_timer(jobs[0].id)
    assert not await ledger.add_timer("audit", NOW)
    assert await ledger.recover() == 1


async def test_a_lease_has_one_holder(ledger):
    """Until it is given back, or ends."""
    hour, nothing = timedelta(hours=1), timedelta()
    assert await ledger.hold("serve", "one", hour) == "one"
    assert await ledger.hold("serve", "two", hour) == "one"
    assert await ledger.renew("serve", "one", hour)
    assert not await ledger.renew("serve", "two", hour)
    await ledger.release("serve", "two")
    assert await ledger.hold("serve", "two", hour) == "one"
    await ledger.release("serve", "one")
    assert await ledger.hold("serve", "two", nothing) == "two"
    assert not await ledger.renew("serve", "two", hour)
    assert await ledger.hold("serve", "one", hour) == "one"


async def joining(ledger, request, by):
    """The order of *request* with more words, by the mail *by*."""
    order = replace(request.order, joined=(MessageId("<later@x>"),), fresh=1)
    return Amended(request=request, order=order, queue="gen:x", by=by.id, mail=MessageId("<later@x>"))


async def test_a_later_mail_becomes_part_of_the_one_at_work(ledger):
    """In one transaction: the one is closed, the other has a larger order and is due again in its queue."""
    first = await admit(ledger, "a")
    await received(ledger, B)
    second = await ledger.request(B)
    await ledger.join(second, await joining(ledger, first, second), at=NOW)
    now = await ledger.request(A)
    assert (now.turn, now.order.joined, now.order.fresh) == (first.turn + 1, ("<later@x>",), 1)
    assert (await ledger.request(B)).state is State.CLOSED
    assert (await ledger.count()).closed == {"merged": 1}
    assert "a" in await claimed(ledger)


async def test_who_had_it_in_hand_is_overtaken(ledger):
    """What was made of fewer words is not recorded."""
    first = await admit(ledger, "a")
    assert "a" in await claimed(ledger)
    await received(ledger, B)
    second = await ledger.request(B)
    await ledger.join(second, await joining(ledger, first, second), at=NOW)
    with pytest.raises(Overtaken):
        await ledger.add_turn(first, SAID, at=NOW, due=Due(queue="check"))
    assert "a" in await claimed(ledger)


async def test_nothing_joins_what_has_moved_on(ledger):
    """All of it or nothing: the later mail is judged again."""
    first = await admit(ledger, "a")
    await received(ledger, B)
    second = await ledger.request(B)
    both = await joining(ledger, first, second)
    await ledger.add_turn(first, SAID, at=NOW, due=Due(queue="check"))
    with pytest.raises(Overtaken):
        await ledger.join(second, both, at=NOW)
    assert (await ledger.request(B)).state is State.RECEIVED
    assert (await ledger.request(A)).order.joined == ()


async def test_the_own_mail_at_work_is_found(ledger):
    """By its Message-ID, for its author alone, while it has no answer."""
    first = await admit(ledger, "a")
    order = first.order
    ids = [MessageId("<else@x>"), order.message_id]
    assert await ledger.own(order.author, ids) == order.intent.project
    assert await ledger.own(Address("eve@x.example"), ids) is None
    assert await ledger.own(order.author, [MessageId("<else@x>")]) is None
    assert await ledger.at_work(order.intent.project) == (await ledger.request(A), 0)
    assert await ledger.at_work(None) is None


async def test_a_free_name_is_one_that_nobody_has(ledger):
    """The first that is taken is passed over."""
    first = await admit(ledger, "a")
    names = [first.order.intent.project, ProjectId("zzzzzz")]
    assert await ledger.free(iter(names)) == "zzzzzz"
