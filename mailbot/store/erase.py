"""Forget a person: which rows are theirs, and what is left of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from mailbot.domain.message import Envelope
from mailbot.domain.privacy import Erasure, Theirs
from mailbot.domain.request import State
from mailbot.domain.sending import COMPLAINT
from mailbot.store import scrub
from mailbot.store.codec import load
from mailbot.store.database import AnyRow, Dialect, given
from mailbot.store.deadlines import deadlines
from mailbot.store.memory import memories
from mailbot.store.tables import attempts, audit, deliveries, messages, projects, replies, requests
from mailbot.store.tables_notes import parts, people
from mailbot.store.tables_orders import tokens
from mailbot.store.tables_privacy import erased
from mailbot.store.tables_sending import receivers, silences
from mailbot.store.tables_sessions import sessions

NOBODY: Final = "(erased)"  #: stands where an address stood in words that are about somebody else, too
_ENDED: Final = (State.ANSWERED.value, State.CLOSED.value)
_AT_ONCE: Final = 200  #: mails of nobody that are looked through at a time
_FROM: Final = re.compile(rb"(?im)^(?:from|sender|reply-to|return-path)[ \t]*:(?:[^\n]*\n[ \t])*[^\n]*")


class Forget:
    """The statements about it."""

    def __init__(self, dialect: Dialect) -> None:
        author = func.lower(requests.c.author) == given("of_author")
        self._own = select(requests.c.id).where(author, requests.c.id != given("but"))
        columns = (requests.c.seq, requests.c.id, requests.c.state, requests.c.envelope)
        self._nobodys = (
            select(*columns, messages.c.body, messages.c.blob)
            .join(messages, messages.c.request_id == requests.c.id)
            .where(requests.c.author.is_(None), requests.c.seq > given("last"), requests.c.id != given("but"))
            .where(requests.c.state != State.RECEIVED.value)
            .order_by(requests.c.seq)
            .limit(_AT_ONCE)
        )
        theirs = func.lower(projects.c.owner) == given("of_author")
        self._projects = select(projects.c.id).where(theirs)
        made = exists().where(requests.c.project == projects.c.id, requests.c.builds)
        self._built = select(func.count()).select_from(projects).where(theirs, or_(made, projects.c.last > 0))
        self._count = select(func.count()).select_from(requests).where(author, requests.c.id != given("but"))
        self._unfinished = self._own.where(requests.c.state == State.ADMITTED.value)
        self._mark = dialect.insert_new(erased)
        self._again = update(erased).where(erased.c.mark == given("of_mark"))

    def theirs(self, connection: Connection, address: str, but: str) -> Theirs:
        """How much there is of them, the request *but* not counted."""
        known = {"of_author": address.lower(), "but": but}
        return Theirs(
            projects=connection.execute(self._built, known).scalar_one(),
            mails=connection.execute(self._count, known).scalar_one(),
        )

    def unfinished(self, connection: Connection, address: str, but: str) -> Sequence[str]:
        """Their requests that were let in and have no answer yet."""
        return connection.execute(self._unfinished, {"of_author": address.lower(), "but": but}).scalars().all()

    def held(self, connection: Connection, address: str) -> Sequence[str]:
        """Their mails that wait for a person: of those, nobody was noted as the author."""
        found = self._of_nobody(connection, address.lower(), "")
        return [row.id for row in found if row.state == State.HELD.value]

    def erase(self, connection: Connection, wish: Erasure) -> Theirs:
        """Forget them; of the mail that said yes, everything stays until its answer is sent. All has ended."""
        address = wish.author.lower()
        count = self.theirs(connection, address, wish.request)
        ids = [*connection.execute(self._own, {"of_author": address, "but": wish.request}).scalars()]
        ids += [row.id for row in self._of_nobody(connection, address, wish.request) if row.state in _ENDED]
        _deadlines(connection, address)
        scrub.projects_of(connection, list(connection.execute(self._projects, {"of_author": address}).scalars()))
        domain = address.rpartition("@")[2]
        scrub.requests_of(connection, ids)
        _mentions(connection, address, wish.request)
        _about_them(connection, address, wish.mark)
        _their_domain(connection, domain, wish.request)
        self._remember(connection, wish, count)
        return count

    def _remember(self, connection: Connection, wish: Erasure, count: Theirs) -> None:
        row = {"at": wish.at, "request_id": wish.request, "projects": count.projects, "mails": count.mails}
        if not connection.execute(self._mark, {"mark": wish.mark, **row}).rowcount:
            connection.execute(self._again.values(**row), {"of_mark": wish.mark})

    def _of_nobody(self, connection: Connection, address: str, but: str) -> Iterator[AnyRow]:
        """Mails whose author was never noted: theirs by the envelope, or by what the mail says of itself.

        A held one is theirs only where it says that it is from them; a closed one where it names them at all.
        """
        last, name = 0, address.encode()
        while rows := connection.execute(self._nobodys, {"last": last, "but": but}).all():
            for row in rows:
                head = (row.body or b"").lower()
                theirs = load(Envelope, row.envelope).sender.lower() == address
                said = name in head if row.state in _ENDED else any(name in one for one in _FROM.findall(_top(head)))
                if theirs or said:
                    yield row
            last = rows[-1].seq


def _top(mail: bytes) -> bytes:
    return mail.partition(b"\r\n\r\n")[0]


def _deadlines(connection: Connection, address: str) -> None:
    """What the clock would say for them, in whatever project."""
    rows = connection.execute(select(deadlines.c.id, deadlines.c.envelope)).all()
    ids = [row.id for row in rows if load(Envelope, row.envelope).sender.lower() == address]
    for some in scrub.parts_of(ids):
        connection.execute(delete(deadlines).where(deadlines.c.id.in_(some)))


def _mentions(connection: Connection, address: str, but: str) -> None:
    """Where our own rows about others name them: copies of answers, what servers said, what was noted of a part."""
    like = f"%{_escaped(address)}%"
    copied = select(deliveries.c.id, deliveries.c.recipients, deliveries.c.wait)
    found = copied.where(deliveries.c.request_id != but, func.lower(deliveries.c.recipients).like(like, escape="\\"))
    for row in connection.execute(found).all():
        rest = [one for one in json.loads(row.recipients) if one.lower() != address]
        words = scrub.NOTHING | {"body": b""} if row.wait is None else {}
        change = update(deliveries).where(deliveries.c.id == row.id)
        connection.execute(change.values(recipients=json.dumps(rest), **words))
    to_them = (func.lower(replies.c.recipient) == address, replies.c.request_id != but)
    connection.execute(update(replies).where(*to_them).values(recipient=""))
    own = select(deliveries.c.id).where(deliveries.c.request_id == but)
    said = (func.lower(attempts.c.said).like(like, escape="\\"), attempts.c.delivery_id.not_in(own))
    connection.execute(update(attempts).where(*said).values(said=""))
    noted = (func.lower(audit.c.detail).like(like, escape="\\"), audit.c.id != but)
    connection.execute(update(audit).where(*noted).values(detail="{}"))
    for part in connection.execute(select(parts).where(func.lower(parts.c.trouble).like(like, escape="\\"))).all():
        trouble = re.sub(re.escape(address), NOBODY, part.trouble, flags=re.IGNORECASE)
        connection.execute(update(parts).where(parts.c.part == part.part).values(trouble=trouble))


def _about_them(connection: Connection, address: str, mark: str) -> None:
    """What is kept in mind, who takes part in what, for whom a token orders, and whether they may be written to."""
    own = {"of_address": address}
    for column in (memories.c.owner, people.c.address):
        connection.execute(delete(column.table).where(func.lower(column) == bindparam("of_address")), own)
    for column in (memories.c.by, people.c.by):
        theirs = update(column.table).where(func.lower(column) == bindparam("of_address"))
        connection.execute(theirs.values(**{column.name: ""}), own)
    like = f"%{_escaped(address)}%"
    for row in connection.execute(select(tokens).where(func.lower(tokens.c.people).like(like, escape="\\"))).all():
        rest = [one for one in json.loads(row.people) if one.lower() != address]
        connection.execute(update(tokens).where(tokens.c.name == row.name).values(people=json.dumps(rest)))
    for column in (sessions.c.messages, sessions.c.about):
        connection.execute(delete(sessions).where(func.lower(column).like(like, escape="\\")))
    silent = connection.execute(select(silences).where(silences.c.address == address)).one_or_none()
    if silent is None:
        return
    connection.execute(delete(silences).where(silences.c.address.in_((address, mark))))
    if silent.kind == COMPLAINT:  # they never want to hear from us: that is kept, under a mark
        kept: dict[str, Any] = {**silent._asdict(), "address": mark, "why": "the person called it spam"}
        connection.execute(silences.insert().values(**kept))


def _their_domain(connection: Connection, domain: str, but: str) -> None:
    """How the mail system of a domain takes our forms is about nobody, unless nobody else writes from there."""
    others = select(func.count()).select_from(requests).where(requests.c.domain == domain, requests.c.id != but)
    if not connection.execute(others).scalar_one():
        connection.execute(delete(receivers).where(receivers.c.domain == domain))


def _escaped(text: str) -> str:
    """*text* as a pattern that stands for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def ended(connection: Connection, now: datetime) -> int:
    """Take out the last mails of those who were forgotten, once they are sent or given up; how many those were."""
    waits = exists().where(deliveries.c.request_id == erased.c.request_id, deliveries.c.wait.is_not(None))
    columns = (erased.c.mark, erased.c.request_id, requests.c.author)
    over = (erased.c.request_id != "", erased.c.at <= now, ~waits)
    found = select(*columns).join(requests, requests.c.id == erased.c.request_id).where(*over)
    rows = connection.execute(found).all()
    for row in rows:
        address = (row.author or "").lower()
        scrub.requests_of(connection, [row.request_id])
        if address:
            _mentions(connection, address, "")
            _their_domain(connection, address.rpartition("@")[2], "")
        connection.execute(update(erased).where(erased.c.mark == row.mark).values(request_id=""))
    return len(rows)
