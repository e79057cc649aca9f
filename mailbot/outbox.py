"""The life of an answer once it is written: it is sent, and when a mail system refuses it, it goes in another form.

What a refusal means is read from its words. One about the form has the next form sent at once; one about the person
lets their address rest; one about us waits, and an admin is told. A report that comes later does the same, in the
transaction of its own record, when what we signed proves which delivery it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mailbot.build.plan import next_move
from mailbot.domain.errors import Overtaken, Permanent, Temporary
from mailbot.domain.message import Address, Envelope, Message
from mailbot.domain.project import Project
from mailbot.domain.reply import LIFETIME, SENT_COPY, Delivery, DeliveryId, Progress
from mailbot.domain.request import MAX_STARTS, Answer, Built, Ignored, Request, RequestId, State
from mailbot.domain.sending import COMPLAINT, FOLLOWED, JOURNAL, Lesson, Moved, Replied, Silence
from mailbot.ports import Clock, Reader, Way
from mailbot.receivers import Receivers, domain_of
from mailbot.reply import journal
from mailbot.reply.again import WORDS, Again, once_more
from mailbot.reply.answer import Given
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import NOTICE
from mailbot.sendings import Sendings
from mailbot.understand.bounce import delivery_of_bounce
from mailbot.understand.refusal import Refusal, refusal_of, why

PLAIN: Final = "zip"  #: the form that needs no remembering when it is taken
JOURNAL_PART: Final = "journal"  #: the part that a copy which was refused is noted of
OURS: Final = "mail to others"  #: the part of the house that a refusal about us is noted of
ABOUT_OTHERS: Final = (OURS, JOURNAL_PART)  #: what an admin may note
PAUSES: Final = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16))  #: after one; the last one repeats
_TAKEN: Final = frozenset({Progress.SENT, Progress.PRESUMED})  #: a report may be about these


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """What leaves."""

    ledger: Sendings
    reader: Reader
    receivers: Receivers
    ways: Mapping[str, Way]
    letterhead: Letterhead
    clock: Clock
    journal: Address | None = None  #: where a copy of every mail goes; none: nowhere

    async def deliver(self, id: DeliveryId, starts: int = 0) -> None:
        """Send one delivery that is due, and record how that ended; *starts*: how often this was begun in vain."""
        delivery = was = await self.ledger.delivery(id)
        if delivery.progress not in {Progress.WAITING, Progress.COMMITTING}:
            return None
        way = self.ways.get(delivery.way)
        if way is None or (delivery.unknown > 1 and not way.idempotent):
            return await self._move(delivery, *delivery.unsent(self.clock(), way_known=way is not None))
        if not delivery.doubtful and (silent := await self._silent(delivery)):
            return await self._move(delivery, delivery.ended(Progress.FAILED), silent)

        async def committing(relay: str = "") -> None:
            nonlocal delivery
            begun = delivery.begun(until=self.clock() + way.settle, relay=relay)
            await self._move(delivery, begun, "the final dot is about to go out", in_hand=True)
            delivery = begun

        try:
            said = await way.send(delivery, committing)
        except Overtaken:
            raise
        except Permanent as error:
            return await self._refused(replace(delivery, relay=was.relay), str(error), worn=starts > MAX_STARTS)
        except Temporary as error:
            end = delivery.after(error, self.clock(), way.settle, was.relay)
            return await self._move(delivery, end, str(error))
        return await self._taken(delivery, said)

    async def _move(self, old: Delivery, new: Delivery, said: str, *, in_hand: bool = False) -> None:
        await self.ledger.move_delivery(old, new, at=self.clock(), said=said, in_hand=in_hand)

    async def _taken(self, delivery: Delivery, said: str) -> None:
        """It was taken; where that was not the usual form, this is remembered."""
        moved = self._sent(delivery, said)
        usual = delivery.form in {PLAIN, WORDS, *JOURNAL} or delivery.form.startswith(NOTICE)
        usual = usual or delivery.way.startswith(SENT_COPY)
        if usual and not moved.following:
            return await self._move(delivery, moved.new, said)
        lesson = None if usual else await self._lesson(delivery, took=True)
        return await self.ledger.settle(replace(moved, lesson=lesson), at=self.clock())

    def _sent(self, delivery: Delivery, said: str) -> Moved:
        """It was taken; where the account keeps a folder of what it sent, a copy for that is due now."""
        kept = delivery.form not in JOURNAL and SENT_COPY + delivery.relay in self.ways
        own, now = not delivery.way.startswith(SENT_COPY), self.clock()
        following: tuple[Delivery, ...] = (delivery.copy_of_sent(now),) if kept and own else ()
        if self.journal and own and delivery.form not in JOURNAL:
            following += (journal.sent(delivery, self.journal, now, self.letterhead.names),)
        return Moved(old=delivery, new=delivery.ended(Progress.SENT), said=said, following=following)

    async def _silent(self, delivery: Delivery) -> str:
        """Why nothing is sent to the author now; empty where it is. A later mail of theirs ends that."""
        author = delivery.recipients[0]
        mark = self.letterhead.names.person(author)
        silence = None if delivery.form in JOURNAL else await self.ledger.silence(author, mark)
        if silence is None or silence.ends(self.clock()):
            return ""
        request = await self.ledger.request(RequestId(delivery.request))
        if silence.kind != COMPLAINT and request.envelope.received_at > silence.at:
            await self.ledger.lift(author, self.clock())
            return ""
        until = f"until {silence.until:%Y-%m-%d}" if silence.until else "until an admin lifts it"
        why_ = f"{silence.kind}: {silence.why}"
        return f"nothing is sent to {author} {until} ({why_}); `mailbot deliveries lift` ends that"

    async def known(self, given: Given) -> Given:
        """*given* with what is known of the mail system that it goes to, and of the mail before it."""
        author = given.request.admitted.author if given.request.admitted else given.message.author
        receiver = await self.receivers.receiver(author)
        return replace(given, receiver=receiver, unreached=await self.ledger.unreached(author, given.request.id))

    # It was refused.

    async def _refused(self, delivery: Delivery, said: str, *, worn: bool) -> None:
        refusal, now = why(said), self.clock()
        young = now - delivery.first_at <= LIFETIME
        if refusal.kind == "policy":
            await self.ledger.report(OURS, f"{domain_of(delivery.recipients[0])} refuses us: {refusal.said}", now)
        if refusal.kind == "quota" and young:
            return await self._move(delivery, delivery.after(Temporary(said), now, timedelta()), said)
        if refusal.kind == "policy" and young:
            pause = PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
            return await self._move(delivery, delivery.again(now + pause, known=True), said)
        end = delivery.ended(Progress.FAILED)
        if worn:  # something in mailbot itself fails when another form is made: the refusal is recorded all the same
            return await self._move(delivery, end, said)
        moved = await self._follow(delivery, end, refusal, said)
        return await self.ledger.settle(moved, at=now)

    async def _follow(self, old: Delivery, new: Delivery, refusal: Refusal, said: str) -> Moved:
        """What a certain refusal of *old* brings."""
        moved = Moved(old=old, new=new, said=said)
        if old.form in JOURNAL:
            await self.ledger.report(JOURNAL_PART, f"{old.recipients[0]} took no copy: {refusal.said}", self.clock())
        if old.form in JOURNAL or old.way.startswith(SENT_COPY):
            return moved
        if refusal.about_form and not old.form.startswith(NOTICE):
            following = await self._another(old, refusal)
            lesson = await self._lesson(old, took=False, limit=refusal.limit) if following else None
            return replace(moved, following=following, lesson=lesson)
        if refusal.kind in {"recipient", "other"}:
            return replace(moved, silences=(_silence(old.recipients[0], refusal.kind, refusal.said, self.clock()),))
        return moved

    async def _lesson(self, delivery: Delivery, *, took: bool, limit: int = 0) -> Lesson:
        address = delivery.recipients[0]
        known = await self.receivers.receiver(address)
        form = delivery.form
        return Lesson(domain=domain_of(address), operator=known.operator, form=form, took=took, limit=limit)

    async def _another(self, old: Delivery, refusal: Refusal) -> tuple[Delivery, ...]:
        """The same answer in the next form: nothing of it was kept in memory, all of it stands in the ledger."""
        replied = await self.ledger.replied(old.request, old.way)
        if replied is None:
            return ()
        try:
            given = await self._given(old, replied)
        except Permanent:  # it was erased, or can be read no more: then nothing is said about it again
            return ()
        known = await self.receivers.receiver(old.recipients[0])
        tried = frozenset(form for form, _ in replied.forms)
        limit = refusal.limit or (len(old.wire) - 1 if refusal.kind == "size" else known.limit)
        again = Again(
            at=self.clock(),
            said=refusal.said,
            large=refusal.kind == "size",
            forms=tuple((form, refusal.said if form == old.form else why(said).said) for form, said in replied.forms),
            receiver=replace(known, refused=known.refused | tried, took="", limit=limit),
        )
        revision = given.project.revisions.get(replied.revision) if given.project else None
        return once_more(given, revision, again, old.way, self.letterhead)

    async def _given(self, old: Delivery, replied: Replied) -> Given:
        """What the reply was made of: its event, and the project as it stood."""
        request = await self.ledger.request(RequestId(old.request))
        message = await self.reader.read(await self.ledger.raw(request.id))
        project = None
        if replied.project and request.admitted:
            named = (replied.revision - 1, replied.revision, *request.order.intent.revisions)
            project = await self.ledger.stood(replied.project, replied.last, *named)
        event = await self._event(request, replied, project)
        return Given(event, request, message, project, replied.at)

    async def _event(self, request: Request, replied: Replied, project: Project | None) -> Answer:
        made = project.revisions.get(replied.revision) if project and replied.revision else None
        if made and project:
            two = project.revisions.get(made.number - 1) if replied.last < made.number - 1 else None
            return Built(draft=made.draft, number=made.number, first=two.draft if two else None)
        if project is None:
            raise Permanent(f"the answer to {request.id} has no package")
        move = next_move(request.order, await self.ledger.turns(request.id), project)
        if not isinstance(move, Answer):
            raise Permanent(f"the answer to {request.id} cannot be made again")
        return move

    # It came.

    async def came(self, request: Request, message: Message | None) -> None:
        """Have a copy of a mail that came sent to the archive; a bounce of such a copy has none, or it would never end.

        *message* is none where it cannot be read.
        """
        if not self.journal or (message is None and not request.envelope.sender):
            return
        if message and message.machine == "bounce":
            id = delivery_of_bounce(message.returned, request.envelope, self.letterhead.names)
            if id and (await self.ledger.delivery(id)).form in JOURNAL:
                return
        raw, way = await self.ledger.whole(request.id), next(iter(self.ways))
        await self.ledger.add_deliveries([journal.received(request, raw, self.journal, way, self.letterhead)])

    # It came back.

    async def close(self, request: Request, message: Message, event: Ignored) -> State:
        """It gets no answer; a report on a mail of ours may have that go in another form, in the same transaction."""
        event, moved = await self.came_back(message, request.envelope, event)
        if moved:
            await self.ledger.came_back(request, event, moved, at=self.clock())
        else:
            await self.ledger.record(request, event, at=self.clock())
        return request.after(event).state

    async def came_back(self, message: Message, envelope: Envelope, event: Ignored) -> tuple[Ignored, Moved | None]:
        """What a report brings, and *event* with words about that; None where it changes nothing."""
        if message.ours and (own := delivery_of_bounce((message.id,), envelope, self.letterhead.names)):
            return await self._arrived(own, event)
        if message.machine not in {"bounce", "feedback"}:
            return event, None
        old = await self._about(message, envelope)
        if isinstance(old, str):
            return _noted(event, f"{old}, so nothing changes"), None
        if message.machine == "feedback":
            return await self._complained(old, event)
        found = refusal_of(message, old.recipients)
        if isinstance(found, str):
            return _noted(event, f"{found}, so nothing changes"), None
        if found.kind == "policy":
            await self.ledger.report(OURS, f"{old.recipients[0]} is not reached: {found.said}", self.clock())
        moved = await self._follow(old, old.ended(Progress.BOUNCED), found, f"came back: {found.said}")
        then = f"it goes again as {moved.following[0].form}" if moved.following else f"the reason is {found.kind}"
        return _noted(event, f"delivery {old.id} came back; {then}"), moved

    async def _about(self, message: Message, envelope: Envelope) -> Delivery | str:
        """The delivery of ours that a report is about, or why none is moved by it."""
        id = delivery_of_bounce(message.returned, envelope, self.letterhead.names)
        if id is None:
            return "nothing that we signed says which mail of ours it is about"
        try:
            old = await self.ledger.delivery(id)
        except Permanent:
            return f"no delivery {id} is known"
        if self.clock() - old.first_at > FOLLOWED:
            return f"it comes more than {FOLLOWED.days} days late"
        if old.progress not in _TAKEN and not old.doubtful:
            return f"delivery {id} is {old.progress}"
        return old

    async def _arrived(self, id: DeliveryId, event: Ignored) -> tuple[Ignored, Moved | None]:
        """A mail of ours came to an address of ours: so the relay took it, whatever we did not hear."""
        try:
            old = await self.ledger.delivery(id)
        except Permanent:
            return event, None
        if not old.doubtful:
            return _noted(event, f"it is delivery {id}, which is {old.progress}"), None
        moved = self._sent(old, "a copy of it came to an address of ours, so it was taken")
        return _noted(event, f"so delivery {id} was taken, and is not sent again"), moved

    async def _complained(self, old: Delivery, event: Ignored) -> tuple[Ignored, Moved | None]:
        """Somebody called our mail spam: nothing is sent to them any more, and an admin hears of it."""
        who, now = old.recipients[0], self.clock()
        silence = await self.ledger.silence(who)
        if silence and silence.kind == COMPLAINT and silence.until is None:
            return _noted(event, f"nothing is sent to {who} already"), None
        await self.ledger.report(OURS, f"{who} called our mail spam: nothing is sent to them any more", now)
        said = "the person called it spam"
        end = replace(old, turn=old.turn + 1)
        moved = Moved(old=old, new=end, said=said, silences=(_silence(who, COMPLAINT, said, now),))
        return _noted(event, f"nothing is sent to {who} any more"), moved


def _noted(event: Ignored, words: str) -> Ignored:
    return replace(event, reason=f"{event.reason}; {words}")


def _silence(address: Address, kind: str, why_: str, now: datetime) -> Silence:
    return Silence(address=address, kind=kind, why=why_, at=now, until=now)
