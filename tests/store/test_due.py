"""The contract of the ledger, for the one in memory, on SQLite and on PostgreSQL: what is due, and for whom."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from mailbot.build.plan import Said
from mailbot.domain.errors import Overtaken
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import MAX_STARTS, Held, Postponed, Released, RequestId, Told, Withdrawn
from mailbot.ports import Due, Job
from tests.fakes import NOW, admit, envelope, order
from tests.store.values import ALL, SOON, answer, built, claimed, tell

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SAID = Said(text="words", maker=Maker(kind="model"))


async def received(ledger, *ids):
    for id in ids:
        await ledger.open_request(RequestId(id), id.encode(), envelope())


async def put_off(ledger, request, until):
    event = Postponed(until=until, reason="busy")
    await ledger.record(request, event, at=NOW, due=Due(not_before=until))


async def end(ledger, id):
    request = await ledger.request(RequestId(id))
    event, stored = built(request, (await ledger.project(request.order.intent.project)).last + 1)
    await ledger.record(request, event, at=NOW, answered=stored)


async def test_a_new_request_is_due_at_once(ledger):
    """First come, first served; what is claimed is nobody else's."""
    await received(ledger, "a", "b", "c")
    assert await ledger.claim({"intake": 2}, NOW) == [
        Job(kind="request", id="a", queue="intake", starts=1),
        Job(kind="request", id="b", queue="intake", starts=1),
    ]
    assert await claimed(ledger) == ["c"]
    assert await claimed(ledger) == []


@pytest.mark.parametrize("slots", [{}, {"intake": 0}, {"check": 5}, {"gen:*": 5}])
async def test_a_queue_without_a_place_is_left_alone(ledger, slots):
    """Nothing is claimed that was not asked for."""
    await received(ledger, "a")
    assert await claimed(ledger, slots) == []


async def test_each_host_has_its_places(ledger):
    """``gen:*`` stands for each host that has work, and a host that is named has its own number."""
    for n in range(12):
        await admit(ledger, f"r{n}", queue=f"gen:{'abc'[n % 3]}", project=f"p{n}")
    jobs = await ledger.claim({"gen:*": 2, "gen:b": 0, "gen:c": 1}, NOW)
    assert Counter(job.queue for job in jobs) == {"gen:a": 2, "gen:c": 1}


async def test_starts_are_counted_by_the_claim(ledger):
    """Before the work; what is recorded counts anew."""
    await received(ledger, "a")
    for starts in (1, 2):
        (job,) = await ledger.claim(ALL, NOW)
        assert (job.starts, (await ledger.request(RequestId("a"))).starts) == (starts, starts)
        await ledger.stumbled(job, NOW, "a bug", counted=True)
    await ledger.record(await ledger.request(RequestId("a")), order(), at=NOW, due=Due(queue="gen:x"))
    assert (await ledger.request(RequestId("a"))).starts == 0
    (job,) = await ledger.claim(ALL, NOW)
    await ledger.add_turn(await ledger.request(RequestId("a")), SAID, at=NOW, due=Due(queue="check"))
    assert [job.starts for job in await ledger.claim(ALL, NOW)] == [1]


async def test_a_start_that_is_nobodys_fault_does_not_count(ledger):
    """Trouble of the world, or a stop."""
    await received(ledger, "a")
    for _ in range(3):
        (job,) = await ledger.claim(ALL, NOW)
        assert job.starts == 1
        await ledger.stumbled(job, NOW, "stopped", counted=False)


async def test_what_stumbled_waits_for_its_time(ledger):
    """And next_due says when that is."""
    await received(ledger, "a")
    (job,) = await ledger.claim(ALL, NOW)
    assert await ledger.next_due() is None
    await ledger.stumbled(job, SOON, "why", counted=True)
    assert await ledger.next_due() == SOON
    assert await claimed(ledger, at=SOON - MINUTE) == []
    assert await claimed(ledger, at=SOON) == ["a"]


async def test_what_is_not_in_hand_cannot_stumble(ledger):
    """Its row has moved on, or somebody else has it now."""
    await received(ledger, "a")
    (job,) = await ledger.claim(ALL, NOW)
    await ledger.stumbled(job, NOW, "first", counted=True)
    await ledger.stumbled(job, SOON, "again", counted=True)
    (second,) = await ledger.claim(ALL, NOW)
    await ledger.stumbled(job, SOON, "late", counted=True)
    assert await ledger.next_due() is None
    await ledger.stumbled(second, SOON, "itself", counted=True)
    assert await ledger.next_due() == SOON


