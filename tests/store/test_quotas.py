"""What counts for a quota, in every ledger."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.decide.quota import Used
from mailbot.domain.errors import Overtaken
from mailbot.domain.grants import Meter, Quota
from mailbot.domain.intent import Kind
from mailbot.domain.message import Message, MessageId
from mailbot.domain.request import GaveUp, Held, Released, RequestId, Told, Withdrawn
from mailbot.ports import Due
from tests.fakes import NOW, admit, envelope, order
from tests.store.values import answer

MINE = Quota(per="sender", max=2, every="hour")
DOMAIN = Quota(per="domain", max=3, every="day")
ALL = Quota(per="all", max=3, every="week")
QUOTAS = (MINE, DOMAIN, ALL)


async def let_in(ledger, id, *, minutes=0, author="ana@acme.example", kind=Kind.CREATE, **changes):
    """One mail of *author*, let in so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    await ledger.open_request(RequestId(id), id.encode(), envelope(received_at=at))
    request = await ledger.request(RequestId(id))
    event = order(kind, project=f"p-{id}", author=author, message_id=MessageId(f"<{id}@x>"), **changes)
    await ledger.record(request, event, at=at, due=Due(queue="gen:x"))
    return request.after(event)


async def used(ledger, author="ana@acme.example"):
    """How much of each quota, and until when it is used up."""
    await ledger.open_request(RequestId("now"), b"now", envelope())
    message = Message(id=MessageId("<now@x>"), author=author)
    facts = await ledger.facts(message, RequestId("now"), (), None, QUOTAS)
    assert tuple(one.quota for one in facts.used) == QUOTAS
    return [one.used for one in facts.used], [one.until for one in facts.used]


async def test_each_quota_counts_its_own(ledger):
    """Of one person however they write, of one domain, of all; within its time."""
    await let_in(ledger, "a", minutes=30)
    await let_in(ledger, "b", minutes=90, author="Ana+x@acme.example")
    await let_in(ledger, "c", minutes=10, author="bob@acme.example")
    day, week = NOW + timedelta(hours=22, minutes=30), NOW + timedelta(days=7, minutes=-90)
    assert await used(ledger) == ([1, 3, 3], [None, day, week])
    assert await used(ledger, "eve@x.example") == ([0, 0, 3], [None, None, week])


async def test_there_is_room_again_at_the_told_time(ledger, clock):
    """Not a moment earlier."""
    await let_in(ledger, "a", minutes=30)
    await let_in(ledger, "b", minutes=20)
    _, (until, *_) = await used(ledger)
    assert until == NOW + timedelta(minutes=30)
    clock.now = until - timedelta(microseconds=1)
    assert (await used(ledger))[1][0] == until
    clock.now = until
    assert (await used(ledger))[1][0] is None


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.HELP, Kind.STOP, Kind.ROLLBACK])
async def test_what_costs_nothing_does_not_count(ledger, kind):
    """To go back, to stop and to ask how it stands; a question does count."""
    await let_in(ledger, "a", kind=kind)
    await let_in(ledger, "b", kind=Kind.QUESTION)
    assert (await used(ledger))[0] == [1, 1, 1]


async def test_what_failed_does_not_count(ledger):
    """Nor what was stopped."""
    failed, stopped = await let_in(ledger, "a"), await let_in(ledger, "b")
    await ledger.record(failed, GaveUp(reason="no"), at=NOW, answered=answer(failed))
    await ledger.record(stopped, Withdrawn(by=RequestId("x")), at=NOW)
    assert (await used(ledger))[0] == [0, 0, 0]
    now = await ledger.facts(Message(id="", author="ana@acme.example"), RequestId("now"))
    assert (now.sender_day, now.domain_day, now.total_day, now.sender_answers) == (0, 0, 0, 2)


async def test_a_stop_takes_the_others_out_of_the_count(ledger):
    """Those that it withdraws in its own transaction."""
    await let_in(ledger, "a")
    stop = await let_in(ledger, "s", kind=Kind.HELP)
    others = [(RequestId("a"), Withdrawn(by=RequestId("s")))]
    await ledger.record(stop, Told(topic="stopped"), at=NOW, answered=answer(stop), others=others)
    assert (await used(ledger))[0] == [0, 0, 0]


async def test_what_a_person_let_in_counts_from_then_on(ledger):
    """Not since it came."""
    at = NOW - timedelta(hours=5)
    await ledger.open_request(RequestId("a"), b"a", envelope(received_at=at))
    request = await ledger.request(RequestId("a"))
    held = Held(rule="r", reason="w", admitted=order())
    await ledger.record(request, held, at=at)
    assert (await used(ledger))[0] == [0, 0, 0]
    [known] = await ledger.held()
    await ledger.record(known.request, Released(by="ola", admitted=known.order), at=NOW, due=Due(queue="gen:x"))
    assert (await used(ledger))[0] == [1, 1, 1]


async def test_of_those_that_are_judged_at_once_only_so_many_are_let_in(ledger):
    """Each saw room; the last room is taken once, and whoever comes too late is judged again."""
    quota = Quota(per="sender", max=2, every="day")

    async def one(number):
        meters = (Meter(quota=quota, used=1),)
        try:
            await let_in(ledger, f"r{number}", meters=meters)
        except Overtaken:
            return False
        return True

    assert sum(await asyncio.gather(*(one(number) for number in range(8)))) == 2
    assert (await ledger.count()).in_flight == 8


async def test_a_quota_of_none_counts_nothing(ledger):
    """It is asked about like any other."""
    await let_in(ledger, "a")
    await ledger.open_request(RequestId("now"), b"now", envelope())
    nothing = replace(MINE, max=0)
    facts = await ledger.facts(Message(id="", author="ana@acme.example"), RequestId("now"), (), None, (nothing,))
    assert facts.used == (Used(quota=nothing, used=0),)


async def test_what_waits_is_fair_to_a_person_not_to_an_address(ledger):
    """A second address of the same person does not come before others."""
    for id, author in (("a", "ana@gmail.com"), ("b", "a.na+2@gmail.com"), ("c", "bob@acme.example")):
        await admit(ledger, id, project=f"p-{id}", author=author)
    first = await ledger.claim({"gen:*": 2}, NOW)
    assert {job.id for job in first} == {"a", "c"}
