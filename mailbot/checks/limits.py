"""What one run of a stranger's program may take, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ended(StrEnum):
    """Why a run was ended before its time; the words stand in the reply."""

    BY_ITSELF = ""
    TIME = "it ran longer than it may"
    CPU = "it computed longer than it may"
    MEMORY = "it took more memory than it may"
    PROCESSES = "it started more processes than it may"
    OUTPUT = "it printed more than it may"
    DISK = "it wrote more to the disk than it may"
    SHORT = "the server itself ran short of memory or disk, so it was stopped"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of all processes of one run together, where nothing else is said."""

    wall: float = 30.0  #: seconds
    cpu: int = 30  #: seconds of computing
    memory: int = 512 << 20  #: bytes
    processes: int = 64
    disk: int = 64 << 20  #: bytes, of each place that can be written
    files: int = 10_000
    output: int = 1 << 20  #: bytes that are read before it is ended
    open_files: int = 256  #: of one process
    kept: int = 32_000  #: bytes of output that are kept of its beginning, and of its end


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of one run."""

    exit_code: int | None  #: None where it was ended
    ended: Ended
    output: str  #: what it printed; of much the beginning and the end
    sha256: str  #: of everything that was read of it
    seconds: float
