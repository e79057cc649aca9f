"""Fixtures for the whole suite: a ledger that outlives its process, of every kind, by the same name."""

from __future__ import annotations

import pytest

from mailbot.store import open_ledger
from tests.fakes_ledger import MemoryLedger
from tests.prepared import prepare
from tests.servers import postgres_server

__all__ = ["postgres_server"]


def memory(_request, _tmp_path):
    """Lives as long as the test: what a process leaves behind is the object itself."""

    async def fresh():
        kept = None

        async def open_again(clock):
            nonlocal kept
            kept = kept or MemoryLedger(clock)
            return kept

        return open_again

    return fresh


def sqlite(_request, tmp_path):
    """A database file in a folder of its own."""
    number = 0

    async def fresh():
        nonlocal number
        number += 1
        folder = tmp_path / str(number)
        prepare(folder)

        async def open_again(clock):
            return await open_ledger("sqlite:///{data}/mailbot.db", str(folder), clock)

        return open_again

    return fresh


def postgres(request, tmp_path):
    """A database of its own in the server of the run."""
    server = request.getfixturevalue("postgres_server")

    async def fresh():
        url = server.database()

        async def open_again(clock):
            return await open_ledger(url, str(tmp_path), clock)

        return open_again

    return fresh


@pytest.fixture(params=[memory, sqlite, postgres], ids=lambda kind: kind.__name__)
def ledgers(request, tmp_path):
    """An async function that makes a new place for a ledger: a function that opens it, and opens it again."""
    return request.param(request, tmp_path)


@pytest.fixture
def memory_ledgers(request, tmp_path):
    """The same, in memory only."""
    return memory(request, tmp_path)


@pytest.fixture
def sqlite_ledgers(request, tmp_path):
    """The same, on SQLite only."""
    return sqlite(request, tmp_path)
