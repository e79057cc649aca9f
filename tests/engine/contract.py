"""What any engine must do, whatever it is built on: tests/engine/test_contract.py runs this for each engine."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from mailbot.domain.errors import Overtaken, Temporary
from mailbot.domain.intent import Kind
from mailbot.domain.request import Ignored, Postponed, RequestId, Withdrawn
from mailbot.ports import Due
from tests.fakes import admit, envelope


class Worker:
    """Does the jobs by ending their requests; records what ran, with what beside it."""

    def __init__(self, ledger, clock):
        self.ledger, self.clock = ledger, clock
        self.began, self.ended, self.together = [], [], []
        self.running, self.gate, self.do = {}, None, None

    async def perform(self, job):
        self.began.append(job.id)
        self.running[job.id] = job.queue
        self.together.append(sorted(self.running.values()))
        try:
            if self.gate:
                await self.gate.wait()
            if self.do:
                await self.do(job)
            request = await self.ledger.request(RequestId(job.id))
            await self.ledger.record(request, Ignored(rule="done", reason="done"), at=self.clock())
            self.ended.append(job.id)
        finally:
            del self.running[job.id]


@contextlib.asynccontextmanager
async def running(engine):
    """The engine at work; it has ended in good order afterwards."""
    task = asyncio.create_task(engine.run())
    try:
        yield
    finally:
        engine.stop()
        await asyncio.wait_for(task, 20)


async def until(condition, seconds=15):
    """Wait for a thing to become true; fail when it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  (any condition, not only an event)
            await asyncio.sleep(0.005)


