"""A mailbot in a folder, for what an admin does with it."""

from __future__ import annotations

import atexit
import shutil
import tempfile

from mailbot.domain.request import RequestId
from mailbot.settings import Settings
from mailbot.store import open_ledger
from tests.fakes import NOW, Time, admit, envelope
from tests.store.values import answer, built, delivery, tell

_EMPTY = []


async def _empty():
    """A data folder in which nothing has happened yet, made once in each process."""
    if not _EMPTY:
        place = tempfile.mkdtemp(prefix="mailbot-empty-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        await (await open_ledger("sqlite:///{data}/mailbot.db", place, Time())).close()
        _EMPTY.append(place)
    return _EMPTY[0]


def settings(folder, **changes):
    return Settings(data=folder, **changes)


async def opened(folder, clock=None):
    """The ledger in *folder*; a new one is a copy, for to make the tables takes a second."""
    if not (folder / "mailbot.db").exists():
        shutil.copytree(await _empty(), folder, dirs_exist_ok=True)
    return await open_ledger("sqlite:///{data}/mailbot.db", str(folder), clock or Time())


async def lived_in(folder):
    """A ledger with a project, a large mail, a request at work, a held one, and a delivery that waits."""
    ledger = await opened(folder)
    request = await admit(ledger, "one")
    event, stored = built(request, content=b"<h1>queenbeatrix</h1>" + b"x" * 200_000)
    await ledger.record(request, event, at=NOW, answered=stored)
    await admit(ledger, "two", message_id="<2@acme.example>", project="p00002")
    await ledger.open_request(RequestId("three"), b"large" + b"y" * 200_000, envelope(sender="bob@acme.example"))
    return ledger


__all__ = ["NOW", "answer", "delivery", "lived_in", "opened", "settings", "tell"]
