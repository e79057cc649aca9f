"""The other side of every door, for tests: scripted, counted, and mortal."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mailbot.build.plan import Said
from mailbot.domain.errors import MailbotError
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Envelope, MessageId, Proof
from mailbot.domain.names import Names
from mailbot.domain.project import Finding, Maker, ProjectId, Report, Result
from mailbot.domain.reply import Receiver
from mailbot.domain.request import Admitted, RequestId
from mailbot.ports import Due, Site
from mailbot.understand.spam import Spam

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Crash(BaseException):
    """The process died here."""


@dataclass
class Time:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self):
        return self.now

    def pass_by(self, **span):
        self.now += timedelta(**span)


def envelope(**changes):
    """A mail from loopback, while no domain is set."""
    known = {
        "channel": "smtp",
        "sender": "ana@acme.example",
        "recipients": ("build@mailbot.localhost",),
        "received_at": NOW,
        "peer": "127.0.0.1",
        "proof": Proof.ACCOUNT,
    }
    return Envelope(**(known | changes))


def mail(text="One page about bees.", subject="Bees", to="build@mailbot.localhost", number=1, **headers):
    """The bytes of a plain mail, as a person's program writes them."""
    lines = {
        "From": "Ana <ana@acme.example>",
        "To": to,
        "Subject": subject,
        "Date": "Fri, 20 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{number}@acme.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{text}\r\n".encode()


def order(kind=Kind.CREATE, project="p00001", author="ana@acme.example", **changes):
    """What the rules admitted."""
    known = {
        "rule": "loopback",
        "reason": "first try",
        "intent": Intent(kind=kind, project=ProjectId(project), title="Bees", text="One page about bees."),
        "author": author,
        "proof": Proof.ACCOUNT,
        "message_id": MessageId("<1@acme.example>"),
    }
    return Admitted(**(known | changes))


async def admit(ledger, id, *, queue="gen:fake", at=NOW, **changes):
    """Bring a request into the ledger and let it in."""
    await ledger.open_request(RequestId(id), id.encode(), envelope())
    request = await ledger.request(RequestId(id))
    event = order(**({"message_id": MessageId(f"<{id}@acme.example>")} | changes))
    await ledger.record(request, event, at=at, due=Due(queue=queue))
    return request.after(event)


PAGE = "=== FILE: index.html ===\n<!doctype html>\n<html lang=en><title>Bees</title><h1>{}</h1>\n=== END FILE ===\n"


class Nobody:
    """Behind a door that the test has no use for."""


def site(**changes):
    """What a room knows of its house."""
    known = {
        "domain": "x.example",
        "embedded": True,
        "addresses": {},
        "data": "/nowhere",
        "clock": Time(),
        "names": Names(domain="x.example", keys=(b"k" * 32,)),
        "resolver": Nobody(),
        "prover": FakeProver(),
        "workers": Nobody(),
    }
    return Site(**(known | changes))


@dataclass
class FakeModel:
    """Answers in turn; an error in the list is raised instead."""

    answers: list = field(default_factory=lambda: [PAGE.format("Bees")])
    host: str = "fake"
    slots: int = 1
    asked: list = field(default_factory=list)
    hold: asyncio.Event | None = None  #: the answer comes when this is set
    by_kind: dict = field(default_factory=dict)  #: an answer for each kind of request, however often it is asked

    async def ask(self, brief):
        self.asked.append(brief)
        if self.hold:
            await self.hold.wait()
        answer = self.by_kind.get(brief.kind) or self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, MailbotError):
            raise answer
        if isinstance(answer, Said):
            return answer
        return Said(text=answer, maker=Maker(kind="model", name="fake", provider="fake", tokens=7), title="Bees")


@dataclass
class FakeProver:
    """Finds what it is told to find, mail after mail; by default that nobody has to be asked."""

    found: list = field(default_factory=list)  #: changes of the envelope, or an error to raise
    asked: int = 0

    async def prove(self, raw, envelope):
        if not self.found or envelope.authentic is not None:
            return envelope
        self.asked += 1
        found = self.found[min(self.asked, len(self.found)) - 1]
        if isinstance(found, MailbotError):
            raise found
        return replace(envelope, **found)


@dataclass
class FakeScanner:
    """Says of every mail what it is told to say."""

    said: Spam = field(default_factory=lambda: Spam(score=0.0))

    async def scan(self, raw, envelope):
        return self.said


@dataclass
class FakeReceivers:
    """Knows of every mail system what it is told, and what was learned."""

    memory: object = None
    operator: str = ""

    async def receiver(self, address):
        if self.memory is None:
            return Receiver(operator=self.operator)
        return await self.memory.receiver(address.rpartition("@")[2], self.operator, NOW)


@dataclass
class FakeSandbox:
    """Finds what it is told to find, check after check."""

    results: list = field(default_factory=lambda: [Result.PASSED])
    tried: list = field(default_factory=list)

    async def check(self, files, checks, before=None):
        self.tried.append(files)
        result = self.results[min(len(self.tried), len(self.results)) - 1]
        if isinstance(result, MailbotError):
            raise result
        return Report(findings=(Finding(check="syntax", subject="index.html", result=result, detail="line 1"),))


@dataclass
class FakeWay:
    """Takes what is sent; remembers it beyond any crash."""

    idempotent: bool = False
    settle: timedelta = timedelta(seconds=600)
    taken: list = field(default_factory=list)
    faults: list = field(default_factory=list)  #: raised in turn, before the dot
    after_dot: list = field(default_factory=list)  #: raised in turn, after it was taken
    refuses: dict = field(default_factory=dict)  #: by form: raised whenever it comes

    async def send(self, delivery, committing):
        if self.faults:
            raise self.faults.pop(0)
        if delivery.form in self.refuses:
            raise self.refuses[delivery.form]
        await committing()
        self.taken.append(delivery)
        if self.after_dot:
            raise self.after_dot.pop(0)
        return "250 taken"


#: What only looks: to die there is to die before the next effect.
LOOKS = {
    "request",
    "raw",
    "turns",
    "facts",
    "project",
    "unfinished",
    "delivery",
    "next_due",
    "count",
    "cursor",
    "learned",
    "replied",
    "stood",
    "silence",
    "receiver",
    "whole",
    "unreached",
}


class Mortal:
    """Any door, behind which the process may die: before each effect, and after it."""

    def __init__(self, door, life):
        self._door, self._life = door, life

    def __getattr__(self, name):
        found = getattr(self._door, name)
        if name in LOOKS or not inspect.iscoroutinefunction(found):
            return found

        async def effect(*args, **kwargs):
            self._life.step(name)
            result = await found(*args, **kwargs)
            self._life.step(name)
            return result

        return effect


@dataclass
class Life:
    """Counts the effects of one process; it dies at the one it is told to."""

    die_at: int | None = None
    effects: int = 0
    last: str = ""

    def step(self, name):
        self.effects += 1
        self.last = name
        if self.effects == self.die_at:
            raise Crash(name)
