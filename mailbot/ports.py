"""The doors between the life of a mail and the world: small protocols.

Whoever stands behind a door raises Temporary or Permanent; anything else that comes through is a bug, and counted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from mailbot.build.leaks import NOTHING, Sealed
from mailbot.build.plan import Brief, Said, Turn
from mailbot.decide.policy import Facts
from mailbot.domain.fetching import Asked, Fetched
from mailbot.domain.grants import Quota
from mailbot.domain.message import Address, Attachment, Envelope, Input, Known, Message, MessageId, Raw, Spooled
from mailbot.domain.names import Names
from mailbot.domain.project import Check, Project, ProjectId, Report, Tree
from mailbot.domain.reply import Answered, Delivery, DeliveryId
from mailbot.domain.request import Admitted, Event, Request, RequestId
from mailbot.domain.work import Amended, Count, Cursor, Due, HeldMail, Job, Waited
from mailbot.ports_kept import Forgetting, Kept, Queue
from mailbot.understand.spam import Spam
from mailbot.understand.zone import Records

T = TypeVar("T")


class Clock(Protocol):
    """The time, with its zone."""

    def __call__(self) -> datetime: ...


class Resolver(Protocol):
    """The DNS."""

    async def look(self, name: str, kind: str) -> Records:
        """Give the records of *kind* (TXT, A, AAAA, MX, PTR) at *name*; raise Temporary when nobody can say."""


class Prover(Protocol):
    """Finds out who wrote a mail."""

    async def prove(self, raw: Raw, envelope: Envelope) -> Envelope:
        """Return *envelope* with its proof, as it is if it has one; raise Temporary when the DNS cannot say now."""


class Workers(Protocol):
    """Processes of little power, in which strangers' bytes are read."""

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Run a function of a module, with picklable values, within limits of time and memory; raise what it raises.

        Raises Broken when it was ended by a limit or died, and Temporary when no process can be had.
        """


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every room may know of the house it stands in; each settings class opens its room with it."""

    domain: str  #: of our addresses
    embedded: bool  #: no domain is set: the first try, on loopback
    addresses: Mapping[str, str]  #: local part -> kind of request
    data: str  #: the folder of everything we keep
    clock: Clock
    names: Names  #: what is signed by us
    resolver: Resolver
    prover: Prover
    workers: Workers
    texts: Mapping[str, str] = field(default_factory=dict)  #: prompts by file name
    sealed: Sealed = NOTHING  #: how our own secrets are recognised, so that none of them leaves


class Inbox(Protocol):
    """What a channel is given: where it hands over what it received."""

    async def __call__(self, raw: Raw, envelope: Envelope) -> RequestId:
        """Return once *raw* is durable. Only then may the channel say 250 OK. A spooled file is taken over."""

    async def all(self, mails: Sequence[tuple[Raw, Envelope]], cursor: Cursor) -> None:
        """Make *mails* durable together with the *cursor* behind them: all of it or nothing."""

    async def cursor(self, account: str, folder: str) -> Cursor | None:
        """How far it was read; None: never."""

    async def report(self, part: str, trouble: str) -> None:
        """Note how *part* of this way in is: in *trouble*, in words for an admin, or well (empty)."""


class Channel(Protocol):
    """A way in."""

    async def open(self, inbox: Inbox) -> str:
        """Begin to listen; return where, in words for a person."""

    async def close(self) -> None:
        """Take nothing new, let what is being stored finish."""


class Reader(Protocol):
    """The pure reading of a mail, run where a bad mail can do no harm."""

    async def read(self, raw: Raw) -> Message:
        """Raise Unreadable when it is not a message, and Broken when reading it killed the process that read."""

    async def inputs(
        self, attachments: Sequence[Attachment], *, private: bool = False, known: Known | None = None
    ) -> tuple[Input, ...]:
        """Say of each what it holds, or why it is not used; *private*: they must not leave; *known*: a history."""


class Lessons(Protocol):
    """What people taught the spam filter: in how many mails of each kind a word stood; 0 stands for every mail."""

    async def learn(self, words: Sequence[int], *, spam: bool, undo: bool = False) -> None: ...

    async def learned(self, words: Sequence[int]) -> Mapping[int, tuple[int, int]]: ...


class Scanner(Protocol):
    """A spam filter. No mail waits for it: where an outside filter is away, ours judges."""

    async def scan(self, raw: Raw, envelope: Envelope) -> Spam:
        """Say how much it looks like spam."""


class Model(Protocol):
    """Something that writes: a language model, or the templates of scaffold."""

    @property
    def host(self) -> str: ...  #: names its queue

    @property
    def slots(self) -> int: ...  #: how many answers at a time it gives

    async def ask(self, brief: Brief) -> Said: ...


class Sandbox(Protocol):
    """A place where strangers' code may be looked at, and run."""

    async def check(self, files: Tree, checks: Sequence[Check], before: Tree | None = None) -> Report: ...


class Way(Protocol):
    """A way out."""

    @property
    def idempotent(self) -> bool:
        """Whether sending the same delivery again can never make a second copy."""

    @property
    def settle(self) -> timedelta:
        """How long an unknown end is left alone before the one resend."""

    async def send(self, delivery: Delivery, committing: Callable[..., Awaitable[None]]) -> str:
        """Send it; call *committing* (with the relay) just before the point of no return. Return what was said."""


