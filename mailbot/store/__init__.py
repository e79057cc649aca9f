"""The ledger on a database: SQLite by default, PostgreSQL by its address.

Everything that is true of a mailbot is here; whatever else runs can be killed and started again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError

from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Clock
from mailbot.store import postgres, sqlite
from mailbot.store.backup import before_upgrade
from mailbot.store.blobs import FileBlobs
from mailbot.store.database import Database
from mailbot.store.ledger import SqlLedger
from mailbot.store.migrate import upgrade
from mailbot.store.reports import Happening, Life, Mail

DEFAULT: Final = "sqlite:///{data}/mailbot.db"


async def open_ledger(database_url: str, data_folder: str, clock: Clock) -> SqlLedger:
    """Open the ledger, bringing its schema up to date; ``{data}`` in the address is the data folder."""
    database = await asyncio.to_thread(_open, database_url.replace("{data}", data_folder), Path(data_folder))
    return SqlLedger(database, FileBlobs(Path(data_folder) / "blobs"), clock)


def _open(url: str, folder: Path) -> Database:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Temporary(f"the data folder {folder} cannot be made: {error}; set another with `data`") from error
    if url.startswith("sqlite:///"):
        engine = sqlite.connect(Path(url.removeprefix("sqlite:///")))
        with sqlite.errors():
            _prepare(engine, folder)
        return sqlite.Sqlite(engine)
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return _open_server(url, folder)
    raise Permanent(
        "database_url is neither sqlite:///FILE nor postgresql+psycopg://USER@HOST/NAME; see docs/settings.md"
    )


def _open_server(url: str, folder: Path) -> Database:
    try:
        engine = postgres.connect(url)
    except ModuleNotFoundError as error:
        raise Permanent("PostgreSQL needs psycopg: install mailbot[postgres]") from error
    except (ArgumentError, ValueError) as error:
        raise Permanent(
            "database_url is no address of a database; it looks like postgresql+psycopg://USER@HOST/NAME"
        ) from error
    with postgres.errors():
        _prepare(engine, folder)
    return postgres.Postgres(engine)


def _prepare(engine: Engine, folder: Path) -> None:
    try:
        before_upgrade(engine, folder)
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise


__all__ = ["DEFAULT", "Happening", "Life", "Mail", "SqlLedger", "open_ledger"]
