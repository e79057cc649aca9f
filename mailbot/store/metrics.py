"""What the ledger can count: read anew each time, so that a crash or a restart loses no number.

What only grows is counted where rows are only added: in the audit, the attempts, the moves. What may shrink is a gauge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, Connection, Select, and_, case, cast, extract, func, literal, or_, select
from sqlalchemy import union_all as all_of

from mailbot.domain.reply import SENT_COPY
from mailbot.domain.request import State
from mailbot.domain.sending import JOURNAL
from mailbot.domain.work import Count
from mailbot.store.counts import Counts
from mailbot.store.database import Dialect
from mailbot.store.tables import IN_HAND, TIMED, attempts, audit, deliveries, replies, requests, timers
from mailbot.store.tables_news import moves, webhooks
from mailbot.store.tables_notes import parts
from mailbot.store.tables_orders import orders

BUCKETS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 3_600.0)  #: seconds
VERDICTS: Final = ("Admitted", "Held", "Refused", "Ignored", "Merged")  #: in the audit
CANARY: Final = ("canary@%", "%+canary@%")  #: whose mails show from outside that everything works
_DAY: Final = 86_400.0
_NOT_SENT: Final = frozenset({State.RECEIVED.value, State.ADMITTED.value})

Labels = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long something took."""

    below: tuple[int, ...] = (0,) * len(BUCKETS)  #: for each bucket, how many took no longer
    number: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All numbers, by their labels."""

    count: Count
    verdicts: Mapping[Labels, int]  #: channel, verdict
    rejected: Mapping[Labels, int]  #: rule
    replies: Mapping[Labels, int]  #: kind
    waiting: Mapping[Labels, int]  #: queue, state
    attempts: Mapping[Labels, int]  #: relay, result
    emails: Mapping[Labels, int]  #: progress
    webhooks: Mapping[Labels, int]  #: status, way
    orders: Mapping[Labels, int]  #: token
    checks: Mapping[Labels, int]  #: result
    repairs: int
    built: Mapping[Labels, int]  #: provider, success or failed
    tokens: Mapping[Labels, tuple[int, int]]  #: provider, model: asked and written
    generations: Mapping[Labels, Spread]  #: provider, model
    answers: Spread  #: from receipt to the answer
    sendings: Spread  #: from the answer until another server took it
    parts: Mapping[str, tuple[str, datetime, datetime | None]] = field(default_factory=dict)
    unanswered: datetime | None = None  #: since when the oldest waits
    held: datetime | None = None  #: the same of those that wait for a person
    canary: datetime | None = None  #: when one was answered last


class Metrics:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._counts = dialect, Counts()
        rule = self._value(audit.c.detail, "rule")
        self._statements = {
            "verdicts": self._verdicts(),
            "rejected": _grouped(rule).where(audit.c.what.in_(("Refused", "Ignored"))),
            "replies": _grouped(replies.c.kind),
            "emails": _emails(),
            "webhooks": _grouped(webhooks.c.status, webhooks.c.way),
            "orders": _grouped(orders.c.token),
            "checks": _grouped(moves.c.result).where(moves.c.kind == "tried"),
            "attempts": _attempts(),
            "built": _built(),
            "waiting": _waiting(),
        }
        said = moves.c.kind == "said"
        self._repairs = select(func.count()).where(said, moves.c.result == "again")
        of = (moves.c.provider, moves.c.model)
        sums = (func.sum(moves.c.asked), func.sum(moves.c.written))
        self._tokens = select(*of, *sums).where(said).group_by(*of)
        self._generations = select(*of, *_spread(moves.c.seconds)).where(said).group_by(*of)
        took = self._between(replies.c.at, requests.c.received_at)
        of_request = requests.c.id == replies.c.request_id
        self._answers = select(*_spread(took)).select_from(replies.join(requests, of_request))
        sent = self._between(attempts.c.at, deliveries.c.first_at)
        of_mail = and_(deliveries.c.id == attempts.c.delivery_id, attempts.c.progress == "sent", _mail())
        self._sendings = select(*_spread(sent)).select_from(attempts.join(deliveries, of_mail))
        state = requests.c.state
        self._times = (
            select(func.min(requests.c.received_at)).where(state.in_(sorted(_NOT_SENT))),
            select(func.min(requests.c.received_at)).where(state == State.HELD.value),
            select(func.max(replies.c.at)).where(or_(*(replies.c.recipient.like(one) for one in CANARY))),
        )
        self._parts = select(parts)

    def read(self, connection: Connection) -> Figures:
        """All of them, at one moment."""
        found = {name: _table(connection, statement) for name, statement in self._statements.items()}
        unanswered, held, canary = (connection.execute(one).scalar() for one in self._times)
        tokens: dict[Labels, tuple[int, int]]
        generations: dict[Labels, Spread]
        tokens = {(row[0], row[1]): (int(row[2] or 0), int(row[3] or 0)) for row in connection.execute(self._tokens)}
        generations = {(row[0], row[1]): _taken(row[2:]) for row in connection.execute(self._generations)}
        return Figures(
            count=self._counts.count(connection),
            **found,
            repairs=connection.execute(self._repairs).scalar() or 0,
            tokens=tokens,
            generations=generations,
            answers=_taken(connection.execute(self._answers).one()),
            sendings=_taken(connection.execute(self._sendings).one()),
            parts={row.part: (row.trouble, row.at, row.seen_at) for row in connection.execute(self._parts)},
            unanswered=unanswered,
            held=held,
            canary=canary,
        )

    def _verdicts(self) -> Select[Any]:
        channel = self._value(requests.c.envelope, "channel")
        joined = audit.join(requests, requests.c.id == audit.c.id)
        return _grouped(channel, audit.c.what).select_from(joined).where(audit.c.what.in_(VERDICTS))

    def _value(self, column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        """One text out of a column of JSON."""
        if self._dialect.many:
            found: ColumnElement[Any] = cast(column, JSON)[name].as_string()
            return found
        return func.json_extract(column, f"$.{name}")

    def _between(self, later: ColumnElement[Any], earlier: ColumnElement[Any]) -> ColumnElement[Any]:
        if self._dialect.many:
            return extract("epoch", later - earlier)
        return (func.julianday(later) - func.julianday(earlier)) * _DAY


def _grouped(*columns: Any) -> Select[Any]:  # noqa: ANN401  (columns)
    return select(*columns, func.count()).group_by(*columns)


def _mail() -> ColumnElement[bool]:
    """A mail to a person, no copy of one."""
    return and_(deliveries.c.form.not_in(sorted(JOURNAL)), deliveries.c.way.not_like(f"{SENT_COPY}%"))


def _emails() -> Select[Any]:
    """Mails by how they ended; one that came back was taken first."""
    ends = attempts.c.progress.in_(("sent", "presumed", "failed", "bounced"))
    joined = attempts.join(deliveries, and_(deliveries.c.id == attempts.c.delivery_id, _mail()))
    counted = select(attempts.c.progress, func.count(attempts.c.delivery_id.distinct())).select_from(joined)
    return counted.where(ends).group_by(attempts.c.progress)


def _attempts() -> Select[Any]:
    """Ends of tries, by relay: a mark before the final dot is none."""
    result = case((attempts.c.progress == "waiting", literal("put_off")), else_=attempts.c.progress)
    joined = attempts.join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    of = (case((deliveries.c.relay == "", deliveries.c.way), else_=deliveries.c.relay), result)
    counted = select(*of, func.count()).select_from(joined).where(attempts.c.progress != "committing", _mail())
    return counted.group_by(*of)


def _built() -> Select[Any]:
    """Programs that were made, or not, by who wrote last."""
    last = moves.alias("last")
    newest = select(func.max(last.c.turn)).where(last.c.request_id == replies.c.request_id, last.c.kind == "said")
    joined = replies.outerjoin(
        moves, and_(moves.c.request_id == replies.c.request_id, moves.c.turn == newest.scalar_subquery())
    )
    who = func.coalesce(moves.c.provider, literal("none"))
    end = case((replies.c.kind == "built", literal("success")), else_=literal("failed"))
    ends = replies.c.kind.in_(("built", "gaveup"))
    return select(who, end, func.count()).select_from(joined).where(ends).group_by(who, end)


def _waiting() -> Select[Any]:
    """What waits, of all that can: due, for its time, for a sibling, or in hand."""
    words = {0: "due", TIMED: "timed", 2: "blocked", IN_HAND: "in_hand"}
    each = []
    for table in (requests, deliveries, webhooks, timers):
        state = case(*((table.c.wait == number, literal(word)) for number, word in words.items()))
        each.append(select(table.c.queue, state.label("state")).where(table.c.wait.is_not(None)))
    found = all_of(*each).subquery()
    return select(found.c.queue, found.c.state, func.count()).group_by(found.c.queue, found.c.state)


def _spread(seconds: ColumnElement[Any]) -> list[Any]:
    below = [func.sum(case((seconds <= limit, 1), else_=0)) for limit in BUCKETS]
    return [*below, func.count(seconds), func.sum(seconds)]


def _taken(row: Sequence[Any]) -> Spread:
    *below, number, seconds = row
    return Spread(below=tuple(int(one or 0) for one in below), number=int(number), seconds=float(seconds or 0.0))


def _table(connection: Connection, statement: Select[Any]) -> dict[Labels, int]:
    return {tuple(str(one or "") for one in row[:-1]): row[-1] for row in connection.execute(statement)}
