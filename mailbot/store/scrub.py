"""Take the words out of rows and leave the rows: what was received and answered is counted for ever.

Everything here takes lists of ids, of any length, and may be done twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from mailbot.domain.message import Envelope
from mailbot.store.codec import dump, load
from mailbot.store.deadlines import deadlines
from mailbot.store.tables import (
    NoticeRow,
    attempts,
    audit,
    checks,
    deliveries,
    messages,
    projects,
    replies,
    requests,
    revisions,
    table_of,
    turns,
)  # fmt: skip
from mailbot.store.tables_news import webhooks
from mailbot.store.tables_notes import people
from mailbot.store.tables_orders import orders

AT_ONCE: Final = 400  #: ids of one statement
NOTHING: Final = {"body": None, "blob": None}
notices = table_of(NoticeRow)
_IDS: Final[Any] = bindparam("ids", expanding=True)
_NOBODY: Final = {
    "author": None, "who": None, "domain": None, "project": None, "message_id": None, "builds": None, "lane": None,
    **NOTHING,
}  # fmt: skip


def parts_of(ids: Sequence[str]) -> Iterator[list[str]]:
    """*ids* in pieces that one statement takes."""
    for at in range(0, len(ids), AT_ONCE):
        yield list(ids[at : at + AT_ONCE])


def words(connection: Connection, ids: Sequence[str]) -> None:
    """Take out the mails themselves, as they came; what was understood of them stays."""
    for some in parts_of(ids):
        blank = update(messages).where(messages.c.request_id.in_(_IDS)).values(**NOTHING)
        connection.execute(blank, {"ids": some})


def sent(connection: Connection, ids: Sequence[str]) -> None:
    """Remove what left for these requests, with every step of it."""
    for some in parts_of(ids):
        own = {"ids": some}
        mails = list(
            connection.execute(select(deliveries.c.id).where(deliveries.c.request_id.in_(_IDS)), own).scalars()
        )
        for few in parts_of(mails):
            connection.execute(delete(attempts).where(attempts.c.delivery_id.in_(_IDS)), {"ids": few})
            connection.execute(update(audit).where(audit.c.id.in_(_IDS)).values(detail="{}"), {"ids": few})
        for table in (deliveries, notices):
            connection.execute(delete(table).where(table.c.request_id.in_(_IDS)), own)


def requests_of(connection: Connection, ids: Sequence[str]) -> None:
    """Leave of these requests that they came, when, and what became of them; they have ended."""
    sent(connection, ids)
    for some in parts_of(ids):
        own = {"ids": some}
        for table in (turns, orders, webhooks):
            connection.execute(delete(table).where(table.c.request_id.in_(_IDS)), own)
        connection.execute(delete(deadlines).where(deadlines.c.id.in_(_IDS)), own)
        connection.execute(update(audit).where(audit.c.id.in_(_IDS)).values(detail="{}"), own)
        blank = update(replies).where(replies.c.request_id.in_(_IDS))
        connection.execute(blank.values(recipient="", subject="", project=None), own)
        mail = update(messages).where(messages.c.request_id.in_(_IDS))
        connection.execute(mail.values(**NOTHING, sha256="", size=0), own)
        _nobody(connection, some)


def _nobody(connection: Connection, ids: list[str]) -> None:
    rows = connection.execute(select(requests.c.id, requests.c.envelope).where(requests.c.id.in_(_IDS)), {"ids": ids})
    changed = [{"of_id": row.id, "new_envelope": _bare(row.envelope)} for row in rows.all()]
    blank = update(requests).where(requests.c.id == bindparam("of_id"))
    for one in changed:
        connection.execute(blank.values(envelope=bindparam("new_envelope"), **_NOBODY), one)


def _bare(envelope: str) -> str:
    """An envelope that says by which way something came, and when."""
    known = load(Envelope, envelope)
    bare = Envelope(channel=known.channel, sender="", recipients=(), received_at=known.received_at, proof=known.proof)
    return dump(bare)


def projects_of(connection: Connection, ids: Sequence[str]) -> None:
    """Remove these projects with all their versions."""
    by_project: tuple[tuple[Table, Any], ...] = (
        (checks, checks.c.project),
        (revisions, revisions.c.project),
        (people, people.c.project),
        (deadlines, deadlines.c.project),
        (projects, projects.c.id),
    )
    for some in parts_of(ids):
        for table, column in by_project:
            connection.execute(delete(table).where(column.in_(_IDS)), {"ids": some})
        gone = update(replies).where(replies.c.project.in_(_IDS)).values(project=None)
        connection.execute(gone, {"ids": some})
