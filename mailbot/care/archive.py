"""One file with everything: a tar whose last member says what it holds, with a SHA-256 for each.

A tar that was cut short lacks its last member; one that was changed has another sum. What is written is read again
before it gets its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from mailbot.domain.errors import Permanent, Temporary

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MAX_MANIFEST: Final = 200_000_000  #: bytes; a blob takes 150 in it
MAX_FILES: Final = 1_000_000
MAX_NAME: Final = 400  #: characters
DATA: Final = "data"  #: what belongs into the data folder
SETTINGS: Final = "settings"  #: what an admin has written
_PIECE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What an archive says of itself; all of it was found to be true."""

    about: dict[str, Any]
    files: dict[str, str]  #: name -> SHA-256
    sizes: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""  #: of the list itself: who wrote it down knows this archive again


def write(file: Path, members: Iterable[tuple[str, Path | bytes]], about: dict[str, Any]) -> Archive:
    """Write *members*, read them back, and only then give the file its name; one that is gone by then is left out."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        with private(fresh) as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            known = {name: one for name, content in members if (one := _add(tar, name, content))}
            rows = {name: {"sha256": sha, "size": size} for name, (sha, size) in known.items()}
            text = json.dumps({"format": FORMAT, **about, "files": rows}, indent=1, sort_keys=True)
            _add(tar, MANIFEST, text.encode())
        found = check(fresh)
        fresh.replace(file)
        _flush(file.parent)
    except OSError as error:
        raise Temporary(f"{file} cannot be written: {error.strerror}; free space, or name another place") from error
    finally:
        fresh.unlink(missing_ok=True)
    return found


@contextlib.contextmanager
def private(file: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else may read, on disk at the end."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        yield raw
        raw.flush()
        os.fsync(raw.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_safe(name: str) -> bool:
    """Whether *name* lies below one of our two folders, wherever it is unpacked."""
    top, *rest = name.split("/")
    plain = name.isprintable() and "\\" not in name and len(name) <= MAX_NAME
    return plain and top in {DATA, SETTINGS} and bool(rest) and all(part.strip(". ") for part in rest)


class _Counted:
    """A file that is summed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.sum.update(piece)
        return piece


def _add(tar: tarfile.TarFile, name: str, content: Path | bytes) -> tuple[str, int] | None:
    try:
        source: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    except FileNotFoundError:
        return None
    with source:
        entry = tarfile.TarInfo(name)
        entry.size = source.seek(0, io.SEEK_END)
        entry.mode = 0o600
        source.seek(0)
        counted: Any = _Counted(source)
        tar.addfile(entry, counted)
        return counted.sum.hexdigest(), entry.size


def check(file: Path) -> Archive:
    """Read all of it; say in words what is wrong with it."""
    return _read(file, None)


def extract(file: Path, folder: Path) -> Archive:
    """Write its files below *folder*, which is empty; what stays after an error is of no use."""
    return _read(file, folder)


def _read(file: Path, folder: Path | None) -> Archive:
    found: dict[str, tuple[str, int]] = {}
    try:
        with tarfile.open(file, "r:") as tar:
            for entry in tar:
                content, name = _member(tar, entry, found, file)
                if name == MANIFEST:
                    said = content.read(MAX_MANIFEST)
                    if tar.next() is not None:
                        raise Permanent(f"{file} is no backup that we wrote: something stands behind its list")
                    return _compared(file, said, found)
                found[name] = _taken(content, folder / name if folder else None)
    except FileNotFoundError as error:
        raise Permanent(f"there is no file {file}") from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Permanent(f"{file} is damaged: {error}; take another backup") from error
    raise Permanent(f"{file} is damaged: it ends before its list; it was cut short, take another backup")


def _member(
    tar: tarfile.TarFile, entry: tarfile.TarInfo, found: dict[str, tuple[str, int]], file: Path
) -> tuple[IO[bytes], str]:
    name = entry.name
    if not entry.isreg() or name in found or not (name == MANIFEST or is_safe(name)) or len(found) >= MAX_FILES:
        raise Permanent(f"{file} is no backup that we wrote: it holds {name[:80]!r}, which we never put into one")
    content = tar.extractfile(entry)
    if content is None:
        raise Permanent(f"{file} is damaged at {name}; take another backup")
    return content, name


def _taken(content: IO[bytes], target: Path | None) -> tuple[str, int]:
    """The sum and size of a member; written to *target* when there is one."""
    known, size = hashlib.sha256(), 0
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(private(target)) if target else None
        while piece := content.read(_PIECE):
            known.update(piece)
            size += len(piece)
            if out:
                out.write(piece)
    return known.hexdigest(), size


def _compared(file: Path, said: bytes, found: dict[str, tuple[str, int]]) -> Archive:
    about = json.loads(said)
    if not isinstance(about, dict) or not isinstance(about.get("files"), dict) or "format" not in about:
        raise Permanent(f"{file} is no backup that we wrote: its list cannot be read")
    if about["format"] != FORMAT:
        raise Permanent(f"{file} was written by a newer mailbot (format {about['format']}); install that version")
    listed = {name: (one.get("sha256"), one.get("size")) for name, one in about.pop("files").items()}
    if wrong := sorted(name for name in {*listed, *found} if listed.get(name) != found.get(name)):
        raise Permanent(f"{file} is damaged or was changed: {wrong[0]} is not what its list says; take another backup")
    return Archive(
        about=about,
        files={name: sha for name, (sha, _) in found.items()},
        sizes={name: size for name, (_, size) in found.items()},
        fingerprint=hashlib.sha256(said).hexdigest()[:32],
    )
