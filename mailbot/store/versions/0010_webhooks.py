"""News that goes out by HTTP, and what each move of a build took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHAT = "status IN ('queued', 'processing', 'completed', 'failed', 'email_sent', 'email_failed')"
_WAY = "way IN ('waiting', 'told', 'failed', 'superseded', 'gone')"


def upgrade() -> None:
    """Make them; an order says what it wants to be told of."""
    op.add_column("parts", sa.Column("seen_at", UTCDateTime(), nullable=True))
    op.add_column("orders", sa.Column("webhook_events", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "webhooks",
        sa.Column("seq", _NUMBER, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("queue", "id", "request_id", "status", "url")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("token", "body", "way", "said")),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("priority",)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("round", "starts", "turn", "attempts")),
        sa.Column("wait", sa.SmallInteger(), nullable=True),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("wake_at", "not_before", "ended_at")),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(_WHAT, name="ck_webhooks_status"),
        sa.CheckConstraint(_WAY, name="ck_webhooks_way"),
        sa.CheckConstraint("wait BETWEEN 0 AND 3", name="ck_webhooks_wait"),
        sa.PrimaryKeyConstraint("seq", name="pk_webhooks"),
        sa.UniqueConstraint("id", name="uq_webhooks_id"),
        sa.UniqueConstraint("request_id", "status", name="uq_webhooks_request_id_status"),
    )
    _index("ix_webhooks_gone", ["url", "ended_at"], "way = 'gone'")
    _index("ix_webhooks_url", ["url"], "way = 'waiting'")
    _index("ix_webhooks_due", ["wait", "queue", "priority", "round", "seq"], "wait IS NOT NULL")
    _index("ix_webhooks_wake", ["wait", "wake_at"], "wake_at IS NOT NULL")
    op.create_table(
        "moves",
        sa.Column("seq", _NUMBER, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("request_id", "kind", "provider", "model", "result")),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("asked", "written")),
        sa.PrimaryKeyConstraint("seq", name="pk_moves"),
        sa.UniqueConstraint("request_id", "turn", name="uq_moves_request_id_turn"),
    )


def _index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "webhooks", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Forget them."""
    op.drop_table("moves")
    op.drop_table("webhooks")
    op.drop_column("orders", "webhook_events")
    op.drop_column("parts", "seen_at")
