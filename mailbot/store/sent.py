"""What is asked about deliveries: by the outbox, in which forms a reply went out; by people, what became of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, desc, func, or_, select, true
from sqlalchemy.sql import ColumnElement

from mailbot.domain.message import Address
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import SENT_COPY, DeliveryId, Progress
from mailbot.domain.sending import JOURNAL, Replied, Sent
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.tables import attempts, deliveries, replies, requests, revisions
from mailbot.store.waits import NOTICES
from mailbot.store.words import plain

MOST: Final = 10_000  #: deliveries of one list
_OWN: Final = deliveries.c.way.not_like(f"{SENT_COPY}%")
_GIVEN_UP: Final = frozenset({Progress.FAILED.value, Progress.BOUNCED.value})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which deliveries a list shows."""

    most: int = 20
    progress: str = ""  #: only those that came so far
    way: str = ""
    form: str = ""
    address: str = ""  #: only those to this one
    key: str = ""  #: the id of a delivery or of its request, or its first letters, or a Message-ID
    steps: bool = False  #: with every step


class Questions:
    """The statements."""

    def __init__(self, dialect: Dialect) -> None:
        self._new = dialect.insert_new(deliveries)
        self._reply = select(replies).where(replies.c.request_id == given("of_id"))
        older = (revisions.c.project == given("of_project"), revisions.c.at <= moment("then"))
        self._last = select(func.max(revisions.c.number)).where(*older)
        self._first = select(func.min(revisions.c.number)).where(revisions.c.request_id == given("of_id"))
        forms = deliveries.c.form.not_in(sorted(JOURNAL)) & deliveries.c.form.not_like(NOTICES)
        mine = (deliveries.c.request_id == given("of_id"), deliveries.c.way == given("of_way"), forms)
        self._forms = select(deliveries.c.id, deliveries.c.form).where(*mine).order_by(deliveries.c.seq)
        self._said = select(attempts).where(attempts.c.delivery_id == given("of_id")).order_by(attempts.c.seq)
        earlier = select(requests.c.seq).where(requests.c.id == given("of_id")).scalar_subquery()
        self._earlier = (
            select(replies.c.request_id, replies.c.subject)
            .join(requests, requests.c.id == replies.c.request_id)
            .where(replies.c.recipient == given("of_author"), requests.c.seq < earlier)
            .order_by(desc(replies.c.seq))
            .limit(1)
        )
        self._ends = select(deliveries.c.progress).where(deliveries.c.request_id == given("of_id"), forms, _OWN)
        reached = select(deliveries.c.seq).where(deliveries.c.request_id == replies.c.request_id, forms, _OWN)
        alive = reached.where(deliveries.c.progress.not_in(bindparam("given_up", expanding=True)))
        young = replies.c.at > moment("since")
        self._lost = select(func.count()).select_from(replies).where(young, reached.exists(), ~alive.exists())
        names = ("id", "request_id", "way", "form", "progress", "attempts", "recipients", "message_id", "first_at")
        size = func.coalesce(func.length(deliveries.c.body), 0).label("size")
        self._sent = select(*(deliveries.c[name] for name in names), deliveries.c.not_before, size)

    def add(self, connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
        """Store deliveries; one that is there already stays as it is."""
        for row in rows:
            connection.execute(self._new, row)

    def replied(self, connection: Connection, request: str, way: str) -> Replied | None:
        """The reply to a request, and its forms by one way, with what was said of each last."""
        row = connection.execute(self._reply, {"of_id": request}).one_or_none()
        if row is None:
            return None
        last = self._before(connection, row) if row.revision else self._newest(connection, row)
        found = connection.execute(self._forms, {"of_id": request, "of_way": way}).all()
        return Replied(
            kind=row.kind,
            at=row.at,
            project=ProjectId(row.project) if row.project else None,
            last=last,
            revision=row.revision,
            forms=tuple((one.form, self._last_words(connection, one.id)) for one in found),
        )

    def _before(self, connection: Connection, row: AnyRow) -> int:
        first = connection.execute(self._first, {"of_id": row.request_id}).scalar()
        return int(first or row.revision) - 1

    def _newest(self, connection: Connection, row: AnyRow) -> int:
        values = {"of_project": row.project or "", "then": row.at}
        return connection.execute(self._last, values).scalar() or 0

    def _last_words(self, connection: Connection, id: str) -> str:
        rows = connection.execute(self._said, {"of_id": id}).all()
        return rows[-1].said if rows else ""

    def unreached(self, connection: Connection, author: str, request: str) -> str:
        """The subject of the newest reply to *author* before *request*, if it reached them in no form."""
        values = {"of_author": plain(author), "of_id": request}
        row = connection.execute(self._earlier, values).one_or_none()
        if row is None:
            return ""
        ends = connection.execute(self._ends, {"of_id": row.request_id}).scalars().all()
        lost = bool(ends) and _GIVEN_UP.issuperset(ends)
        return (row.subject or "-") if lost else ""

    def lost(self, connection: Connection, since: datetime) -> int:
        """How many replies since then reached nobody in any form."""
        return int(connection.execute(self._lost, {"since": since, "given_up": sorted(_GIVEN_UP)}).scalar_one())

    def sent(self, connection: Connection, wanted: Wanted) -> Sequence[Sent]:
        """The deliveries that are wanted, newest first."""
        found = self._sent.where(_condition(wanted)).order_by(desc(deliveries.c.seq)).limit(min(wanted.most, MOST))
        return [self._to_sent(connection, row, steps=wanted.steps) for row in connection.execute(found)]

    def _to_sent(self, connection: Connection, row: AnyRow, *, steps: bool) -> Sent:
        rows = connection.execute(self._said, {"of_id": row.id}).all()
        return Sent(
            id=DeliveryId(row.id),
            request=row.request_id,
            way=row.way,
            form=row.form,
            progress=Progress(row.progress),
            attempts=row.attempts,
            recipients=tuple(Address(one) for one in json.loads(row.recipients)),
            message_id=row.message_id,
            first_at=row.first_at,
            not_before=row.not_before,
            size=row.size,
            steps=tuple((one.at, one.progress, one.said) for one in (rows if steps else rows[-1:])),
        )


def _condition(wanted: Wanted) -> ColumnElement[bool]:
    asked: ColumnElement[bool] = true()
    for column in ("progress", "way", "form"):
        if value := getattr(wanted, column):
            asked &= deliveries.c[column] == plain(value)
    if wanted.address:
        quoted = json.dumps(wanted.address.lower())
        asked &= func.lower(deliveries.c.recipients).contains(plain(quoted), autoescape=True)
    if key := plain(wanted.key.strip()):
        begins = [deliveries.c[name].startswith(key, autoescape=True) for name in ("id", "request_id")]
        asked &= or_(*begins, deliveries.c.message_id == f"<{key.strip('<>')}>")
    return asked
