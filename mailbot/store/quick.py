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


MOST: Final = 64  #: rows of one statement


class Quick:
    """One insert, of the given columns; rows that are there already stay as they are."""

    def __init__(self, dialect: Dialect, statement: Insert, columns: Sequence[str]) -> None:
        self._statement = statement
        self._values: tuple[tuple[str, Any], ...] = ()
        if not dialect.many:
            compiled: Any = statement.compile(dialect=_SQLITE, column_keys=list(columns))
            self._before, found, self._after = str(compiled).partition(f"({', '.join('?' * len(columns))})")
            if not found:
                raise AssertionError(f"no row of values in {compiled}")
            self._row = found
            self._values = tuple((name, compiled._bind_processors.get(name)) for name in compiled.positiontup)  # noqa: SLF001

    def run(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        """Insert *row*; whether it was new."""
        if self._values:
            return self._insert(connection, [row]) > 0
        return bool(connection.execute(self._statement, row).rowcount)

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert *rows*, as many as can be in one statement of SQLite.

        Each step of a statement gives the interpreter to another thread and waits to have it back, and that takes
        longer than the insert.
        """
        for start in range(0, len(rows), MOST):
            self._insert(connection, rows[start : start + MOST])

    def _insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        raw: Any = connection.connection.driver_connection
        sql = f"{self._before}{', '.join([self._row] * len(rows))}{self._after}"
        values = [to(row[name]) if to else row[name] for row in rows for name, to in self._values]
        return int(raw.execute(sql, values).rowcount)
