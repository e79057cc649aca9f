"""The commit of each revision in the git history of its project."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was made before has none: the next version begins the history."""
    op.add_column("revisions", sa.Column("entry", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("revisions", "entry")
