"""How much memory a large mail takes while it comes in."""

from __future__ import annotations

import asyncio
import re
import smtplib
from pathlib import Path
from typing import Final

from tests.bench.served import Served
from tests.bench.stage import OUR_ADDRESS, Scale
from tests.bench.table import Figure, Limit, Row, middle

SIZE: Final = 25_000_000  #: bytes

TITLE: Final = "Memory for a mail of 25 MB"
HOW: Final = "The most resident memory while the mail comes in and is stored, above what the server had before it."


async def measure(scale: Scale) -> Figure:
    """The figure."""
    found = [await _once() for _ in range(max(1, scale.rounds // 2))]
    row = Row(
        what="extra memory", ours=middle(found), unit="MB", reference="the size of the mail", theirs=SIZE / 1e6,
        ratio=middle(found) / (SIZE / 1e6), floor=Limit(value=0.5, of="ratio"),
    )  # fmt: skip
    return Figure(title=TITLE, how=HOW, rows=(row,))


async def _once() -> float:
    line = "x" * 76 + "\r\n"
    mail = "From: p@people.example\r\nSubject: Bees\r\n\r\n" + line * (SIZE // len(line))
    async with Served(options=("--accept-only",)) as served:
        await asyncio.to_thread(_send, served.port, "From: p@people.example\r\n\r\nsmall\r\n")
        Path(f"/proc/{served.pid}/clear_refs").write_text("5", "ascii")  # noqa: ASYNC240  (forgets the peak, at once)
        before = _memory(served.pid, "VmRSS")
        await asyncio.to_thread(_send, served.port, mail)
        return _memory(served.pid, "VmHWM") - before


def _send(port: int, mail: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("p@people.example", [OUR_ADDRESS], mail)


def _memory(pid: int, name: str) -> float:
    """One of the figures that the kernel keeps of a process, in MB."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    if not found:
        raise RuntimeError(f"the kernel tells no {name} of process {pid}")
    return int(found[1]) / 1000
