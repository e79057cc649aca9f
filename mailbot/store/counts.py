"""The conservation law, and what the rules ask about."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, ScalarSelect, String, and_, func, literal, null, select, union_all
from sqlalchemy.sql import ColumnElement

from mailbot.decide.facts import Facts
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Message
from mailbot.domain.request import RequestId, State
from mailbot.ports import Count
from mailbot.store.database import given, moment
from mailbot.store.tables import messages, replies, requests
from mailbot.store.words import plain

COUNTED: Final = 10_000  #: no rule asks for more in a day, and no judgement takes longer to count them


class Counts:
    """One query over everything that ever came in.

    What was received is counted by the mails, what became of it by the requests, and what was answered only where
    there is a reply: three different tables, so that the law can be broken and is seen to be.
    """

    def __init__(self) -> None:
        came = select(literal("came").label("what"), null().cast(String).label("why"), func.count().label("number"))
        became = select(requests.c.state, requests.c.closed, func.count()).group_by(requests.c.state, requests.c.closed)
        spoken = and_(requests.c.id == replies.c.request_id, requests.c.state == State.ANSWERED.value)
        silent = requests.c.state != State.ANSWERED.value
        answered = select(literal(State.ANSWERED.value), null().cast(String), func.count())
        self._count = union_all(
            came.select_from(messages), answered.select_from(replies.join(requests, spoken)), became.where(silent)
        )

    def count(self, connection: Connection) -> Count:
        """Every mail, by what became of it."""
        rows = connection.execute(self._count).all()
        number = {what: amount for what, _, amount in rows if what != State.CLOSED.value}
        return Count(
            received=number["came"],
            answered=number[State.ANSWERED.value],
            held=number.get(State.HELD.value, 0),
            in_flight=number.get(State.RECEIVED.value, 0) + number.get(State.ADMITTED.value, 0),
            closed={str(why): amount for what, why, amount in rows if what == State.CLOSED.value},
        )


class Usage:
    """What was let in before a message: of its author, and of everybody."""

    def __init__(self) -> None:
        self._when = select(requests.c.received_at).where(requests.c.id == given("of_id"))
        author = requests.c.author == given("of_author")
        named = requests.c.message_id == given("of_message_id")
        first = select(requests.c.id).where(named, author, requests.c.id != given("of_id"))
        self._facts = select(
            first.order_by(requests.c.seq).limit(1).scalar_subquery(),
            _since("hour_ago", author),
            _since("day_ago", author),
            _since("day_ago"),
        )

    def facts(self, connection: Connection, message: Message, id: RequestId) -> Facts:
        """Count it; the message itself does not count."""
        at = connection.execute(self._when, {"of_id": id}).scalar_one_or_none()
        if at is None:
            raise Permanent(f"there is no request {id}")
        times = {"received": at, "hour_ago": at - timedelta(hours=1), "day_ago": at - timedelta(days=1)}
        # A mail without a Message-ID is nobody's duplicate.
        names = {"of_id": id, "of_author": plain(message.author), "of_message_id": plain(message.id) or None}
        duplicate, hour, day, total = connection.execute(self._facts, times | names).one()
        return Facts(duplicate_of=duplicate or "", sender_hour=hour, sender_day=day, total_day=total)


def _since(start: str, *more: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many were let in since *start*, up to the receipt of the message itself."""
    first, last = moment(start), moment("received")
    time = (requests.c.received_at > first, requests.c.received_at <= last)
    counted = requests.c.builds.is_not(None), requests.c.id != given("of_id")
    found = select(requests.c.seq).where(*time, *counted, *more).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
