"""`mailbot backup`: a copy of everything that cannot be had again, taken while mail comes in.

First the database, as it stands at one instant; then the blobs that it names: they never change, and each was on disk
before the row that names it. So whatever was acknowledged before that instant is in the copy.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mailbot import __version__
from mailbot.care.archive import DATA, SETTINGS, Archive, is_safe, write
from mailbot.domain.errors import Permanent
from mailbot.settings import Settings
from mailbot.store import open_ledger
from mailbot.store.backup import Snapshot, snapshot

ALSO: Final = ("keys", "logins.json", "tokens", "providers")  #: of the data folder, beside the database and the blobs
ERASED: Final = "mailbot-erased.json"  #: beside the backups: who asked to be forgotten, by mark
WARNING: Final = "It holds mails, keys and passwords: keep it where nobody else reads."


def place_of(target: Path, now: datetime) -> Path:
    """The file that a backup becomes: *target* itself, or one of today in that folder."""
    named = target.suffix == ".tar" and not target.is_dir()
    file = target if named else target / f"mailbot-{now:%Y%m%d-%H%M%S}.tar"
    if file.exists():
        raise Permanent(f"{file} is there already; name another file")
    return file


async def backup(settings: Settings, config: Path | None, target: Path, now: datetime) -> tuple[Path, Archive]:
    """Write everything into one file, and read it back."""
    file = place_of(target, now)
    url = settings.database_url.replace("{data}", str(settings.folder))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as work:
            copy = snapshot(url, Path(work))
            about: dict[str, Any] = {
                "mailbot": __version__,
                "made_at": now.isoformat(),
                "database": copy.kind,
                "schema": copy.schema,
                "rows": copy.counts,
            }
            made = write(file, _members(settings, config, copy), about)
    except OSError as error:
        raise Permanent(f"{file.parent} cannot be written: {error.strerror}; name another place") from error
    await keep_erased(settings, file.parent, now)
    return file, made


def missing(copy: Archive, named: frozenset[str]) -> list[str]:
    """The blobs that the copied database names and the archive does not hold."""
    held = {name.rpartition("/")[2] for name in copy.files if name.startswith(f"{DATA}/blobs/")}
    return sorted(named - held)


def _members(settings: Settings, config: Path | None, copy: Snapshot) -> Iterator[tuple[str, Path | bytes]]:
    folder = settings.folder
    yield f"{DATA}/{copy.file.name}", copy.file
    for name in sorted(copy.blobs):
        yield f"{DATA}/blobs/{name[:2]}/{name}", folder / "blobs" / name[:2] / name
    for also in ALSO:
        yield from _below(folder / also, f"{DATA}/{also}")
    file = config or Path("mailbot.toml")
    yield from _below(file, f"{SETTINGS}/mailbot.toml")
    for own in ("rules", "templates", "prompts"):
        if path := getattr(settings, own):
            yield from _below(path.expanduser(), f"{SETTINGS}/{own}")
    for one in settings.dkim:
        yield from _below(Path(one.key_file).expanduser(), f"{SETTINGS}/dkim-{one.selector}.pem")


def _below(path: Path, name: str) -> Iterator[tuple[str, Path | bytes]]:
    if path.is_file():
        yield name, path
    elif path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
        named = ((f"{name}/{one.relative_to(path).as_posix()}", one) for one in files)
        yield from ((where, one) for where, one in named if is_safe(where))


async def keep_erased(settings: Settings, folder: Path, now: datetime) -> None:
    """Write beside the backups who asked to be forgotten: no older one of them brings those people back."""
    ledger = await open_ledger(settings.database_url, str(settings.folder), lambda: now)
    try:
        known = {**read_erased(folder / ERASED), **await ledger.erased()}
    finally:
        await ledger.close()
    if known:
        fresh = folder / f".{ERASED}.new"
        fresh.write_text(json.dumps({mark: at.isoformat() for mark, at in sorted(known.items())}, indent=1), "ascii")
        fresh.replace(folder / ERASED)


def read_erased(file: Path) -> Mapping[str, datetime]:
    """Who asked to be forgotten, by mark; nobody where there is no such file."""
    if not file.exists():
        return {}
    try:
        return {str(mark): datetime.fromisoformat(at) for mark, at in json.loads(file.read_text("ascii")).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Permanent(f"{file} cannot be read: {error}; put it back, or move it away to go on without it") from error
