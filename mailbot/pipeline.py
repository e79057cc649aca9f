"""The life of a mail, from top to bottom.

Every effect mailbot has on the world is awaited here, at the desk of desk.py or in the outbox of outbox.py, through a
door. The engine calls perform() as often as it likes: each call does the one next thing that is due, records it, and is
safe to repeat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from mailbot.build.join import amended
from mailbot.build.plan import Ask, Tried, Try, Turn, next_move
from mailbot.decide.given import with_inputs
from mailbot.decide.policy import InForce
from mailbot.desk import Desk
from mailbot.domain.errors import Broken, MailbotError, Overtaken, Permanent, Temporary, Unreadable
from mailbot.domain.message import Address, Envelope, Message, Raw, marks_of
from mailbot.domain.names import request_id
from mailbot.domain.project import Project
from mailbot.domain.reply import DeliveryId
from mailbot.domain.request import Admitted, Answer, Event, GaveUp, Ignored, Postponed, Request, RequestId, State
from mailbot.news import unheard
from mailbot.outbox import Outbox
from mailbot.ports import Clock, Cursor, Due, Job, Model, Prover, Reader, Sandbox, Scanner, Way
from mailbot.receivers import Receivers
from mailbot.reply.answer import Given, answered
from mailbot.reply.compose import Letterhead
from mailbot.sendings import Sendings
from mailbot.understand.intent import intent_of
from mailbot.understand.thread import came_back, project_of


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """What happens to a mail, in order."""

    ledger: Sendings
    prover: Prover
    reader: Reader
    scanner: Scanner
    policy: InForce
    model: Model
    sandbox: Sandbox
    ways: Mapping[str, Way]
    receivers: Receivers
    letterhead: Letterhead
    clock: Clock
    cancel: Callable[[str], None]  #: ends the work in hand on a request that was withdrawn
    timer: Callable[[str], Awaitable[None]]  #: what the timer of the given id does
    tell: Callable[[str, int], Awaitable[None]] = unheard  #: tells a program what became of its order
    journal: Address | None = None  #: where a copy of every mail goes; none: nowhere
    copies: Mapping[str, Way] = field(default_factory=dict)  #: the ways into folders of sent mail

    # 1. It arrives. The channel says 250 OK, or moves its cursor on, only after this returns.

    async def receive(self, raw: Raw, envelope: Envelope) -> RequestId:
        """Make *raw* durable before anything can fail."""
        return await self.ledger.open_request(request_id(raw, envelope.recipients), raw, envelope)

    async def receive_all(self, mails: Sequence[tuple[Raw, Envelope]], cursor: Cursor) -> None:
        """Make all of *mails* durable, with the cursor behind them."""
        await self.ledger.open_requests([(request_id(raw, env.recipients), raw, env) for raw, env in mails], cursor)

    # 2. It moves: whatever is due is done and recorded.

    async def perform(self, job: Job) -> None:
        """Do the one thing that *job* says is due."""
        if job.kind == "request":
            await self.advance(RequestId(job.id))
        elif job.kind == "delivery":
            await self.outbox.deliver(DeliveryId(job.id), job.starts)
        elif job.kind == "webhook":
            await self.tell(job.id, job.starts)
        else:
            await self.timer(job.id)
            await self.ledger.end_timer(job.id)

    async def advance(self, id: RequestId) -> State:
        """Do the one thing that *id* is waiting for; return where it then stands."""
        request = await self.ledger.request(id)
        if request.worn:
            return await self._record(request, request.set_aside("something in mailbot itself failed three times"))
        step = {State.RECEIVED: self._judge, State.ADMITTED: self._build}.get(request.state)
        return await step(request) if step else request.state

    # 3. It is understood and judged.

    async def _judge(self, request: Request) -> State:
        raw, we = await self.ledger.raw(request.id), self.letterhead
        try:
            request = replace(request, envelope=await self.prover.prove(raw, request.envelope))
            message = came_back(await self.reader.read(raw), request.envelope, we.names)
            spam = await self.scanner.scan(raw, request.envelope)
        except (Unreadable, Broken, Temporary) as error:
            if isinstance(error, Unreadable):
                await self.outbox.came(request, None)
            return await self._later(request, error)
        await self.outbox.came(request, message)
        found = project_of(message, request.envelope, we.names) or await self.ledger.own(message.author, message.before)
        project = await self.ledger.project(found) if found else None
        reading = partial(intent_of, message, request.envelope, project, we.addresses, ours=we.help, names=we.names)
        intent = await self.desk.privacy.understood(message, project, reading())
        policy = self.policy.current
        facts = await self.ledger.facts(message, request.id, marks_of(request.envelope), found, policy.quotas)
        facts = replace(facts, spam=spam.score, spam_why="; ".join(spam.reasons))
        verdict = policy.judge(message, request.envelope, intent, project, facts)
        if isinstance(verdict, Admitted) and (inputs := await self.desk.came(message, request.envelope, intent)):
            intent = reading(inputs=inputs)
            verdict = with_inputs(policy.judge(message, request.envelope, intent, project, facts), inputs)
        if isinstance(verdict, Admitted):
            return await self._admit(request, verdict, message)
        if isinstance(verdict, Ignored):
            return await self.outbox.close(request, message, verdict)
        return await self._record(request, verdict, message)

    async def _admit(self, request: Request, order: Admitted, message: Message) -> State:
        """Let it in with what came with it: under a new name, in its project, or as a part of what is being built."""
        order = await self.desk.named(request.id, order)
        both = amended(order, request, await self.ledger.at_work(order.intent.project), self.model.host)
        if both is None:
            return await self._record(request, order, message)
        await self.ledger.join(request, both, at=self.clock())
        self.cancel(both.request.id)
        return State.CLOSED

    # 4. It is built: one move a call, every turn recorded before the next is made.

    async def _build(self, request: Request) -> State:
        project, turns = await self.desk.project(request.order), await self.ledger.turns(request.id)
        move = next_move(request.order, turns, project)
        try:
            if not isinstance(move, Ask | Try):
                return await self._record(request, move, project=project)
            turn = replace(await self._play(move, project), base=project.last)
        except Temporary as error:
            return await self._later(request, error)
        except Permanent as error:
            return await self._record(request, GaveUp(reason=str(error)))
        following = next_move(request.order, (*turns, turn), project)
        over = not isinstance(following, Ask | Try)  # then it is answered at once, and needs no place in another queue
        due = await self.desk.due(request, (*turns, turn), following, project)
        request = await self.ledger.add_turn(request, turn, at=self.clock(), due=due, in_hand=over)
        return await self._build(request) if over else request.state

    async def _play(self, move: Ask | Try, project: Project) -> Turn:
        if isinstance(move, Ask):
            return await self.model.ask(await self.desk.recalled(move.brief, project))
        return Tried(report=await self.sandbox.check(move.files, move.checks, project.files))

    # 5. It is answered: the event, its one reply and the first delivery are one transaction.

    async def _record(
        self, request: Request, event: Event, message: Message | None = None, project: Project | None = None
    ) -> State:
        now, reply = self.clock(), None
        due = Due(not_before=event.until) if isinstance(event, Postponed) else None
        others: Sequence[tuple[RequestId, Event]] = ()
        if request.admitted and project is None:
            project = await self.desk.project(request.order)
        if isinstance(event, Admitted):
            begun = await self.desk.project(event)
            due = await self.desk.due(request.after(event), (), next_move(event, (), begun), begun, message)
        elif isinstance(event, Answer):
            event, others = await self.desk.privacy.ends(request, event, project)
            event = await self.desk.obey(request, event)
            message = message or await self.reader.read(await self.ledger.raw(request.id))
            given = await self.outbox.known(Given(event, request, message, project, now))
            reply = answered(given, self.ways, self.letterhead)
        await self.ledger.record(request, event, at=now, due=due, answered=reply, others=others)
        for other, _ in others:
            self.cancel(other)
        return request.after(event).state

    @property
    def desk(self) -> Desk:
        """Where a person decides about held mail."""
        ledger, reader, host, ways = self.ledger, self.reader, self.model.host, tuple(self.ways)
        return Desk(ledger=ledger, reader=reader, host=host, ways=ways, letterhead=self.letterhead, clock=self.clock)

    # 6. It leaves, and may come back.

    @property
    def outbox(self) -> Outbox:
        """Where what is written is sent."""
        ledger, we, ways, known = self.ledger, self.letterhead, {**self.ways, **self.copies}, self.receivers
        kept = Outbox(ledger=ledger, reader=self.reader, receivers=known, ways=ways, letterhead=we, clock=self.clock)
        return replace(kept, journal=self.journal) if self.journal else kept

    async def _later(self, request: Request, error: MailbotError) -> State:
        """Put it off with a growing pause, until patience ends or there is nothing to wait for."""
        if isinstance(error, Overtaken):
            raise error
        event = request.unread(error) or request.put_off(self.clock(), str(error)) or request.set_aside(str(error))
        return await self._record(request, event)