async def test_what_was_put_off_waits_for_its_time(ledger):
    """Whatever else waits."""
    await received(ledger, "a", "b")
    for id, until in (("a", SOON + MINUTE), ("b", SOON)):
        await put_off(ledger, await ledger.request(RequestId(id)), until)
    assert await ledger.next_due() == SOON
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["b"]
    assert await claimed(ledger, at=SOON + MINUTE) == ["a"]


async def test_the_urgent_come_first(ledger):
    """Priority before round before age."""
    for n, priority in enumerate([5, 9, 0, 5]):
        await admit(ledger, f"r{n}", project=f"p{n}", author=f"a{n}@x", priority=priority)
    assert await claimed(ledger, {"gen:*": 3}) == ["r2", "r0", "r3"]
    assert await claimed(ledger) == ["r1"]


async def test_nobody_waits_behind_one_busy_person(ledger):
    """The first wish of whoever comes late is served with the wish that the busy one is at."""
    for n in range(20):
        await admit(ledger, f"busy{n}", project=f"b{n}", author="busy@x")
    assert await claimed(ledger, {"gen:*": 5}) == [f"busy{n}" for n in range(5)]
    for n in range(3):
        await admit(ledger, f"rare{n}", project=f"r{n}", author="rare@x")
    expected = ["busy5", "rare0", "busy6", "rare1", "busy7", "rare2", "busy8"]
    assert await claimed(ledger, {"gen:*": 7}) == expected


async def test_the_answer_of_what_is_built_does_not_wait_for_new_mails(ledger):
    """Intake is first come, first served, by the time of the mail."""
    first = await admit(ledger, "first")
    await received(ledger, "second")
    (job,) = await ledger.claim({"gen:*": 1}, NOW)
    assert job.id == "first"
    await ledger.add_turn(await ledger.request(first.id), SAID, at=NOW, due=Due(queue="intake"))
    assert await claimed(ledger) == ["first", "second"]


async def test_builds_of_a_project_are_ordered(ledger):
    """One after the other, each released with the end of the one before it."""
    for n in range(3):
        await admit(ledger, f"r{n}", kind=Kind.REVISE)
    await admit(ledger, "other", project="p00002")
    assert await claimed(ledger) == ["r0", "other"]
    assert await claimed(ledger) == []
    for n in range(3):
        await end(ledger, f"r{n}")
        assert await claimed(ledger, {"gen:*": 9}) == [f"r{n + 1}"][: 2 - n]


async def test_a_turn_keeps_the_place(ledger):
    """Between two moves of a build no other of its project begins."""
    await admit(ledger, "a")
    await admit(ledger, "b", kind=Kind.REVISE)
    await claimed(ledger)
    request = await ledger.add_turn(await ledger.request(RequestId("a")), SAID, at=NOW, due=Due(queue="check"))
    assert await claimed(ledger) == ["a"]
    await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="gen:x", not_before=SOON))
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["a"]


async def test_a_stumble_keeps_the_place(ledger):
    """What stumbled is still at work; also one that is let in meanwhile waits."""
    await admit(ledger, "a")
    (job,) = await ledger.claim(ALL, NOW)
    await ledger.stumbled(job, SOON, "a bug", counted=True)
    await admit(ledger, "b", kind=Kind.REVISE)
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["a"]


async def test_what_is_put_off_blocks_nobody(ledger):
    """The next begins; when the time of the first comes, it waits for that one."""
    first = await admit(ledger, "a")
    await admit(ledger, "b", kind=Kind.REVISE)
    await put_off(ledger, first, SOON)
    assert await claimed(ledger) == ["b"]
    await admit(ledger, "c", kind=Kind.REVISE)
    assert await claimed(ledger, at=SOON) == []
    await end(ledger, "b")
    assert await claimed(ledger, {"gen:*": 9}, at=SOON) == ["a"]


async def test_of_two_that_come_back_one_begins(ledger):
    """The older one, though their times have both come."""
    for id in ("a", "b"):
        request = await admit(ledger, id, kind=Kind.REVISE)
        await put_off(ledger, request, SOON)
    assert await claimed(ledger, at=SOON) == ["a"]
    assert await claimed(ledger, at=SOON) == []


