"""What is kept for a time only, found and taken out, a few rows in each transaction.

What has no answer yet, is held, or is still being sent is never touched.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, exists, func, literal, or_, select, union

from mailbot.domain.request import State
from mailbot.store import scrub
from mailbot.store.deadlines import WAITS, deadlines
from mailbot.store.tables import Row, deliveries, messages, projects, replies, requests, revisions, turns
from mailbot.store.tables_privacy import erased

AT_ONCE: Final = 200  #: rows of one transaction
_ENDED: Final = requests.c.state.in_((State.ANSWERED.value, State.CLOSED.value))
_SENDING: Final = exists().where(deliveries.c.request_id == requests.c.id, deliveries.c.wait.is_not(None))
_LEAVING: Final = exists().where(erased.c.request_id == requests.c.id)


def mails(connection: Connection, before: datetime) -> int:
    """Take the bytes out of mails that came before then, and out of ours that answered them; how many those were.

    Of what was understood of them nothing is lost: a project goes on.
    """
    kept = or_(messages.c.body.is_not(None), messages.c.blob.is_not(None))
    full = or_(deliveries.c.body.is_not(None), deliveries.c.blob.is_not(None))
    ours = exists().where(deliveries.c.request_id == requests.c.id, full)
    old = (requests.c.received_at < before, _ENDED, ~_SENDING)
    found = select(requests.c.id).join(messages, messages.c.request_id == requests.c.id)
    found = found.where(*old, or_(kept, ours)).order_by(requests.c.seq).limit(AT_ONCE)
    ids = list(connection.execute(found).scalars())
    scrub.words(connection, ids)
    for some in scrub.parts_of(ids):
        for table in (deliveries, scrub.notices):
            connection.execute(table.update().where(table.c.request_id.in_(some)).values(**scrub.NOTHING))
    return len(ids)


def projects_over(connection: Connection, before: datetime) -> int:
    """Remove projects in which nothing happened since then; how many those were."""
    same = requests.c.project == projects.c.id
    alive = exists().where(same, or_(requests.c.received_at >= before, ~_ENDED, _SENDING))
    made = exists().where(revisions.c.project == projects.c.id, revisions.c.at >= before)
    waits = exists().where(deadlines.c.project == projects.c.id, deadlines.c.state == WAITS)
    held = exists().where(requests.c.state == State.HELD.value, requests.c.project == projects.c.id)
    quiet = select(projects.c.id).where(projects.c.at < before, ~alive, ~made, ~waits, ~held).limit(AT_ONCE)
    ids = list(connection.execute(quiet).scalars())
    scrub.projects_of(connection, ids)
    return len(ids)


def orders_over(connection: Connection, before: datetime) -> int:
    """Take out what was understood of mails that belong to no project any more."""
    known = or_(requests.c.body.is_not(None), requests.c.blob.is_not(None))
    lives = exists().where(projects.c.id == requests.c.project)
    old = (requests.c.received_at < before, _ENDED, ~_SENDING, ~_LEAVING, known, ~lives)
    ids = list(connection.execute(select(requests.c.id).where(*old).limit(AT_ONCE)).scalars())
    for some in scrub.parts_of(ids):
        blank = requests.update().where(requests.c.id.in_(some))
        connection.execute(blank.values(**scrub.NOTHING, builds=None))
        connection.execute(turns.delete().where(turns.c.request_id.in_(some)))
    return len(ids)


def facts(connection: Connection, before: datetime) -> int:
    """Leave nothing but the count of what came before then."""
    known = or_(requests.c.author.is_not(None), requests.c.envelope.not_like('%"sender":"","recipients":[],%'))
    lives = exists().where(projects.c.id == requests.c.project)
    open_ = and_(requests.c.project.is_not(None), lives)
    old = (requests.c.received_at < before, _ENDED, ~_SENDING, ~_LEAVING, known, ~open_)
    ids = list(connection.execute(select(requests.c.id).where(*old).limit(AT_ONCE)).scalars())
    scrub.requests_of(connection, ids)
    return len(ids)


def marks(connection: Connection) -> dict[str, datetime]:
    """Who was forgotten, by mark."""
    return {row.mark: row.at for row in connection.execute(select(erased.c.mark, erased.c.at))}


def people(connection: Connection) -> list[str]:
    """Every address that something belongs to, in small letters."""
    columns = (requests.c.author, projects.c.owner, replies.c.recipient)
    found = union(*(select(func.lower(column).label("address")).where(column.is_not(None)) for column in columns))
    return [one for one in connection.execute(found).scalars() if one]


def blobs(connection: Connection) -> frozenset[str]:
    """Every blob that a row names."""
    tables = (table for table in Row.metadata.sorted_tables if "blob" in table.c)
    named = union(*(select(table.c.blob.label("blob")).where(table.c.blob.is_not(None)) for table in tables))
    return frozenset(connection.execute(named).scalars())


def checkpoint(connection: Connection) -> None:
    """Move what the log of SQLite holds into the database and empty the log; a server does that by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    else:
        connection.execute(select(literal(1)))
