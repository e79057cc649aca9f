"""The sandbox where namespaces are denied: how confined.py is started."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.checks import confined, seccomp
from mailbot.checks.cage import BEGIN, CONFIGURATION, SYSTEM, Order, Start, interpreter, user_of, variables
from mailbot.checks.limits import Limits

PREFIX: Final = "mailbot-box-"


@dataclass(frozen=True, kw_only=True)
class Landlock:
    """No network at all, not even to itself; the disk's limit is kept by looking."""

    version: int  #: of the kernel's Landlock
    name: str = "Landlock"
    loopback: bool = False

    def start(self, order: Order, *, status: int, filter: int, number: int) -> Start:
        del filter
        folder = Path(tempfile.gettempdir()) / f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        rules = seccomp.bare(signals=self.version >= confined.SCOPED)
        given = {
            "parent": os.getpid(),
            "status": status,
            "folder": str(folder),
            "user": user_of(number),
            "limits": _limits(order.limits),
            "read": [*SYSTEM, *CONFIGURATION, *order.seen],
            "filter": rules.hex(),
            "command": ["/bin/sh", "-c", BEGIN, "sh", *order.command],
            "environment": variables(f"{folder}/box", f"{folder}/tmp", order),  # noqa: S108  (the folder is ours)
        }
        arguments = (interpreter(), "-I", "-S", confined.__file__, json.dumps(given))
        return Start(arguments=arguments, filter=rules, folder=folder)


def _limits(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_CPU": limits.cpu,
        "RLIMIT_FSIZE": limits.disk,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_DATA": limits.memory,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 65536,
    }
