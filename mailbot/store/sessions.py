"""Conversations with a model: what was said, until their time is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from mailbot.domain.errors import Overtaken
from mailbot.domain.sessions import Line, Session
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.tables_sessions import sessions
from mailbot.store.words import plain


class Conversations:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        mine = (sessions.c.id == given("of_id"), sessions.c.token == given("of_token"))
        live = sessions.c.expires_at > moment("now")
        self._add = dialect.insert_new(sessions)
        self._one = select(sessions).where(*mine, live)
        self._all = select(sessions).where(sessions.c.token == given("of_token"), live).order_by(sessions.c.created_at)
        self._count = select(func.count()).where(sessions.c.token == given("of_token"), live)
        self._change = update(sessions).where(*mine, live, sessions.c.turn == given("of_turn"))
        self._end = delete(sessions).where(*mine, live)
        self._over = delete(sessions).where(sessions.c.expires_at <= moment("now"))

    def add(self, connection: Connection, session: Session, most: int) -> bool:
        """Store a new one, and forget those whose time is over; False when its token has *most* already."""
        connection.execute(self._over, {"now": session.created_at})
        mine = {"of_token": session.token, "now": session.created_at}
        if connection.execute(self._count, mine).scalar_one() >= most:
            return False
        connection.execute(self._add, _values(session))
        return True

    def one(self, connection: Connection, id: str, token: str, now: datetime) -> Session | None:
        """The one of this token; none when there is none any more."""
        row = connection.execute(self._one, {"of_id": id, "of_token": token, "now": now}).one_or_none()
        return None if row is None else _session(row)

    def all(self, connection: Connection, token: str, now: datetime) -> Sequence[Session]:
        """All of this token, the oldest first."""
        return [_session(row) for row in connection.execute(self._all, {"of_token": token, "now": now})]

    def change(self, connection: Connection, session: Session, turn: int) -> None:
        """Store what has become of it since *turn*; raise Overtaken when somebody else was quicker, or it has ended."""
        which = {"of_id": session.id, "of_token": session.token, "of_turn": turn, "now": session.updated_at}
        values = {key: value for key, value in _values(session).items() if key not in {"id", "token", "created_at"}}
        if not connection.execute(self._change.values(**values), which).rowcount:
            raise Overtaken("the session was used by another call meanwhile, or has ended")

    def end(self, connection: Connection, id: str, token: str, now: datetime) -> bool:
        """Forget it; False when there is none."""
        return connection.execute(self._end, {"of_id": id, "of_token": token, "now": now}).rowcount > 0


def _values(session: Session) -> dict[str, object]:
    said = [[one.role, plain(one.content)] for one in session.messages]
    return {
        "id": session.id,
        "token": session.token,
        "model": plain(session.model),
        "messages": json.dumps(said),
        "about": json.dumps(dict(session.metadata)),
        "turn": session.turn,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "expires_at": session.expires_at,
    }


def _session(row: AnyRow) -> Session:
    return Session(
        id=row.id,
        token=row.token,
        model=row.model,
        messages=tuple(Line(role=role, content=content) for role, content in json.loads(row.messages)),
        metadata=json.loads(row.about),
        turn=row.turn,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
    )
