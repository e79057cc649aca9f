"""The writer thread of SQLite, and what happens when its file cannot be written."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from mailbot.domain.errors import Overtaken, Permanent, Temporary
from mailbot.domain.request import Ignored, RequestId
from mailbot.store import open_ledger
from mailbot.store import sqlite as room
from mailbot.store.counts import Usage
from mailbot.store.due import LEASE, Due
from mailbot.store.held import Shelf
from mailbot.store.lanes import Lanes, Rounds
from mailbot.store.quotas import Quotas
from mailbot.store.tables import messages, projects, requests
from tests.fakes import NOW, Time, envelope

ROOT = Path(__file__).parent.parent.parent


def project(id):
    """A transaction that stores one row."""
    row = {"id": id, "owner": "o", "title": "", "last": 0, "at": NOW}
    return lambda connection: connection.execute(insert(projects), row).rowcount


def fails(connection):
    project("half")(connection)
    raise ZeroDivisionError


async def stored(database):
    return sorted(await database.read(lambda c: c.execute(select(projects.c.id)).scalars().all()))


@pytest.fixture
def database(sqlite):
    return sqlite._database


class Gate:
    """A transaction that keeps the writer busy, so that the next ones are one group."""

    def __init__(self, database):
        self.began, self.go = threading.Event(), threading.Event()
        self.task = asyncio.ensure_future(database.write(self))

    def __call__(self, _connection):
        self.began.set()
        assert self.go.wait(20)

    async def open(self):
        self.go.set()
        await self.task


async def group(database, *works):
    """Run transactions in one group; what each came to."""
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    tasks = [asyncio.ensure_future(database.write(work)) for work in works]
    await asyncio.sleep(0)
    await gate.open()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_waits_shares_a_commit(database, monkeypatch):
    """One for all that came meanwhile, at most so many."""
    sizes, commit = [], room.Sqlite._commit
    monkeypatch.setattr(room.Sqlite, "_commit", lambda self, orders: sizes.append(len(orders)) or commit(self, orders))
    await group(database, *(project(f"p{n}") for n in range(100)))
    assert sizes == [1, 64, 36]
    assert len(await stored(database)) == 100


class Adding:
    """Adds projects; remembers how many it was given at a time."""

    def __init__(self):
        self.calls = []

    def __call__(self, connection, ids):
        self.calls.append(list(ids))
        for id in ids:
            (fails if id == "bad" else project(id))(connection)


async def added(database, adding, *ids):
    """Add each by itself, all in one group."""
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    tasks = [asyncio.ensure_future(database.add(adding, [id])) for id in ids]
    await asyncio.sleep(0)
    await gate.open()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_many_add_is_added_at_once(database):
    """One statement for all of them, and each is told."""
    adding = Adding()
    assert await added(database, adding, "a", "b", "c") == [None, None, None]
    assert adding.calls == [["a", "b", "c"]]
    assert await stored(database) == ["a", "b", "c"]


async def test_whoever_stops_to_wait_has_added_all_the_same(database):
    """The rows are stored, and nobody is told twice."""
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    tasks = [asyncio.ensure_future(database.add(Adding(), [id])) for id in ("a", "b")]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await gate.open()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await stored(database) == ["a", "b"]


async def test_one_bad_addition_hurts_no_other(database):
    """They are run again one by one, and the one that fails is told so."""
    ended = await added(database, Adding(), "a", "bad", "b")
    assert [type(one) for one in ended] == [type(None), ZeroDivisionError, type(None)]
    assert await stored(database) == ["a", "b"]


async def test_the_same_mail_twice_in_a_group_is_stored_once(sqlite):
    """Two sessions hand in the same bytes at the same time: both are told yes."""
    database = sqlite._database
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    tasks = [asyncio.ensure_future(sqlite.open_request(RequestId(id), id.encode(), envelope())) for id in "aba"]
    await asyncio.sleep(0)
    await gate.open()
    assert await asyncio.gather(*tasks) == ["a", "b", "a"]
    counts = await database.read(
        lambda c: [c.execute(select(func.count()).select_from(t)).scalar() for t in (requests, messages)]
    )
    assert counts == [2, 2]
    assert await sqlite.raw(RequestId("b")) == b"b"


async def test_one_that_fails_hurts_no_other(database):
    """Of a group, those that went well are stored, and of the one that failed nothing."""
    first, failed, twice, last = await group(database, project("a"), fails, project("a"), project("b"))
    assert (first, last) == (1, 1)
    assert isinstance(failed, ZeroDivisionError)
    assert isinstance(twice, Overtaken)
    assert await stored(database) == ["a", "b"]


async def test_nobody_is_told_before_the_commit(database, monkeypatch):
    """And a commit that fails is told to all of its group, as something that passes."""
    when = "BEFORE INSERT ON projects WHEN new.id = 'full'"
    fail = f"CREATE TEMP TRIGGER no {when} BEGIN SELECT RAISE(ROLLBACK, 'full'); END"
    await database.write(lambda c: c.execute(text(fail)) and None)
    ended = await group(database, project("a"), project("full"), project("b"))
    assert [type(one) for one in ended] == [Temporary, Temporary, Temporary]
    assert await stored(database) == []
    assert await database.write(project("a")) == 1


async def test_a_cancelled_caller_loses_nothing(database):
    """Its transaction is done whole, though nobody waits for it any more."""
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    tasks = [asyncio.ensure_future(database.write(work)) for work in (project("a"), fails)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await gate.open()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.write(lambda _: None)
    assert await stored(database) == ["a"]


async def test_reading_goes_on_while_somebody_writes(database):
    """A reader sees what was committed, and waits for nobody."""
    gate = Gate(database)
    await asyncio.to_thread(gate.began.wait)
    assert await stored(database) == []
    await gate.open()


async def test_what_was_ordered_is_done_before_the_end(sqlite, opening):
    """A close loses nothing; afterwards everything is refused, in words."""
    orders = [asyncio.ensure_future(sqlite.open_request(RequestId(f"r{n}"), b"raw", envelope())) for n in range(50)]
    await asyncio.sleep(0)
    await sqlite.close()
    await asyncio.gather(*orders)
    for refused in (sqlite.count(), sqlite.add_timer("t", NOW)):
        with pytest.raises(Temporary, match="closed"):
            await refused
    again = await opening("sqlite")
    assert (await again.count()).received == 50
    await again.close()


async def test_it_is_durable_by_its_settings(database):
    """A 250 promises that the mail survives a power cut."""
    pragma = {}
    for name in ("journal_mode", "synchronous", "foreign_keys", "fullfsync"):
        pragma[name] = await database.write(lambda c, name=name: c.execute(text(f"PRAGMA {name}")).scalar())
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "fullfsync": 1}


async def test_a_full_disk_is_temporary(sqlite):
    """Nothing is half stored, what was stored stands, and it goes on when there is space."""
    await sqlite.open_request(RequestId("first"), b"m", envelope())
    pages = await sqlite._database.write(lambda c: c.execute(text("PRAGMA page_count")).scalar())

    def limit(pages):
        def work(connection):
            connection.execute(text(f"PRAGMA max_page_count={pages}"))

        return work

    await sqlite._database.write(limit(pages + 2))
    with pytest.raises(Temporary, match="full"):
        await sqlite.open_request(RequestId("large"), b"m" * 100_000, envelope())
    assert (await sqlite.count()).received == 1
    await sqlite._database.write(limit(1_000_000))
    await sqlite.open_request(RequestId("large"), b"m" * 100_000, envelope())
    assert await sqlite.raw(RequestId("large")) == b"m" * 100_000


async def test_a_locked_database_is_temporary(sqlite, tmp_path, monkeypatch):
    """Another process writes for too long; afterwards it goes on."""
    await sqlite._database.write(lambda c: c.execute(text("PRAGMA busy_timeout=50")) and None)
    other = sqlite3.connect(tmp_path / "data" / "mailbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Temporary, match="locked"):
        await sqlite.open_request(RequestId("a"), b"m", envelope())
    other.execute("ROLLBACK")
    other.close()
    await sqlite.open_request(RequestId("a"), b"m", envelope())
    assert (await sqlite.count()).received == 1


async def test_a_transaction_that_read_first_is_not_refused(database, tmp_path):
    """Another process that wants to write meanwhile waits for it, not the other way round."""
    read, go = threading.Event(), threading.Event()

    def work(connection):
        connection.execute(select(projects)).all()
        read.set()
        assert go.wait(20)
        return project("ours")(connection)

    def beside():
        other = sqlite3.connect(tmp_path / "data" / "mailbot.db", isolation_level=None, timeout=20)
        read.wait(20)
        threading.Timer(0.2, go.set).start()
        other.execute("INSERT INTO projects VALUES ('theirs', '', '', 0, '2026-01-01 00:00:00.000000', '')")
        go.set()
        other.close()

    assert (await asyncio.gather(database.write(work), asyncio.to_thread(beside)))[0] == 1
    assert await stored(database) == ["ours", "theirs"]


async def test_a_read_only_database_is_temporary(sqlite):
    """The disk was mounted read-only: what is stored can still be read."""
    await sqlite.open_request(RequestId("a"), b"m", envelope())
    await sqlite._database.write(lambda c: c.execute(text("PRAGMA query_only=ON")) and None)
    with pytest.raises(Temporary, match="readonly"):
        await sqlite.open_request(RequestId("b"), b"m", envelope())
    assert await sqlite.raw(RequestId("a")) == b"m"


async def test_a_damaged_database_is_permanent(tmp_path):
    """No repetition mends it; the words say what to do."""
    (tmp_path / "mailbot.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(Permanent, match="backup"):
        await open_ledger("sqlite:///{data}/mailbot.db", str(tmp_path), Time())


async def test_a_bug_is_no_trouble_of_the_world(database):
    """It passes as it is, to be counted."""
    with pytest.raises(Exception, match="no such table"):
        await database.write(lambda c: c.execute(text("SELECT * FROM nowhere")))


CHILD = """
import asyncio, sys
from mailbot.store import open_ledger
from tests.fakes import Time, envelope
async def main():
    ledger = await open_ledger("sqlite:///{data}/mailbot.db", sys.argv[1], Time())
    async def one(id):
        await ledger.open_request(id, id.encode() * 500, envelope())
        print(id, flush=True)
    for number in range(10**6):
        await asyncio.gather(*(one(f"r{number}-{n}") for n in range(20)))
