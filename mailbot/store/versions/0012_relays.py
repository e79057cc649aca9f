"""Which relay a mail of ours may have been taken by: after a lost answer no other is given it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = ("deliveries", "notices")


def upgrade() -> None:
    """So far none is known."""
    for table in _TABLES:
        op.add_column(table, sa.Column("relay", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    for table in _TABLES:
        op.drop_column(table, "relay")
