"""Where a person decides about held mail: by a command, by mail of an admin, or, when nobody does, by the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Final

from mailbot.build.edit_known import known_of
from mailbot.build.join import resumed
from mailbot.build.plan import Ask, Brief, Move, Turn, next_move, queue_of
from mailbot.build.talk import begun, goes_on, opening
from mailbot.deadlines import Deadlines
from mailbot.decide.given import allowed
from mailbot.decide.guards import guarded
from mailbot.decide.memory import keeper, kept
from mailbot.domain.errors import Broken, Overtaken, Unreadable
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Envelope, Input, Message, marks_of
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.request import (  # fmt: skip
    Admitted,
    Answer,
    Errand,
    Ignored,
    Refused,
    Released,
    Reopened,
    Request,
    RequestId,
    Told,
)
from mailbot.domain.work import Due, HeldMail
from mailbot.ports import Clock, Ledger, Reader
from mailbot.privacy import Privacy
from mailbot.reply.answer import Given, answered
from mailbot.reply.later import dated
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import NOTICE, seal
from mailbot.reply.notice import Wait, notice
from mailbot.reply.notice import due as notice_due
from mailbot.understand.brought import is_bundle, is_private, to_read

SHOWN: Final = 20  #: held mails of one list in a mail
WIDTH: Final = 60  #: of a subject in a list
NO: Final = "whoever runs this mailbox looked at it and says no"
EXPIRED: Final = "expired"
ADMIN: Final = "admin"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What is held, and what becomes of it."""

    ledger: Ledger
    reader: Reader
    host: str  #: of the model: what is let in waits for it
    ways: Iterable[str]
    letterhead: Letterhead
    clock: Clock

    @property
    def privacy(self) -> Privacy:
        """What a person may ask about themselves."""
        return Privacy(ledger=self.ledger, clock=self.clock)

    async def obey(self, request: Request, event: Answer) -> Answer:
        """Do what an admin says, line by line, and answer what became of each. Said twice, it is done once."""
        order = request.admitted
        if order and order.intent.kind.own_data:
            return await self.privacy.answer(request, event)
        if order is None or not order.errands:
            return dated(event, request, self.clock(), self.letterhead.question_hours)
        said = [f"> {one.line}\n{await self.do(one, order.author)}" for one in order.errands]
        return Told(topic="held", text="\n\n".join(said))

    async def do(self, errand: Errand, by: str) -> str:
        """Do one of them; say in a line what came of it."""
        if errand.verb == "held":
            return await self.told()
        found = await self.ledger.held(errand.id, most=2)
        if not found:
            return f"nothing is held under {errand.id}: it never was, or is decided already; `held` lists what is"
        if len(found) > 1:
            return f"several held mails begin with {errand.id}; write more letters of the one that you mean"
        try:
            return await (self.release(found[0], by) if errand.verb == "release" else self.refuse(found[0], errand, by))
        except Overtaken as error:
            return f"not done: {error}"

    async def told(self) -> str:
        """What is held, oldest first."""
        found = await self.ledger.held(most=SHOWN + 1)
        lines = [line_of(one) for one in found[:SHOWN]]
        more = ["and more; decide about these first"] if len(found) > SHOWN else []
        return "\n".join([*lines, *more]) or "nothing is held"

    async def release(self, held: HeldMail, by: str) -> str:
        """Let it in; or, where nothing was decided yet, have it judged again."""
        request = held.request
        if held.order is None:
            await self.ledger.record(request, Reopened(by=by), at=self.clock(), due=Due(queue="intake"))
            return f"{request.id} is judged again"
        order = await self.named(request.id, await self._with_inputs(request, held.order))
        due = Due(queue=queue_of(next_move(order, (), await self.project(order)), self.host))
        await self.ledger.record(request, Released(by=by, admitted=order), at=self.clock(), due=due)
        return f"{request.id} of {order.author} is let in"

    async def _with_inputs(self, request: Request, order: Admitted) -> Admitted:
        """*order* with what came along: of mail that is held nothing is read before a person lets it in."""
        message = await self.reader.read(await self.ledger.raw(request.id))
        inputs = await self.came(message, request.envelope, order.intent)
        return replace(order, inputs=allowed(inputs, order.set))

    async def came(self, message: Message, envelope: Envelope, intent: Intent) -> tuple[Input, ...]:
        """What came with *message*, read; a bundle of git may build upon the last versions of its project."""
        if intent.kind.own_data:
            return ()
        came, known = to_read(message, envelope), None
        if not came:
            return ()
        if intent.project and any(map(is_bundle, came)):
            project = await self.ledger.project(intent.project, *intent.revisions)
            known = known_of(project) if project else None
        return await self.reader.inputs(came, private=is_private(message), known=known)

    async def refuse(self, held: HeldMail, errand: Errand, by: str) -> str:
        """Say no to its author, where anybody may be answered."""
        reason = f"whoever runs this mailbox says: {errand.reason}" if errand.reason else NO
        told = await self._end(held, ADMIN, reason)
        return f"{held.request.id} is refused by {by}; {'its author is told' if told else 'nobody is told'}"

    async def tick(self, timer: str, days: int) -> None:
        """Do what the calendar says: end what is held for so many *days*, or say what nobody has answered in time."""
        if timer.startswith("questions:"):
            await Deadlines(ledger=self.ledger, clock=self.clock).say()
        else:
            await self.expire(days)

    async def expire(self, days: int) -> int:
        """End what nobody decided about for so many *days*; how many those were."""
        found = await self.ledger.held(before=self.clock() - timedelta(days=days))
        span = f"{days} days" if days > 1 else "a day"
        for held in found:
            await self._end(held, EXPIRED, f"a person had to look at it first, and within {span} nobody did")
        return len(found)

    async def _end(self, held: HeldMail, rule: str, reason: str) -> bool:
        """No; whether its author is told. No machine, and nobody who may never have written, ever is."""
        request, at = held.request, self.clock()
        message = await self._answerable(held)
        if message is None:
            await self.ledger.record(request, Ignored(rule=rule, reason=reason), at=at)
            return False
        event = Refused(rule=rule, reason=reason)
        reply = answered(Given(event, request, message, None, at), self.ways, self.letterhead)
        await self.ledger.record(request, event, at=at, answered=reply)
        return True

    async def _answerable(self, held: HeldMail) -> Message | None:
        """The mail, if its author may be answered."""
        request = held.request
        if not request.envelope.proof.answerable:
            return None
        try:
            message = await self.reader.read(await self.ledger.raw(request.id))
        except (Unreadable, Broken):
            return None
        facts = await self.ledger.facts(message, request.id, marks_of(request.envelope))
        return None if isinstance(guarded(message, request.envelope, facts), Ignored) else message

    async def named(self, id: str, order: Admitted) -> Admitted:
        """*order* with what is kept in mind of its author, and a name for the project that it begins.

        In a project it has the wish that it goes on with.
        """
        if order.intent.kind is Kind.ERASE and order.intent.project is None:  # the question has a thread of its own
            name = await self.ledger.free(self.letterhead.names.project_ids(id))
            return replace(order, intent=replace(order.intent, project=name))
        if owner := keeper(order):
            order = replace(order, memories=kept(await self.ledger.memories(owner), order))
        if order.intent.project is not None or not order.intent.kind.builds:
            project = order.intent.project  # where something is at work, a mail is a word to that, and resumes nothing
            busy = project and await self.ledger.unfinished(project)
            waiting = None if busy else await self.ledger.asked(project)
            return resumed(order, waiting, version=(await self.project(waiting)).last if waiting else 0)
        name = await self.ledger.free(self.letterhead.names.project_ids(id))
        return replace(order, intent=replace(order.intent, project=name))

    async def recalled(self, brief: Brief, project: Project) -> Brief:
        """*brief* with the talk in which its project began: a model's server may know it, and the model does not."""
        if not project.last or not goes_on(brief):
            return brief
        first = project.revisions.get(1) or (await self.ledger.project(project.id, 1) or project).revisions.get(1)
        if first is None or first.draft.maker.kind != "model":
            return brief
        began = await self.ledger.request(RequestId(first.request))
        said = opening(began.admitted, await self.ledger.turns(began.id)) if began.admitted else None
        return begun(brief, said) if said else brief

    async def due(
        self, request: Request, turns: Sequence[Turn], move: Move, project: Project, message: Message | None = None
    ) -> Due:
        """Where *request* waits for its next *move*, and what its author is told meanwhile."""
        due = Due(queue=queue_of(move, self.host))
        if not isinstance(move, Ask):
            return due
        wait = Wait(request=request, turns=turns, known=await self.ledger.waited(request.id), now=self.clock())
        if not (kind := notice_due(wait)):
            return due
        message = message or await self.reader.read(await self.ledger.raw(request.id))
        said = notice(kind, wait, message, project, self.letterhead)
        form = f"{NOTICE}-{request.turn}"
        sealed = (seal(said, way, wait.now, self.letterhead, form) for way in self.ways)
        return replace(due, notices=tuple(sealed))

    async def project(self, order: Admitted) -> Project:
        """The project of *order* as it stands; an empty one where there is none yet."""
        intent = order.intent
        known = await self.ledger.project(intent.project, *intent.revisions) if intent.project else None
        begins = intent.kind in {Kind.CREATE, Kind.FIX} or order.intent.origin is not None
        name = intent.project if begins and intent.project else ProjectId("")  # another one is gone with its owner
        project = known or Project(id=name, owner=order.author)
        if intent.origin is None or intent.revision is None or project.last:
            return project
        whole = await self.ledger.project(intent.origin, intent.revision)
        origin = whole.revisions.get(intent.revision) if whole else None
        return replace(project, origin=origin, checks=whole.in_force if whole and origin else ())


def line_of(held: HeldMail) -> str:
    """One held mail in a list: its id, since when, of whom, what about, and why."""
    request, order = held.request, held.order
    title = order.intent.title if order else ""
    subject = title if len(title) <= WIDTH else title[: WIDTH - 1] + "…"
    who = (order.author if order else request.envelope.sender) or "<>"
    since = f"{request.envelope.received_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    about = f'"{subject}"' if subject else "never judged" if order is None else "without a subject"
    return f"{request.id}  {since}  {who}  {about}  rule {held.rule}: {held.reason}"
