"""Two ledgers, one of dictionaries and one on SQLite, live through the same history and never differ."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mailbot.build.plan import Said
from mailbot.domain.errors import MailbotError
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import (  # fmt: skip
    GaveUp,
    Held,
    Ignored,
    Merged,
    Postponed,
    Refused,
    Released,
    Reopened,
    RequestId,
    State,
    Told,
    Withdrawn,
)
from mailbot.ports import Due
from tests.fakes import Time, envelope, order
from tests.fakes_ledger import MemoryLedger
from tests.prepared import ledger_in
from tests.store.values import answer, built

IDS = [f"r{n}" for n in range(8)]
PROJECTS = ["p00001", "p00002"]
QUEUES = st.sampled_from(["", "intake", "check", "gen:a", "gen:b"])
MINUTES = st.integers(-1, 4)


class Histories(RuleBasedStateMachine):
    """Whatever happens, it happens to both."""

    def __init__(self):
        super().__init__()
        self.clock, self.loop = Time(), asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="mailbot-machine-"))
        real = ledger_in(self.folder, self.clock)
        self.ledgers = [MemoryLedger(self.clock), self.loop.run_until_complete(real)]
        self.jobs, self.stale = [], []

    def teardown(self):
        self.loop.run_until_complete(self.ledgers[1].close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def both(self, method, *args, **values):
        """Ask both; they answer the same, or raise the same."""
        answers = []
        for ledger in self.ledgers:
            try:
                answers.append(self.loop.run_until_complete(getattr(ledger, method)(*args, **values)))
            except MailbotError as error:
                answers.append(type(error))
        return answers

    def same(self, method, *args, **values):
        first, second = self.both(method, *args, **values)
        assert first == second, method
        return first

    def later(self, minutes):
        return self.clock() + timedelta(minutes=minutes) if minutes >= 0 else None

    def request(self, data):
        """A request as it is, or as it once was."""
        known = self.same("request", RequestId(data.draw(st.sampled_from(IDS))))
        if isinstance(known, type):
            return None
        self.stale.append(known)
        return data.draw(st.sampled_from(self.stale)) if data.draw(st.integers(0, 4)) == 0 else known

    @rule(id=st.sampled_from(IDS), minutes=st.integers(0, 90))
    def receive(self, id, minutes):
        mail = envelope(received_at=self.clock() - timedelta(minutes=minutes))
        self.same("open_request", RequestId(id), id.encode(), mail)

    @rule(minutes=st.integers(0, 5))
    def time_passes(self, minutes):
        self.clock.now += timedelta(minutes=minutes)

    @rule(places=st.dictionaries(st.sampled_from(["intake", "check", "gen:*", "gen:a", "send"]), st.integers(0, 3)))
    def claim(self, places):
        found = []
        for jobs in self.both("claim", places, self.clock()):
            queues = defaultdict(list)
            for job in jobs:
                queues[job.queue].append(job)
            found.append(queues)
        assert found[0] == found[1]
        self.jobs += [job for jobs in found[0].values() for job in jobs]

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), minutes=st.integers(0, 3), counted=st.booleans())
    def stumble(self, data, minutes, counted):
        job = data.draw(st.sampled_from(self.jobs))
        self.same("stumbled", job, self.clock() + timedelta(minutes=minutes), "why", counted=counted)

    @rule()
    def the_process_dies(self):
        self.same("recover")

    @rule(
        data=st.data(),
        kind=st.sampled_from(Kind),
        author=st.sampled_from("ab"),
        priority=st.integers(4, 5),
        queue=QUEUES,
    )
    def let_in(self, data, kind, author, priority, queue):
        if (request := self.request(data)) is None:
            return
        project = data.draw(st.sampled_from(PROJECTS))
        admitted = order(kind=kind, project=project, author=f"{author}@x", priority=priority)
        event = Released(by="ola", admitted=admitted) if request.state is State.HELD else admitted
        due = Due(queue=queue, not_before=self.later(data.draw(MINUTES)))
        self.same("record", request, event, at=self.clock(), due=due)

    @rule(data=st.data(), held=st.booleans())
    def not_let_in(self, data, held):
        if request := self.request(data):
            event = Held(rule="r", reason="why", admitted=order()) if held else Ignored(rule="r", reason="why")
            self.same("record", request, event, at=self.clock())

    @rule(data=st.data())
    def judge_again(self, data):
        if request := self.request(data):
            self.same("record", request, Reopened(by="ola"), at=self.clock(), due=Due(queue="intake"))
            self.same("held")

    @rule(data=st.data(), minutes=MINUTES)
    def put_off(self, data, minutes):
        if request := self.request(data):
            event = Postponed(until=self.clock(), reason="busy")
            self.same("record", request, event, at=self.clock(), due=Due(not_before=self.later(minutes)))

    @rule(data=st.data(), queue=QUEUES, minutes=MINUTES)
    def take_a_turn(self, data, queue, minutes):
        if (request := self.request(data)) and request.admitted:
            turn = Said(text=data.draw(st.text(max_size=5)), maker=Maker(kind="model"))
            due = Due(queue=queue, not_before=self.later(minutes))
            self.same("add_turn", request, turn, at=self.clock(), due=due)

    @rule(data=st.data(), event=st.sampled_from([Told(topic="t"), GaveUp(reason="r"), Refused(rule="r", reason="why")]))
    def say(self, data, event):
        if request := self.request(data):
            self.same("record", request, event, at=self.clock(), answered=answer(request))

    @rule(data=st.data(), gap=st.integers(0, 1))
    def build(self, data, gap):
        if (request := self.request(data)) and request.admitted:
            project = self.same("project", request.order.intent.project)
            event, stored = built(request, project.last + 1 + gap, content=data.draw(st.binary(max_size=3)))
            self.same("record", request, event, at=self.clock(), answered=stored)

    @rule(data=st.data(), ends=st.sampled_from([Withdrawn, Merged]), ids=st.lists(st.sampled_from(IDS), unique=True))
    def stop(self, data, ends, ids):
        if request := self.request(data):
            kwargs = {"by": request.id} if ends is Withdrawn else {"into": request.id}
            known = {row.id for row in self.ledgers[0]._requests()} - {request.id}
            others = [(RequestId(id), ends(**kwargs)) for id in ids if id in known]
            told = {"at": self.clock(), "answered": answer(request), "others": others}
            self.same("record", request, Told(topic="stopped"), **told)

    @rule(data=st.data(), in_hand=st.booleans(), minutes=st.integers(0, 3))
    def send(self, data, in_hand, minutes):
        old = self.same("delivery", DeliveryId("d-" + data.draw(st.sampled_from(IDS))))
        if isinstance(old, type) or old.progress not in {Progress.WAITING, Progress.COMMITTING}:
            return
        until = self.clock() + timedelta(minutes=minutes)
        new = (
            old.begun(until)
            if in_hand
            else data.draw(st.sampled_from([old.ended(Progress.SENT), old.again(until, known=True)]))
        )
        self.same("move_delivery", old, new, at=self.clock(), said="said", in_hand=in_hand)

    @invariant()
    def nothing_is_lost(self):
        assert self.same("count").holds

    @invariant()
    def they_are_alike(self):
        self.same("next_due")
        for id in IDS:
            self.same("request", RequestId(id))
            self.same("turns", RequestId(id))
        for project in PROJECTS:
            self.same("unfinished", project)
            self.same("project", project, 1)


@pytest.mark.timeout(300)
async def test_histories():
    """Random histories of receiving, judging, building, sending, stumbling and dying."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=25,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=slow,
        database=None,
        phases=[Phase.generate],
    )
    await asyncio.to_thread(run_state_machine_as_test, Histories, settings=chosen)
