"""Held mail, and mail of the past: what a person decides about, and what new rules are tried on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, desc, func, literal_column, select

from mailbot.domain.errors import Permanent
from mailbot.domain.message import Envelope
from mailbot.domain.request import Admitted, RequestId, State
from mailbot.domain.work import HeldMail, PastMail
from mailbot.store.codec import load
from mailbot.store.database import AnyRow, given, moment
from mailbot.store.steps import to_request
from mailbot.store.tables import audit, requests

_HELD: Final = requests.c.state == literal_column("'held'")  #: literal, so that the planner sees its partial index
_COLUMNS: Final = ("id", "envelope", "state", "turn", "starts", "postponed", "received_at", "body", "blob")


class Shelf:
    """The statements about them."""

    def __init__(self) -> None:
        same = (audit.c.id == requests.c.id, audit.c.what == "Held")
        last = select(audit.c.detail).where(*same).order_by(desc(audit.c.seq)).limit(1).correlate(requests)
        columns = (*(requests.c[name] for name in _COLUMNS), last.scalar_subquery().label("detail"))
        found = select(*columns).where(_HELD, requests.c.received_at <= moment("before"))
        found = found.where(func.substr(requests.c.id, 1, given("length")) == given("key"))
        self._held = found.order_by(requests.c.seq).limit(given("most"))
        past = (requests.c.received_at >= moment("since"), requests.c.seq > given("last"))
        judged = requests.c.state != State.RECEIVED.value
        self._past = select(requests.c.seq, requests.c.id, requests.c.envelope).where(*past, judged)
        self._past = self._past.order_by(requests.c.seq).limit(given("most"))

    def held(self, connection: Connection, key: str, before: datetime, most: int) -> Sequence[AnyRow]:
        """The rows of held mails whose id begins with *key* and that came before then, oldest first."""
        values = {"key": key, "length": len(key), "before": before, "most": most}
        return connection.execute(self._held, values).all()

    def past(self, connection: Connection, since: datetime, last: int, most: int) -> Sequence[PastMail]:
        """Judged mails since then, in the order in which they came, from behind the number *last* on."""
        rows = connection.execute(self._past, {"since": since, "last": last, "most": most}).all()
        return [PastMail(number=row.seq, id=RequestId(row.id), envelope=load(Envelope, row.envelope)) for row in rows]


def to_held(row: AnyRow, order: bytes | None) -> HeldMail:
    """The value of a row; *order* is its content, if it was judged."""
    detail: dict[str, Any] = json.loads(row.detail or "{}")
    return HeldMail(
        request=to_request(row.id, row, None),
        order=_order(order),
        rule=str(detail.get("rule", "")),
        reason=str(detail.get("reason", "")),
    )


def _order(body: bytes | None) -> Admitted | None:
    """What a release would let in; one that cannot be read any more is judged again."""
    try:
        return load(Admitted, body) if body is not None else None
    except Permanent:
        return None
