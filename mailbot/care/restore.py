"""`mailbot restore`: an archive becomes a data folder again, and whatever was in hand goes on from there.

What the archive knows is true as of its instant. What was sent after it may be sent once more, the same bytes under
the same Message-ID; whoever wants to look first holds it back.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from mailbot.care.archive import DATA, SETTINGS, Archive, check, extract
from mailbot.care.backup import ERASED, missing, read_erased
from mailbot.domain.errors import Permanent
from mailbot.domain.work import Count
from mailbot.settings import Settings
from mailbot.site import known_names
from mailbot.store import DEFAULT, SqlLedger, open_ledger
from mailbot.store.backup import DUMP, restored

PUT: Final = "restored-settings"  #: in the data folder: what the admin had written


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back."""

    archive: Archive
    count: Count
    missing: tuple[str, ...]  #: blobs that a row names and the archive lacks
    forgotten: int  #: people who had asked to be forgotten since, and are again
    held: int  #: what waits for `mailbot resume`


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How an archive is put back."""

    expect: str = ""  #: the fingerprint that was written down
    hold: bool = False  #: nothing leaves before `mailbot resume`
    erased: Path | None = None  #: who asked to be forgotten since; none: the file that lies beside the archive


async def restore(settings: Settings, file: Path, wanted: Wanted, now: datetime) -> Restored:
    """Put *file* into the data folder of the settings, which is empty."""
    folder, found = settings.folder, check(file)
    if wanted.expect and wanted.expect != found.fingerprint:
        raise Permanent(f"{file} has the fingerprint {found.fingerprint}, not {wanted.expect}; it is another backup")
    known = read_erased(wanted.erased or file.parent / ERASED)
    with _empty(folder):
        url = _unpacked(settings, file, found)
        ledger = await open_ledger(url, str(folder), lambda: now)
        try:
            marked = {**known, **await ledger.erased()}
            again = await ledger.forget_again(marked, known_names(settings).person) if marked else 0
            held = await ledger.keep_back() if wanted.hold else 0
            named = await ledger.named_blobs()
            count = await _counted(ledger)
        finally:
            await ledger.close()
    lost = tuple(missing(found, named))
    return Restored(archive=found, count=count, missing=lost, forgotten=again, held=held)


async def _counted(ledger: SqlLedger) -> Count:
    count = await ledger.count()
    if not count.holds:
        raise Permanent("the count of the restored database does not add up; take another backup")
    return count


def _unpacked(settings: Settings, file: Path, found: Archive) -> str:
    """Put the files in their places; the address of the database."""
    folder, work = settings.folder, settings.folder / ".restoring"
    extract(file, work)
    for entry in sorted((work / DATA).iterdir()):
        entry.replace(folder / entry.name)
    if (work / SETTINGS).is_dir():
        (work / SETTINGS).replace(folder / PUT)
    shutil.rmtree(work)
    if found.about.get("database") == "sqlite":
        return DEFAULT
    url = settings.database_url
    if url.startswith("sqlite"):
        raise Permanent("this backup is of a PostgreSQL: make an empty database, and name it with database_url")
    restored(folder / DUMP, url)
    (folder / DUMP).unlink()
    return url


@contextlib.contextmanager
def _empty(folder: Path) -> Iterator[None]:
    """A folder with nothing in it; when something fails there is nothing in it again."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Permanent(f"{folder} is not empty; name an empty folder with `data`, nothing is ever written over")
    except OSError as error:
        raise Permanent(f"{folder} cannot be used: {error.strerror}; name another with `data`") from error
    try:
        yield
    except BaseException:
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise


def at(settings: Settings, folder: Path | None) -> Settings:
    """The settings with another data folder; of SQLite the database lies in it."""
    return settings.model_copy(update={"data": folder}) if folder else settings


def told(found: Restored, settings: Settings) -> str:
    """What came back, in words."""
    count, about = found.count, found.archive.about
    law = f"received {count.received} = answered {count.answered} + closed {sum(count.closed.values())}"
    lines = [
        f"Restored into {settings.folder}: the state of {about.get('made_at')}, by mailbot {about.get('mailbot')}.",
        f"{law} + held {count.held} + in flight {count.in_flight}",
        "A mail that was sent after the backup may be sent once more, under the same Message-ID.",
    ]
    if found.held:
        lines.append(f"{found.held} that would leave are held back: `mailbot deliveries list --state waiting` shows")
        lines.append("them, `mailbot resume` lets them go.")
    if found.forgotten:
        lines.append(f"{found.forgotten} people had asked to be forgotten since; they are forgotten again.")
    if found.missing:
        lines.append(f"{len(found.missing)} large contents were removed while the backup was made, and are not in it.")
    if (settings.folder / PUT).is_dir():
        lines.append(
            f"Your settings, rules and templates are in {settings.folder / PUT}; put them where you want them."
        )
    return "\n".join(lines)
