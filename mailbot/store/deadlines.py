"""What the clock will say for authors who do not answer, and what of it is void because they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Index, LargeBinary, Text, select, update
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.domain.errors import Overtaken
from mailbot.domain.later import CLOCK, Later
from mailbot.domain.message import Envelope
from mailbot.domain.project import ProjectId
from mailbot.domain.request import Request
from mailbot.store.codec import dump, load
from mailbot.store.database import Dialect, given, moment
from mailbot.store.tables import Row, table_of

WAITS: Final = "waits"
SAID: Final = "said"  #: it is a request now
VOID: Final = "void"  #: its author has written
MOST: Final = 200  #: in one go
WHY: Final = "the clock speaks for whoever said nothing, and its author has written in this project since"


class DeadlineRow(Row, table=True):
    """What the clock will say."""

    __tablename__ = "deadlines"
    __table_args__ = (Index("ix_deadlines_state", "state", "until"), Index("ix_deadlines_project", "project"))

    id: str = Field(sa_type=Text, primary_key=True)  #: of the request that it becomes
    project: str = Field(sa_type=Text)
    until: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(sa_type=Text)  #: waits, said, void
    envelope: str = Field(sa_type=Text)  #: JSON
    raw: bytes = Field(sa_type=LargeBinary)


deadlines = table_of(DeadlineRow)


class Deadlines:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._add = dialect.insert_new(deadlines)
        columns = (deadlines.c[name] for name in ("id", "project", "until", "envelope", "raw"))
        due = (deadlines.c.state == WAITS, deadlines.c.until <= moment("now"))
        self._due = select(*columns).where(*due).order_by(deadlines.c.until, deadlines.c.id).limit(MOST)
        same = deadlines.c.id == given("of_id")
        self._said = update(deadlines).where(same, deadlines.c.state == WAITS).values(state=SAID)
        self._state = select(deadlines.c.state).where(same)
        open_ = deadlines.c.state.in_((WAITS, SAID))
        self._void = update(deadlines).where(deadlines.c.project == given("of_project"), open_).values(state=VOID)

    def add(self, connection: Connection, later: Later) -> None:
        """Note what will be said."""
        row = {"id": later.id, "project": later.project, "until": later.until, "state": WAITS, "raw": later.raw}
        connection.execute(self._add, {**row, "envelope": dump(later.envelope)})

    def due(self, connection: Connection, now: datetime) -> Sequence[Later]:
        """What is to be said by now."""
        return [
            Later(
                id=row.id,
                project=ProjectId(row.project),
                until=row.until,
                raw=bytes(row.raw),
                envelope=load(Envelope, row.envelope),
            )
            for row in connection.execute(self._due, {"now": now}).all()
        ]

    def said(self, connection: Connection, id: str) -> None:
        """It is a request now."""
        connection.execute(self._said, {"of_id": id})

    def late(self, connection: Connection, id: str) -> str:
        """Why nobody waits any more for the request *id*; empty where somebody does, or it is none of the clock."""
        return WHY if connection.execute(self._state, {"of_id": id}).scalar_one_or_none() == VOID else ""

    def void(self, connection: Connection, project: str | None, by: Request) -> None:
        """A mail of *project* was let in: nothing waits there any more.

        One of the clock is let in only while somebody waits for it.
        """
        if by.envelope.channel == CLOCK and self.late(connection, by.id):
            raise Overtaken(WHY)
        if project:
            connection.execute(self._void, {"of_project": project})
