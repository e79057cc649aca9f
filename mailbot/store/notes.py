"""The small tables of the ways in: cursors, marks of signatures, how each part is, and words that were learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.ports import Cursor
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.tables_notes import cursors, marks, parts, words

KEPT: Final = timedelta(days=400)  #: how long a signature is known again
_AT_ONCE: Final = 500  #: words of one statement


class Notes:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        self._make: Any = postgresql.insert if dialect.many else sqlite.insert
        self._move = self._upsert(cursors, ("account", "folder"), ("validity", "uid", "at"))
        at = (cursors.c.account == given("of_account"), cursors.c.folder == given("of_folder"))
        self._cursor = select(cursors).where(*at)
        self._mark = self._make(marks).on_conflict_do_nothing()
        self._forget = delete(marks).where(marks.c.at < moment("before"))
        named = marks.c.mark.in_(bindparam("of_marks", expanding=True))
        self._marked = select(marks.c.request_id).where(named, marks.c.request_id != given("of_id")).limit(1)
        told = self._make(parts)
        since = case((parts.c.trouble == told.excluded.trouble, parts.c.at), else_=told.excluded.at)
        news = {"trouble": told.excluded.trouble, "at": since, "seen_at": told.excluded.seen_at}
        self._part = told.on_conflict_do_update(index_elements=("part",), set_=news)
        new = self._make(words)
        most: Any = func.greatest if dialect.many else func.max
        counted = {name: most(0, words.c[name] + new.excluded[name]) for name in ("spam", "ham")}
        self._learn = new.on_conflict_do_update(index_elements=["word"], set_=counted)
        self._learned = select(words).where(words.c.word.in_(bindparam("of_words", expanding=True)))

    def _upsert(self, table: Table, key: Sequence[str], columns: Sequence[str]) -> Any:  # noqa: ANN401  (an Insert of either dialect)
        new = self._make(table)
        return new.on_conflict_do_update(index_elements=key, set_={name: new.excluded[name] for name in columns})

    def move(self, connection: Connection, cursor: Cursor) -> None:
        """Store how far it was read."""
        row = {"account": cursor.account, "folder": cursor.folder, "validity": cursor.validity, "uid": cursor.uid}
        connection.execute(self._move, {**row, "at": cursor.at})

    def cursor(self, connection: Connection, account: str, folder: str) -> Cursor | None:
        """How far it was read."""
        row = connection.execute(self._cursor, {"of_account": account, "of_folder": folder}).one_or_none()
        return None if row is None else _cursor(row)

    def mark(self, connection: Connection, names: Sequence[str], id: str, at: datetime) -> None:
        """Remember the signatures of a mail; those of long ago are forgotten."""
        connection.execute(self._forget, {"before": at - KEPT})
        connection.execute(self._mark, [{"mark": name, "request_id": id, "at": at} for name in names])

    def marked(self, connection: Connection, names: Sequence[str], id: str) -> str:
        """The other request that one of these signatures proved; empty when there is none."""
        found = connection.execute(self._marked, {"of_marks": list(names), "of_id": id}).scalar_one_or_none()
        return found or ""

    def report(self, connection: Connection, part: str, trouble: str, at: datetime) -> None:
        """Store how it is."""
        connection.execute(self._part, {"part": part, "trouble": trouble, "at": at, "seen_at": at})

    def parts(self, connection: Connection) -> Mapping[str, tuple[str, datetime]]:
        """The trouble of each part, and since when."""
        return {row.part: (row.trouble, row.at) for row in connection.execute(select(parts)).all()}

    def learn(self, connection: Connection, hashes: Sequence[int], spam: int, ham: int) -> None:
        """Add to the counts of *hashes*, and of every mail; none falls below zero."""
        rows = [{"word": word, "spam": spam, "ham": ham} for word in sorted({0, *hashes})]
        connection.execute(self._learn, rows)

    def learned(self, connection: Connection, hashes: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        """The counts of *hashes*, and of every mail."""
        wanted, found = sorted({0, *hashes}), dict[int, tuple[int, int]]()
        for start in range(0, len(wanted), _AT_ONCE):
            rows = connection.execute(self._learned, {"of_words": wanted[start : start + _AT_ONCE]}).all()
            found |= {row.word: (row.spam, row.ham) for row in rows}
        return found


def _cursor(row: AnyRow) -> Cursor:
    return Cursor(account=row.account, folder=row.folder, validity=row.validity, uid=row.uid, at=row.at)
