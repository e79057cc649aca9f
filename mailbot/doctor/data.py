"""The data folder and the database: writable, with room, of this mailbot's age, and nobody else's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.store.look import look
from mailbot.store.owner import holder_of

LEAST: Final = 200_000_000  #: bytes that must be free; a mail may have 36 MB, and a build needs more than once its size
LITTLE: Final = 1_000_000_000
_TRY: Final = b"\0" * 65_536


async def folder(patient: Patient) -> AsyncGenerator[Sign]:
    """It can be written, and is nobody else's to read."""
    place = patient.settings.folder
    above = next(path for path in (place, *place.parents) if path.exists())
    if above != place:
        problem = "" if os.access(above, os.W_OK | os.X_OK) and above.is_dir() else f"{above} cannot be written"
        if problem:
            yield fail(f"the data folder {place} cannot be made: {problem}", "set another folder with `data`")
        else:
            yield ok(f"the data folder {place} is not there yet; it is made at the first start")
        return
    if problem := await apart(lambda: _write(place)):
        words = f"the data folder {place} cannot be written: {problem}"
        yield fail(words, f"chown -R $(id -un) {place}; where the disk is full, make room")
    elif place.stat().st_mode & 0o077:
        yield warn(f"the data folder {place} holds people's mail, and others may read it", f"chmod 700 {place}")
    else:
        yield ok(f"the data folder {place} can be written")


def _write(place: Path) -> str:
    """Why nothing can be written to *place*: a file is written and flushed, and gone."""
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(_TRY)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


async def disk(patient: Patient) -> AsyncGenerator[Sign]:
    """There is room for mail."""
    place = patient.settings.folder
    above = next(path for path in (place, *place.parents) if path.exists())
    free = await apart(lambda: patient.free(above))
    words = f"{free / 1e9:.1f} GB are free at {above}"
    if free < LEAST:
        yield fail(f"the disk is full: {words}; new mail is put off until there is room", f"make room at {above}")
    elif free < LITTLE:
        yield warn(f"the disk is nearly full: {words}", f"make room at {above}, or set `data` to another disk")
    else:
        yield ok(words)


async def owner(patient: Patient) -> AsyncGenerator[Sign]:
    """Who serves it now."""
    holder = await apart(lambda: holder_of(patient.settings.folder))
    yield ok(f"a mailbot serves it (process {holder})" if holder else "nobody serves it now; `mailbot serve` would")


async def database(patient: Patient) -> AsyncGenerator[Sign]:
    """It can be read, is whole, and of this mailbot's age."""
    settings = patient.settings
    seen = await apart(lambda: look(settings.database_url, settings.folder))
    if seen.trouble:
        yield fail(f"the database {seen.place} cannot be used: {seen.trouble}", "see database_url; or mailbot restore")
    elif not seen.there or not seen.schema:
        yield ok(f"the database {seen.place} is not there yet; it is made at the first start")
    elif not seen.known:
        words = f"the database {seen.place} was written by a newer mailbot (schema {seen.schema})"
        yield fail(words, "install that version of mailbot again")
    elif not seen.newest:
        words = f"the database {seen.place} is old: it has schema {seen.schema}, this mailbot {seen.head}"
        yield warn(words, "mailbot serve brings it up to date by itself; stop the old mailbot first")
    elif seen.journal != "wal":
        yield warn(f"the database {seen.place} is not in WAL mode ({seen.journal})", "move it to a local disk")
    else:
        yield ok(f"the database {seen.place} is whole, with schema {seen.schema}")
