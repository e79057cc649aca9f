"""The schema, brought to the newest version when the ledger is opened.

Alembic without its ini file: the versions ship inside the package. Each runs in one transaction, on SQLite too, so a
migration that fails leaves the schema as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from mailbot.domain.errors import Permanent

HERE: Final = Path(__file__).parent
_LOCK: Final = 4_202_611_211  #: of the migration, among the advisory locks of a PostgreSQL database


def config(connection: Connection) -> Config:
    """What Alembic needs to know."""
    made = _config()
    made.attributes["connection"] = connection
    return made


def is_older(heads: tuple[str, ...]) -> bool:
    """Whether a database whose last migrations are *heads* has a schema before the one of this version."""
    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    return heads != tuple(scripts.get_heads()) and set(heads) <= known


def _config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; a database that is there already costs one query."""
    with engine.connect() as connection:
        _begin(connection)
        try:
            _upgrade(connection)
        except BaseException:
            _end(connection, "ROLLBACK")
            raise
        _end(connection, "COMMIT")


def _upgrade(connection: Connection) -> None:
    made = config(connection)
    scripts = ScriptDirectory.from_config(made)
    heads = MigrationContext.configure(connection).get_current_heads()
    if heads == tuple(scripts.get_heads()):
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := sorted(set(heads) - known):
        words = f"the database was written by a newer mailbot (schema {', '.join(unknown)}); install that version again"
        raise Permanent(words)
    try:
        command.upgrade(made, "head")
    except CommandError as error:
        raise Permanent(f"the schema of the database cannot be brought up to date: {error}") from error


def _begin(connection: Connection) -> None:
    """SQLite runs on its own BEGIN (see sqlite.py); on a server two that start at once wait for each other."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _end(connection: Connection, word: str) -> None:
    if connection.dialect.name == "sqlite":
        if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # open until its block ends
            connection.exec_driver_sql(word)
    elif word == "COMMIT":
        connection.commit()
    else:
        connection.rollback()
