"""A copy of the database as it stood at one instant, taken while others write; and one before each migration."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import structlog
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from mailbot.domain.errors import Permanent, Temporary
from mailbot.store import postgres, sqlite
from mailbot.store.expire import blobs
from mailbot.store.migrate import is_older

log = structlog.get_logger()

KEPT: Final = 3  #: copies that were made before a migration
FOLDER: Final = "before-upgrade"  #: where they are, in the data folder
PATIENCE: Final = 3600.0  #: seconds that a program of PostgreSQL may take
SQLITE: Final = "mailbot.db"
DUMP: Final = "database.pgdump"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One instant of a database."""

    file: Path
    kind: str  #: sqlite, postgresql
    schema: str  #: the newest migration that it has
    blobs: frozenset[str]  #: that it names
    counts: Mapping[str, int]  #: rows of the largest tables


def snapshot(url: str, folder: Path) -> Snapshot:
    """Copy the database at *url* into *folder*. Whoever writes meanwhile is not held up."""
    if url.startswith("sqlite:///"):
        file = folder / SQLITE
        _copy(Path(url.removeprefix("sqlite:///")), file)
        engine = sqlite.connect(file, log=False)
        return _described(engine, file, "sqlite")
    engine = postgres.connect(url)
    before = _named(engine)
    file = folder / DUMP
    _run("pg_dump", f"--dbname={_libpq(url)}", "--format=custom", f"--file={file}")
    found = _described(engine, file, "postgresql")
    return Snapshot(file=file, kind=found.kind, schema=found.schema, blobs=found.blobs | before, counts=found.counts)


def _copy(source: Path, target: Path) -> None:
    """One consistent copy without a gap: it holds nothing of what was deleted, which pages of a file may still do."""
    if not source.exists():
        raise Permanent(f"there is no database {source} yet; start mailbot once, or set database_url")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA busy_timeout=10000")
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as error:
        raise Temporary(f"the database cannot be copied: {error}; look at the free space, and try again") from error


def _described(engine: Engine, file: Path, kind: str) -> Snapshot:
    with contextlib.closing(engine.connect()) as connection:
        schema = ", ".join(MigrationContext.configure(connection).get_current_heads())
        known = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608  (a constant)
            for name in ("messages", "replies", "projects", "revisions", "deliveries")
        }
        named = blobs(connection)
        connection.rollback()
    engine.dispose()
    return Snapshot(file=file, kind=kind, schema=schema, blobs=named, counts=known)


def _named(engine: Engine) -> frozenset[str]:
    with engine.connect() as connection:
        return blobs(connection)


def restored(dump: Path, url: str) -> None:
    """Put a dump of PostgreSQL into the empty database at *url*."""
    engine = postgres.connect(url)
    with postgres.errors(), engine.connect() as connection:
        there = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
    engine.dispose()
    if there:
        raise Permanent("the database is not empty; make a new one with createdb and name it with database_url")
    _run("pg_restore", f"--dbname={_libpq(url)}", "--no-owner", "--exit-on-error", str(dump))


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise Permanent(f"{program} is not installed: the package postgresql-client has it")
    try:
        command = [path, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603  (no shell)
    except subprocess.TimeoutExpired as error:
        raise Temporary(f"{program} took more than {PATIENCE:.0f} s; try again when less is going on") from error
    if done.returncode:
        raise Permanent(f"{program} failed: {done.stderr.strip()[-500:]}")


def before_upgrade(engine: Engine, folder: Path) -> None:
    """Keep a copy of a database that is about to be migrated, three of them at most. A newest one costs one query."""
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    if not heads or not is_older(heads):
        return
    if engine.dialect.name != "sqlite":
        log.warning("upgrade.no_copy", why="a migration begins; copies of PostgreSQL are made by `mailbot backup`")
        return
    place = folder / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = place / f"schema-{'-'.join(heads)}.db"
    with _beside(file) as fresh:
        _copy(Path(str(engine.url.database)), fresh)
    for old in sorted(place.glob("schema-*.db"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink()
    log.info("upgrade.copied", file=str(file), schema=", ".join(heads))


@contextlib.contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file that is whole, or not there."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    yield fresh
    fresh.chmod(0o600)
    fresh.replace(file)
