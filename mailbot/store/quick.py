"""An insert that every mail waits for: put into SQL once, and run without SQLAlchemy's work for each call.

That work takes longer than SQLite's own. On PostgreSQL, where the wire takes longer than both, SQLAlchemy runs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import Insert

from mailbot.store.database import Dialect

_SQLITE: Final = sqlite.dialect(paramstyle="qmark")


class Quick:
    """One insert, of the given columns."""

    def __init__(self, dialect: Dialect, statement: Insert, columns: Sequence[str]) -> None:
        self._statement = statement
        self._sql = ""
        self._values: tuple[tuple[str, Any], ...] = ()
        if not dialect.many:
            compiled: Any = statement.compile(dialect=_SQLITE, column_keys=list(columns))
            self._sql = str(compiled)
            self._values = tuple((name, compiled._bind_processors.get(name)) for name in compiled.positiontup)  # noqa: SLF001

    def run(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        """Insert *row*; whether it was new."""
        if not self._sql:
            return bool(connection.execute(self._statement, row).rowcount)
        raw: Any = connection.connection.driver_connection
        values = [to(row[name]) if to else row[name] for name, to in self._values]
        return bool(raw.execute(self._sql, values).rowcount > 0)
