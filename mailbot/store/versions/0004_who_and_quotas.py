"""Whom requests are counted for and since when, who takes part in a project, and the language of its thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_OLD = (
    ("ix_requests_sender", ["author", "priority", "round"], "wait IS NOT NULL AND author IS NOT NULL"),
    ("ix_requests_author", ["author", "received_at"], "author IS NOT NULL"),
    ("ix_requests_received_at", ["received_at"], "builds IS NOT NULL"),
)
_NEW = (
    ("ix_requests_sender", ["who", "priority", "round"], "wait IS NOT NULL AND who IS NOT NULL"),
    ("ix_requests_who", ["who", "received_at"], "who IS NOT NULL"),
    ("ix_requests_of_all", ["counted_at", "received_at"], "counted_at IS NOT NULL"),
    ("ix_requests_of_sender", ["who", "counted_at", "received_at"], "counted_at IS NOT NULL"),
    ("ix_requests_of_domain", ["domain", "counted_at", "received_at"], "counted_at IS NOT NULL"),
    ("ix_requests_held", ["seq"], "state = 'held'"),
)


def upgrade() -> None:
    """Add them; of what was let in before, all builds that did not fail count since they came."""
    op.create_table(
        "people",
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project", "address", name="pk_people"),
    )
    op.add_column("projects", sa.Column("language", sa.Text(), nullable=False, server_default=""))
    for name in ("who", "domain"):
        op.add_column("requests", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("requests", sa.Column("counted_at", UTCDateTime(), nullable=True))
    for name, _, _ in _OLD:
        op.drop_index(name, "requests")
    _fill()
    _create(_NEW)


def downgrade() -> None:
    """Take them out again."""
    for name, _, _ in _NEW:
        op.drop_index(name, "requests")
    for name in ("who", "domain", "counted_at"):
        op.drop_column("requests", name)
    op.drop_column("projects", "language")
    op.drop_table("people")
    _create(_OLD)


def _create(indexes: tuple[tuple[str, list[str], str], ...]) -> None:
    for name, columns, where in indexes:
        condition = sa.text(where)
        op.create_index(name, "requests", columns, sqlite_where=condition, postgresql_where=condition)


def _fill() -> None:
    connection, last = op.get_bind(), 0
    some = sa.text("SELECT seq, author FROM requests WHERE author IS NOT NULL AND seq > :last ORDER BY seq LIMIT :most")
    told = sa.text("UPDATE requests SET who = :who, domain = :domain WHERE seq = :seq")
    while rows := connection.execute(some, {"last": last, "most": _AT_ONCE}).all():
        connection.execute(told, [{"seq": row.seq, **_identity(row.author)} for row in rows])
        last = rows[-1].seq
    failed = "SELECT request_id FROM replies WHERE kind = 'gaveup'"
    connection.execute(
        sa.text(f"UPDATE requests SET counted_at = received_at WHERE builds AND id NOT IN ({failed})")  # noqa: S608
    )


def _identity(author: str) -> dict[str, str]:
    """As mailbot.decide.quota has it; written out here, for a migration never changes."""
    local, _, domain = author.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return {"who": f"{local}@{domain}", "domain": domain}
