"""What the ways in remember: cursors, marks of signatures, how each part is, and words that were learned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MAIL = "uq_requests_mail"


def upgrade() -> None:
    """Make them; of two requests with the same mail, which no index prevented before, the first keeps its name."""
    op.create_table(
        "cursors",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", name="pk_cursors"),
    )
    op.create_table(
        "marks",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_marks"),
    )
    op.create_index("ix_marks_at", "marks", ["at"])
    op.create_table(
        "parts",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("part", name="pk_parts"),
    )
    op.create_table(
        "words",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("ham", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_words"),
    )
    first = "SELECT min(seq) FROM requests WHERE message_id <> '' GROUP BY author, message_id"
    op.execute(f"UPDATE requests SET message_id = NULL WHERE message_id <> '' AND seq NOT IN ({first})")  # noqa: S608
    where = sa.text("message_id <> ''")
    op.create_index(
        _MAIL, "requests", ["author", "message_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index(_MAIL, "requests")
    for table in ("words", "parts", "marks", "cursors"):
        op.drop_table(table)
