"""The tables of the ledger, once for both databases.

Enumerations are text with a CHECK. Times are UTC. What may be large is in its row up to INLINE bytes, else in a blob.

Three tables are also the queue; their rows carry what is due next. A mail that has just come is in as few indexes as
can be, for each is another page to write before its 250.

    wait      0 due, 1 waits for wake_at, 2 waits for a sibling, 3 in hand (a lease until wake_at); none: nothing due
    lane      the project in whose order a build stands, active or waiting; at most one active row a lane, by an index
    round     fairness between senders: the n-th waiting wish of one comes with the n-th wishes of the others
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.domain.reply import Progress
from mailbot.domain.request import State

INLINE: Final = 128 * 1024  #: bytes that stand in their row; larger contents are blobs
DUE, TIMED, BLOCKED, IN_HAND = range(4)  #: the values of ``wait``
FRESH: Final = {"priority": 5, "round": 0, "starts": 0, "turn": 0}  #: of what has just begun to wait

_SEQ: Final = BigInteger().with_variant(Integer(), "sqlite")  #: SQLite numbers only an INTEGER by itself
_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Base of every table."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_CONVENTION)


class Numbered(Row):
    """Rows in the order in which they came."""

    seq: int | None = Field(default=None, primary_key=True, sa_type=_SEQ)


class Waiting(Numbered):
    """What is due next of a row, and when."""

    queue: str = Field(default="", sa_type=Text)
    priority: int = Field(default=5, sa_type=SmallInteger)
    round: int = Field(default=0)
    wait: int | None = Field(default=None, sa_type=SmallInteger)
    wake_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    starts: int = Field(default=0)
    turn: int = Field(default=0)


class Content(Numbered):
    """Bytes in their row, or the name of their blob."""

    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    blob: str | None = Field(default=None, sa_type=Text)


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _queue(name: str) -> tuple[CheckConstraint | Index, ...]:
    """How claim() finds the next row, and the next row whose time comes, among any number that wait."""
    waits = _where("wait IS NOT NULL")
    return (
        CheckConstraint("wait BETWEEN 0 AND 3", name="wait"),
        Index(f"ix_{name}_due", "wait", "queue", "priority", "round", "seq", **waits),
        Index(f"ix_{name}_wake", "wait", "wake_at", **_where("wake_at IS NOT NULL")),
    )


class RequestRow(Waiting, table=True):
    """A request, as it stands now."""

    __tablename__ = "requests"
    __table_args__ = (
        _one_of("state", State),
        *_queue("requests"),
        Index("ix_requests_round", "wait", "priority", "round", **_where("round > 0")),
        Index("ix_requests_sender", "who", "priority", "round", **_where("wait IS NOT NULL AND who IS NOT NULL")),
        Index("ix_requests_who", "who", "received_at", **_where("who IS NOT NULL")),
        Index("ix_requests_of_all", "counted_at", "received_at", **_where("counted_at IS NOT NULL")),
        Index("ix_requests_of_sender", "who", "counted_at", "received_at", **_where("counted_at IS NOT NULL")),
        Index("ix_requests_of_domain", "domain", "counted_at", "received_at", **_where("counted_at IS NOT NULL")),
        Index("ix_requests_held", "seq", **_where("state = 'held'")),
        Index("ix_requests_project", "project", "seq", **_where("wait IS NOT NULL AND project IS NOT NULL")),
        Index("ix_requests_lane", "lane", "wait", "seq", **_where("lane IS NOT NULL")),
        Index("uq_requests_active", "lane", unique=True, **_where("wait IN (0, 1, 3) AND lane IS NOT NULL")),
        Index("ix_requests_message_id", "message_id", **_where("message_id IS NOT NULL")),
        Index("uq_requests_mail", "author", "message_id", unique=True, **_where("message_id <> ''")),
    )

    id: str = Field(sa_type=Text, unique=True)
    envelope: str = Field(sa_type=Text)  #: JSON
    received_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(default=State.RECEIVED.value, sa_type=Text)
    postponed: int = Field(default=0)
    closed: str | None = Field(default=None, sa_type=Text)  #: why nothing is sent: a rule, merged, withdrawn
    author: str | None = Field(default=None, sa_type=Text)  #: once admitted, like the next six
    who: str | None = Field(default=None, sa_type=Text)  #: the author, as quotas count people
    domain: str | None = Field(default=None, sa_type=Text)  #: theirs
    counted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  #: since when it counts; none: it does not
    project: str | None = Field(default=None, sa_type=Text)
    message_id: str | None = Field(default=None, sa_type=Text)
    builds: bool | None = Field(default=None)
    lane: str | None = Field(default=None, sa_type=Text)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)  #: what was admitted, or a release would admit: JSON
    blob: str | None = Field(default=None, sa_type=Text)


class MessageRow(Content, table=True):
    """The bytes of a mail, as they came."""

    __tablename__ = "messages"

    request_id: str = Field(sa_type=Text, foreign_key="requests.id", unique=True)
    sha256: str = Field(sa_type=Text)
    size: int


class TurnRow(Content, table=True):
    """One recorded step of a build; body: JSON."""

    __tablename__ = "turns"
    __table_args__ = (_one_of("kind", ("said", "tried")), UniqueConstraint("request_id", "turn"))

    request_id: str = Field(sa_type=Text, foreign_key="requests.id")
    turn: int
    kind: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime)


class ProjectRow(Row, table=True):
    """A thread, as a thing being made."""

    __tablename__ = "projects"

    id: str = Field(sa_type=Text, primary_key=True)
    owner: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    last: int = Field(default=0)
    at: datetime = Field(sa_type=UTCDateTime)
    language: str = Field(default="", sa_type=Text)


class RevisionRow(Content, table=True):
    """One immutable state of a project; body: its draft, JSON."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("project", "number"),)

    project: str = Field(sa_type=Text, foreign_key="projects.id")
    number: int
    request_id: str = Field(sa_type=Text, foreign_key="requests.id")
    author: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime)
    entry: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})  #: its commit, as git has it


