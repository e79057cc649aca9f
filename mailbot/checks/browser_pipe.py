"""A line to a Chromium that this program has started: it is told what to do, and says what happens.

Runs inside the sandbox, so only the standard library is imported. Each message is one JSON object and a zero byte.
What a page says may be of any size and never come: every wait has an end, and what is too large is passed over.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST = 4_000_000  #: bytes of one message that are read
WAITING = 2_000  #: messages that wait to be looked at; a page that talks faster than we read is slowed down
TOO_LONG = "too long"  #: happens when it says more than that
_FREE = 10  #: numbers of files from here on are in nobody's way
_ID = re.compile(rb'^\{"id":(\d+)')


class Silent(Exception):
    """No answer came in time, or none that could be read."""


class Gone(Exception):
    """The browser, or the page in it, is no more."""


class Refused(Exception):
    """The browser says that it cannot be done."""


class Line:
    """One browser, from its start to its end."""

    def __init__(self, command: list[str], home: str, happened: Callable[[str, dict[str, Any], str], None]) -> None:
        """Start it. *happened* is told of everything that it says by itself: what, with what, and of which page."""
        self.happened = happened
        self.said: queue.Queue[dict[str, Any] | None] = queue.Queue(WAITING)
        self.number = 0
        self.results: dict[int, dict[str, Any]] = {}
        self.errors = f"{home}/errors"
        theirs_in, self.ours_out = _pipe()
        self.ours_in, theirs_out = _pipe()
        actions = (
            (os.POSIX_SPAWN_DUP2, theirs_in, 3),
            (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, self.errors, os.O_WRONLY | os.O_CREAT, 0o600),
        )
        around = {"HOME": home, "TMPDIR": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        self.pid = os.posix_spawn(command[0], command, around, file_actions=actions, setpgroup=0)
        os.close(theirs_in)
        os.close(theirs_out)
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, what: str, seconds: float, page: str = "", **given: Any) -> dict[str, Any]:  # noqa: ANN401  (as it is)
        """Tell the browser something, and wait for its answer."""
        number, until = self.tell(what, page, **given), time.monotonic() + seconds
        while number not in self.results:
            self.hear(until)
        answer = self.results.pop(number)
        if "result" not in answer:
            raise Refused(str(answer.get("error", {}).get("message", "")))
        return dict(answer["result"])

    def tell(self, what: str, page: str = "", **given: Any) -> int:  # noqa: ANN401  (as it is)
        """Tell it something; return the number of the answer, for which nobody needs to wait."""
        self.number += 1
        message = {"id": self.number, "method": what, "params": given} | ({"sessionId": page} if page else {})
        left = memoryview(json.dumps(message).encode("ascii") + b"\0")
        with contextlib.suppress(BrokenPipeError):  # the next look says that it is gone
            while left:
                left = left[os.write(self.ours_out, left) :]
        return self.number

    def hear(self, until: float) -> None:
        """Take the next thing that it says. Raises Silent at *until*."""
        try:
            message = self.said.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise Silent from None
        if message is None:
            self.said.put(None)
            raise Gone
        if "id" in message:
            self.results[int(message["id"])] = message
        else:
            what, given = str(message.get("method")), dict(message.get("params", {}))
            self.happened(what, given, str(message.get("sessionId", "")))

    def rest(self, seconds: float) -> None:
        """Only listen."""
        until = time.monotonic() + seconds
        with contextlib.suppress(Silent):
            while True:
                self.hear(until)

    def end(self) -> None:
        """Nothing of it is left but what it printed."""
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def last_words(self) -> str:
        """What it printed last."""
        with contextlib.suppress(OSError):
            return Path(self.errors).read_bytes()[-2_000:].decode("utf-8", "replace")
        return ""

    def _listen(self) -> None:
        """Cut what comes into messages, until it ends."""
        held, dropping = bytearray(), False
        while chunk := self._chunk():
            *whole, rest = chunk.split(b"\0")
            for part in whole:
                self._take(bytes(held) + part, broken=dropping)
                held, dropping = bytearray(), False
            held += rest
            if len(held) > MOST:
                held, dropping = held[:100], True
        self.said.put(None)

    def _chunk(self) -> bytes:
        with contextlib.suppress(OSError):
            return os.read(self.ours_in, 1 << 16)
        return b""

    def _take(self, message: bytes, *, broken: bool) -> None:
        found = _ID.match(message) if broken else None
        try:
            if broken:
                self.said.put({"id": int(found[1])} if found else {"method": TOO_LONG})
            else:
                self.said.put(json.loads(message))
        except (ValueError, RecursionError):
            return


def _pipe() -> tuple[int, int]:
    """Both ends of a pipe, where they cannot be mistaken for the browser's."""
    ends = os.pipe()
    made = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FREE) for end in ends]
    for end in ends:
        os.close(end)
    return made[0], made[1]
