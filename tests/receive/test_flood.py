"""What makes other servers fall: a line of 400 MB, 33 MB of empty lines. Memory stays small, others are served."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from pathlib import Path

import pytest

from tests.bench.served import ROOT, environment
from tests.receive.smtp_world import greeted

MEMORY = 60_000  #: KB above idle
WAIT = 3.0  #: seconds for another client, generously; the aim is 0.5


@contextlib.asynccontextmanager
async def process(folder):
    """The listener; gives its number and its port."""
    command = [sys.executable, "-m", "tests.receive.flooded", str(folder)]
    pipe = asyncio.subprocess.PIPE
    made = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT, env=environment())
    try:
        yield made.pid, int((await made.stdout.readline()).rpartition(b":")[2])
    finally:
        made.stdin.close()
        await made.wait()


def peak(pid):
    """The most memory it ever had, in KB."""
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text("ascii").splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1])


async def waits(port, over):
    """The longest that another client waited for its answer, until *over*."""
    longest = 0.0
    async with greeted(port) as client:
        while not over.is_set():
            begun = time.perf_counter()
            assert (await client.ask(b"NOOP")).startswith("250")
            longest = max(longest, time.perf_counter() - begun)
            await asyncio.sleep(0.02)
    return longest


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("piece", "times", "wanted"), [(b"x" * 65_536, 6_400, ""), (b"\r\n" * 32_768, 508, "250 2.0.0 OK 33")]
)
async def test_memory_stays_small_and_others_are_served(piece, times, wanted, tmp_path):
    """The line is cut at four times the limit; the empty lines are a mail of 33 MB."""
    async with process(tmp_path) as (pid, port), greeted(port) as client:
        idle, over = peak(pid), asyncio.Event()
        other = asyncio.create_task(waits(port, over))
        await client.begin()
        with contextlib.suppress(ConnectionError):
            for _ in range(times):
                await client.say(piece)
            await client.say(b"\r\n.\r\n")
        answer = await client.answer()
        over.set()
        longest, grown = await other, peak(pid) - idle
    print(f"{grown / 1000:.0f} MB above idle, others waited {longest:.2f} s at most, answer {answer!r}")
    assert answer.startswith(wanted)
    assert grown < MEMORY
    assert longest < WAIT
