"""One person, at the command line: everything that is kept of them, or nothing any more."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from mailbot.build.package import zipped
from mailbot.care.archive import private
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Address
from mailbot.domain.privacy import Erasure, Theirs
from mailbot.domain.project import Path as Name
from mailbot.settings import Settings
from mailbot.site import known_names
from mailbot.store import SqlLedger, open_ledger
from mailbot.understand.addresses import address

LARGEST = 2_000_000_000  #: bytes of a zip


@contextlib.asynccontextmanager
async def ledger_of(settings: Settings, now: datetime) -> AsyncIterator[SqlLedger]:
    """The ledger; a mailbot that serves may go on meanwhile."""
    ledger = await open_ledger(settings.database_url, str(settings.folder), lambda: now)
    try:
        yield ledger
    finally:
        await ledger.close()


def person(text: str) -> Address:
    """An address that somebody typed."""
    found = address(text.strip().strip("<>"))
    if found is None:
        raise Permanent(f"{text[:80]!r} is no address; write it as name@example.org")
    return found


async def known(settings: Settings, who: Address, now: datetime) -> Theirs:
    """How much there is of them."""
    async with ledger_of(settings, now) as ledger:
        return await ledger.theirs(who)


async def erase(settings: Settings, who: Address, now: datetime) -> str:
    """Forget them, at once; nobody is told."""
    async with ledger_of(settings, now) as ledger:
        found = await ledger.forget(Erasure(author=who, mark=known_names(settings).person(who), at=now))
        await ledger.tidy()
    return (
        f"Erased {found.projects} project(s) and {found.mails} mail(s) of {who}; only counts without names are kept.\n"
        "Large contents of the last ten minutes go with the next hour. What was sent stays with whoever has it. A\n"
        "restored backup forgets them again, by the list mailbot-erased.json that `mailbot backup` keeps beside it."
    )


async def export(settings: Settings, who: Address, file: Path, now: datetime) -> str:
    """Write everything of theirs into a zip that nobody else may read."""
    async with ledger_of(settings, now) as ledger:
        found, files = await ledger.theirs(who), await ledger.belongings(who)
    packed = zipped({Name(path): content for path, content in files.items()}, "everything", LARGEST)
    _write(file, packed)
    return f"{file}: {found.projects} project(s) and {found.mails} mail(s) of {who}, {len(packed):,} bytes."


def _write(file: Path, content: bytes) -> None:
    if file.exists():
        raise Permanent(f"{file} is there already; name another file")
    try:
        with private(file) as out:
            out.write(content)
    except OSError as error:
        raise Permanent(f"{file} cannot be written: {error.strerror}; name another place") from error
