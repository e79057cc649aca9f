"""Small files that only we may read: logins, tokens.

A file is written beside its place, flushed, renamed, and its folder flushed: at every instant it is the old one or
the new one, whole. Whoever reads it, changes it and writes it back holds the lock beside it, in whatever process.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from mailbot.domain.errors import Permanent, Temporary

MAX: Final = 1_000_000  #: bytes of one file
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Busy(Temporary):
    """Another process holds the lock."""


def read(path: Path, what: str) -> bytes | None:
    """The content of *path*; None when there is none. *what* it is, in words for an admin."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                words = f"{what} {path} can be read or changed by other users of this machine; run: chmod 600 '{path}'"
                raise Permanent(words)
            content = file.read(MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Temporary(f"{what} {path} cannot be read: {error.strerror or error}; it is tried again") from error
    if len(content) > MAX:
        raise Permanent(f"{what} {path} has more than {MAX:,} bytes; put it back from a backup of the data folder")
    return content


def write(path: Path, content: bytes, what: str) -> None:
    """Make *content* the durable content of *path*, for nobody but us."""
    with _ours(path, what):
        _folder(path.parent)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):  # the first error is the one to tell
                Path(beside).unlink()
            raise
        _flush(path.parent)


@contextlib.contextmanager
def alone(path: Path, what: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of *path*. Without *wait*: raise Busy when somebody has it."""
    with _ours(path, what):
        _folder(path.parent)
        lock = os.fdopen(os.open(f"{path}.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb")
    with lock:
        _lock(lock, path, what, wait=wait)
        yield


def _lock(lock: IO[bytes], path: Path, what: str, *, wait: bool) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise Busy(f"{what} {path} is being changed by another process; it is tried again") from None


@contextlib.contextmanager
def _ours(path: Path, what: str) -> Iterator[None]:
    """Whatever the disk says passes: room is made, a right is given."""
    try:
        yield
    except OSError as error:
        said = errno.errorcode.get(error.errno or 0, "") if error.strerror is None else error.strerror
        words = f"{what} {path} cannot be written: {said}; make room or give the right to write there, then try again"
        raise Temporary(words) from error


def _folder(folder: Path) -> None:
    """Make the folder, for nobody but us."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _flush(folder.parent)


def _flush(folder: Path) -> None:
    """A name in a folder is durable once the folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
