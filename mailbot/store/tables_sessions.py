"""The table of conversations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Row, table_of


class SessionRow(Row, table=True):
    """A conversation of a program with a model."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_token", "token", "expires_at"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: str = Field(sa_type=Text, primary_key=True)
    token: str = Field(sa_type=Text)  #: whose it is
    model: str = Field(sa_type=Text)
    messages: str = Field(sa_type=Text)  #: JSON
    about: str = Field(sa_type=Text)  #: JSON: what its owner keeps with it
    turn: int  #: counts every change
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)


sessions = table_of(SessionRow)
