"""Indexes that a mail which has just come does not enter: each is a page to be written before its 250."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_requests_sender", ["author", "priority", "round"], False, "wait IS NOT NULL", "author"),
    ("ix_requests_project", ["project", "seq"], False, "wait IS NOT NULL", "project"),
    ("uq_requests_active", ["lane"], True, "wait IN (0, 1, 3)", "lane"),
)


def upgrade() -> None:
    """Leave out the rows whose first column is empty: nobody looks for them there."""
    for name, columns, unique, where, first in _INDEXES:
        _again(name, columns, f"{where} AND {first} IS NOT NULL", unique=unique)


def downgrade() -> None:
    """Take them in again."""
    for name, columns, unique, where, _ in _INDEXES:
        _again(name, columns, where, unique=unique)


def _again(name: str, columns: list[str], where: str, *, unique: bool) -> None:
    op.drop_index(name, "requests")
    condition = sa.text(where)
    op.create_index(name, "requests", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
