"""The small tables of the ways in, beside those of the ledger itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Row, table_of


class CursorRow(Row, table=True):
    """How far one folder of one account was read."""

    __tablename__ = "cursors"

    account: str = Field(sa_type=Text, primary_key=True)
    folder: str = Field(sa_type=Text, primary_key=True)
    validity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=UTCDateTime)


class MarkRow(Row, table=True):
    """A signature that proved an author once: it proves no second mail."""

    __tablename__ = "marks"

    mark: str = Field(sa_type=Text, primary_key=True)
    request_id: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class PartRow(Row, table=True):
    """How a part of the house is."""

    __tablename__ = "parts"

    part: str = Field(sa_type=Text, primary_key=True)
    trouble: str = Field(sa_type=Text)  #: empty: it is well
    at: datetime = Field(sa_type=UTCDateTime)  #: since when


class WordRow(Row, table=True):
    """In how many mails that people judged a word stood; by its hash, 0 for every mail."""

    __tablename__ = "words"

    word: int = Field(sa_type=BigInteger, primary_key=True)
    spam: int = Field(default=0)
    ham: int = Field(default=0)


cursors, marks = table_of(CursorRow), table_of(MarkRow)
parts, words = table_of(PartRow), table_of(WordRow)
