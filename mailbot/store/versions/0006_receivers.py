"""How the mail systems of the people we write to took our forms, whom not to write to, and mail that came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OLD = "progress IN ('waiting', 'committing', 'sent', 'presumed', 'failed')"
_NEW = "progress IN ('waiting', 'committing', 'sent', 'presumed', 'failed', 'bounced')"
_OUTGOING = ("deliveries", "notices")


def upgrade() -> None:
    """Nothing is known yet."""
    op.create_table(
        "receivers",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("domain", "operator", "form")),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("refused_at", "took_at")),
        sa.Column("limit", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "operator", "form", name="pk_receivers"),
    )
    op.create_table(
        "silences",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("address", "kind", "why")),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_silences"),
    )
    for table in _OUTGOING:
        _check(table, _OLD, _NEW)


def downgrade() -> None:
    """Forget it; what came back has failed."""
    for table in _OUTGOING:
        op.execute(f"UPDATE {table} SET progress = 'failed' WHERE progress = 'bounced'")  # noqa: S608  (names of ours)
        _check(table, _NEW, _OLD)
    op.drop_table("silences")
    op.drop_table("receivers")


def _check(table: str, old: str, new: str) -> None:
    """Change what a column may hold.

    SQLite has no statement for it. Its manual has two ways: write the table anew, which needs foreign keys to be off,
    and they cannot be turned off within a transaction; or change the words in its schema, which is done here.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(f"ck_{table}_progress", table, type_="check")
        op.create_check_constraint(f"ck_{table}_progress", table, new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?"
    connection.exec_driver_sql(change, (old, new, table))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
