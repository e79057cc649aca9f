"""What a span of time came to, for whoever runs the mailbox; and a mail of the clock that is no answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.domain.message import Envelope
from mailbot.domain.reply import Delivery
from mailbot.domain.request import Ignored, Request, RequestId, State
from mailbot.domain.work import Count, Due
from mailbot.store.blobs import keep
from mailbot.store.database import given, moment
from mailbot.store.notebook import Notebook
from mailbot.store.replies import delivery_values
from mailbot.store.requests import Requests
from mailbot.store.sent import Questions
from mailbot.store.steps import Step, open_values
from mailbot.store.tables import audit, messages, replies, requests

ORDINARY = 5  #: the priority of what nobody waits for


class Telling(Notebook):
    """A part of the ledger."""

    _requests: Requests
    _questions: Questions
    _open: Any

    async def count_between(self, since: datetime, until: datetime) -> Count:
        """The conservation law of the mails that came from *since* until then."""
        return await self._database.scan(lambda c: _count(c, since, until))

    async def refusals(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Why people were refused, and how often."""
        return await self._database.scan(lambda c: _refusals(c, since, until))

    async def tell(self, id: RequestId, note: bytes, envelope: Envelope, mails: Sequence[Delivery]) -> bool:
        """Have *mails* sent that answer nobody: once for each *id*; False where that was done before.

        *note* stands for the mail that never came, so that the count of what was received stays true.
        """
        at, opened = envelope.received_at, open_values(id, note, envelope, await keep(self._blobs, note))
        rows = [delivery_values(one, await keep(self._blobs, one.wire), ORDINARY, at) for one in mails]
        event, new = (
            Ignored(rule="clock", reason="the clock made it, to have something told"),
            Request(id=id, envelope=envelope),
        )

        def store(connection: Connection) -> bool:
            there = select(requests.c.id).where(requests.c.id == given("of_id"))
            if connection.execute(there, {"of_id": id}).first():
                return False
            self._open(connection, [opened])
            self._requests.move(connection, Step(request=new, event=event, after=new.after(event), at=at, due=Due()))
            self._questions.add(connection, rows)
            return True

        return await self._database.write(store)


def _count(connection: Connection, since: datetime, until: datetime) -> Count:
    span = (requests.c.received_at >= moment("since"), requests.c.received_at < moment("until"))
    values = {"since": since, "until": until}
    mails = select(func.count()).select_from(messages.join(requests, requests.c.id == messages.c.request_id))
    spoken = select(func.count()).select_from(replies.join(requests, requests.c.id == replies.c.request_id))
    became = select(requests.c.state, requests.c.closed, func.count().label("number")).where(*span)
    rows = connection.execute(became.group_by(requests.c.state, requests.c.closed), values).all()
    number = {row.state: row.number for row in rows if row.state != State.CLOSED.value}
    answered = (*span, requests.c.state == State.ANSWERED.value)
    return Count(
        received=connection.execute(mails.where(*span), values).scalar_one(),
        answered=connection.execute(spoken.where(*answered), values).scalar_one(),
        held=number.get(State.HELD.value, 0),
        in_flight=number.get(State.RECEIVED.value, 0) + number.get(State.ADMITTED.value, 0),
        closed={str(row.closed): row.number for row in rows if row.state == State.CLOSED.value},
    )


def _refusals(connection: Connection, since: datetime, until: datetime) -> Mapping[str, int]:
    span = (audit.c.what == "Refused", audit.c.at >= moment("since"), audit.c.at < moment("until"))
    found = connection.execute(select(audit.c.detail).where(*span), {"since": since, "until": until}).scalars()
    return Counter(f"rule {known.get('rule') or 'forgotten'}" for known in map(json.loads, found))
