"""What runs in a worker process: it takes a function and its values, and answers what came of it.

It is started with no environment, no files but the one socket, and little power: no more memory and computing than it
is given, no file written, no program started, no privilege gained. Nothing of a mail is ever printed.
"""

from __future__ import annotations

import gc
import pickle
import resource
import socket
import struct
import sys
import traceback
from typing import Final

from mailbot import __version__
from mailbot.receive.confine import confine
from mailbot.receive.wire import VERSION_BYTES, may_cross, packed

LENGTH: Final = struct.Struct("!Q")  #: bytes of a request
FILES: Final = 24  #: that may be open at once


def main(memory: int, cpu: int) -> None:
    """Answer requests on the socket that stands at 0, until it is closed."""
    with socket.socket(fileno=0) as line:
        _limit(memory)
        confine()
        gc.freeze()
        line.sendall(__version__.encode("ascii").ljust(VERSION_BYTES))
        while request := _request(line):
            used = resource.getrusage(resource.RUSAGE_SELF)
            resource.setrlimit(
                resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + cpu + 1, resource.RLIM_INFINITY)
            )
            for piece in _answer(request):
                line.sendall(piece)
            del request


def _limit(memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # noqa: PLW2901  (never above what we have)
        resource.setrlimit(what, (most, most))


def _request(line: socket.socket) -> bytearray | None:
    """The next request; none: the other side has closed."""
    head = _exactly(line, LENGTH.size)
    return _exactly(line, LENGTH.unpack(head)[0]) if head else None


def _exactly(line: socket.socket, size: int) -> bytearray | None:
    room = bytearray(size)
    at = 0
    with memoryview(room) as view:
        while at < size:
            count = line.recv_into(view[at:])
            if not count:
                return None
            at += count
    return room


def _answer(request: bytearray) -> list[bytes]:
    """What the function gave, what it raised, or in words why neither can be said."""
    try:
        function, args = pickle.loads(request)  # noqa: S301  (our own process wrote it)
        return packed(("gave", function(*args)))
    except MemoryError:
        why = "it takes more memory to read than a mail may"
    except RecursionError:
        why = "it is nested deeper than can be read"
    except BaseException as error:  # noqa: BLE001  (whatever it is, the one who asked is told)
        if may_cross(type(error)):
            return packed(("raised", error))
        why = f"reading it fails with {type(error).__name__} {_where(error)}"
    return packed(("broken", why))


def _where(error: BaseException) -> str:
    """The place in our code, never a word of the mail."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"in {frames[-1].name}, line {frames[-1].lineno}" if frames else "at once"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
