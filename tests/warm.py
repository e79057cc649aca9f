"""Commands of mailbot that begin at once: a process that has loaded it already, and becomes each of them by a fork.

To load mailbot takes a command seconds and is the same every time. Everything else of a process is as ever: its own
memory, arguments, folder, environment and streams; it can be killed, and it ends with its own exit code.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MOST = 1 << 17  #: bytes of one order: the words, the folder and the environment of a command
LOADED = ("app", "cli", "replay", "show", "teach", "demo", "site", "checks.sandbox", "consent.tokens")


def serve(line):
    """Become whatever is ordered, until nobody is left to order."""
    for name in LOADED:
        __import__(f"mailbot.{name}")
    gc.freeze()  # what is loaded stays; no command looks through it again
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for anybody
    while True:
        order, streams, _, _ = socket.recv_fds(line, MOST, 4)
        if not order:
            return
        if os.fork() == 0:
            line.close()
            _tell(streams, json.loads(order))
            return
        for one in streams:
            os.close(one)


def _tell(streams, order):
    """Become the command, in a process of which another says when and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, told = streams
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _become(streams, order)
        return
    for one in (*streams, 0, 1, 2):
        os.close(one)
    os.write(told, b"%d" % pid)
    _, status = os.waitpid(pid, 0)
    os.write(told, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(streams, order):
    """Go on as `python -m mailbot` with these words does."""
    for number, one in enumerate(streams):
        os.dup2(one, number)
        os.close(one)
    os.chdir(order["folder"])
    os.environ.clear()  # noqa: TID251  (the environment is what a process is given)
    os.environ.update(order["environment"])  # noqa: TID251
    random.seed()
    sys.argv = ["mailbot", *order["words"]]
    try:
        runpy.run_module("mailbot", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        _end(end.code)


def _end(code):
    """In good order, but for the tidying of memory: of what is loaded that would take longer than most commands."""
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


@cache
def _house():
    """Our end of the line to the process that becomes them."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for one in (ours, theirs):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MOST)
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[1]
        )
    atexit.register(_close, ours, process)
    return ours


def _close(ours, process):
    ours.close()
    process.wait(20)


@dataclass(eq=False)
class Command:
    """One command under way; what a test needs of subprocess.Popen."""

    words: tuple
    folder: Path | None = None
    streams: tuple = ()  #: three open files: what it reads, what it says, what it complains
    pid: int = 0
    returncode: int | None = None
    _told: socket.socket = field(init=False)

    def __post_init__(self):
        order = {
            "words": [str(word) for word in self.words],
            "folder": str(self.folder or Path.cwd()),
            "environment": dict(os.environ),  # noqa: TID251  (as every child has it)
        }
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            files = [*(one.fileno() for one in self.streams), theirs.fileno()]
            socket.send_fds(_house(), [json.dumps(order).encode()], files)
        self.pid = int(self._line())

    def wait(self, timeout=None):
        """Its exit code, when it has ended."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = int(self._line())
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.words, timeout) from None
            self._told.close()
        return self.returncode

    def _line(self):
        """What is told of it next."""
        line = self._told.recv(100)
        if not line:
            self._told.close()
            raise RuntimeError("mailbot cannot be loaded: see what tests.warm complains")
        return line

    def poll(self):
        """Its exit code; None while it runs."""
        try:
            return self.wait(0.001)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number):
        """Tell it, while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
