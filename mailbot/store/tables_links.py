"""How often each link to a package was used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Row, table_of


class LinkRow(Row, table=True):
    """A link that was used, by its signature: it names nobody."""

    __tablename__ = "links"

    sign: str = Field(sa_type=Text, primary_key=True)
    used: int = Field(sa_type=Integer)
    until: datetime = Field(sa_type=UTCDateTime, index=True)  #: then it ends, and may be forgotten


links = table_of(LinkRow)
