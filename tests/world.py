"""A whole life in a test: one process after another on the same ledger, with a person who mails and re-mails."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from mailbot.build.providers import providers_of
from mailbot.decide.policy import Policy
from mailbot.domain.names import Names
from mailbot.pipeline import Pipeline
from mailbot.receive.reader import InProcess
from mailbot.shipped import read_providers
from tests.fakes import (
    PAGE,
    Crash,
    FakeModel,
    FakeProver,
    FakeReceivers,
    FakeSandbox,
    FakeScanner,
    FakeWay,
    Life,
    Mortal,
    Time,
    envelope,
    mail,
)
from tests.house import RULES, letterhead

ALL = {"gen:*": 1, "check": 1, "intake": 1, "send": 1, "notify": 1, "maint": 1}
PROVIDERS = {"providers": providers_of(read_providers(Path("/nowhere")))}
BLUE = PAGE.replace("<h1>", "<h1 style=color:blue>")


@dataclass
class World:
    """Everything that outlives a process: the database, the other mail server, the person, the model's host."""

    open_ledger: object  #: an async function that opens the ledger again, as a new process does
    way: FakeWay = field(default_factory=FakeWay)
    model: FakeModel = field(default_factory=lambda: FakeModel([PAGE.format("Bees"), BLUE.format("Bees")]))
    prover: FakeProver = field(default_factory=FakeProver)
    scanner: FakeScanner = field(default_factory=FakeScanner)
    sandbox: FakeSandbox = field(default_factory=FakeSandbox)
    clock: Time = field(default_factory=Time)
    acknowledged: list = field(default_factory=list)  #: what the person's program heard a 250 for
    names: Names = field(default_factory=lambda: Names(domain="mailbot.localhost", keys=(b"k" * 32,)))
    operator: str = ""  #: who runs the person's mail system
    copies: dict = field(default_factory=dict)  #: the ways into folders of sent mail
    journal: str = ""
    wrap: object = None  #: a deliberate mutation of the ledger
    crashes: int = 0
    hours: int = 0  #: that our questions wait

    async def start(self, die_at=None):
        """A new process."""
        self.life = Life(die_at)
        self.ledger = await self.open_ledger(self.clock)
        ledger = self.wrap(self.ledger, self.life) if self.wrap else self.ledger
        self.mortal = Mortal(ledger, self.life)
        self.pipeline = Pipeline(
            ledger=self.mortal,
            prover=Mortal(self.prover, self.life),
            reader=InProcess(),
            scanner=self.scanner,
            policy=Policy(rules=RULES),
            model=Mortal(self.model, self.life),
            sandbox=Mortal(self.sandbox, self.life),
            ways={"email": self.way},
            copies=self.copies,
            journal=self.journal,
            receivers=FakeReceivers(self.ledger, self.operator),
            letterhead=letterhead(self.names, question_hours=self.hours, **PROVIDERS if self.operator else {}),
            clock=self.clock,
            cancel=lambda _id: None,
            timer=self._no_timer,
        )
        await self.ledger.recover()

    async def _no_timer(self, id):
        raise AssertionError(f"no timer was made, and {id} is due")

    async def stop(self):
        await self.ledger.close()

    async def drain(self):
        """Do whatever is due, until nothing is, now or later."""
        for _ in range(400):
            if not await self.work() and not await self._sleep():
                return
        raise AssertionError("it never comes to rest")

    async def work(self):
        """Do what is due now; whether there was anything."""
        jobs = await self.mortal.claim(ALL, self.clock())
        for job in jobs:
            await self.pipeline.perform(job)
        return bool(jobs)

    async def _sleep(self):
        due = await self.ledger.next_due()
        if due is None:
            return False
        self.clock.now = max(self.clock.now + timedelta(seconds=1), due)
        return True

    async def say(self, *letters):
        """The person writes, waits for the answer, writes again; a mail without its 250 is offered again."""
        for number, letter in enumerate(letters, 1):
            raw, to = letter(self, number)
            if raw not in self.acknowledged:
                await self.pipeline.receive(raw, envelope(recipients=(to,)))
                self.acknowledged.append(raw)
            await self.drain()

    async def live(self, *letters, die_at=None):
        """A life in which the process dies at the given effect, and is started again."""
        await self.start(die_at)
        try:
            await self.say(*letters)
        except Crash:
            self.crashes += 1
            assert (await self.ledger.count()).holds
            await self.stop()
            await self.start()
            assert (await self.ledger.count()).holds
            await self.say(*letters)
        assert (await self.ledger.count()).holds
        return self

    def answers(self):
        """The mails that were taken, one for each Message-ID, in order, and how often each was taken."""
        found = {}
        for delivery in self.way.taken:
            found.setdefault(str(delivery.message_id), delivery.wire)
            assert found[str(delivery.message_id)] == delivery.wire, "the bytes of a delivery changed"
        return found, Counter(str(delivery.message_id) for delivery in self.way.taken)


def first(text="One page about bees."):
    """A new request."""
    return lambda world, number: (mail(text, number=number), "build@mailbot.localhost")


def reply(text):
    """An answer to the newest mail of ours, as a person's program makes it."""

    def write(world, number):
        found, _ = world.answers()
        assert len(found) >= number - 1, "a mail was never answered"
        ours = email.message_from_bytes(list(found.values())[number - 2], policy=email.policy.default)
        words = mail(
            f"{text}\r\n\r\nOn Friday mailbot wrote:\r\n> it is ready",
            subject=ours["Subject"],
            to=ours["Reply-To"],
            number=number,
            In_Reply_To=ours["Message-ID"],
            References=ours["Message-ID"],
        )
        return words, ours["Reply-To"]

    return write


def read(world, at=-1):
    """One of our mails, the newest or another, as a person's program reads it."""
    return email.message_from_bytes(list(world.answers()[0].values())[at], policy=email.policy.default)


def words(world, at=-1):
    """Its plain text, without line breaks."""
    return " ".join(read(world, at).get_body(("plain",)).get_content().split())
