"""A database as it is, without making, changing or upgrading anything: for whoever only wants to know how it is."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from mailbot.domain.errors import MailbotError, Permanent
from mailbot.store import postgres
from mailbot.store.migrate import HERE

WAIT: Final = 5.0  #: seconds for somebody who writes


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is."""

    place: str  #: without a password
    there: bool = True  #: it has been made
    schema: str = ""  #: of the database; empty: it has none yet
    head: str = ""  #: of this mailbot
    known: bool = True  #: this mailbot knows the database's schema
    journal: str = "wal"  #: of SQLite
    trouble: str = ""  #: why it cannot be used, in words

    @property
    def newest(self) -> bool:
        """Whether its schema is this mailbot's."""
        return self.schema == self.head


def look(url: str, folder: Path) -> Seen:
    """The database at *url*, where ``{data}`` is *folder*."""
    address = url.replace("{data}", str(folder))
    if address.startswith("sqlite:///"):
        return _file(Path(address.removeprefix("sqlite:///")))
    place = address.rpartition("@")[2]
    try:
        return _server(address, place)
    except ModuleNotFoundError:
        return Seen(place=place, trouble="PostgreSQL needs psycopg: pip install 'mailbot[postgres]'")
    except (SQLAlchemyError, ValueError) as error:
        return Seen(place=place, trouble=str(getattr(error, "orig", None) or error))
    except MailbotError as error:
        return Seen(place=place, trouble=str(error))


def _file(path: Path) -> Seen:
    if not path.exists():
        return Seen(place=str(path), there=False)
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", timeout=WAIT, uri=True)) as base:
            ((journal,),) = base.execute("PRAGMA journal_mode").fetchall()
            ((check,),) = base.execute("PRAGMA quick_check(1)").fetchall()
            tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = base.execute("SELECT version_num FROM alembic_version").fetchall() if _MARK in tables else []
    except sqlite3.Error as error:
        return Seen(place=str(path), trouble=str(error))
    schema = ", ".join(sorted(str(row[0]) for row in rows))
    trouble = "" if check == "ok" else f"it is damaged: {check}"
    return _seen(str(path), schema, journal=str(journal), trouble=trouble)


def _server(address: str, place: str) -> Seen:
    if not address.startswith(("postgresql://", "postgresql+psycopg://")):
        raise Permanent("database_url is neither sqlite:///FILE nor postgresql+psycopg://USER@HOST/NAME")
    engine = postgres.connect(address)
    try:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return _seen(place, ", ".join(sorted(heads)))


_MARK: Final = "alembic_version"  #: the table that names the schema


def _seen(place: str, schema: str, *, journal: str = "wal", trouble: str = "") -> Seen:
    scripts = ScriptDirectory(str(HERE))
    known = {script.revision for script in scripts.walk_revisions()}
    head = ", ".join(sorted(scripts.get_heads()))
    return Seen(
        place=place, schema=schema, head=head, known=not schema or schema in known, journal=journal, trouble=trouble
    )