class Contract:
    """The tests; a subclass gives the fixtures ``ledger``, ``clock`` and ``make``."""

    async def received(self, ledger, *ids):
        for id in ids:
            await ledger.open_request(RequestId(id), id.encode(), envelope())

    async def test_what_is_due_is_done(self, ledger, clock, make):
        """Whatever is in the ledger when it starts, and whatever comes later, once it is woken."""
        worker = Worker(ledger, clock)
        await self.received(ledger, "before")
        engine = make(worker.perform)
        async with running(engine):
            await until(lambda: worker.ended == ["before"])
            await self.received(ledger, "after")
            engine.wake()
            await until(lambda: worker.ended == ["before", "after"])

    async def test_a_queue_has_its_cap(self, ledger, clock, make):
        """Never more at once than the queue allows, and as many as it allows."""
        worker = Worker(ledger, clock)
        worker.gate = asyncio.Event()
        await self.received(ledger, *(f"r{n}" for n in range(7)))
        async with running(make(worker.perform, caps={"intake": 3})):
            await until(lambda: len(worker.running) == 3)
            await asyncio.sleep(0.05)
            assert len(worker.running) == 3
            worker.gate.set()
            await until(lambda: len(worker.ended) == 7)
        assert max(len(beside) for beside in worker.together) == 3

    async def test_each_model_host_has_its_own_cap(self, ledger, clock, make):
        """One generation at a time for each host, and the hosts beside each other."""
        worker = Worker(ledger, clock)
        worker.gate = asyncio.Event()
        for n, host in enumerate(["gen:a", "gen:a", "gen:b"]):
            await admit(ledger, f"r{n}", queue=host, project=f"p{n:05}")
        async with running(make(self.told(worker), caps={"gen:*": 1})):
            await until(lambda: len(worker.running) == 2)
            await asyncio.sleep(0.05)
            assert sorted(worker.running.values()) == ["gen:a", "gen:b"]
            worker.gate.set()
            await until(lambda: len(worker.began) == 3)
        assert ["gen:a", "gen:a"] not in worker.together

    def told(self, worker):
        """Ends admitted requests the way an admitted request can end without a reply."""

        async def perform(job):
            worker.began.append(job.id)
            worker.running[job.id] = job.queue
            worker.together.append(sorted(worker.running.values()))
            try:
                if worker.gate:
                    await worker.gate.wait()
                request = await worker.ledger.request(RequestId(job.id))
                other = RequestId("stop-" + job.id)
                await worker.ledger.record(request, Withdrawn(by=other), at=worker.clock())
                worker.ended.append(job.id)
            finally:
                del worker.running[job.id]

        return perform

    async def test_the_order_within_a_project(self, ledger, clock, make):
        """Of two builds of a project the second begins when the first has ended; others go on beside."""
        worker = Worker(ledger, clock)
        worker.gate = asyncio.Event()
        await admit(ledger, "first", project="p00001")
        await admit(ledger, "second", project="p00001", kind=Kind.REVISE)
        await admit(ledger, "other", project="p00002")
        async with running(make(self.told(worker), caps={"gen:*": 3})):
            await until(lambda: len(worker.running) == 2)
            await asyncio.sleep(0.05)
            assert sorted(worker.running) == ["first", "other"]
            worker.gate.set()
            await until(lambda: len(worker.ended) == 3)
        assert worker.began.index("second") > worker.began.index("first")

    async def test_the_urgent_come_first(self, ledger, clock, make):
        """Priority before age."""
        worker = Worker(ledger, clock)
        for n, priority in enumerate([5, 9, 0, 5]):
            await admit(ledger, f"r{n}", project=f"p{n:05}", author=f"a{n}@x.example", priority=priority)
        async with running(make(self.told(worker), caps={"gen:*": 1})):
            await until(lambda: len(worker.ended) == 4)
        assert worker.ended == ["r2", "r0", "r3", "r1"]

    async def test_nobody_waits_behind_one_busy_person(self, ledger, clock, make):
        """Fair between senders: the tenth wish of one is later than the first of another."""
        worker = Worker(ledger, clock)
        for n in range(10):
            await admit(ledger, f"busy{n}", project=f"b{n:05}", author="busy@x.example")
        await admit(ledger, "rare", project="p00001", author="rare@x.example")
        async with running(make(self.told(worker), caps={"gen:*": 1})):
            await until(lambda: len(worker.ended) == 11)
        assert worker.ended.index("rare") <= 2

    async def test_what_waits_for_its_time_is_left_alone(self, ledger, clock, make):
        """Not before its time, and without being asked when the time has come."""
        worker = Worker(ledger, clock)
        await self.received(ledger, "later")
        request = await ledger.request(RequestId("later"))
        soon = clock() + timedelta(milliseconds=300)
        await ledger.record(request, Postponed(until=soon, reason="waiting"), at=clock(), due=Due(not_before=soon))
        async with running(make(worker.perform)):
            await asyncio.sleep(0.1)
            assert worker.began == []
            await until(lambda: worker.ended == ["later"])
        assert clock() >= soon

    async def test_work_in_hand_can_be_cancelled(self, ledger, clock, make):
        """The work is told, and what was cancelled is due again."""
        worker = Worker(ledger, clock)
        worker.gate = asyncio.Event()
        await self.received(ledger, "r1")
        engine = make(worker.perform)
        async with running(engine):
            await until(lambda: worker.running)
            engine.cancel("r1")
            await until(lambda: len(worker.began) == 2)
            worker.gate.set()
            await until(lambda: worker.ended == ["r1"])
        assert (await ledger.request(RequestId("r1"))).starts == 0

    async def test_starts_are_counted_before_the_work(self, ledger, clock, make):
        """What dies in the middle has been counted."""
        worker, seen = Worker(ledger, clock), []

        async def look(job):
            seen.append((job.starts, (await ledger.request(RequestId(job.id))).starts))
            if len(seen) < 3:
                raise ZeroDivisionError("a bug")

        worker.do = look
        await self.received(ledger, "r1")
        async with running(make(worker.perform)):
            await until(lambda: worker.ended == ["r1"])
        assert seen == [(1, 1), (2, 2), (3, 3)]

    async def test_trouble_of_the_world_is_nobodys_start(self, ledger, clock, make):
        """A full disk or a lost database does not set a request aside."""
        worker, seen = Worker(ledger, clock), []

        async def trouble(job):
            seen.append(job.starts)
            if len(seen) < 3:
                raise Temporary("disk full")

        worker.do = trouble
        await self.received(ledger, "r1")
        async with running(make(worker.perform)):
            await until(lambda: worker.ended == ["r1"])
        assert seen == [1, 1, 1]

    async def test_a_late_comer_changes_nothing(self, ledger, clock, make):
        """Work that was taken over, and wakes up, finds the row moved on."""
        worker, late = Worker(ledger, clock), []

        async def overtaken(job):
            stale = await ledger.request(RequestId(job.id))
            await ledger.record(stale, Ignored(rule="faster", reason="another did it"), at=clock())
            try:
                await ledger.record(stale, Ignored(rule="late", reason="too late"), at=clock())
            except Overtaken:
                late.append(job.id)
                raise

        worker.do = overtaken
        await self.received(ledger, "r1")
        async with running(make(worker.perform)):
            await until(lambda: late)
            await until(lambda: not worker.running)
        assert (await ledger.count()).closed == {"faster": 1}

    async def test_a_stop_finishes_what_is_in_hand(self, ledger, clock, make):
        """The move is finished and recorded; what was not begun stays due."""
        worker = Worker(ledger, clock)
        worker.gate = asyncio.Event()
        await self.received(ledger, "r1", "r2")
        engine = make(worker.perform, caps={"intake": 1})
        task = asyncio.create_task(engine.run())
        await until(lambda: worker.running)
        engine.stop()
        await asyncio.sleep(0.02)
        worker.gate.set()
        await asyncio.wait_for(task, 10)
        assert (worker.began, worker.ended) == (["r1"], ["r1"])
        assert (await ledger.count()).in_flight == 1

    async def test_what_a_dead_process_had_in_hand_is_done(self, ledger, clock, make):
        """A claim without an end is found at the next start."""
        worker = Worker(ledger, clock)
        await self.received(ledger, "r1")
        assert [job.id for job in await ledger.claim({"intake": 1}, clock())] == ["r1"]
        async with running(make(worker.perform)):
            await until(lambda: worker.ended == ["r1"])
