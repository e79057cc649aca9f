"""How long another client waits, and how much memory it takes, while somebody floods the listener."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Final

from tests.bench.served import Served
from tests.bench.stage import OUR_ADDRESS, Scale
from tests.bench.table import Figure, Limit, Row, middle

TITLE: Final = "While somebody floods it"
HOW: Final = (
    "Another client asks NOOP fifty times a second in the meantime; its longest wait, beside the longest when nobody "
    "else is there. Memory is the most above what the server had before."
)
WAIT: Final = Limit(value=500, of="value")
MEMORY: Final = Limit(value=60, of="value")
FLOODS: Final = {"a line of 400 MB": (b"x" * 65_536, 6_400), "33 MB of empty lines": (b"\r\n" * 32_768, 508)}


async def measure(scale: Scale) -> Figure:
    """The figure."""
    rows: list[Row] = []
    for what, (piece, times) in FLOODS.items():
        found = [await _once(piece, times) for _ in range(max(1, scale.rounds // 2))]
        quiet, wait, memory = (middle([one[at] for one in found]) for at in range(3))
        rows += [
            Row(
                what=f"another client waits, {what}", ours=wait, unit="ms", reference="nobody else there",
                theirs=quiet, ratio=wait / quiet, floor=WAIT,
            ),
            Row(
                what=f"extra memory, {what}", ours=memory, unit="MB", reference="what is sent",
                theirs=len(piece) * times / 1e6, ratio=memory / (len(piece) * times / 1e6), floor=MEMORY,
            ),
        ]  # fmt: skip
    return Figure(title=TITLE, how=HOW, rows=tuple(rows))


async def _once(piece: bytes, times: int) -> tuple[float, float, float]:
    """The longest wait before and during the flood in milliseconds, and the memory in MB."""
    async with Served(options=("--accept-only",)) as served:
        quiet = await _waits(served.port, asyncio.create_task(asyncio.sleep(2)))
        before = _peak(served.pid)
        wait = await _waits(served.port, asyncio.create_task(_flood(served.port, piece, times)))
        return quiet, wait, _peak(served.pid) - before


async def _flood(port: int, piece: bytes, times: int) -> None:
    """One mail that is too much, to its end or until the server has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for command in (b"", b"EHLO p", b"MAIL FROM:<p@people.example>", f"RCPT TO:<{OUR_ADDRESS}>".encode(), b"DATA"):
        writer.write(command + b"\r\n" if command else b"")
        said = await _answer(reader)
    if not said.startswith(b"354"):
        raise RuntimeError(f"it takes no mail: {said!r}")
    with contextlib.suppress(ConnectionError):
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
        writer.write(b"\r\n.\r\n")
        await reader.readline()
    writer.close()


async def _waits(port: int, over: asyncio.Task[None]) -> float:
    """The longest wait of a client that only asks whether anybody is there, in milliseconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _answer(reader)
    longest = 0.0
    while not over.done():
        begun = time.perf_counter()
        writer.write(b"NOOP\r\n")
        await _answer(reader)
        longest = max(longest, time.perf_counter() - begun)
        await asyncio.sleep(0.02)
    await over
    writer.close()
    return longest * 1000


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The last line of one answer."""
    while (line := await reader.readline())[3:4] == b"-":
        pass
    if not line:
        raise RuntimeError("the server hung up")
    return line


def _peak(pid: int) -> float:
    """The most memory it ever had, in MB."""
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text("ascii").splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) / 1000
