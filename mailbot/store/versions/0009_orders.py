"""Tokens, repeated orders and the other things of the HTTP door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIMES = ("expires_at", "revoked_at", "used_at")
_TEXTS = ("key", "body", "webhook_url", "app_type")
_KEYED = "key <> ''"


def upgrade() -> None:
    """Who may order, and what was ordered."""
    op.create_table(
        "tokens",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "hash", "scopes", "people")),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in _TIMES),
        sa.PrimaryKeyConstraint("name", name="pk_tokens"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )
    op.create_table(
        "orders",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_orders_request_id_requests"),
        sa.PrimaryKeyConstraint("seq", name="pk_orders"),
        sa.UniqueConstraint("request_id", name="uq_orders_request_id"),
    )
    where = sa.text(_KEYED)
    op.create_index(
        "uq_orders_token_key", "orders", ["token", "key"], unique=True, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_index("uq_orders_token_key", "orders")
    op.drop_table("orders")
    op.drop_table("tokens")