class CheckRow(Numbered, table=True):
    """One acceptance criterion of a project."""

    __tablename__ = "checks"
    __table_args__ = (Index("ix_checks_project", "project", "seq"),)

    project: str = Field(sa_type=Text, foreign_key="projects.id")
    revision: int  #: the one that brought it
    number: int
    kind: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    spec: str = Field(sa_type=Text)
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ReplyRow(Numbered, table=True):
    """The one answer of a request; its words are in the bytes of its deliveries."""

    __tablename__ = "replies"
    __table_args__ = (Index("ix_replies_project", "project", "seq", **_where("project IS NOT NULL")),)

    request_id: str = Field(sa_type=Text, foreign_key="requests.id", unique=True)
    project: str | None = Field(default=None, sa_type=Text)
    revision: int
    kind: str = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime)


class Outgoing(Waiting, Content):
    """A mail of ours on its way: its bytes, which never change, and how far it is."""

    id: str = Field(sa_type=Text, unique=True)
    request_id: str = Field(sa_type=Text, foreign_key="requests.id", index=True)
    message_id: str = Field(sa_type=Text, index=True)
    sender: str = Field(sa_type=Text)
    recipients: str = Field(sa_type=Text)  #: JSON
    first_at: datetime = Field(sa_type=UTCDateTime)
    progress: str = Field(sa_type=Text)
    attempts: int = Field(default=0)
    unknown: int = Field(default=0)
    relay: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})  #: who may have it already


class DeliveryRow(Outgoing, table=True):
    """A reply on its way, by one way in one form."""

    __tablename__ = "deliveries"
    __table_args__ = (_one_of("progress", Progress), *_queue("deliveries"))

    way: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)


class NoticeRow(Outgoing, table=True):
    """An acknowledgement or the news of progress on its way: never an answer."""

    __tablename__ = "notices"
    __table_args__ = (_one_of("progress", Progress), *_queue("notices"))

    kind: str = Field(sa_type=Text)


class AttemptRow(Numbered, table=True):
    """One step of a delivery, and what the other side said."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_delivery", "delivery_id", "seq"),)

    delivery_id: str = Field(sa_type=Text, foreign_key="deliveries.id")
    turn: int
    at: datetime = Field(sa_type=UTCDateTime)
    progress: str = Field(sa_type=Text)
    said: str = Field(sa_type=Text)


class TimerRow(Waiting, table=True):
    """A tick of the clock: once for each name and slot."""

    __tablename__ = "timers"
    __table_args__ = (UniqueConstraint("name", "slot"), *_queue("timers"))

    id: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    slot: datetime = Field(sa_type=UTCDateTime)


class AuditRow(Numbered, table=True):
    """What happened, in the past tense."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_id", "id", "seq"),)

    id: str = Field(sa_type=Text)  #: of a request, a delivery or a timer
    turn: int
    at: datetime = Field(sa_type=UTCDateTime)
    what: str = Field(sa_type=Text)  #: the event's name, or stumbled
    detail: str = Field(sa_type=Text)  #: JSON, small


def table_of(row: type[Row]) -> Table:
    """The table behind a row class, for statements without objects."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # SQLModel adds it where table=True


requests, messages, turns = table_of(RequestRow), table_of(MessageRow), table_of(TurnRow)
projects, revisions, checks = table_of(ProjectRow), table_of(RevisionRow), table_of(CheckRow)
replies, deliveries, attempts = table_of(ReplyRow), table_of(DeliveryRow), table_of(AttemptRow)
timers, audit = table_of(TimerRow), table_of(AuditRow)
