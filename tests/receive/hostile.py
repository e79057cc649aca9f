"""What a mail could do to the process that reads it, as functions for a worker."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import time

from mailbot.domain.errors import Temporary, Unreadable
from mailbot.understand.zone import Missing


def same(value):
    return value


def who(_=None):
    return os.getpid()


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def spin():
    while True:
        pass


def leave(code):
    os._exit(code)


def crash():
    ctypes.string_at(0)


def fill(size):
    return len(bytearray(size))


def deep(level=0):
    return deep(level + 1)


def refuse(kind):
    raise {
        "unreadable": Unreadable("no author"),
        "temporary": Temporary("not now"),
        "missing": Missing("acme.example", "TXT"),
        "bug": KeyError("words of a mail"),
        "exit": SystemExit("words of a mail"),
    }[kind]


def said(raw):
    """Write to the parent behind the worker's back."""
    os.write(0, raw)
    return "late"


def strange():
    return object()


def power(path):
    """What this process can still do, by name."""
    tries = {
        "write": lambda: open(path, "wb"),  # noqa: PTH123, SIM115  (the call itself is tried)
        "append": lambda: open(path, "ab"),  # noqa: PTH123, SIM115
        "remove": lambda: os.unlink(path),  # noqa: PTH108
        "rename": lambda: os.rename(path, path + "2"),  # noqa: PTH104
        "program": lambda: subprocess.run(["true"], check=True),
        "fork": os.fork,
        "network": socket.socket,
        "kill": lambda: os.kill(os.getppid(), 0),
    }
    able = []
    for name, one in tries.items():
        try:
            one()
        except OSError:
            continue
        able.append(name)
    return able, dict(os.environ)  # noqa: TID251  (that it is empty is what is tested)
