"""The tables of the HTTP door: tokens, and the orders that came with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field
from sqlmodel.sql.sqltypes import UTCDateTime

from mailbot.store.tables import Numbered, Row, _where, table_of


class TokenRow(Row, table=True):
    """A token; of its secret there is only a hash."""

    __tablename__ = "tokens"

    name: str = Field(sa_type=Text, primary_key=True)
    hash: str = Field(sa_type=Text, unique=True)  #: SHA-256 of the whole secret, hexadecimal
    scopes: str = Field(sa_type=Text)  #: JSON
    people: str = Field(sa_type=Text)  #: JSON: for whom it may order
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OrderRow(Numbered, table=True):
    """An order that came over HTTP, beside its request."""

    __tablename__ = "orders"
    __table_args__ = (Index("uq_orders_token_key", "token", "key", unique=True, **_where("key <> ''")),)

    request_id: str = Field(sa_type=Text, foreign_key="requests.id", unique=True)
    token: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTCDateTime)
    key: str = Field(sa_type=Text)  #: Idempotency-Key; empty: none
    body: str = Field(sa_type=Text)  #: a hash of what was ordered
    webhook_url: str = Field(sa_type=Text)
    app_type: str = Field(sa_type=Text)
    webhook_events: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})  #: empty: the usual


tokens, orders = table_of(TokenRow), table_of(OrderRow)
