"""The schema: made, compared, and refused where it is a newer one."""

from __future__ import annotations

import sqlite3

import pytest
from alembic import command
from sqlalchemy import inspect, text

from mailbot.domain.errors import Permanent, Temporary
from mailbot.store import DEFAULT, migrate, open_ledger, postgres, sqlite
from mailbot.store.tables import Row
from tests.fakes import NOW, Time, envelope
from tests.servers import free_port


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    """A database with nothing in it."""
    if request.param == "sqlite":
        made = sqlite.connect(tmp_path / "mailbot.db")
    else:
        made = postgres.connect(request.getfixturevalue("postgres_server").database(empty=True))
    yield made
    made.dispose()


def tables(engine):
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_tables_say(engine):
    """Alembic finds no difference between the two."""
    migrate.upgrade(engine)
    migrate.upgrade(engine)
    assert tables(engine) == {*Row.metadata.tables, "alembic_version"}
    with engine.connect() as connection:
        command.check(migrate.config(connection))


def test_a_migration_can_be_taken_back(engine):
    """And made again."""
    migrate.upgrade(engine)
    with engine.connect() as connection:
        command.downgrade(migrate.config(connection), "base")
        connection.commit()
    assert tables(engine) == {"alembic_version"}
    migrate.upgrade(engine)
    assert "requests" in tables(engine)


OLD = (
    # id, author, builds, kind of its reply
    ("a", "Ana+x@acme.example", True, None),
    ("b", "a.na@googlemail.com", True, "built"),
    ("c", "bob@acme.example", True, "gaveup"),
    ("d", "bob@acme.example", False, "told"),
    ("e", None, None, None),
)


def test_what_was_let_in_before_is_counted(engine):
    """Version 0004 finds out of each old request whom it counts for, and whether it counts; and can be taken back."""
    migrate.upgrade(engine)
    with engine.connect() as connection:
        command.downgrade(migrate.config(connection), "0003")
        for id, author, builds, kind in OLD:
            row = {"id": id, "author": author, "builds": builds, "kind": kind}
            connection.execute(_REQUEST, row)
            if kind:
                connection.execute(_REPLY, row)
        connection.commit()
    migrate.upgrade(engine)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id, who, domain, counted_at IS NOT NULL FROM requests ORDER BY id"))
        assert [tuple(row) for row in found] == [
            ("a", "ana@acme.example", "acme.example", True),
            ("b", "ana@gmail.com", "gmail.com", True),
            ("c", "bob@acme.example", "acme.example", False),
            ("d", "bob@acme.example", "acme.example", False),
            ("e", None, None, False),
        ]
        command.downgrade(migrate.config(connection), "0003")
        connection.commit()
    assert "people" not in tables(engine)


_AT = "'2026-11-20 12:00:00.000000+00'"
_REQUEST = text(
    "INSERT INTO requests"
    " (id, envelope, received_at, state, postponed, queue, priority, round, starts, turn, author, builds)"
    f" VALUES (:id, '{{}}', {_AT}, 'admitted', 0, '', 5, 0, 0, 0, :author, :builds)"
)
_REPLY = text(
    f"INSERT INTO replies (request_id, revision, kind, recipient, subject, at) VALUES (:id, 0, :kind, '', '', {_AT})"
)


def test_a_migration_that_fails_leaves_nothing(engine):
    """The schema is as it was: here, half of it was there already under a name that is needed."""
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE turns (x INTEGER)"))
        connection.commit()
    with pytest.raises(Exception, match="turns"):
        migrate.upgrade(engine)
    assert tables(engine) == {"turns"}
    with engine.connect() as connection:
        connection.execute(text("DROP TABLE turns"))
        connection.commit()
    migrate.upgrade(engine)


def test_the_database_of_a_newer_mailbot_is_refused(engine):
    """With words that say what to do, and without a change."""
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(Permanent, match="newer mailbot"):
        migrate.upgrade(engine)


WRONG = ["mysql://x", "", "mailbot.db", "sqlite://", "postgresql+psycopg://u@h:port/x"]


@pytest.mark.parametrize("url", WRONG)
async def test_an_address_that_is_none_is_permanent(url, tmp_path):
    """The admin is told what it should look like."""
    with pytest.raises(Permanent, match="database_url"):
        await open_ledger(url, str(tmp_path), Time())


async def test_a_server_that_is_away_is_temporary(tmp_path):
    """It is tried again."""
    with pytest.raises(Temporary, match="cannot be used now"):
        await open_ledger(f"postgresql://mailbot@127.0.0.1:{free_port()}/x", str(tmp_path), Time())


async def test_a_folder_that_cannot_be_made_is_temporary(tmp_path):
    """And named, with the setting."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Temporary, match="`data`"):
        await open_ledger("sqlite:///{data}/mailbot.db", str(tmp_path / "file" / "data"), Time())


async def test_a_ledger_is_found_again(tmp_path):
    """The default is a file in the data folder; a second opening finds what the first one stored."""
    for received in (0, 1):
        ledger = await open_ledger(DEFAULT, str(tmp_path / "new" / "data"), Time())
        assert (await ledger.count()).received == received
        await ledger.open_request("a", b"raw", envelope(received_at=NOW))
        await ledger.close()
    assert (tmp_path / "new" / "data" / "mailbot.db").exists()


def test_the_file_of_sqlite_is_a_plain_one(tmp_path):
    """Any tool reads it."""
    engine = sqlite.connect(tmp_path / "a ?#% b.db")
    migrate.upgrade(engine)
    engine.dispose()
    other = sqlite3.connect(tmp_path / "a ?#% b.db")
    assert other.execute("SELECT count(*) FROM requests").fetchone() == (0,)
    other.close()
