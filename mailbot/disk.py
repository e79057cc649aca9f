"""How what is written becomes durable.

On Linux fsync asks the disk to write what it holds. On macOS it only hands it to the disk, which may keep it in a
memory that a loss of power empties; F_FULLFSYNC asks for the rest. (SQLite is told the same by PRAGMA fullfsync.)
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

FULL: Final[int | None] = getattr(fcntl, "F_FULLFSYNC", None)  #: macOS only
_UNKNOWN: Final = frozenset({errno.EINVAL, errno.ENOTTY, errno.ENOTSUP, errno.ENOSYS})


def flush(file: int, full: int | None = FULL) -> None:
    """Make what was written to *file* durable; a file system that does not know *full* (on the network) is fsynced."""
    if full is None:
        os.fsync(file)
        return
    try:
        fcntl.fcntl(file, full)
    except OSError as error:
        if error.errno not in _UNKNOWN:  # anything else is the disk's, and a second call would not hear of it again
            raise
        os.fsync(file)


def flush_folder(folder: Path | str) -> None:
    """A name in a folder is durable once the folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        flush(handle)
    finally:
        os.close(handle)
