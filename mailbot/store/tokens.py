"""Tokens: who may order over HTTP, and for whom. Of a secret only its hash is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, or_, select, update

from mailbot.domain.orders import Scope, Token
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.tables_orders import tokens

SEEN: Final = timedelta(minutes=1)  #: how exactly the last use of a token is known: not every call is a write


class Tokens:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._add = dialect.insert_new(tokens)
        self._find = select(tokens).where(tokens.c.hash == given("of_hash"))
        self._all = select(tokens).order_by(tokens.c.created_at, tokens.c.name)
        named = tokens.c.name == given("of_name")
        live = tokens.c.revoked_at.is_(None)
        self._revoke = update(tokens).where(named, live).values(revoked_at=moment("at"))
        stale = or_(tokens.c.used_at.is_(None), tokens.c.used_at < moment("before"))
        self._use = update(tokens).where(named, stale).values(used_at=moment("at"))

    def add(self, connection: Connection, token: Token, digest: str) -> bool:
        """Store a new one; False when its name is taken."""
        row = {
            "name": token.name,
            "hash": digest,
            "scopes": json.dumps(sorted(token.scopes)),
            "people": json.dumps(token.people),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        }
        return connection.execute(self._add, row).rowcount > 0

    def find(self, connection: Connection, digest: str) -> Token | None:
        """The one with this hash."""
        row = connection.execute(self._find, {"of_hash": digest}).one_or_none()
        return None if row is None else _token(row)

    def all(self, connection: Connection) -> Sequence[Token]:
        """All of them, the oldest first."""
        return [_token(row) for row in connection.execute(self._all)]

    def revoke(self, connection: Connection, name: str, at: datetime) -> bool:
        """End it; False when there is none that counts."""
        return connection.execute(self._revoke, {"of_name": name, "at": at}).rowcount > 0

    def use(self, connection: Connection, name: str, at: datetime) -> None:
        """Note that it was used."""
        connection.execute(self._use, {"of_name": name, "at": at, "before": at - SEEN})


def _token(row: AnyRow) -> Token:
    return Token(
        name=row.name,
        scopes=frozenset(map(Scope, json.loads(row.scopes))),
        people=tuple(json.loads(row.people)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )
