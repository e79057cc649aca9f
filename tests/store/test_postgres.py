"""What only a server can do to us: others beside us, deadlocks, and being away."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from mailbot.domain.errors import Overtaken, Temporary
from mailbot.domain.intent import Kind
from mailbot.domain.request import RequestId
from mailbot.store import open_ledger
from mailbot.store.postgres import AGAIN
from tests.fakes import NOW, Time, admit, envelope
from tests.store.test_due import end, put_off, received
from tests.store.values import ALL, SOON, claimed


@pytest.fixture
async def pair(postgres_url, tmp_path):
    """Two processes on one database."""
    both = [await open_ledger(postgres_url, str(tmp_path / name), Time()) for name in ("one", "two")]
    yield both
    for ledger in both:
        await ledger.close()


async def test_two_processes_never_get_the_same(pair):
    """Whoever asks at the same time, from wherever."""
    await received(pair[0], *(f"r{n}" for n in range(60)))
    taken = await asyncio.gather(*(pair[n % 2].claim({"intake": 5}, NOW) for n in range(20)))
    ids = [job.id for jobs in taken for job in jobs]
    assert len(ids) == len(set(ids)) == 60
    assert max(len(jobs) for jobs in taken) == 5


async def test_a_lease_refuses_the_second_process(pair):
    """By the server's clock, whatever the clocks of the two say."""
    pair[1]._clock.pass_by(days=400)
    assert await pair[0].hold("serve", "one", timedelta(minutes=1)) == "one"
    assert await pair[1].hold("serve", "two", timedelta(minutes=1)) == "one"
    await pair[0].release("serve", "one")
    assert await pair[1].hold("serve", "two", timedelta(minutes=1)) == "two"


@pytest.mark.parametrize("turn", range(8))
async def test_no_sibling_waits_for_ever(pair, turn):
    """One build ends while another comes back to the lane and a third is let in, at the same instant."""
    del turn
    late = await admit(pair[0], "late", kind=Kind.REVISE)
    await put_off(pair[0], late, SOON)
    await admit(pair[0], "active", kind=Kind.REVISE)
    assert await claimed(pair[0]) == ["active"]
    found = await asyncio.gather(
        end(pair[0], "active"), claimed(pair[1], {"gen:*": 9}, SOON), admit(pair[1], "new", kind=Kind.REVISE)
    )
    first = [*found[1], *await claimed(pair[0], {"gen:*": 9}, SOON)]
    assert len(first) == 1
    await end(pair[0], first[0])
    assert len(await claimed(pair[1], {"gen:*": 9}, SOON)) == 1


async def test_a_deadlock_is_run_again(postgres):
    """The server undoes one of the two; it is done after the other."""
    await received(postgres, "a", "b")
    meet, tries = threading.Barrier(2), []

    def cross(first, second):
        def work(connection):
            tries.append(first)
            lock = text("SELECT 1 FROM requests WHERE id = :id FOR UPDATE")
            connection.execute(lock, {"id": first})
            if len(tries) <= 2:
                meet.wait(10)
            connection.execute(lock, {"id": second})
            return first

        return work

    done = await asyncio.gather(*(postgres._database.write(cross(*pair)) for pair in (("a", "b"), ("b", "a"))))
    assert done == ["a", "b"]
    assert 3 <= len(tries) <= 2 + AGAIN


async def test_a_deadlock_without_end_is_temporary(postgres):
    """It is not run again for ever."""
    tries = []

    def work(connection):
        tries.append(1)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'dead' USING ERRCODE = '40P01'; END $$"))

    with pytest.raises(Temporary):
        await postgres._database.write(work)
    assert len(tries) == AGAIN + 1


STATES = ["40001", "53100", "53300", "55P03", "57P01", "25006", "08006"]


@pytest.mark.parametrize("state", STATES)
async def test_trouble_of_the_server_is_temporary(postgres, state):
    """A full disk, too many connections, a shutdown, a server that only reads."""
    raise_ = text(f"DO $$ BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{state}'; END $$")
    with pytest.raises(Temporary, match="trouble"):
        await postgres._database.write(lambda c: c.execute(raise_))


async def test_a_read_only_server_is_temporary(postgres):
    """What is stored can still be read."""
    await received(postgres, "a")

    def only_read(connection):
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("DELETE FROM turns"))

    with pytest.raises(Temporary):
        await postgres._database.write(only_read)
    assert await postgres.raw(RequestId("a")) == b"a"


async def test_a_bug_is_no_trouble_of_the_world(postgres):
    """It passes as it is, to be counted; a unique value that is taken means that somebody was faster."""
    with pytest.raises(Exception, match="nowhere"):
        await postgres._database.write(lambda c: c.execute(text("SELECT * FROM nowhere")))
    twice = text("INSERT INTO leases VALUES ('x', 'y', now()), ('x', 'y', now())")
    with pytest.raises(Overtaken):
        await postgres._database.write(lambda c: c.execute(twice))


async def test_a_lost_connection_is_temporary(postgres):
    """The transaction in flight is undone; the next one has a new connection."""
    await received(postgres, "a")

    def cut(connection):
        connection.execute(text("DELETE FROM messages"))
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Temporary):
        await postgres._database.write(cut)
    assert await postgres.raw(RequestId("a")) == b"a"


async def test_a_restart_of_the_server_is_survived(postgres_server, postgres):
    """While it is away everything is Temporary; what was stored is there afterwards."""
    await received(postgres, "a")
    await asyncio.to_thread(postgres_server.stop)
    try:
        with pytest.raises(Temporary):
            await postgres.open_request(RequestId("b"), b"b", envelope())
    finally:
        await asyncio.to_thread(postgres_server.start)
    await postgres.open_request(RequestId("b"), b"b", envelope())
    assert (await postgres.count()).received == 2


async def test_a_cancelled_caller_loses_nothing(postgres):
    """Its transaction is done whole, though nobody waits for it any more."""
    began, go = threading.Event(), threading.Event()

    def work(connection):
        began.set()
        assert go.wait(10)
        connection.execute(text("INSERT INTO leases VALUES ('x', 'y', now())"))

    task = asyncio.ensure_future(postgres._database.write(work))
    await asyncio.to_thread(began.wait)
    task.cancel()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await postgres.close()


async def test_after_the_end_it_refuses(postgres):
    """In words."""
    await postgres.close()
    with pytest.raises(Temporary, match="closed"):
        await postgres.claim(ALL, NOW)
