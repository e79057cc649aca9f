"""What is told to those who ordered over HTTP: stored with what happened, told in order, the last word last.

A row waits for the earlier ones of its request. Whoever stores or ends one holds the row of the order meanwhile, so
that two at the same moment see each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, func, literal_column, or_, select, update

from mailbot.domain.errors import Overtaken
from mailbot.domain.news import INTERIM, USUAL, News, Way, What
from mailbot.domain.orders import uuid_of
from mailbot.domain.reply import SENT_COPY, Delivery, Progress
from mailbot.domain.request import Event, GaveUp, Ignored, Merged, Refused, RequestId, State, Withdrawn
from mailbot.domain.sending import JOURNAL
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.steps import Step
from mailbot.store.tables import BLOCKED, DUE, FRESH, IN_HAND, TIMED, deliveries, requests
from mailbot.store.tables_news import webhooks
from mailbot.store.tables_orders import orders
from mailbot.store.words import plain

NOTIFY: Final = "notify"  #: the queue
ERROR: Final = 500  #: characters of why something failed
NOTICE: Final = "notice"  #: how the forms begin of what is never an answer
_TAKEN: Final = frozenset({Progress.SENT, Progress.PRESUMED})
_LOST: Final = frozenset({Progress.FAILED, Progress.BOUNCED})
_OPEN: Final = (Progress.WAITING.value, Progress.COMMITTING.value)


class Webhooks:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        named = ("webhook_url", "webhook_events", "token", "at")
        wanted = (orders.c.request_id == given("of_request"), orders.c.webhook_url != "")
        self._order = select(*(orders.c[name] for name in named)).where(*wanted).with_for_update()
        self._author = select(requests.c.author, requests.c.envelope).where(requests.c.id == given("of_request"))
        self._add = dialect.insert_new(webhooks)
        self._load = select(webhooks, _late()).where(webhooks.c.id == given("of_id"))
        gone = (webhooks.c.url == given("of_url"), webhooks.c.way == literal_column("'gone'"))
        self._gone = select(exists().where(*gone, webhooks.c.ended_at >= moment("since")))
        ours = webhooks.c.request_id == given("of_request")
        waiting = webhooks.c.way == literal_column("'waiting'")
        self._open = select(exists().where(ours, waiting))
        over = {"wait": None, "wake_at": None, "not_before": None, "turn": webhooks.c.turn + 1, "body": ""}
        idle = (waiting, webhooks.c.wait != literal_column(str(IN_HAND)))
        interim = webhooks.c.status.in_([one.value for one in INTERIM])
        self._supersede = (
            update(webhooks)
            .where(ours, interim, *idle)
            .values(way=Way.SUPERSEDED.value, ended_at=moment("of_now"), **over)
        )
        same_url = (webhooks.c.url == given("of_url"), waiting, webhooks.c.id != given("of_id"))
        self._silence = update(webhooks).where(*same_url).values(way=Way.GONE.value, ended_at=moment("of_now"), **over)
        self._move = (
            update(webhooks)
            .where(webhooks.c.id == given("of_id"), webhooks.c.turn == given("of_turn"), waiting)
            .values({name: given(f"new_{name}") for name in ("way", "attempts", "said", "wait")})
            .values({name: moment(f"new_{name}") for name in ("wake_at", "not_before", "ended_at")})
            .values(turn=webhooks.c.turn + 1, starts=0, body=func.coalesce(given("new_body"), webhooks.c.body))
        )
        first = select(func.min(webhooks.c.seq)).where(ours, waiting).scalar_subquery()
        blocked = webhooks.c.wait == literal_column(str(BLOCKED))
        self._next = update(webhooks).where(webhooks.c.seq == first, blocked).values(wait=DUE)
        self._mails = _mails()

    # Something happened.

    def step(self, connection: Connection, step: Step) -> None:
        """What a step in the life of a request brings."""
        if step.admitted:
            self.tell(connection, step.request.id, What.PROCESSING, step.at)
        elif step.after.state in {State.ANSWERED, State.CLOSED}:
            self.ended(connection, step.request.id, step.event, step.at)

    def ended(self, connection: Connection, id: str, event: Event, at: datetime) -> None:
        """The end of a request."""
        why = _why(event)
        self.tell(connection, id, What.FAILED if why else What.COMPLETED, at, error=why)

    def delivered(self, connection: Connection, new: Delivery, at: datetime, said: str) -> None:
        """A mail was taken, or taken by nobody: it counts once all mails of the answer are somewhere."""
        copy = new.form in JOURNAL or new.form.startswith(NOTICE) or new.way.startswith(SENT_COPY)
        if copy or new.progress not in _TAKEN | _LOST or self._asked(connection, new.request) is None:
            return
        row = connection.execute(self._mails, {"of_request": new.request}).one()
        if row.open:
            return
        what = What.EMAIL_SENT if row.taken else What.EMAIL_FAILED
        self.tell(connection, new.request, what, at, error="" if row.taken else said, tracking=new.id)

    def tell(
        self, connection: Connection, id: str, what: What, at: datetime, *, error: str = "", tracking: str = ""
    ) -> None:
        """Store it, if the order wants to be told of that, and nothing that is void by it was told yet."""
        order = self._asked(connection, id)
        if order is None or what not in (order.webhook_events.split() or USUAL):
            if order is not None and what not in INTERIM:
                self._void(connection, id, at)
            return
        if connection.execute(self._gone, {"of_url": order.webhook_url, "since": order.at}).scalar():
            return
        if what not in INTERIM:
            self._void(connection, id, at)
        waits = connection.execute(self._open, {"of_request": id}).scalar()
        body = {
            "status": what.value,
            "request_id": uuid_of(RequestId(id)),
            "recipient": self._recipient(connection, id),
            "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "tracking_id": tracking or id,
        }
        body |= {"error": plain(error, ERROR)} if error else {}
        row = {
            "id": f"msg_{id}_{what.value}",
            "request_id": id,
            "status": what.value,
            "url": order.webhook_url,
            "token": order.token,
            "body": json.dumps(body),
            "first_at": at,
            "way": Way.WAITING.value,
            "attempts": 0,
            "said": "",
            "queue": NOTIFY,
            "wait": BLOCKED if waits else DUE,
        }
        connection.execute(self._add, FRESH | row)

    def _asked(self, connection: Connection, id: str) -> AnyRow | None:
        return connection.execute(self._order, {"of_request": id}).one_or_none()

    def _recipient(self, connection: Connection, id: str) -> str:
        row = connection.execute(self._author, {"of_request": id}).one()
        return row.author or str(json.loads(row.envelope).get("sender", ""))

    def _void(self, connection: Connection, id: str, at: datetime) -> None:
        connection.execute(self._supersede, {"of_request": id, "of_now": at})

    # It is told.

    def load(self, connection: Connection, id: str) -> News | None:
        """One of them."""
        row = connection.execute(self._load, {"of_id": id}).one_or_none()
        return None if row is None else _news(row)

    def move(self, connection: Connection, old: News, new: News, said: str, at: datetime) -> None:
        """Store what became of it; then the next one of its request is due, and 410 ends all that go there."""
        self._asked(connection, old.request)
        late = connection.execute(self._load, {"of_id": old.id}).one()
        if new.way is Way.WAITING and _news(late).stale:
            new = old.ended(Way.SUPERSEDED)
        goes_on = new.way is Way.WAITING
        values: Mapping[str, Any] = {
            "of_id": old.id,
            "of_turn": old.turn,
            "new_way": new.way.value,
            "new_attempts": new.attempts,
            "new_said": plain(said, ERROR),
            "new_wait": TIMED if goes_on else None,
            "new_wake_at": new.not_before if goes_on else None,
            "new_not_before": new.not_before if goes_on else None,
            "new_ended_at": None if goes_on else at,
            "new_body": None if goes_on else "",
        }
        if not connection.execute(self._move, values).rowcount:
            raise Overtaken(f"webhook {old.id} has moved on since turn {old.turn}")
        if new.way is Way.GONE:
            connection.execute(self._silence, {"of_url": old.url, "of_id": old.id, "of_now": at})
        if not goes_on:
            connection.execute(self._next, {"of_request": old.request})

    @staticmethod
    def of(connection: Connection, id: str) -> Sequence[tuple[str, str, int, str]]:
        """All of a request, in their order: what, how far, tries, and what was said last."""
        columns = (webhooks.c.status, webhooks.c.way, webhooks.c.attempts, webhooks.c.said)
        found = select(*columns).where(webhooks.c.request_id == id).order_by(webhooks.c.seq)
        return [(row.status, row.way, row.attempts, row.said) for row in connection.execute(found)]


def _late() -> Any:  # noqa: ANN401  (a column)
    """Whether something that is no news of the way stands behind it."""
    other = webhooks.alias("other")
    behind = (other.c.request_id == webhooks.c.request_id, other.c.seq > webhooks.c.seq)
    found = exists().where(*behind, other.c.status.not_in([one.value for one in INTERIM]))
    return or_(found, ended_request()).label("late")


def ended_request() -> Any:  # noqa: ANN401  (a condition)
    """Whether the order has its end, even where nobody wants to be told of that."""
    over = requests.c.state.in_([State.ANSWERED.value, State.CLOSED.value])
    return exists().where(requests.c.id == webhooks.c.request_id, over)


def _mails() -> Any:  # noqa: ANN401  (a select)
    """Whether a mail of the answer is still on its way, and whether one was taken."""
    answer = and_(
        deliveries.c.request_id == given("of_request"),
        deliveries.c.form.not_in(sorted(JOURNAL)),
        deliveries.c.form.not_like(f"{NOTICE}%"),
        deliveries.c.way.not_like(f"{SENT_COPY}%"),
    )
    on_its_way = exists().where(answer, deliveries.c.progress.in_(_OPEN))
    taken = exists().where(answer, deliveries.c.progress.in_([one.value for one in _TAKEN]))
    return select(on_its_way.label("open"), taken.label("taken"))


def _why(event: Event) -> str:
    """Why a request failed; empty: it did not."""
    match event:
        case Refused(reason=reason) | Ignored(reason=reason) | GaveUp(reason=reason):
            return reason or "it failed"
        case Withdrawn():
            return "it was taken back by a later mail"
        case Merged():
            return "it became part of another order"
        case _:
            return ""


def _news(row: AnyRow) -> News:
    return News(
        id=row.id,
        request=row.request_id,
        what=What(row.status),
        url=row.url,
        token=row.token,
        body=row.body,
        first_at=row.first_at,
        way=Way(row.way),
        turn=row.turn,
        attempts=row.attempts,
        not_before=row.not_before,
        late=bool(row.late),
    )
