"""How many mails a second are accepted, each on disk before its 250."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.served import Served
from tests.bench.stage import DISCARD_ADDRESS, OUR_ADDRESS, Scale, Stage, stage
from tests.bench.table import Figure, Row, middle, ratio_of
from tests.servers_postfix import unavailable

SOURCE: Final = "/usr/sbin/smtp-source"  #: of the same package as Postfix

TITLE: Final = "Mails accepted per second"
HOW: Final = (
    "`smtp-source`, mails of 5 KB, each session kept for all of its mails; a mail counts once it is on disk. Postfix "
    "throws its mails away afterwards (`discard`). Informative: issue by issue this rises."
)


@dataclass(frozen=True)
class Load:
    """One kind of run."""

    what: str
    sessions: int
    options: tuple[str, ...]
    share: int  #: of the mails, one in so many


LOADS: Final = (
    Load("1 session", 1, ("--accept-only",), 4),
    Load("50 sessions", 50, ("--accept-only",), 1),
    Load("50 sessions, building meanwhile", 50, (), 1),
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how=HOW, missing=reason)
    async with stage() as around:
        rows = [await _row(load, scale, around) for load in LOADS]
    return Figure(title=TITLE, how=HOW, rows=tuple(rows))


async def _row(load: Load, scale: Scale, around: Stage) -> Row:
    count = max(load.sessions, scale.ingest // load.share)
    ours, theirs = list[float](), list[float]()
    for _ in range(scale.rounds):
        async with Served(relay=around.sink.port, options=load.options) as served:
            ours.append(await _rate(served.port, OUR_ADDRESS, load.sessions, count))
            _stored(served, count)
        theirs.append(await _rate(around.postfix.port, DISCARD_ADDRESS, load.sessions, count))
        await asyncio.to_thread(around.postfix.empty)
    return _compared(load, ours, theirs)


def _compared(load: Load, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    return Row(
        what=load.what, ours=middle(ours), unit="/s", reference="Postfix to discard", theirs=middle(theirs),
        ratio=ratio_of(ours, theirs),
    )  # fmt: skip


async def _rate(port: int, to: str, sessions: int, count: int) -> float:
    """Mails per second, as the sender saw it."""
    command = [SOURCE, "-d", "-s", str(sessions), "-m", str(count), "-l", "5000", "-f", "p@people.example"]
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, "-t", to, f"127.0.0.1:{port}")
    if await process.wait() != 0:
        raise RuntimeError(f"smtp-source to port {port} ended with {process.returncode}")
    return count / (time.perf_counter() - begun)


def _stored(served: Served, count: int) -> None:
    """Each mail that was accepted is in the database."""
    with contextlib.closing(sqlite3.connect(f"file:{served.folder}/data/mailbot.db?mode=ro", uri=True)) as database:
        (found,) = database.execute("SELECT count(*) FROM messages").fetchone()
    if found != count:
        raise AssertionError(f"{count} mails were accepted and {found} are stored")