asyncio.run(main())
"""


@pytest.mark.parametrize("after", [1, 57, 203])
async def test_a_kill_keeps_what_was_acknowledged(tmp_path, after):
    """kill -9 in the middle of writing: whatever was told is there, whole; nothing is half there."""
    told = await asyncio.to_thread(killed, tmp_path, after)
    ledger = await open_ledger("sqlite:///{data}/mailbot.db", str(tmp_path), Time())
    for id in told:
        assert await ledger.raw(RequestId(id)) == id.encode() * 500
    count = await ledger.count()
    await ledger.close()
    assert count.holds
    assert count.received == count.in_flight >= len(told) >= after


def killed(folder, after):
    """What a process was told of before it died, a while after its first acknowledgements."""
    command = [sys.executable, "-c", CHILD, str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: TID251
    told = [child.stdout.readline().decode().strip() for _ in range(after)]
    child.send_signal(signal.SIGKILL)
    told += child.stdout.read().decode().split()
    child.wait()
    child.stdout.close()
    return told


def plan(connection, statement, values):
    """How SQLite would go about it."""
    compiled = statement.compile(connection.engine)
    known = {name: values.get(name, value) for name, value in compiled.params.items()}
    processed = compiled.construct_params(known)
    raw = connection.connection.driver_connection
    args = [str(processed[name]) if processed[name] is NOW else processed[name] for name in compiled.positiontup]
    return [row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + str(compiled), args)]


async def by_indexes(database, statement, *, few=False, **values):
    """Nothing is scanned, and nothing is sorted but a *few*, whatever is there."""
    lines = await database.read(lambda c: plan(c, statement, values))
    whole = [line for line in lines if line.startswith("SCAN requests") and "ix_requests_held" not in line]
    bad = whole + [line for line in lines if "B-TREE FOR ORDER" in line and not few]
    assert bad == [], lines
    assert any("SEARCH requests USING" in line or "INDEX ix_requests_held" in line for line in lines), lines
    return lines


async def test_claims_find_the_next_by_an_index(database):
    """Of every statement of a claim."""
    due = Due(database.dialect, Lanes(database.dialect), LEASE)
    waiting = due._tables[0]
    statements = [
        waiting.take,
        waiting.promote,
        waiting.expire,
        waiting.queues,
        due._look,
        due._next,
        due._lanes._coming,
    ]
    for statement in statements:
        await by_indexes(database, statement, now=NOW, of_queue="gen:x", places=1)


async def test_judgements_count_by_an_index(database):
    """Whatever is asked of every mail: the facts, the quotas, the round of a sender, and what is held."""
    times = dict.fromkeys(("hour_ago", "day_ago", "received", "start", "now", "before"), NOW)
    usage, quotas = Usage(), Quotas(database.dialect)
    known = {"of_who": "a", "of_domain": "x", "of_id": "a", "of_project": "p", "of_author": "a", "of_message_id": "m"}
    for statement in (usage._facts, usage._said, Rounds()._next):
        few = statement is usage._said  # of one person, within a day
        lines = await by_indexes(database, statement, few=few, **times, **known, of_priority=5)
        assert statement is not usage._facts or sum("COVERING INDEX ix_requests_of" in line for line in lines) == 6
    for statements in (quotas._last, quotas._number):
        for per, statement in statements.items():
            numbers = {"before": 2, "most": 3} if statements is quotas._number else {"before": 2}
            lines = await by_indexes(database, statement, **(times | known | numbers))
            index = {"sender": "of_sender", "domain": "of_domain", "all": "of_all"}[per]
            assert any(f"COVERING INDEX ix_requests_{index}" in line for line in lines), lines
    held = times | {"key": "a", "length": 1, "most": 5}
    assert any("INDEX ix_requests_held" in line for line in await by_indexes(database, Shelf()._held, **held))


async def test_of_many_at_once_all_are_stored(sqlite):
    """Two hundred mails in the same instant."""
    ids = [RequestId(f"r{n}") for n in range(200)]
    await asyncio.gather(*(sqlite.open_request(id, id.encode(), envelope()) for id in ids))
    await sqlite.record(await sqlite.request(ids[7]), Ignored(rule="r", reason="why"), at=NOW)
    count = await sqlite.count()
    assert (count.received, count.in_flight, count.closed) == (200, 199, {"r": 1})
    assert await sqlite._database.read(lambda c: c.execute(select(func.count()).select_from(projects)).scalar()) == 0
