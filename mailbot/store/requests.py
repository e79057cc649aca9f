"""Requests: stored once, moved by compare-and-swap on (state, turn), with all that an event brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, case, func, insert, literal_column, select, update
from sqlalchemy.sql.dml import Update

from mailbot.decide.quota import domain_of, identity
from mailbot.domain.errors import Impossible, Overtaken, Permanent
from mailbot.domain.orders import CHANNEL
from mailbot.domain.request import LIFE, Admitted, Event, GaveUp, RequestId, State, Withdrawn
from mailbot.domain.work import Amended
from mailbot.store.codec import dump, summary, why_closed
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.lanes import INTAKE, Lanes, Rounds
from mailbot.store.quick import Quick
from mailbot.store.steps import NOTHING_DUE, Kept, Opened, Step, step_values
from mailbot.store.tables import BLOCKED, DUE, FRESH, IN_HAND, audit, messages, requests, turns
from mailbot.store.webhooks import Webhooks
from mailbot.store.words import plain

_ENDED: Final = frozenset({State.ANSWERED, State.CLOSED})


_ROW: Final = ("id", "envelope", "received_at", "state", *FRESH, "postponed", "queue", "wait")
_MAIL: Final = ("request_id", "sha256", "size", "body", "blob")


class Requests:
    """The statements about requests, their mails and their turns."""

    def __init__(self, dialect: Dialect, lanes: Lanes, rounds: Rounds) -> None:
        self._lanes, self._rounds, self.webhooks = lanes, rounds, Webhooks(dialect)
        self._open = Quick(dialect, dialect.insert_new(requests), _ROW)
        self._many = dialect.many
        self._mail = Quick(dialect, insert(messages) if dialect.many else dialect.insert_new(messages), _MAIL)
        columns = ("envelope", "state", "turn", "starts", "postponed", "builds", "body", "blob")
        self._load = select(*(requests.c[name] for name in columns)).where(requests.c.id == given("of_id"))
        self._raw = select(messages.c.body, messages.c.blob).where(messages.c.request_id == given("of_id"))
        self._move = _swap()
        known = {name: given(f"new_{name}") for name in (*_ADMISSION, "body", "blob")}
        self._admit = _swap(**known, counted_at=moment("new_counted_at"))
        blocked = (requests.c.wait == BLOCKED, BLOCKED)
        self._go_on = _swap(wait=case(blocked, else_=given("new_wait")))
        # Whoever has it in hand keeps it, with its queue and its start: by these a stumble knows its job.
        hand = {name: requests.c[name] for name in ("wait", "wake_at", "starts", "queue", "round")}
        self._keep_on = _swap(**hand).where(requests.c.wait == literal_column(str(IN_HAND)))
        # Whoever has it in hand works on an order that is no longer the whole: it is due again, and they are overtaken.
        again, timed = (requests.c.wait == IN_HAND, DUE), (requests.c.wait == IN_HAND, None)
        amended = {"wait": case(again, else_=requests.c.wait), "wake_at": case(timed, else_=requests.c.wake_at)}
        content = {"body": given("new_body"), "blob": given("new_blob")}
        self._amend = _swap(**amended, **content, lane=requests.c.lane, not_before=requests.c.not_before)
        self._hold = update(requests).where(requests.c.id == given("of_id"))
        self._hold = self._hold.values(body=given("new_body"), blob=given("new_blob"))
        self._proven = update(requests).where(requests.c.id == given("of_id")).values(envelope=given("new_envelope"))
        self._free = update(requests).where(requests.c.id == given("of_id")).values(counted_at=None)
        names = {name: given(f"new_{name}") for name in ("author", "who", "message_id")}
        self._named = update(requests).where(requests.c.id == given("of_id")).values(**names)
        row = ("id", "state", "turn", "postponed", "lane")
        self._other = select(*(requests.c[name] for name in row)).where(requests.c.id == given("of_id"))
        self._other = self._other.with_for_update()
        self._audit = insert(audit)
        self._turn = insert(turns)
        self._turns = (
            select(turns.c.kind, turns.c.body, turns.c.blob)
            .where(turns.c.request_id == given("of_id"))
            .order_by(turns.c.turn)
        )

    def open(self, connection: Connection, rows: Sequence[Opened]) -> None:
        """Store those that are not there."""
        if self._many:
            new = [mail for row, mail in rows if self._open.run(connection, row)]
            for mail in new:
                self._mail.run(connection, mail)
        else:
            self._open.run_all(connection, [row for row, _ in rows])
            self._mail.run_all(connection, [mail for _, mail in rows])

    def load(self, connection: Connection, id: RequestId) -> AnyRow:
        """The row of a request."""
        return _known(connection.execute(self._load, {"of_id": id}).one_or_none(), id)

    def raw(self, connection: Connection, id: RequestId) -> AnyRow:
        """The row of its mail."""
        return _known(connection.execute(self._raw, {"of_id": id}).one_or_none(), id)

    def turns(self, connection: Connection, id: RequestId) -> Sequence[AnyRow]:
        """The rows of its turns, in order."""
        return connection.execute(self._turns, {"of_id": id}).all()

    def move(self, connection: Connection, step: Step) -> None:
        """Store the event and what is due next; whoever called stores what else it brings, in this transaction."""
        if step.lane:
            self._lanes.lock(connection, step.lane)
        values = step_values(step)
        if step.admitted:
            values |= self._admission(connection, step, step.admitted)
        self._swap(connection, self._admit if step.admitted else self._move, values)
        if step.order and not step.admitted:
            body, blob = step.order
            connection.execute(self._hold, {"of_id": step.request.id, "new_body": body, "new_blob": blob})
        if step.request.state is State.RECEIVED and step.request.envelope.authentic:
            proven = {"of_id": step.request.id, "new_envelope": dump(step.request.envelope)}
            connection.execute(self._proven, proven)
        if isinstance(step.event, GaveUp | Withdrawn):
            connection.execute(self._free, {"of_id": step.request.id})
        ended = [self._end(connection, id, event, step.at) for id, event in step.others]
        lanes = {lane for lane in (step.lane, *(lane for lane, _ in ended)) if lane}
        for lane in sorted(lanes):
            self._lanes.release(connection, lane)
        happened = {"id": step.request.id, "turn": step.request.turn, "at": step.at}
        told = {**happened, "what": type(step.event).__name__, "detail": summary(step.event)}
        connection.execute(self._audit, [told, *(row for _, row in ended)])
        if step.request.envelope.channel == CHANNEL:
            self.webhooks.step(connection, step)

    def end(self, connection: Connection, others: Sequence[tuple[RequestId, Event]], at: datetime) -> None:
        """End requests by themselves: each by its own event, which brings no answer."""
        for id, event in others:
            lane, told = self._end(connection, id, event, at)
            if lane:
                self._lanes.release(connection, lane)
            connection.execute(self._audit, told)

    def amend(self, connection: Connection, amended: Amended, kept: Kept, at: datetime) -> None:
        """Write the order of a request at work anew; raise Overtaken when it has moved on."""
        request = amended.request
        values = {"of_id": request.id, "of_state": request.state.value, "of_turn": request.turn}
        state = {"new_state": request.state.value, "new_postponed": request.postponed, "new_closed": None}
        queue = {"new_queue": amended.queue, "new_body": kept[0], "new_blob": kept[1]}
        self._swap(connection, self._amend, {**values, **state, **queue})
        told = {"id": request.id, "turn": request.turn, "at": at, "what": "Amended", "detail": dump({"by": amended.by})}
        connection.execute(self._audit, told)

    def add_turn(self, connection: Connection, values: dict[str, Any], row: dict[str, Any], *, in_hand: bool) -> None:
        """Store a turn, and where the request waits for the next move, unless whoever made it goes on."""
        kept = in_hand and connection.execute(self._keep_on, values).rowcount
        if not kept:
            self._swap(connection, self._go_on, values)
        connection.execute(self._turn, row)

    def known_as(self, connection: Connection, id: RequestId, author: str, message_id: str) -> None:
        """Whose mail was refused or joined another, so that the same mail is known when it comes again."""
        names = {"new_author": plain(author), "new_who": plain(identity(author))}
        values = {**names, "new_message_id": plain(message_id)}
        connection.execute(self._named, {"of_id": id, **values})

    def note(self, connection: Connection, row: dict[str, Any]) -> None:
        """Remember something that changed no state."""
        connection.execute(self._audit, row)

    @staticmethod
    def _swap(connection: Connection, statement: Update, values: dict[str, Any]) -> None:
        if not connection.execute(statement, values).rowcount:
            raise Overtaken(f"request {values['of_id']} has moved on since turn {values['of_turn']}")

    def _admission(self, connection: Connection, step: Step, order: Admitted) -> dict[str, Any]:
        intake = step.due.queue in {"", INTAKE}
        body, blob = step.order or (None, None)
        return {
            "new_author": plain(order.author),
            "new_who": plain(identity(order.author)),
            "new_domain": plain(domain_of(order.author)),
            "new_counted_at": step.at if order.intent.kind.counts else None,
            "new_project": order.intent.project,
            "new_message_id": plain(order.message_id),
            "new_builds": order.intent.kind.builds,
            "new_priority": order.priority,
            "new_round": 0 if intake else self._rounds.next(connection, order.author, order.priority),
            "new_body": body,
            "new_blob": blob,
        }

    def _end(
        self, connection: Connection, id: RequestId, event: Event, at: datetime
    ) -> tuple[str | None, dict[str, Any]]:
        """End another request; its lane, and what to remember."""
        row = _known(connection.execute(self._other, {"of_id": id}).one_or_none(), id)
        if State(row.state) in _ENDED:
            raise Overtaken(f"request {id} has ended meanwhile")
        if LIFE.get((State(row.state), type(event))) is not State.CLOSED:
            raise Impossible(f"{type(event).__name__} does not end request {id}, which is {row.state}")
        values = {"of_id": id, "of_state": row.state, "of_turn": row.turn, "new_postponed": row.postponed}
        closing = {"new_state": State.CLOSED.value, "new_closed": why_closed(event), **NOTHING_DUE}
        self._swap(connection, self._move, values | closing)
        if isinstance(event, Withdrawn):
            connection.execute(self._free, {"of_id": id})
        self.webhooks.ended(connection, id, event, at)
        told = {"id": id, "turn": row.turn, "at": at, "what": type(event).__name__, "detail": summary(event)}
        return row.lane, told


_ADMISSION: Final = ("author", "who", "domain", "project", "message_id", "builds", "priority", "round")


def _swap(**more: Any) -> Update:  # noqa: ANN401  (column expressions)
    """The one way in which a request changes: only from the state and turn that were read."""
    queue = func.coalesce(given("new_queue"), requests.c.queue)
    plain = ("state", "postponed", "closed", "wait", "lane")
    times = ("wake_at", "not_before")
    # First come, first served in intake; whoever comes back from there joins at the front.
    back = case(
        (queue == INTAKE, literal_column("0")), (requests.c.round == 0, literal_column("1")), else_=requests.c.round
    )
    values: dict[str, Any] = {
        "turn": requests.c.turn + 1,
        "starts": 0,
        "queue": queue,
        "round": back,
        **{name: given(f"new_{name}") for name in plain},
        **{name: moment(f"new_{name}") for name in times},
        **more,
    }
    same = (requests.c.state == given("of_state"), requests.c.turn == given("of_turn"))
    return update(requests).where(requests.c.id == given("of_id"), *same).values(**values)


def _known(row: AnyRow | None, id: str) -> AnyRow:
    if row is None:
        raise Permanent(f"there is no request {id}")
    return row
