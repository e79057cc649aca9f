"""How often each link to a package was used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None so far."""
    op.create_table(
        "links",
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sign", name="pk_links"),
    )
    op.create_index("ix_links_until", "links", ["until"])


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_links_until", "links")
    op.drop_table("links")
