"""Backups under load, put back elsewhere, round after round: ``python -m tests.campaigns.backup ROUNDS``.

Mails, small and large, come in as fast as they are taken while each backup is made. Nothing that was acknowledged
before a backup began may be missing in what is restored from it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from mailbot.care.backup import backup
from mailbot.care.restore import Wanted, restore
from mailbot.domain.request import RequestId
from mailbot.settings import Settings
from mailbot.site import names_of
from mailbot.store import open_ledger
from tests.fakes import NOW, Time, envelope

LARGE = 10  #: every so many-th mail is a blob
SIZE = 200_000


async def load(ledger, acknowledged, busy):
    """Mails without end."""
    while True:
        number = len(acknowledged)
        raw = b"%08d" % number * (SIZE // 8 if number % LARGE == 0 else 20)
        acknowledged.append(await ledger.open_request(RequestId(f"m{number:08}"), raw, envelope()))
        busy.set()
        if number % 50 == 0:
            await ledger.tidy()
            await asyncio.sleep(0)


async def one_round(folder, ledger, acknowledged):
    """A backup while mail comes in, restored; how many mails were acknowledged before, and the seconds of both."""
    before, began = list(acknowledged), time.monotonic()
    made = Settings(data=folder / "data")
    file, archive = await asyncio.to_thread(lambda: asyncio.run(backup(made, None, folder / "copy.tar", NOW)))
    copied = time.monotonic()
    found = await restore(Settings(data=folder / "there"), file, Wanted(expect=archive.fingerprint), NOW)
    assert (found.missing, found.count.holds) == ((), True)
    again = await open_ledger("sqlite:///{data}/mailbot.db", str(folder / "there"), Time())
    for id in before:
        await again.raw(id)
    await again.close()
    return len(before), copied - began, time.monotonic() - copied, sum(archive.sizes.values())


async def rounds(number):
    """All of them; a line each."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger = await open_ledger("sqlite:///{data}/mailbot.db", str(folder / "data"), Time())
        names_of(Settings(data=folder / "data"))
        acknowledged, busy = [], asyncio.Event()
        coming = asyncio.create_task(load(ledger, acknowledged, busy))
        await busy.wait()
        try:
            for one in range(number):
                await asyncio.sleep(0.5)
                mails, copied, put, size = await one_round(folder, ledger, acknowledged)
                yield f"{one + 1}: {mails} mails before, {size:,} bytes, backup {copied:.1f} s, restore {put:.1f} s"
                for path in sorted((folder / "there").rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                (folder / "copy.tar").unlink()
        finally:
            coming.cancel()
            await ledger.close()


async def main(number):
    """Print each round."""
    async for line in rounds(number):
        print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
