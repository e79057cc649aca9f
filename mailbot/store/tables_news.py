"""The tables of what is told and counted: calls to those who ordered, and what each move of a build took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Text, UniqueConstraint
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.domain.news import Way, What
from mailbot.store.tables import Numbered, Waiting, _one_of, _queue, _where, table_of


class NewsRow(Waiting, table=True):
    """One call to whoever ordered; how far it is, and what they said last."""

    __tablename__ = "webhooks"
    __table_args__ = (
        _one_of("status", What),
        _one_of("way", Way),
        UniqueConstraint("request_id", "status"),
        Index("ix_webhooks_gone", "url", "ended_at", **_where("way = 'gone'")),
        Index("ix_webhooks_url", "url", **_where("way = 'waiting'")),
        *_queue("webhooks"),
    )

    id: str = Field(sa_type=Text, unique=True)
    request_id: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    token: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)  #: JSON; empty once it is told, so that no address stays
    first_at: datetime = Field(sa_type=UTCDateTime)
    way: str = Field(sa_type=Text)
    attempts: int = Field(default=0)
    said: str = Field(default="", sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class MoveRow(Numbered, table=True):
    """What one move of a build took: for the metrics, so that none of them is lost in a crash."""

    __tablename__ = "moves"
    __table_args__ = (UniqueConstraint("request_id", "turn"),)

    request_id: str = Field(sa_type=Text)
    turn: int
    at: datetime = Field(sa_type=UTCDateTime)
    kind: str = Field(sa_type=Text)  #: said, tried
    provider: str = Field(sa_type=Text)  #: whose model; of a check: the tier of the sandbox
    model: str = Field(sa_type=Text)
    result: str = Field(sa_type=Text)  #: of a check: passed, failed; of an answer: whether it mends one: first, again
    seconds: float = Field(default=0.0, sa_type=Float)
    asked: int = Field(default=0, sa_type=BigInteger)  #: tokens
    written: int = Field(default=0, sa_type=BigInteger)  #: tokens


webhooks, moves = table_of(NewsRow), table_of(MoveRow)
