"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "audit", "leases", "projects", "requests", "timers", "checks", "deliveries", "attempts", "messages", "notices",
    "replies", "revisions", "turns",
)  # fmt: skip


def upgrade() -> None:
    """Make them, each after those that it refers to."""
    _requests()
    _requests_indexes()
    _mails()
    _projects()
    _outgoing("deliveries", "way", "form")
    _outgoing("notices", "kind")
    _answers()
    _ticks()
    _audit()


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _numbered(table: str) -> tuple[SchemaItem, ...]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("seq", number, nullable=False), sa.PrimaryKeyConstraint("seq", name=f"pk_{table}")


def _content() -> tuple[SchemaItem, ...]:
    return sa.Column("body", sa.LargeBinary()), _text("blob", nullable=True)


def _waiting(table: str) -> tuple[SchemaItem, ...]:
    return (
        *_numbered(table),
        _text("queue"),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        _number("round"),
        sa.Column("wait", sa.SmallInteger()),
        _time("wake_at", nullable=True),
        _time("not_before", nullable=True),
        _number("starts"),
        _number("turn"),
        sa.CheckConstraint("wait BETWEEN 0 AND 3", name=f"ck_{table}_wait"),
    )


def _index(name: str, table: str, columns: tuple[str, ...], where: str | None = None, *, unique: bool = False) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)


def _queue(table: str) -> None:
    _index(f"ix_{table}_due", table, ("wait", "queue", "priority", "round", "seq"), "wait IS NOT NULL")
    _index(f"ix_{table}_wake", table, ("wait", "wake_at"), "wake_at IS NOT NULL")


def _of(table: str, other: str, column: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}")


def _requests() -> None:
    states = "state IN ('received', 'held', 'admitted', 'answered', 'closed')"
    op.create_table(
        "requests",
        *_waiting("requests"),
        _text("id"),
        _text("envelope"),
        _time("received_at"),
        _text("state"),
        _number("postponed"),
        _text("closed", nullable=True),
        _text("author", nullable=True),
        _text("project", nullable=True),
        _text("message_id", nullable=True),
        sa.Column("builds", sa.Boolean()),
        _text("lane", nullable=True),
        *_content(),
        sa.CheckConstraint(states, name="ck_requests_state"),
        sa.UniqueConstraint("id", name="uq_requests_id"),
    )


def _requests_indexes() -> None:
    _queue("requests")
    _index("ix_requests_round", "requests", ("wait", "priority", "round"), "round > 0")
    _index("ix_requests_sender", "requests", ("author", "priority", "round"), "wait IS NOT NULL")
    _index("ix_requests_author", "requests", ("author", "received_at"), "author IS NOT NULL")
    _index("ix_requests_received_at", "requests", ("received_at",), "builds IS NOT NULL")
    _index("ix_requests_project", "requests", ("project", "seq"), "wait IS NOT NULL")
    _index("ix_requests_lane", "requests", ("lane", "wait", "seq"), "lane IS NOT NULL")
    _index("uq_requests_active", "requests", ("lane",), "wait IN (0, 1, 3)", unique=True)
    _index("ix_requests_message_id", "requests", ("message_id",), "message_id IS NOT NULL")


def _mails() -> None:
    op.create_table(
        "messages",
        *_numbered("messages"),
        *_content(),
        _text("request_id"),
        _text("sha256"),
        _number("size"),
        _of("messages", "requests", "request_id"),
        sa.UniqueConstraint("request_id", name="uq_messages_request_id"),
    )
    op.create_table(
        "turns",
        *_numbered("turns"),
        *_content(),
        _text("request_id"),
        _number("turn"),
        _text("kind"),
        _time("at"),
        sa.CheckConstraint("kind IN ('said', 'tried')", name="ck_turns_kind"),
        _of("turns", "requests", "request_id"),
        sa.UniqueConstraint("request_id", "turn", name="uq_turns_request_id_turn"),
    )


def _projects() -> None:
    names = (_text("id"), _text("owner"), _text("title"), _number("last"), _time("at"))
    op.create_table("projects", *names, sa.PrimaryKeyConstraint("id", name="pk_projects"))
    op.create_table(
        "revisions",
        *_numbered("revisions"),
        *_content(),
        _text("project"),
        _number("number"),
        _text("request_id"),
        _text("author"),
        _time("at"),
        _of("revisions", "projects", "project"),
        _of("revisions", "requests", "request_id"),
        sa.UniqueConstraint("project", "number", name="uq_revisions_project_number"),
    )
    words = (_text("project"), _number("revision"), _number("number"), _text("kind"), _text("text"), _text("spec"))
    op.create_table("checks", *_numbered("checks"), *words, _of("checks", "projects", "project"))
    _index("ix_checks_project", "checks", ("project", "seq"))


def _outgoing(table: str, *words: str) -> None:
    progress = "progress IN ('waiting', 'committing', 'sent', 'presumed', 'failed')"
    op.create_table(
        table,
        *_waiting(table),
        *(_text(name) for name in ("id", "request_id", "message_id", "sender", "recipients")),
        *_content(),
        _time("first_at"),
        _text("progress"),
        _number("attempts"),
        _number("unknown"),
        *(_text(name) for name in words),
        sa.CheckConstraint(progress, name=f"ck_{table}_progress"),
        _of(table, "requests", "request_id"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
    )
    _queue(table)
    _index(f"ix_{table}_request_id", table, ("request_id",))
    _index(f"ix_{table}_message_id", table, ("message_id",))


def _answers() -> None:
    op.create_table(
        "replies",
        *_numbered("replies"),
        _text("request_id"),
        _text("project", nullable=True),
        _number("revision"),
        *(_text(name) for name in ("kind", "recipient", "subject")),
        _time("at"),
        _of("replies", "requests", "request_id"),
        sa.UniqueConstraint("request_id", name="uq_replies_request_id"),
    )
    words = (_text("delivery_id"), _number("turn"), _time("at"), _text("progress"), _text("said"))
    op.create_table("attempts", *_numbered("attempts"), *words, _of("attempts", "deliveries", "delivery_id"))
    _index("ix_attempts_delivery", "attempts", ("delivery_id", "seq"))


def _ticks() -> None:
    op.create_table(
        "timers",
        *_waiting("timers"),
        _text("id"),
        _text("name"),
        _time("slot"),
        sa.UniqueConstraint("id", name="uq_timers_id"),
        sa.UniqueConstraint("name", "slot", name="uq_timers_name_slot"),
    )
    _queue("timers")
    words = (_text("name"), _text("holder"), _time("until"))
    op.create_table("leases", *words, sa.PrimaryKeyConstraint("name", name="pk_leases"))


def _audit() -> None:
    words = (_text("id"), _number("turn"), _time("at"), _text("what"), _text("detail"))
    op.create_table("audit", *_numbered("audit"), *words)
    _index("ix_audit_id", "audit", ("id", "seq"))
