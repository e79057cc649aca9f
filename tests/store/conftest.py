"""A ledger of each kind, for the one contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.store import DEFAULT, open_ledger
from mailbot.store.ledger import SqlLedger
from tests.fakes import Time
from tests.fakes_ledger import MemoryLedger
from tests.prepared import NAME, prepare
from tests.servers import postgres_url

__all__ = ["postgres_url"]

KINDS = ["memory", "sqlite", "postgres"]


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def opening(tmp_path, clock, request):
    """An async function that opens a ledger of the given kind: the same again, as a new process does."""
    memory = MemoryLedger(clock)

    async def open_one(kind, lease=None):
        if kind == "memory":
            memory.lease = memory.lease if lease is None else lease
            return memory
        if kind == "sqlite" and not (tmp_path / "data" / NAME).exists():
            prepare(tmp_path / "data")
        url = DEFAULT if kind == "sqlite" else request.getfixturevalue("postgres_url")
        made = await open_ledger(url, str(tmp_path / "data"), clock)
        if lease is not None:
            made = SqlLedger(made._database, made._blobs, clock, lease)
        return made

    return open_one


@pytest.fixture(params=KINDS)
async def ledger(opening, request):
    """A ledger; the test runs once for each kind."""
    made = await opening(request.param)
    yield made
    await made.close()


@pytest.fixture(params=KINDS)
async def hasty(opening, request):
    """A ledger whose leases end at once."""
    made = await opening(request.param, timedelta())
    yield made
    await made.close()


@pytest.fixture
async def sqlite(opening):
    made = await opening("sqlite")
    yield made
    await made.close()


@pytest.fixture
async def postgres(opening):
    made = await opening("postgres")
    yield made
    await made.close()
