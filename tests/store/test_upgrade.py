"""An upgrade: a copy is kept first, and whatever an older mailbot had stored is there afterwards (issue 10)."""

from __future__ import annotations

import json
import os
import sqlite3

import pytest
from alembic import command

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.request import RequestId, State
from mailbot.store import backup, migrate, open_ledger, sqlite
from mailbot.store.backup import FOLDER, KEPT
from mailbot.store.codec import dump
from tests.fakes import NOW, Time, envelope, order
from tests.store.values import draft

URL = "sqlite:///{data}/mailbot.db"
AT = "2026-11-20 12:00:00.000000"
FIRST = "0003"  #: the schema of the first mailbot that anybody ran


def as_then(folder, revision=FIRST):
    """The database of an old mailbot, with nothing in it."""
    folder.mkdir(exist_ok=True)
    engine = sqlite.connect(folder / "mailbot.db")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        command.downgrade(migrate.config(connection), revision)
    engine.dispose()
    return sqlite3.connect(folder / "mailbot.db")


def row(database, table, **values):
    """Insert one as that mailbot did."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def lived(database):
    """What somebody had: a project with a version, its answer half sent, a wish at work, and a mail that just came."""
    queue = {"queue": "", "priority": 5, "round": 0, "starts": 0, "turn": 1}
    known = {"author": "ana@acme.example", "project": "p00001", "builds": True}
    common = {"envelope": dump(envelope()), "received_at": AT, "postponed": 0}
    let_in = dump(order()).encode()
    row(database, "requests", id="a", state="answered", body=let_in, message_id="<a@x>", **common, **known, **queue)
    work = {**queue, "queue": "gen:fake", "wait": 0, "lane": "p00001"}
    row(database, "requests", id="b", state="admitted", body=let_in, message_id="<b@x>", **common, **known, **work)
    row(database, "requests", id="c", state="received", **common, **{**queue, "turn": 0, "queue": "intake", "wait": 0})
    for id in "abc":
        row(database, "messages", request_id=id, sha256="0" * 64, size=3, body=b"raw")
    row(database, "projects", id="p00001", owner="ana@acme.example", title="Bees", last=1, at=AT)
    made = dump(draft()).encode()
    row(database, "revisions", project="p00001", number=1, request_id="a", author="ana@acme.example", at=AT, body=made)
    row(database, "checks", project="p00001", revision=1, number=1, kind="prose", text="a button", spec="")
    row(database, "replies", request_id="a", project="p00001", revision=1, kind="built", recipient="ana@acme.example",
        subject="Re: Bees", at=AT)  # fmt: skip
    mail = {
        "way": "email",
        "form": "zip",
        "message_id": "<d@x>",
        "sender": "b+d@x",
        "recipients": '["ana@acme.example"]',
    }
    sending = {**queue, "queue": "send", "wait": 0, "first_at": AT, "progress": "waiting", "attempts": 0, "unknown": 0}
    row(database, "deliveries", id="d", request_id="a", body=b"wire", **mail, **sending)
    row(database, "audit", id="a", turn=0, at=AT, what="Admitted", detail=json.dumps({"rule": "loopback"}))
    row(database, "cursors", account="imap", folder="INBOX", validity=7, uid=42, at=AT)
    database.commit()
    database.close()


async def test_nd4_upgrade_from_the_first_schema_keeps_everything(tmp_path):
    """Mails, projects, versions, checks, what is at work and what is half sent go on; the old database is kept."""
    lived(as_then(tmp_path / "data"))
    ledger = await open_ledger(URL, str(tmp_path / "data"), Time())
    count = await ledger.count()
    assert (count.received, count.answered, count.in_flight, count.holds) == (3, 1, 2, True)
    project = await ledger.project("p00001")
    assert (project.last, project.owner, project.checks[0].text) == (1, "ana@acme.example", "a button")
    assert project.head.draft == draft()
    assert (await ledger.request(RequestId("b"))).order == order()
    assert {job.id for job in await ledger.claim({"gen:*": 9, "send": 9, "intake": 9}, NOW)} == {"b", "c", "d"}
    assert (await ledger.delivery("d")).wire == b"wire"
    assert (await ledger.request(RequestId("c"))).state is State.RECEIVED
    assert (await ledger.cursor("imap", "INBOX")).uid == 42
    await ledger.close()
    with sqlite3.connect(tmp_path / "data" / FOLDER / f"schema-{FIRST}.db") as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (FIRST,)
        assert old.execute("SELECT count(*) FROM messages").fetchone() == (3,)


async def test_copies_before_upgrades_are_three_at_most(tmp_path):
    """The oldest go; a database that is new or of today has none made."""
    folder = tmp_path / "data"
    await (await open_ledger(URL, str(folder), Time())).close()
    assert not (folder / FOLDER).exists()
    (folder / FOLDER).mkdir()
    for number in range(KEPT):
        old = folder / FOLDER / f"schema-000{number}.db"
        old.write_bytes(b"old")
        os.utime(old, (number, number))
    as_then(folder).close()
    await (await open_ledger(URL, str(folder), Time())).close()
    names = sorted(one.name for one in (folder / FOLDER).iterdir())
    assert names == ["schema-0001.db", "schema-0002.db", f"schema-{FIRST}.db"]


async def test_nothing_is_migrated_without_a_copy(tmp_path, monkeypatch):
    """Where the disk is too full for one, the start fails in words, and the database is as it was."""
    as_then(tmp_path / "data").close()

    def full(_source, _target):
        raise Temporary("the database cannot be copied: disk full")

    monkeypatch.setattr(backup, "_copy", full)
    with pytest.raises(Temporary, match="cannot be copied"):
        await open_ledger(URL, str(tmp_path / "data"), Time())
    with sqlite3.connect(tmp_path / "data" / "mailbot.db") as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (FIRST,)


def test_a_program_that_is_missing_is_named(monkeypatch):
    """With the package that has it."""
    monkeypatch.setattr(backup.shutil, "which", lambda _name: None)
    with pytest.raises(Permanent, match="postgresql-client"):
        backup._run("pg_dump")
