"""Replies and their deliveries: the bytes are fixed when they are stored, the rest moves by compare-and-swap."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, case, insert, literal_column, select, update

from mailbot.domain.errors import Overtaken, Permanent
from mailbot.domain.message import Address, MessageId
from mailbot.domain.reply import Delivery, DeliveryId, Progress, Reply
from mailbot.store.database import AnyRow, given, moment
from mailbot.store.steps import Kept
from mailbot.store.tables import DUE, FRESH, IN_HAND, TIMED, attempts, deliveries, replies
from mailbot.store.words import plain

SEND: Final = "send"  #: the queue of deliveries
_GOES_ON: Final = frozenset({Progress.WAITING, Progress.COMMITTING})


def reply_values(reply: Reply, at: datetime) -> dict[str, Any]:
    """The row of a reply."""
    return {
        "request_id": reply.request,
        "project": reply.project,
        "revision": reply.revision,
        "kind": reply.kind,
        "recipient": plain(reply.to),
        "subject": plain(reply.subject),
        "at": at,
    }


def delivery_values(delivery: Delivery, wire: Kept, priority: int, at: datetime) -> dict[str, Any]:
    """The row of a new delivery."""
    return {
        **FRESH,
        "id": delivery.id,
        "request_id": delivery.request,
        "way": delivery.way,
        "form": delivery.form,
        "message_id": delivery.message_id,
        "sender": delivery.sender,
        "recipients": json.dumps(delivery.recipients),
        "body": wire[0],
        "blob": wire[1],
        "first_at": delivery.first_at,
        "attempts": delivery.attempts,
        "unknown": delivery.unknown,
        "relay": delivery.relay,
        "turn": delivery.turn,
        "queue": SEND,
        "priority": priority,
        "progress": delivery.progress.value,
        **_waits(delivery, at),
    }


def _waits(delivery: Delivery, at: datetime) -> dict[str, Any]:
    """What is due of it."""
    if delivery.progress not in _GOES_ON:
        return {"wait": None, "wake_at": None, "not_before": None}
    timed = delivery.not_before is not None and delivery.not_before > at
    wake_at = delivery.not_before if timed else None
    return {"wait": TIMED if timed else DUE, "wake_at": wake_at, "not_before": delivery.not_before}


class Replies:
    """The statements about replies and deliveries."""

    def __init__(self) -> None:
        self._reply, self._add, self._attempt = insert(replies), insert(deliveries), insert(attempts)
        self._load = select(deliveries).where(deliveries.c.id == given("of_id"))
        wait, wake_at = given("new_wait"), moment("new_wake_at")
        changes: dict[str, Any] = {
            "turn": deliveries.c.turn + 1,
            "progress": given("new_progress"),
            "attempts": given("new_attempts"),
            "unknown": given("new_unknown"),
            "not_before": moment("new_not_before"),
            "relay": given("new_relay"),
        }
        same = (deliveries.c.turn == given("of_turn"), deliveries.c.progress == given("of_progress"))
        swap = update(deliveries).where(deliveries.c.id == given("of_id"), *same)
        self._move = swap.values(**changes, wait=wait, wake_at=wake_at, starts=0)
        # Whoever has it in hand keeps it, start and all; if nobody has, it waits as if it were put back.
        held = deliveries.c.wait == literal_column(str(IN_HAND))
        self._mark = swap.values(
            **changes,
            wait=case((held, IN_HAND), else_=wait),
            wake_at=case((held, deliveries.c.wake_at), else_=wake_at),
        )

    def add(self, connection: Connection, reply: dict[str, Any] | None, rows: Sequence[dict[str, Any]]) -> None:
        """Store the one reply of a request, and its deliveries."""
        if reply:
            connection.execute(self._reply, reply)
        for row in rows:
            connection.execute(self._add, row)

    def load(self, connection: Connection, id: DeliveryId) -> AnyRow:
        """The row of a delivery."""
        row = connection.execute(self._load, {"of_id": id}).one_or_none()
        if row is None:
            raise Permanent(f"there is no delivery {id}")
        return row

    def move(
        self, connection: Connection, old: Delivery, new: Delivery, attempt: dict[str, Any], *, in_hand: bool
    ) -> None:
        """Store that *old* has become *new*, and what was said."""
        waits = {f"new_{name}": value for name, value in _waits(new, attempt["at"]).items()}
        values = {
            "of_id": old.id,
            "of_turn": old.turn,
            "of_progress": old.progress.value,
            "new_progress": new.progress.value,
            "new_attempts": new.attempts,
            "new_unknown": new.unknown,
            "new_relay": new.relay,
        }
        statement = self._mark if in_hand else self._move
        if not connection.execute(statement, values | waits).rowcount:
            raise Overtaken(f"delivery {old.id} has moved on since turn {old.turn}")
        connection.execute(self._attempt, attempt)


def attempt_values(new: Delivery, at: datetime, said: str) -> dict[str, Any]:
    """The row of one step of a delivery."""
    return {"delivery_id": new.id, "turn": new.turn, "at": at, "progress": new.progress.value, "said": plain(said)}


def to_delivery(row: AnyRow, wire: bytes) -> Delivery:
    """The value of a row; *wire* is its content."""
    return Delivery(
        id=DeliveryId(row.id),
        request=row.request_id,
        way=row.way,
        form=row.form,
        message_id=MessageId(row.message_id),
        sender=row.sender,
        recipients=tuple(Address(one) for one in json.loads(row.recipients)),
        wire=wire,
        first_at=row.first_at,
        progress=Progress(row.progress),
        turn=row.turn,
        attempts=row.attempts,
        unknown=row.unknown,
        relay=row.relay,
        not_before=row.not_before,
    )
