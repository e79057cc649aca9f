"""Ask a small program of our own, which may die of what it is given."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from typing import Any

from mailbot.domain.errors import Temporary


async def asked(program: str, given: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
    """What the Python file *program* answers; None where it did not come to an end within its limits."""
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command = [sys.executable, "-I", program]
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=null, env={})
    except OSError as error:
        raise Temporary(f"no program could be started to check with: {error}") from error
    try:
        said, _ = await asyncio.wait_for(process.communicate(json.dumps(given).encode("ascii")), seconds)
    except TimeoutError:
        said = b""
    finally:
        await _ended(process)
    return dict(json.loads(said)) if said else None


async def _ended(process: asyncio.subprocess.Process) -> None:
    """No program outlives its question."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it ended between the two lines
            process.kill()
        await process.wait()
