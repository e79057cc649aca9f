"""The mails that came and the mails that left, put together for a person who looks at them. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from mailbot.domain.errors import Broken, Permanent, Temporary
from mailbot.domain.reply import SENT_COPY, Delivery, DeliveryId
from mailbot.domain.request import RequestId
from mailbot.domain.sending import JOURNAL, Sent
from mailbot.ports import Workers
from mailbot.store import Life, Mail
from mailbot.store.sent import Wanted
from mailbot.web import letter

MOST: Final = 200  #: mails that came, of which a list tells
MOST_SENT: Final = 20  #: mails of ours about one of them
MOST_SHOWN: Final = 30  #: mails of a thread, the newest
_STATES: Final = {
    "waiting": "to be sent",
    "committing": "sent, and the other side's answer is not known yet",
    "sent": "sent",
    "presumed": "sent twice, both answers were lost",
    "failed": "not delivered",
    "bounced": "sent, and given back",
}


class Memory(Protocol):
    """What is needed of the ledger; nothing of it changes anything."""

    async def mails(self, number: int) -> Sequence[Mail]: ...
    async def life(self, key: str) -> Life | None: ...
    async def whole(self, id: RequestId) -> bytes: ...
    async def sent(self, wanted: Wanted) -> Sequence[Sent]: ...
    async def delivery(self, id: DeliveryId) -> Delivery: ...


@dataclass(frozen=True, kw_only=True)
class Row:
    """A thread in the list."""

    id: str
    author: str
    subject: str
    at: datetime
    mails: int
    state: str  #: of the newest
    why: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One mail, as a person sees it, and what is known of it."""

    id: str
    incoming: bool
    at: datetime
    wire: bytes
    letter: dict[str, Any]
    state: str
    why: str  #: of one that came: the rule and the reason
    thread: str
    request: str  #: that it is, or that it answers
    message_id: str
    life: Life | None = None
    delivery: Sent | None = None

    @property
    def subject(self) -> str:
        """For a headline."""
        return str(self.letter["head"]["Subject"]) or "(no subject)"


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What the page asks."""

    memory: Memory
    workers: Workers

    async def rows(self) -> Sequence[Row]:
        """The threads, the one with the newest mail first."""
        mails = await self.memory.mails(MOST)
        subjects = await self._subjects([mail.id for mail in mails if not mail.subject])
        threads: dict[str, list[Mail]] = {}
        for mail in mails:
            threads.setdefault(mail.project or mail.id, []).append(mail)
        return [_row(id, found, subjects) for id, found in threads.items()]

    async def thread(self, id: str) -> Sequence[Shown]:
        """The mails of one thread in their order; empty where there is none."""
        own = [mail for mail in await self.memory.mails(MOST) if id in {mail.project, mail.id}]
        found = [one for mail in own[:MOST_SHOWN] for one in await self._about(mail)]
        return sorted(found, key=lambda one: one.at)[-MOST_SHOWN:]

    async def one(self, id: str) -> Shown | None:
        """A mail that came, or one that left, by its id."""
        life = await self.memory.life(id)
        if life is None:
            return None
        if life.mail.id == id:
            return await self._came(life.mail, life)
        left = await self.memory.sent(Wanted(most=MOST_SENT, key=id, steps=True))
        sent = next((sent for sent in left if sent.id == id), None)
        return await self._left(life.mail, sent) if sent else None

    async def newest(self, most: int) -> Sequence[Shown]:
        """The last mails, both ways, the newest first."""
        found = [one for mail in await self.memory.mails(most) for one in await self._about(mail)]
        return sorted(found, key=lambda one: one.at, reverse=True)[:most]

    async def page(self, wire: bytes) -> tuple[str, int]:
        """The page of a mail, made harmless; raises Permanent, with words, where it cannot be read."""
        return await self.workers.run(letter.page, wire)

    async def file(self, wire: bytes, number: int) -> tuple[str, bytes] | None:
        """A file of a mail: its name and its content."""
        return await self.workers.run(letter.file, wire, number)

    async def _about(self, mail: Mail) -> list[Shown]:
        """A mail that came, and ours about it."""
        left = await self.memory.sent(Wanted(most=MOST_SENT, key=mail.id))
        own = [sent for sent in left if sent.request == mail.id and sent.form not in JOURNAL]
        shown = [await self._left(mail, sent) for sent in own if not sent.way.startswith(SENT_COPY)]
        return [await self._came(mail, await self.memory.life(mail.id)), *shown]

    async def _came(self, mail: Mail, life: Life | None) -> Shown:
        wire = await self.memory.whole(RequestId(mail.id))
        read = await self._letter(wire)
        return Shown(
            id=mail.id,
            incoming=True,
            at=mail.received_at,
            wire=wire,
            letter=read,
            state=mail.state.value,
            why=_why(mail, life),
            thread=mail.project or mail.id,
            request=mail.id,
            message_id=read["head"]["Message-ID"],
            life=life,
        )

    async def _left(self, mail: Mail, sent: Sent) -> Shown:
        wire = (await self.memory.delivery(sent.id)).wire
        return Shown(
            id=sent.id,
            incoming=False,
            at=sent.first_at,
            wire=wire,
            letter=await self._letter(wire),
            state=f"{_STATES[sent.progress.value]} by {sent.way}",
            why=sent.steps[-1][2] if sent.steps else "",
            thread=mail.project or mail.id,
            request=mail.id,
            message_id=sent.message_id,
            delivery=sent,
        )

    async def _letter(self, wire: bytes) -> dict[str, Any]:
        try:
            return await self.workers.run(letter.letter, wire)
        except (Broken, Permanent, Temporary) as error:
            return {**_UNREAD, "size": len(wire), "trouble": f"it cannot be shown: {error}"}

    async def _subjects(self, ids: Iterable[str]) -> dict[str, str]:
        """Of those that were never judged, and so have none in the ledger."""
        names = list(ids)
        wires = [(await self.memory.whole(RequestId(id)))[: letter.HEAD] for id in names]
        try:
            heads = await self.workers.run(letter.heads, wires) if wires else []
        except (Broken, Permanent, Temporary):
            return {}
        return {id: head["Subject"] for id, head in zip(names, heads, strict=True)}


_UNREAD: Final = {"head": dict.fromkeys(letter.SHOWN, ""), "text": "", "page": False, "files": []}


def _row(id: str, mails: Sequence[Mail], subjects: dict[str, str]) -> Row:
    newest, first = mails[0], mails[-1]
    return Row(
        id=id,
        author=newest.author or "<>",
        subject=first.subject.removeprefix("Re: ") or subjects.get(first.id, "") or "(no subject)",
        at=newest.received_at,
        mails=len(mails),
        state=newest.state.value,
        why=newest.reason,
    )


def _why(mail: Mail, life: Life | None) -> str:
    """By what rule it was let in, held, refused or ignored, where that is known; else what happened last."""
    ruled = [one.words for one in life.happenings if one.words.startswith("rule ")] if life else []
    return ruled[0] if ruled else mail.reason
