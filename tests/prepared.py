"""A new ledger on SQLite whose schema is there already: it is the same for every test, and made once."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from mailbot.store import DEFAULT, open_ledger, sqlite
from mailbot.store.migrate import upgrade

NAME = "mailbot.db"


@functools.cache
def _empty():
    """The folder with the database that the others are copied from."""
    folder = tempfile.TemporaryDirectory(prefix="mailbot-ledger-")
    engine = sqlite.connect(Path(folder.name) / NAME)
    upgrade(engine)
    engine.dispose()
    return folder


def prepare(folder):
    """Put an empty database of the newest schema into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(_empty().name) / NAME, folder / NAME)


async def ledger_in(folder, clock):
    """A new ledger in *folder*."""
    prepare(folder)
    return await open_ledger(DEFAULT, str(folder), clock)
