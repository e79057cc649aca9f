"""Conversations of programs with a model, which end by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIMES = ("created_at", "updated_at", "expires_at")


def upgrade() -> None:
    """What was said, by whom it was begun, and until when it is kept."""
    op.create_table(
        "sessions",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "token", "model", "messages", "about")),
        sa.Column("turn", sa.Integer(), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=False) for name in _TIMES),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_token", "sessions", ["token", "expires_at"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_sessions_expires_at", "sessions")
    op.drop_index("ix_sessions_token", "sessions")
    op.drop_table("sessions")
