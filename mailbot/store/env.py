"""Alembic's entry: compare or upgrade on the connection that migrate.py gives."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from mailbot.store import (
    deadlines,
    memory,
    tables_links,
    tables_news,
    tables_notes,
    tables_orders,
    tables_privacy,
    tables_sending,
    tables_sessions,
)  # fmt: skip
from mailbot.store.tables import Row

# Read, so that the metadata knows every table.
KNOWN = (
    Row, deadlines, memory, tables_links, tables_news, tables_notes, tables_orders, tables_privacy, tables_sending,
    tables_sessions,
)  # fmt: skip


def run() -> None:
    """The transaction around it is begun and ended by whoever called."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=False,  # not "none at all": ours is outside, and Alembic must not end it
    )
    context.run_migrations()


run()
