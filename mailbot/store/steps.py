"""A step in the life of a request, as the columns of its row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mailbot.domain.message import Envelope, Raw, Spooled
from mailbot.domain.request import Admitted, Event, Postponed, Released, Request, RequestId, State
from mailbot.domain.work import Due
from mailbot.store.codec import dump, load, why_closed
from mailbot.store.database import AnyRow
from mailbot.store.lanes import INTAKE
from mailbot.store.tables import BLOCKED, DUE, FRESH, TIMED

Kept = tuple[bytes | None, str | None]  #: body and blob of a content
Opened = tuple[dict[str, Any], dict[str, Any]]  #: the rows of a new request: what is due of it, and its mail
_GOES_ON: Final = frozenset({State.RECEIVED, State.ADMITTED})  #: the states in which a next move is due
NOTHING_DUE: Final = {
    "new_queue": None,
    "new_wait": None,
    "new_wake_at": None,
    "new_not_before": None,
    "new_lane": None,
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a request, and what it brings, ready to be written."""

    request: Request
    event: Event
    after: Request
    at: datetime
    due: Due
    order: Kept | None = None  #: what was admitted, or would be
    others: Sequence[tuple[RequestId, Event]] = ()

    @property
    def admitted(self) -> Admitted | None:
        """What this very event lets in."""
        match self.event:
            case Admitted() as admitted:
                return admitted
            case Released(admitted=admitted):
                return admitted
            case _:
                return None

    @property
    def lane(self) -> str | None:
        """The project whose order of builds this step may change."""
        order = self.after.admitted
        return order.intent.project if order and (order.intent.kind.builds or self.others) else None

    @property
    def lets_build(self) -> bool:
        """Whether, after it, the request stands in the order of its project."""
        order, waits = self.after.admitted, isinstance(self.event, Postponed) or self.later
        return self.after.state is State.ADMITTED and order is not None and order.intent.kind.builds and not waits

    @property
    def later(self) -> bool:
        """Whether its next move waits for a time."""
        return self.due.not_before is not None and self.due.not_before > self.at


def open_values(id: RequestId, raw: Raw, envelope: Envelope, kept: Kept) -> Opened:
    """The rows of a new request: what is due of it, and its mail."""
    row = {"id": id, "envelope": dump(envelope), "received_at": envelope.received_at, "state": State.RECEIVED.value}
    if isinstance(raw, Spooled):
        known = {"sha256": raw.sha256, "size": raw.size}
    else:
        known = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}
    mail = {"request_id": id, **known, "body": kept[0]}
    return {**row, **FRESH, "postponed": 0, "queue": INTAKE, "wait": DUE}, {**mail, "blob": kept[1]}


def step_values(step: Step) -> dict[str, Any]:
    """The columns of the row as it is after *step*."""
    old, new, event, due = step.request, step.after, step.event, step.due
    values: dict[str, Any] = {"of_id": old.id, "of_state": old.state.value, "of_turn": old.turn}
    closed = why_closed(event) if new.state is State.CLOSED else None
    values |= {"new_state": new.state.value, "new_postponed": new.postponed, "new_closed": closed}
    if new.state not in _GOES_ON:
        return values | NOTHING_DUE
    timed = step.later or isinstance(event, Postponed)
    order = new.admitted
    return values | {
        "new_queue": due.queue or None,
        "new_wait": TIMED if timed else BLOCKED if step.lets_build else DUE,
        "new_wake_at": (due.not_before or step.at) if timed else None,
        "new_not_before": due.not_before,
        "new_lane": order.intent.project if step.lets_build and order else None,
    }


def turn_values(request: Request, due: Due, at: datetime) -> dict[str, Any]:
    """The columns after a turn: it goes on, in the place that it has in its lane."""
    timed, intent = due.not_before is not None and due.not_before > at, request.order.intent
    return {
        "of_id": request.id,
        "of_state": request.state.value,
        "of_turn": request.turn,
        "new_state": request.state.value,
        "new_postponed": 0,
        "new_closed": None,
        "new_queue": due.queue or None,
        "new_wait": TIMED if timed else DUE,
        "new_wake_at": due.not_before if timed else None,
        "new_not_before": due.not_before,
        "new_lane": intent.project if intent.kind.builds else None,
    }


def to_request(id: RequestId, row: AnyRow, order: bytes | None) -> Request:
    """The value of a row; *order* is its content, if it was admitted."""
    return Request(
        id=id,
        envelope=load(Envelope, row.envelope),
        state=State(row.state),
        turn=row.turn,
        starts=row.starts,
        postponed=row.postponed,
        admitted=load(Admitted, order) if order is not None else None,
    )
