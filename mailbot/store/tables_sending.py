"""The tables of what we learned by sending: which forms a mail system takes, and whom not to write to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Row, table_of


class ReceiverRow(Row, table=True):
    """How the mail system of a domain took one form."""

    __tablename__ = "receivers"

    domain: str = Field(sa_type=Text, primary_key=True)
    operator: str = Field(sa_type=Text, primary_key=True)  #: empty: it was not known
    form: str = Field(sa_type=Text, primary_key=True)
    refused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    took_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    limit: int = Field(default=0, sa_type=BigInteger)  #: bytes of one mail; 0: it did not say


class SilenceRow(Row, table=True):
    """An address to which nothing is sent for a while."""

    __tablename__ = "silences"

    address: str = Field(sa_type=Text, primary_key=True)  #: in small letters
    kind: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)  #: none: for ever
    times: int


receivers, silences = table_of(ReceiverRow), table_of(SilenceRow)
