"""Look at what a run takes, from outside, where it cannot lie: all its processes together."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.checks.limits import Ended, Limits

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
_LEAST_MEMORY: Final = 256_000  #: kB that stay for everybody else
_LEAST_DISK: Final = 200_000_000  #: bytes
_DEEPEST: Final = 64  #: folders in folders
_OURS: Final = 8  #: processes of the sandbox itself
_PLACES: Final = ("box", "tmp", "dev/shm")  #: what can be written inside namespaces


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What all processes of a run take together."""

    processes: int
    cpu: float  #: seconds
    pids: tuple[int, ...]


def over(root: int, limits: Limits) -> Ended:
    """Which limit the processes from *root* down are over."""
    taken = taken_by(root)
    if taken.processes > limits.processes + _OURS:
        return Ended.PROCESSES
    if taken.cpu > limits.cpu:
        return Ended.CPU
    if memory_of(taken.pids, roughly=True) > limits.memory and memory_of(taken.pids) > limits.memory:
        return Ended.MEMORY
    return Ended.SHORT if _memory_left() < _LEAST_MEMORY else Ended.BY_ITSELF


def taken_by(root: int) -> Taken:
    """Look at *root* and everything below it."""
    table = dict(_processes())
    below: dict[int, list[int]] = {}
    for pid, (parent, _) in table.items():
        below.setdefault(parent, []).append(pid)
    found, waiting = [], [root] if root in table else []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += below.get(pid, [])
    return Taken(processes=len(found), cpu=sum(table[pid][1] for pid in found), pids=tuple(found))


def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
    """Every process of the machine, with its parent and the seconds that it and its dead children computed."""
    for place in _PROC.iterdir():
        if place.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                words = (place / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                yield int(place.name), (int(words[1]), sum(map(int, words[11:15])) / _TICKS)


def memory_of(pids: tuple[int, ...], *, roughly: bool = False) -> int:
    """Bytes that no file backs. *roughly*: what they share is counted for each, which is quick."""
    return 1024 * sum(_own(pid) if roughly else _shared(pid) for pid in pids)


def _own(pid: int) -> int:
    return _kilobytes(_PROC / str(pid) / "status", ("RssAnon:", "RssShmem:"))


def _shared(pid: int) -> int:
    """With what is shared divided among those who share it, where we may know."""
    return _kilobytes(_PROC / str(pid) / "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) or _own(pid)


def _kilobytes(file: Path, names: tuple[str, ...]) -> int:
    with contextlib.suppress(OSError, ValueError):
        lines = file.read_text("ascii", "replace").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(names))
    return 0


def _memory_left() -> int:
    return _kilobytes(_PROC / "meminfo", ("MemAvailable:",)) or _LEAST_MEMORY


def over_in_namespace(pid: int, limits: Limits) -> Ended:
    """Whether the places inside the namespaces of *pid* hold too many files; their bytes the kernel limits."""
    for place in _PLACES:
        with contextlib.suppress(OSError):
            folder = os.open(f"/proc/{pid}/root/{place}", os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                found, device = os.fstatvfs(folder), os.fstat(folder).st_dev
            finally:
                os.close(folder)
            if found.f_files - found.f_ffree > limits.files and device not in _devices():
                return Ended.DISK
    return Ended.BY_ITSELF


def _devices() -> set[int]:
    """Where the same places of this machine lie: a sandbox that is still being made stands in them."""
    found = set()
    for place in ("/", *(f"/{one}" for one in _PLACES)):
        with contextlib.suppress(OSError):
            found.add(Path(place).stat().st_dev)
    return found


def over_in_folder(folder: Path, pids: tuple[int, ...], limits: Limits) -> Ended:
    """Whether *folder* holds more than it may, with the files that *pids* hold open and have taken out of it."""
    try:
        disk, device = os.statvfs(folder), folder.stat().st_dev
    except OSError:  # not there yet, or not any more
        return Ended.BY_ITSELF
    if disk.f_bavail * disk.f_frsize < _LEAST_DISK:
        return Ended.SHORT
    size = count = 0
    for blocks in itertools.chain(_sizes(folder, 0), _removed(pids, device)):
        size, count = size + blocks * 512, count + 1
        if size > limits.disk or count > limits.files:
            return Ended.DISK
    return Ended.BY_ITSELF


def _sizes(folder: Path, depth: int) -> Iterator[int]:
    """Blocks of every file; of a nest of folders that nobody needs, more than there may be."""
    if depth > _DEEPEST:
        yield 1 << 62
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                yield entry.stat(follow_symlinks=False).st_blocks
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(Path(entry.path), depth + 1)


def _removed(pids: tuple[int, ...], device: int) -> Iterator[int]:
    """Blocks of the files on *device* that are open and have no name any more."""
    seen = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for file in (_PROC / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    found = file.stat()
                    gone = stat.S_ISREG(found.st_mode) and not found.st_nlink and found.st_dev == device
                    if gone and found.st_ino not in seen:
                        seen.add(found.st_ino)
                        yield found.st_blocks
