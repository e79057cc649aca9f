"""What each move of a build took, stored with its turn, so that the metrics lose none in a crash."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, insert, select

from mailbot.build.plan import Said, Turn
from mailbot.store.database import given
from mailbot.store.tables_news import moves
from mailbot.store.words import plain

NAME: Final = 200  #: characters of the name of a model
_ADD: Final = insert(moves)
_MENDS: Final = select(exists().where(moves.c.request_id == given("of_id"), moves.c.result == "failed"))


def add_move(connection: Connection, request: str, number: int, turn: Turn, at: datetime) -> None:
    """Store what *turn*, the one of that *number*, took."""
    row: dict[str, Any] = {"request_id": request, "turn": number, "at": at}
    if isinstance(turn, Said):
        maker, mends = turn.maker, connection.execute(_MENDS, {"of_id": request}).scalar()
        row |= {"kind": "said", "provider": plain(maker.provider or maker.kind, NAME), "model": plain(maker.name, NAME)}
        row |= {"result": "again" if mends else "first", "seconds": float(maker.seconds)}
        row |= {"asked": maker.prompt_tokens, "written": max(0, maker.tokens - maker.prompt_tokens)}
    else:
        result = "passed" if turn.report.passed else "failed"
        row |= {"kind": "tried", "provider": plain(turn.report.where or "none", NAME), "model": "", "result": result}
        row |= {"seconds": 0.0, "asked": 0, "written": 0}
    connection.execute(_ADD, row)
