"""What is due to leave, kept back until a person has had a look: after a restore nobody knows what went out since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, update

from mailbot.store.tables import DUE, TIMED, deliveries
from mailbot.store.tables_news import webhooks

NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)  #: the time of what waits for a person


def hold(connection: Connection) -> int:
    """Keep back what is due to leave, now or later; how many those are."""
    kept = 0
    for table in (deliveries, webhooks):
        waits = update(table).where(table.c.wait.is_not(None))
        kept += connection.execute(waits.values(wait=TIMED, wake_at=NEVER, not_before=NEVER)).rowcount
    return kept


def resume(connection: Connection) -> int:
    """Let it go out."""
    gone = 0
    for table in (deliveries, webhooks):
        held = update(table).where(table.c.wait == TIMED, table.c.not_before == NEVER)
        gone += connection.execute(held.values(wait=DUE, wake_at=None, not_before=None)).rowcount
    return gone
