"""What mailbot costs while nothing happens."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

import psutil

from tests.bench.served import Served, environment
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row

BARE: Final = "import aiosmtpd.controller, jinja2, sqlmodel, sys; print('up', flush=True); sys.stdin.read()"

TITLE: Final = "Idle"
HOW: Final = (
    "`mailbot serve` on embedded defaults, {seconds:g} seconds long, after its start and before its first mail: "
    "resident memory with all of its child processes, and processor time. Beside it a Python that has imported "
    "aiosmtpd, Jinja2 and SQLModel and does nothing."
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    with bare() as reference:
        async with Served(module="mailbot") as served:
            return await _measured(served.pid, reference, scale)


async def _measured(pid: int, reference: int, scale: Scale) -> Figure:
    await asyncio.sleep(scale.settle)
    begun, spent = time.perf_counter(), seconds_of(pid)
    await asyncio.sleep(scale.idle)
    share = (seconds_of(pid) - spent) / (time.perf_counter() - begun) * 100
    ours, theirs = memory_of(pid), memory_of(reference)
    memory = Row(
        what="memory", ours=ours, unit="MB", reference="Python with the same libraries", theirs=theirs,
        ratio=ours / theirs, aim=Limit(value=120),
    )  # fmt: skip
    processor = Row(
        what="processor",
        ours=share,
        unit="%",
        reference="one core",
        theirs=100.0,
        ratio=share / 100,
        aim=Limit(value=1),
    )
    return Figure(title=TITLE, how=HOW.format(seconds=scale.idle), rows=(memory, processor))


@contextlib.contextmanager
def bare() -> Iterator[int]:
    """The process to compare with; its number."""
    command = [sys.executable, "-c", BARE]
    with subprocess.Popen(command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None or process.stdout.readline() != b"up\n":
            raise RuntimeError("the bare process did not start")
        try:
            yield process.pid
        finally:
            process.terminate()


def memory_of(pid: int) -> float:
    """Megabytes resident, child processes included."""
    return sum(process.memory_info().rss for process in _family(pid)) / 1e6


def seconds_of(pid: int) -> float:
    """Processor time so far, child processes included."""
    times = [process.cpu_times() for process in _family(pid)]
    return float(sum(spent.user + spent.system for spent in times))


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]
