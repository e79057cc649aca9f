"""Ask a small program of our own, which may die of what it is given.

It is started and awaited in a thread. Not asyncio's way: a task that is cancelled while asyncio starts a process for it
waits for ever, and a "stop" by mail cancels a check at any instant.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final

from mailbot.domain.errors import Temporary

AT_ONCE: Final = 8  #: programs; who comes later waits for a place
_threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="apart")


async def asked(program: str, given: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
    """What the Python file *program* answers; None where it did not come to an end within its limits."""
    question = _Question([sys.executable, "-I", program], json.dumps(given).encode("ascii"), seconds)
    answer = asyncio.get_running_loop().run_in_executor(_threads, question.put)
    try:
        said = await answer
    except asyncio.CancelledError:
        question.withdraw()  # whoever withdrew it does not wait: the thread ends the program and is free again
        raise
    return dict(json.loads(said)) if said else None


class _Question:
    """One program, from its start to its end; no program outlives its question."""

    def __init__(self, command: list[str], given: bytes, seconds: float) -> None:
        self._command, self._given, self._seconds = command, given, seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._withdrawn = False

    def put(self) -> bytes:
        """What the program says; nothing where it ran over its time, or nobody wants to know any more."""
        with self._lock:  # so that it is withdrawn before its start, or when there is something to end
            if self._withdrawn:
                return b""
            process = self._process = self._started()
        with process:
            try:
                return process.communicate(self._given, self._seconds)[0]
            except subprocess.TimeoutExpired:
                return b""
            finally:
                process.kill()

    def withdraw(self) -> None:
        """End it, or see to it that it never begins."""
        with self._lock:
            self._withdrawn = True
            if self._process:
                self._process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={})  # noqa: S603  (our own)
        except OSError as error:
            raise Temporary(f"no program could be started to check with: {error}") from error
