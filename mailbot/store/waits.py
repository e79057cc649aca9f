"""The turns of a build, how long people wait for its end, and what they are told meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection, desc, exists, func, select, update

from mailbot.build.plan import Turn
from mailbot.domain.reply import Progress
from mailbot.domain.request import Request, RequestId
from mailbot.domain.work import Due, Waited
from mailbot.store.blobs import fetch, keep
from mailbot.store.codec import dump_turn, load_turn
from mailbot.store.database import given
from mailbot.store.moves import add_move
from mailbot.store.notebook import Notebook
from mailbot.store.replies import Replies, delivery_values
from mailbot.store.requests import Requests
from mailbot.store.steps import turn_values
from mailbot.store.tables import deliveries, replies, requests, turns

NOTICES: Final = "notice-%"  #: the forms of what is never an answer
FIRST: Final = 1  #: the priority of a notice: who waits for news waits for nothing else
LAST: Final = 20  #: answers by which the usual wait is known
FEW: Final = 3  #: fewer than these say nothing yet


class Waits(Notebook):
    """A part of the ledger."""

    _requests: Requests
    _replies: Replies

    async def turns(self, id: RequestId) -> Sequence[Turn]:
        rows = await self._database.read(lambda c: self._requests.turns(c, id))
        return [load_turn(row.kind, await fetch(self._blobs, row.body, row.blob)) for row in rows]

    async def add_turn(self, request: Request, turn: Turn, *, at: datetime, due: Due, in_hand: bool = False) -> Request:
        kind, content = dump_turn(turn)
        body, blob = await keep(self._blobs, content)
        row = {"request_id": request.id, "turn": request.turn, "kind": kind, "at": at, "body": body, "blob": blob}
        values = turn_values(request, due, at)
        notices = await self._meanwhile(due)

        def store(connection: Connection) -> None:
            self._requests.add_turn(connection, values, row, in_hand=in_hand)
            add_move(connection, request.id, request.turn, turn, at)
            self._replies.add(connection, None, notices)

        await self._database.write(store)
        return replace(request, turn=request.turn + 1, starts=0, postponed=0)

    async def waited(self, id: RequestId) -> Waited:
        """The usual wait for an answer of a model, and when the author of *id* was last told about theirs."""
        return await self._database.read(lambda c: _waited(c, id))

    async def _meanwhile(self, due: Due) -> Sequence[dict[str, Any]]:
        """The rows of the notices that a step brings."""
        return [delivery_values(one, await keep(self._blobs, one.wire), FIRST, one.first_at) for one in due.notices]


_WROTE: Final = exists().where(turns.c.request_id == replies.c.request_id, turns.c.kind == "said")
_LAST: Final = (
    select(requests.c.received_at, replies.c.at)
    .join(requests, requests.c.id == replies.c.request_id)
    .where(replies.c.kind.in_(("built", "gaveup")), _WROTE)
    .order_by(desc(replies.c.seq))
    .limit(LAST)
)
_OF_ONE: Final = (deliveries.c.request_id == given("of_id"), deliveries.c.form.like(NOTICES))
_NOTICED: Final = select(func.max(deliveries.c.first_at)).where(*_OF_ONE)
_STALE: Final = (
    update(deliveries)
    .where(*_OF_ONE, deliveries.c.progress == Progress.WAITING.value)
    .values(progress=Progress.FAILED.value, wait=None, wake_at=None, not_before=None, turn=deliveries.c.turn + 1)
)


def _waited(connection: Connection, id: RequestId) -> Waited:
    spans = [(row.at - row.received_at).total_seconds() for row in connection.execute(_LAST)]
    usual = float(median(spans)) if len(spans) >= FEW else None
    return Waited(usual=usual, noticed_at=connection.execute(_NOTICED, {"of_id": id}).scalar())


def overtaken(connection: Connection, id: RequestId) -> None:
    """The answer is there: what still waits to say that it takes a while is not sent any more."""
    connection.execute(_STALE, {"of_id": id})
