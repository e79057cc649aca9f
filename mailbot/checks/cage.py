"""What every kind of sandbox has in common: what is seen inside, and what is handed in."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from mailbot.checks.limits import Limits
from mailbot.domain.project import Tree

SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")
CONFIGURATION: Final = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld-musl-x86_64.path", "/etc/ssl/openssl.cnf")
#: Whatever eats too much memory inside dies first; the files are unpacked; nothing of ours is open any more.
BEGIN: Final = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; tar -xf - || exit 125; exec "$@" </dev/null'
PATH: Final = "/usr/local/bin:/usr/bin:/bin"
FIRST_USER: Final = 60706  #: numbers that systemd leaves to nobody, and that a container of 65536 users has
USERS: Final = 478


@dataclass(frozen=True, kw_only=True)
class Order:
    """One command to be run."""

    command: tuple[str, ...]
    limits: Limits
    environment: Mapping[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()  #: more folders that may be read, and nothing else


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a sandbox is started: the arguments and what it is handed."""

    arguments: tuple[str, ...]
    filter: bytes  #: for the kernel; handed in as the descriptor that the arguments name
    folder: Path | None = None  #: where it writes, if it writes to the disk


class Cage(Protocol):
    """One kind of sandbox."""

    @property
    def name(self) -> str:
        """As it stands in the reply."""

    @property
    def loopback(self) -> bool:
        """Whether a server inside can be asked, from inside."""

    def start(self, order: Order, *, status: int, filter: int, number: int) -> Start:
        """How *order* is started, given the descriptors of the status and of the filter; *number* is of this run."""


def interpreter() -> str:
    """The Python that the sandbox itself is started with, where it needs one: the one below our own environment."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(base) if base.exists() else sys.executable


def python_inside() -> tuple[str, tuple[str, ...]]:
    """The Python of strangers' programs, and the folders that it needs beyond the system's."""
    for place in PATH.split(":"):
        if (Path(place) / "python3").exists():
            return f"{place}/python3", ()
    return interpreter(), (str(Path(sys.base_prefix).resolve()),)


def variables(home: str, temporary: str, order: Order) -> dict[str, str]:
    """The whole environment inside."""
    known = {"PATH": PATH, "HOME": home, "TMPDIR": temporary, "LANG": "C.UTF-8"}
    quiet = {"CI": "1", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    return {**known, **quiet, **order.environment}


def user_of(number: int) -> int | None:
    """The number of a user that is nobody, for a mailbot that runs as root; else None: we stay who we are."""
    return FIRST_USER + (os.getpid() * 8 + number) % USERS if os.geteuid() == 0 else None


def packed(files: Tree) -> bytes:
    """*files* as one archive, to be unpacked inside."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o755 if content.startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()
