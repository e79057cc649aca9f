"""Checks that were dropped, and how the newest answer of a project is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEX = "ix_replies_project"
_WHERE = "project IS NOT NULL"


def upgrade() -> None:
    """Every check so far is in force."""
    op.add_column("checks", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text(_WHERE)
    op.create_index(_INDEX, "replies", ["project", "seq"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget which were dropped."""
    op.drop_index(_INDEX, "replies")
    op.drop_column("checks", "retired")
