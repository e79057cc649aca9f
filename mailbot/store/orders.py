"""Orders over HTTP, stored with their requests, and how each of them stands."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, desc, exists, select

from mailbot.domain.errors import Overtaken
from mailbot.domain.orders import Placed, Standing
from mailbot.domain.reply import Progress
from mailbot.domain.request import RequestId, State
from mailbot.store.database import AnyRow, Dialect, given
from mailbot.store.tables import IN_HAND, attempts, audit, deliveries, replies, requests, turns
from mailbot.store.tables_orders import orders
from mailbot.store.words import plain

_SENT: Final = frozenset({Progress.SENT, Progress.PRESUMED, Progress.BOUNCED})
_NO: Final = frozenset({"refused", "gaveup"})


class Orders:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._add = dialect.insert_new(orders)
        keyed = (orders.c.token == given("of_token"), orders.c.key == given("of_key"))
        self._repeated = select(orders).where(*keyed)
        self._one = select(orders).where(orders.c.request_id == given("of_id"))
        self._standing = _standing()
        last = audit.c.id == given("of_id")
        self._reason = select(audit.c.detail).where(last).order_by(desc(audit.c.seq)).limit(1)
        tried = attempts.c.delivery_id == given("of_delivery")
        self._said = select(attempts.c.said, attempts.c.at).where(tried).order_by(desc(attempts.c.seq)).limit(1)

    def repeated(self, connection: Connection, token: str, key: str) -> Placed | None:
        """The order that this key was given for before."""
        row = connection.execute(self._repeated, {"of_token": token, "of_key": key}).one_or_none()
        return None if row is None else _placed(row)

    def add(self, connection: Connection, placed: Placed) -> None:
        """Store it; raise Overtaken when its key was given for another one at this very moment."""
        row = {
            "request_id": placed.request,
            "token": placed.token,
            "at": placed.at,
            "key": placed.key,
            "body": placed.body,
            "webhook_url": plain(placed.webhook_url),
            "app_type": plain(placed.app_type),
            "webhook_events": " ".join(placed.webhook_events),
        }
        if not connection.execute(self._add, row).rowcount:
            raise Overtaken("the same key is being used by another order at this moment")

    def one(self, connection: Connection, id: RequestId) -> Placed | None:
        """The order of a request; none of what came another way."""
        row = connection.execute(self._one, {"of_id": id}).one_or_none()
        return None if row is None else _placed(row)

    def standing(self, connection: Connection, id: RequestId) -> Standing | None:
        """How it stands."""
        row = connection.execute(self._standing, {"of_id": id}).one_or_none()
        if row is None:
            return None
        status = _status(row)
        failed = status == "failed"
        said = connection.execute(self._said, {"of_delivery": row.delivery}).one_or_none() if row.delivery else None
        why = self._why(connection, id) if failed else said.said if said and row.progress not in _SENT else ""
        return Standing(
            request=id,
            status=status,
            created_at=row.received_at,
            completed_at=row.at,
            error=why or ("it failed" if failed else ""),
            outcome=row.kind or "",
            email_sent=row.progress in _SENT,
            recipient=row.recipient or "",
            token=row.token or "",
            progress=row.progress or "",
            attempts=row.attempts or 0,
            message_id=row.message_id or "",
            sent_at=said.at if said and row.progress in _SENT else None,
        )

    def _why(self, connection: Connection, id: RequestId) -> str:
        detail = connection.execute(self._reason, {"of_id": id}).scalar_one_or_none()
        known: dict[str, Any] = json.loads(detail or "{}")
        return str(known.get("reason") or known.get("why") or "")


def _standing() -> Any:  # noqa: ANN401  (a select)
    last = select(deliveries.c.seq).where(deliveries.c.request_id == requests.c.id)
    newest = last.order_by(desc(deliveries.c.seq)).limit(1).correlate(requests).scalar_subquery()
    begun = exists().where(turns.c.request_id == requests.c.id).correlate(requests)
    columns = (requests.c.state, requests.c.received_at, requests.c.wait, begun.label("begun"), orders.c.token)
    reply = (replies.c.kind, replies.c.at, replies.c.recipient)
    mail = (deliveries.c.id.label("delivery"), deliveries.c.progress, deliveries.c.attempts, deliveries.c.message_id)
    return (
        select(*columns, *reply, *mail)
        .outerjoin(orders, orders.c.request_id == requests.c.id)
        .outerjoin(replies, replies.c.request_id == requests.c.id)
        .outerjoin(deliveries, deliveries.c.seq == newest)
        .where(requests.c.id == given("of_id"))
    )


def _status(row: AnyRow) -> str:
    """In the four words of the interface; what waits for a person is queued."""
    if row.state == State.ANSWERED:
        return "failed" if row.kind in _NO else "completed"
    if row.state == State.CLOSED:
        return "failed"
    at_work = row.state == State.ADMITTED and (row.begun or row.wait == IN_HAND)
    return "processing" if at_work else "queued"


def _placed(row: AnyRow) -> Placed:
    return Placed(
        request=RequestId(row.request_id),
        token=row.token,
        at=row.at,
        key=row.key,
        body=row.body,
        webhook_url=row.webhook_url,
        app_type=row.app_type,
        webhook_events=tuple(row.webhook_events.split()),
    )
