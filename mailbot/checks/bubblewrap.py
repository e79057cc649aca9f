"""The sandbox of bubblewrap: namespaces of its own, a read-only system, no network, and a filter of system calls."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.checks import seccomp
from mailbot.checks.cage import BEGIN, CONFIGURATION, SYSTEM, Order, Start, user_of, variables
from mailbot.checks.limits import Limits

PROGRAMS: Final = ("bwrap", "prlimit")
NOBODY: Final = "65534"
SHARED_MEMORY: Final = 1 << 20  #: bytes of /dev/shm
_NAMESPACES: Final = ("user", "ipc", "pid", "net", "uts", "cgroup-try")


@dataclass(frozen=True, kw_only=True)
class Bubblewrap:
    """The best there is."""

    proc: bool = True  #: whether there may be a /proc inside; in some containers there may not
    modest: bool = True  #: as root: give up being root before it starts
    name: str = "bubblewrap"
    loopback: bool = True

    def start(self, order: Order, *, status: int, filter: int, number: int) -> Start:
        user = user_of(number) if self.modest else None
        arguments = [
            *([_found("setpriv"), f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"] if user else []),
            _found("bwrap"), "--json-status-fd", str(status), "--seccomp", str(filter),
            *(f"--unshare-{name}" for name in _NAMESPACES), "--disable-userns", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox",
            *self._sees(), *_places(order.limits), *_binds(order.seen), "--clearenv", *_environment(order),
            "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/box", "--",
            *limited(order.limits), "--", "/bin/sh", "-c", BEGIN, "sh", *order.command,
        ]  # fmt: skip
        return Start(arguments=tuple(arguments), filter=seccomp.namespaced())

    def _sees(self) -> Iterator[str]:
        """What of the machine can be read inside."""
        for place in map(Path, SYSTEM):
            if place.is_symlink():
                yield from ("--symlink", str(place.readlink()), str(place))
            elif place.is_dir():
                yield from ("--ro-bind", str(place), str(place))
        for file in CONFIGURATION:
            yield from ("--ro-bind-try", file, file)
        if self.proc:
            yield from ("--proc", "/proc")
        yield from ("--dev", "/dev")


def _places(limits: Limits) -> Iterator[str]:
    """What can be written inside: memory that looks like a disk."""
    for place, size in (("/tmp", limits.disk), ("/box", limits.disk), ("/dev/shm", SHARED_MEMORY)):  # noqa: S108  (it is inside)
        yield from ("--size", str(size), "--tmpfs", place)


def _binds(folders: Iterable[str]) -> Iterator[str]:
    """After the places that can be written, for a folder below one of them would be hidden."""
    for folder in folders:
        yield from ("--ro-bind", folder, folder)


def _environment(order: Order) -> Iterator[str]:
    for name, value in variables("/box", "/tmp", order).items():  # noqa: S108  (it is inside)
        yield from ("--setenv", name, value)


def limited(limits: Limits) -> tuple[str, ...]:
    """The command that sets what the kernel limits, for each process."""
    return (
        _found("prlimit"), f"--nproc={limits.processes}", f"--cpu={limits.cpu}:{limits.cpu + 1}",
        f"--fsize={limits.disk}", "--core=0", f"--nofile={limits.open_files}", f"--data={limits.memory}",
        "--msgqueue=0", "--memlock=65536",
    )  # fmt: skip


def _found(program: str) -> str:
    return shutil.which(program, path="/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin") or program