class Fetch(Protocol):
    """A call to a web server that a stranger has named."""

    async def fetch(self, asked: Asked) -> Fetched:
        """Raise Forbidden for what we do not go to or take, and Temporary when nobody answers."""


class Blobs(Protocol):
    """Content-addressed bytes, durable once put."""

    def put(self, content: bytes) -> str: ...

    def get(self, name: str) -> bytes: ...

    def adopt(self, spooled: Spooled) -> str:
        """Take over a file that is whole and on disk; return its name."""

    def file(self, name: str) -> Spooled:
        """The content as a file, for whoever need not have it in memory."""


class Engine(Protocol):
    """Calls the house for whatever is due, at least once, within each queue's cap. It owns no truth."""

    async def run(self) -> None:
        """Work until stop() is called and the moves in hand are finished."""

    def wake(self) -> None:
        """Something was committed: look again."""

    def stop(self) -> None: ...

    def cancel(self, id: str) -> None:
        """End the work in hand on *id*, if there is any; it stays due."""


class Ledger(Queue, Lessons, Kept, Forgetting, Protocol):
    """The durable memory. Every method is one transaction; a change of a row that has moved on raises Overtaken."""

    async def open_request(self, id: RequestId, raw: Raw, envelope: Envelope) -> RequestId:
        """Store *raw* under *id*; the same id again changes nothing. A spooled file is taken over."""

    async def open_requests(self, mails: Sequence[tuple[RequestId, Raw, Envelope]], cursor: Cursor) -> None:
        """Store all of *mails* and the *cursor* behind them, or nothing."""

    async def cursor(self, account: str, folder: str) -> Cursor | None: ...
    async def request(self, id: RequestId) -> Request: ...
    async def raw(self, id: RequestId) -> Raw:
        """The mail as it came: its bytes, or the file of a large one."""

    async def record(
        self,
        request: Request,
        event: Event,
        *,
        at: datetime,
        due: Due | None = None,
        answered: Answered | None = None,
        others: Sequence[tuple[RequestId, Event]] = (),
    ) -> None:
        """Store what becomes of *request* by *event*: all of it or nothing.

        What was found out about its author, in its envelope, is stored with the first event. A first Admitted with a
        project the ledger does not know opens it; what its commands say of people is done; one more than a quota of
        its meters gives raises Overtaken. *others* are requests of the same project that the event ends, each by its
        own event; one that has ended meanwhile raises Overtaken, or it would be called stopped.
        """

    async def join(self, request: Request, amended: Amended, *, at: datetime) -> None:
        """Close *request*, which becomes part of the one at work; raise Overtaken when that has moved on."""

    async def at_work(self, project: ProjectId | None) -> tuple[Request, int] | None:
        """The newest request of *project* that has no answer yet, and how many turns it had."""

    async def turns(self, id: RequestId) -> Sequence[Turn]: ...

    async def add_turn(self, request: Request, turn: Turn, *, at: datetime, due: Due, in_hand: bool = False) -> Request:
        """Store *turn* as the next of *request*; return it as it then is. *in_hand*: whoever claimed it goes on."""

    async def facts(
        self, message: Message, request: RequestId, marks: Sequence[str] = (), thread: ProjectId | None = None,
        quotas: Sequence[Quota] = (),
    ) -> Facts:  # fmt: skip
        """What was before *message* in its *thread*, how much of *quotas* is used; *marks* sign for its author."""

    async def held(self, key: str = "", before: datetime | None = None, most: int = ...) -> Sequence[HeldMail]:
        """At *most* so many, oldest first, whose id begins with *key* and that came *before* then."""

    async def project(self, id: ProjectId, *revisions: int) -> Project | None:
        """The project with its newest revision, and those asked for, loaded."""

    async def asked(self, project: ProjectId | None) -> Admitted | None:
        """What the newest answer of *project* left without a version: with our questions, or with nothing at all."""

    async def free(self, names: Iterable[ProjectId]) -> ProjectId:
        """The first of *names* that no project has."""

    async def own(self, author: Address, ids: Sequence[MessageId]) -> ProjectId | None:
        """The project that a mail of *author*, one of *ids*, is being built into."""

    async def unfinished(self, project: ProjectId) -> Sequence[RequestId]:
        """The admitted requests of *project* that have no answer yet, oldest first."""

    async def delivery(self, id: DeliveryId) -> Delivery: ...
    async def waited(self, id: RequestId) -> Waited: ...

    async def move_delivery(
        self, old: Delivery, new: Delivery, *, at: datetime, said: str, in_hand: bool = False
    ) -> None:
        """Store that *old* has become *new*, and what was *said*; *in_hand*: whoever claimed it still works on it."""

    async def add_timer(self, name: str, slot: datetime) -> bool:
        """Make it due, once per name and slot; say whether it is new."""

    async def end_timer(self, id: str) -> None: ...
    async def count(self) -> Count: ...

    async def report(self, part: str, trouble: str, at: datetime) -> None:
        """Note how a part of the house is: in *trouble*, or well (empty)."""


__all__ = [
    "Address", "Amended", "Answered", "Blobs", "Channel", "Clock", "Count", "Cursor", "Due", "Engine", "Fetch", "Inbox",
    "Job", "Ledger", "Lessons", "MessageId", "Model", "Prover", "Queue", "Reader", "Resolver", "Sandbox", "Scanner",
    "Site", "Way", "Workers",
]  # fmt: skip
