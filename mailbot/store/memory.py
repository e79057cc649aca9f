"""What people want to be kept in mind, by its owner: an address, or @domain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Text, delete, insert, select
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.decide.memory import changes, keeper, kept
from mailbot.domain.memory import About, Memory
from mailbot.domain.request import Admitted
from mailbot.store.database import given
from mailbot.store.tables import Row, table_of
from mailbot.store.words import plain


class MemoryRow(Row, table=True):
    """One thing that is kept in mind."""

    __tablename__ = "memories"

    owner: str = Field(sa_type=Text, primary_key=True)  #: in small letters
    number: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)  #: wish, computer
    by: str = Field(sa_type=Text)  #: who said so
    at: datetime = Field(sa_type=UTCDateTime)


memories = table_of(MemoryRow)


class Memories:
    """The statements about them."""

    def __init__(self) -> None:
        same = memories.c.owner == given("of_owner")
        columns = (memories.c[name] for name in ("number", "text", "about"))
        self._load = select(*columns).where(same).order_by(memories.c.number)
        self._drop = delete(memories).where(same, memories.c.number == given("of_number"))
        self._add = insert(memories)

    def load(self, connection: Connection, owner: str) -> Sequence[Memory]:
        """All of them, by number."""
        rows = connection.execute(self._load, {"of_owner": plain(owner)}).all()
        return [Memory(number=row.number, text=row.text, about=cast("About", row.about)) for row in rows]

    def follow(self, connection: Connection, order: Admitted, at: datetime) -> None:
        """Keep, and forget, what *order* says, which was let in."""
        if not changes(order):
            return
        owner, by = keeper(order), plain(order.author)
        before = self.load(connection, owner)
        after = kept(before, order)
        for one in before:
            if one not in after:
                connection.execute(self._drop, {"of_owner": plain(owner), "of_number": one.number})
        for one in after:
            if one not in before:
                row = {"owner": plain(owner), "number": one.number, "text": plain(one.text, None), "about": one.about}
                connection.execute(self._add, {**row, "by": by, "at": at})