async def test_what_is_held_blocks_nobody(ledger):
    """Until it is let in; then it waits its turn."""
    await received(ledger, "held")
    held = await ledger.request(RequestId("held"))
    await ledger.record(held, Held(rule="r", reason="why"), at=NOW)
    await admit(ledger, "b")
    assert await claimed(ledger) == ["b"]
    held = await ledger.request(held.id)
    await ledger.record(held, Released(by="ola", admitted=order(kind=Kind.REVISE)), at=NOW, due=Due(queue="gen:x"))
    assert await claimed(ledger) == []
    await end(ledger, "b")
    assert await claimed(ledger, {"gen:*": 9}) == ["held"]


async def test_judging_and_telling_are_never_blocked(ledger):
    """A question, or a stop, reaches a project at work."""
    await admit(ledger, "a")
    await admit(ledger, "help", kind=Kind.HELP)
    await received(ledger, "new")
    assert sorted(await claimed(ledger)) == ["a", "help", "new"]


async def test_a_stop_releases_what_it_does_not_end(ledger):
    """The lane goes on behind what was withdrawn."""
    for id in ("a", "b", "c"):
        await admit(ledger, id, kind=Kind.REVISE)
    assert await claimed(ledger) == ["a"]
    stop = await admit(ledger, "stop", kind=Kind.STOP)
    others = [(RequestId(id), Withdrawn(by=stop.id)) for id in ("a", "b")]
    await ledger.record(stop, Told(topic="stopped"), at=NOW, answered=answer(stop), others=others)
    assert await claimed(ledger, {"gen:*": 9}) == ["c"]


async def test_two_claimers_never_get_the_same(ledger):
    """Whoever asks at the same time."""
    await received(ledger, *(f"r{n}" for n in range(40)))
    taken = await asyncio.gather(*(ledger.claim({"intake": 3}, NOW) for _ in range(20)))
    ids = [job.id for jobs in taken for job in jobs]
    assert len(ids) == len(set(ids)) == 40
    assert max(len(jobs) for jobs in taken) == 3


async def test_a_lease_ends(hasty):
    """What was taken and never heard of again is due again, with its start counted."""
    await received(hasty, "a")
    assert [job.starts for job in await hasty.claim(ALL, NOW)] == [1]
    await asyncio.sleep(0.002)
    assert [job.starts for job in await hasty.claim(ALL, NOW)] == [2]


async def test_whoever_lost_the_lease_changes_nothing(hasty):
    """The paused late comer: another has finished the move when it wakes."""
    await admit(hasty, "a")
    await hasty.claim(ALL, NOW)
    late = await hasty.request(RequestId("a"))
    await asyncio.sleep(0.002)
    await hasty.claim(ALL, NOW)
    await hasty.add_turn(await hasty.request(RequestId("a")), SAID, at=NOW, due=Due(queue="check"))
    with pytest.raises(Overtaken):
        await hasty.add_turn(late, SAID, at=NOW, due=Due(queue="check"))
    event, stored = built(late)
    with pytest.raises(Overtaken):
        await hasty.record(late, event, at=NOW, answered=stored)
    assert len(await hasty.turns(late.id)) == 1


async def test_at_a_start_what_was_in_hand_is_due(ledger):
    """At once, and as if it had not been begun: an end of the process is nobody's fault at first."""
    await received(ledger, "a", "b")
    await claimed(ledger)
    assert await ledger.recover() == 2
    assert await claimed(ledger) == ["a", "b"]
    assert (await ledger.request(RequestId("a"))).starts == 1


async def test_what_is_in_hand_at_one_end_after_another_is_under_suspicion(ledger, clock):
    """Such come one by one, after longer and longer waits, and at last with so many starts that they are set aside."""
    await received(ledger, "a", "b")
    waits = []
    for _ in range(7):
        assert sorted(await claimed(ledger, at=NOW + HOUR)) == ["a", "b"]
        assert await ledger.recover() == 2
        waits.append((await ledger.next_due() - clock()).total_seconds())
    assert waits == [0, 1, 6, 16, 31, 61, 0]
    assert await claimed(ledger) == ["a", "b"]
    assert (await ledger.request(RequestId("a"))).starts > MAX_STARTS


async def test_a_step_forward_ends_the_suspicion(ledger):
    """What was recorded counts anew."""
    job, _ = await in_hand(ledger)
    for _ in range(6):
        await ledger.recover()
        await claimed(ledger, at=NOW + HOUR)
    await ledger.add_turn(await ledger.request(RequestId("a")), SAID, at=NOW, due=Due(queue=job.queue))
    await claimed(ledger, at=NOW + HOUR)
    await ledger.recover()
    assert await claimed(ledger) == ["a"]
    assert (await ledger.request(RequestId("a"))).starts == 1


