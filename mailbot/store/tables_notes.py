"""The small tables of the ways in, and of who may do what, beside those of the ledger itself."""

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
    seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  #: when it was heard of last


class WordRow(Row, table=True):
    """In how many mails that people judged a word stood; by its hash, 0 for every mail."""

    __tablename__ = "words"

    word: int = Field(sa_type=BigInteger, primary_key=True)
    spam: int = Field(default=0)
    ham: int = Field(default=0)


class LeaseRow(Row, table=True):
    """Who may do what only one may do, until when by the database's clock."""

    __tablename__ = "leases"

    name: str = Field(sa_type=Text, primary_key=True)
    holder: str = Field(sa_type=Text)
    until: datetime = Field(sa_type=UTCDateTime)


class PersonRow(Row, table=True):
    """Somebody whom the owner of a project lets take part."""

    __tablename__ = "people"

    project: str = Field(sa_type=Text, primary_key=True)
    address: str = Field(sa_type=Text, primary_key=True)  #: in small letters
    role: str = Field(sa_type=Text)  #: collaborator, reader
    by: str = Field(sa_type=Text)  #: who said so
    at: datetime = Field(sa_type=UTCDateTime)


cursors, marks = table_of(CursorRow), table_of(MarkRow)
leases = table_of(LeaseRow)
parts, words, people = table_of(PartRow), table_of(WordRow), table_of(PersonRow)
