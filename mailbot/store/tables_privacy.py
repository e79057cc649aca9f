"""The table of who was forgotten: a mark for each, and no name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Row, table_of


class ErasedRow(Row, table=True):
    """Somebody who was forgotten, so that no backup brings them back."""

    __tablename__ = "erased"

    mark: str = Field(sa_type=Text, primary_key=True)  #: an HMAC of the address
    at: datetime = Field(sa_type=UTCDateTime)
    request_id: str = Field(sa_type=Text)  #: whose answer is the last mail; empty: that is gone, too
    projects: int
    mails: int


erased = table_of(ErasedRow)
