"""Bytes under the name of their SHA-256, in files that are on disk once put() has returned.

    blobs/3f/3f9a...     two letters a folder, so that no folder grows large

A file is written beside its place, flushed, renamed, and its folder flushed: at every instant it is whole or absent.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.disk import flush
from mailbot.disk import flush_folder as _flush
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Raw, Spooled
from mailbot.ports import Blobs
from mailbot.store.tables import INLINE

_LATER: Final = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EIO,
        errno.EROFS,
        errno.EMFILE,
        errno.ENFILE,
        errno.EACCES,
        errno.EPERM,
        errno.EFBIG,
    }
)  #: what an admin can cure, while the content stays with whoever offers it
_NAME: Final = 64  #: letters of a name
_ASIDE: Final = ".old-"  #: before the name of what is about to be removed
GRACE: Final = 600.0  #: seconds for which a content is left alone that no row names: its row is about to be written


@contextlib.contextmanager
def _errors(what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Permanent(f"{what}: it is missing; put it back from a backup of the data folder") from error
    except OSError as error:
        if error.errno in _LATER:
            raise Temporary(f"{what}: {error.strerror}; free space or mend the disk, it is tried again") from error
        raise Permanent(f"{what}: {error}") from error


@dataclass(frozen=True)
class FileBlobs:
    """The files of one folder."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Make *content* durable; return its name. The same content again costs one look."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        with _errors(f"a content of {len(content)} bytes cannot be stored under {self.folder}"):
            if self._whole(path, len(content)):
                _flush(path.parent)  # an earlier try may have failed just there
            else:
                self._write(path, content)
        return name

    def get(self, name: str) -> bytes:
        """Return the content, proven to be the one that was put."""
        with _errors(f"the stored content {name}"):
            content = self._path(name).read_bytes()
        if hashlib.sha256(content).hexdigest() != name:
            raise Permanent(f"the stored content {name} is damaged; put it back from a backup of the data folder")
        return content

    def adopt(self, spooled: Spooled) -> str:
        """Take over a file that is whole and on disk already; it is moved, not copied. Return its name."""
        path, beside = self._path(spooled.sha256), Path(spooled.path)
        with _errors(f"a mail of {spooled.size} bytes cannot be stored under {self.folder}"):
            self._make(path.parent)
            if beside.exists():
                os.utime(beside)
                beside.replace(path)
                _flush(path.parent)
            elif not self._whole(path, spooled.size):  # else it was taken over before: the same mail is offered again
                raise Temporary(f"the spooled mail {beside} is gone; it is asked for again")
            else:
                _flush(path.parent)
        return spooled.sha256

    def file(self, name: str) -> Spooled:
        """The file of a content, proven to be the one that was put."""
        path = self._path(name)
        with _errors(f"the stored content {name}"), path.open("rb") as file:
            known, size = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
        if known != name:
            raise Permanent(f"the stored content {name} is damaged; put it back from a backup of the data folder")
        return Spooled(path=str(path), size=size, sha256=name)

    def _path(self, name: str) -> Path:
        if len(name) != _NAME or not name.isalnum():
            raise Permanent(f"{name!r} names no stored content")
        return self.folder / name[:2] / name

    @staticmethod
    def _whole(path: Path, size: int) -> bool:
        """Whether it is there already; one that a broken disk cut short is written anew.

        It is marked as wanted now, so that sweep(), which knows only what rows name, leaves it to its new row.
        """
        try:
            os.utime(path)
            return path.stat().st_size == size
        except FileNotFoundError:
            return False

    def _write(self, path: Path, content: bytes) -> None:
        self._make(path.parent)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                flush(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):  # the first error is the one to tell
                Path(beside).unlink()
            raise
        _flush(path.parent)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _flush(self.folder)
                _flush(self.folder.parent)
            except OSError:
                with contextlib.suppress(OSError):
                    folder.rmdir()  # so that the next try flushes too
                raise


def tidy(folder: Path) -> int:
    """Make the folders and remove what an earlier process was writing when it ended; return how many files that were.

    Only for whoever has the folder alone: what another process writes looks the same. A folder that is made when a
    mail comes costs that mail two flushes more; flushed every time, for the last start may have ended before it could.
    """
    with _errors(f"the folder {folder} cannot be made"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(256):
            (folder / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        _flush(folder)
        _flush(folder.parent)
    for file in folder.glob(f"*/{_ASIDE}*"):  # the process ended before it could look once more
        file.replace(file.with_name(file.name.removeprefix(_ASIDE)))
    left = list(folder.glob("*/.new-*"))
    for file in left:
        with contextlib.suppress(OSError):  # it only takes room
            file.unlink()
    return len(left)


def sweep(folder: Path, unnamed: frozenset[str], *, look: bool = False, grace: float = GRACE) -> frozenset[str]:
    """Remove the contents *unnamed*; to *look* only says which ones are old enough to be removed at all.

    Whoever stores the same content again meanwhile has marked it (see _whole), or finds it gone and writes it anew: a
    file is first put aside, then looked at once more, and put back if it is wanted.
    """
    probe = folder / ".clock"
    with _errors(f"the folder {folder} cannot be tidied"):
        if not folder.is_dir():
            return frozenset()
        probe.touch()
        before = probe.stat().st_mtime - grace
        probe.unlink()
        if look:
            return frozenset(file.name for file in folder.glob("[0-9a-f][0-9a-f]/*") if _is_old(file, before))
        return frozenset(name for name in unnamed if _removed(folder / name[:2] / name, before))


def _is_old(file: Path, before: float) -> bool:
    try:
        return len(file.name) == _NAME and file.stat().st_mtime <= before
    except FileNotFoundError:
        return False


def _removed(file: Path, before: float) -> bool:
    aside = file.with_name(f"{_ASIDE}{file.name}")
    try:
        file.replace(aside)
    except FileNotFoundError:
        return False
    if aside.stat().st_mtime > before:
        aside.replace(file)
        return False
    aside.unlink()
    return True


async def keep(blobs: Blobs, content: Raw) -> tuple[bytes | None, str | None]:
    """What goes into the row, body or blob; a large content is durable before its row is written."""
    if isinstance(content, Spooled):
        return None, await asyncio.to_thread(blobs.adopt, content)
    if len(content) <= INLINE:
        return content, None
    return None, await asyncio.to_thread(blobs.put, content)


async def fetch(blobs: Blobs, body: bytes | None, blob: str | None) -> bytes:
    """What keep() kept."""
    if body is not None:
        return body
    if blob is None:
        raise Permanent("the stored content was deleted when its time was over")
    return await asyncio.to_thread(blobs.get, blob)