async def sent(ledger):
    """A delivery in hand."""
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    (job,) = await ledger.claim({"send": 1}, NOW)
    return job, await ledger.delivery(DeliveryId(job.id))


async def test_a_delivery_in_hand_stays_there(ledger):
    """The mark before the final dot takes it from nobody."""
    job, old = await sent(ledger)
    begun = old.begun(until=SOON)
    await ledger.move_delivery(old, begun, at=NOW, said="dot", in_hand=True)
    assert await claimed(ledger, at=SOON) == []
    await ledger.move_delivery(begun, begun.ended(Progress.SENT), at=NOW, said="250")
    assert await ledger.next_due() is None
    assert job.kind == "delivery"


async def test_a_delivery_whose_end_is_unknown_is_left_alone(ledger):
    """After a crash, and after a stumble, until its time to settle is over."""
    job, old = await sent(ledger)
    await ledger.move_delivery(old, old.begun(until=SOON), at=NOW, said="dot", in_hand=True)
    await ledger.stumbled(job, NOW, "no disk", counted=False)
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["d-a"]


async def test_a_delivery_that_was_cut_off_is_left_alone(ledger):
    """The same, when the process died."""
    _, old = await sent(ledger)
    await ledger.move_delivery(old, old.begun(until=SOON), at=NOW, said="dot", in_hand=True)
    await ledger.recover()
    assert await ledger.next_due() == SOON
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["d-a"]


async def test_a_mark_by_a_late_comer_leaves_it_alone(ledger):
    """Whoever was paused before the dot, and recovered meanwhile: nobody else sends until it has settled."""
    _, old = await sent(ledger)
    await ledger.recover()
    await ledger.move_delivery(old, old.begun(until=SOON), at=NOW, said="dot", in_hand=True)
    assert await claimed(ledger) == []
    assert await claimed(ledger, at=SOON) == ["d-a"]


async def test_a_delivery_is_tried_again(ledger):
    """When its pause is over; its starts count anew."""
    _, old = await sent(ledger)
    await ledger.move_delivery(old, old.again(SOON, known=True), at=NOW, said="busy")
    assert await claimed(ledger) == []
    assert [job.starts for job in await ledger.claim(ALL, SOON)] == [1]


async def test_what_has_come_to_its_time_does_not_call_again(ledger):
    """Even if no place is free for it: else whoever waits for next_due would never rest."""
    await received(ledger, "a")
    await put_off(ledger, await ledger.request(RequestId("a")), SOON)
    await tell(ledger, await admit(ledger, "b", kind=Kind.HELP))
    assert await claimed(ledger, {"send": 1}, at=SOON) == ["d-b"]
    assert await ledger.next_due() is None
    assert await claimed(ledger, at=NOW) == ["a"]


async def in_hand(ledger):
    """A build whose last turn was recorded by whoever goes on with it."""
    await admit(ledger, "a", queue="check")
    (job,) = await ledger.claim(ALL, NOW)
    due = Due(queue="intake")
    request = await ledger.add_turn(await ledger.request(RequestId("a")), SAID, at=NOW, due=due, in_hand=True)
    return job, request


async def test_a_build_in_hand_stays_there(ledger):
    """Its turn is recorded, and nobody else is given what follows."""
    _, request = await in_hand(ledger)
    assert len(await ledger.turns(request.id)) == 1
    assert await claimed(ledger) == []
    await end(ledger, "a")
    assert (await ledger.count()).answered == 1


async def test_a_build_in_hand_that_stumbles_is_due_again(ledger):
    """Who claimed it is still known by the job that was claimed."""
    job, _ = await in_hand(ledger)
    await ledger.stumbled(job, NOW, "disk full", counted=False)
    assert await claimed(ledger) == ["a"]
    assert (await ledger.request(RequestId("a"))).turn == 2


async def test_a_build_in_hand_is_found_after_a_crash(ledger):
    """It goes on from its recorded turn."""
    await in_hand(ledger)
    await ledger.recover()
    assert await claimed(ledger) == ["a"]
    assert len(await ledger.turns(RequestId("a"))) == 1


async def test_what_nobody_has_in_hand_waits_in_its_queue(ledger):
    """A late comer whose lease has ended keeps nothing."""
    request = await admit(ledger, "a", queue="check")
    await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="intake"), in_hand=True)
    assert await claimed(ledger, {"check": 1}) == []
    assert await claimed(ledger, {"intake": 1}) == ["a"]
