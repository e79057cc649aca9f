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
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.servers_postfix import unavailable

SOURCE: Final = "/usr/sbin/smtp-source"  #: of the same package as Postfix

TITLE: Final = "Mails accepted per second"
HOW: Final = (
    "`smtp-source`, mails of 5 KB, each session kept for all of its mails, where nothing else is said; a mail counts "
    "once it is on disk. Postfix throws its mails away afterwards (`discard`)."
)


@dataclass(frozen=True, kw_only=True)
class Load:
    """One kind of run."""

    what: str
    sessions: int
    share: int = 1  #: of the mails, one in so many
    size: int = 5_000
    options: tuple[str, ...] = ("--accept-only",)
    kept: bool = True  #: a session is used again for the next mail
    floor: float | None = None
    aim: float | None = None


LOADS: Final = (
    Load(what="1 session", sessions=1, share=4, floor=1.2),
    Load(what="10 sessions", sessions=10, share=2, floor=2.5),
    Load(what="50 sessions", sessions=50, floor=3.0, aim=4.5),
    Load(what="100 sessions", sessions=100, floor=3.0, aim=4.5),
    Load(what="50 sessions, a connection for each mail", sessions=50, kept=False, floor=1.6, aim=2.2),
    Load(what="10 sessions, mails of 1 MB", sessions=10, share=8, size=1_000_000, floor=1.2),
    Load(what="50 sessions, building meanwhile", sessions=50, options=()),
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how=HOW, missing=reason)
    async with stage() as around:
        rows = [await _row(load, scale, around) for load in LOADS[:: scale.every]]
    return Figure(title=TITLE, how=HOW, rows=tuple(rows))


async def _row(load: Load, scale: Scale, around: Stage) -> Row:
    count = max(load.sessions, scale.ingest // load.share)
    ours, theirs = list[float](), list[float]()
    for _ in range(scale.rounds):
        async with Served(relay=around.sink.port, options=load.options) as served:
            ours.append(await _rate(served.port, OUR_ADDRESS, load, count))
            _stored(served, count)
        theirs.append(await _rate(around.postfix.port, DISCARD_ADDRESS, load, count))
        await asyncio.to_thread(around.postfix.empty)
    return _compared(load, ours, theirs)


def _compared(load: Load, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    return Row(
        what=load.what, ours=middle(ours), unit="/s", reference="Postfix to discard", theirs=middle(theirs),
        ratio=ratio_of(ours, theirs), floor=_least(load.floor), aim=_least(load.aim),
    )  # fmt: skip


def _least(ratio: float | None) -> Limit | None:
    return None if ratio is None else Limit(value=ratio, of="ratio", at_most=False)


async def _rate(port: int, to: str, load: Load, count: int) -> float:
    """Mails per second, as the sender saw it."""
    numbers = ["-s", str(load.sessions), "-m", str(count), "-l", str(load.size)]
    command = [SOURCE, *(["-d"] if load.kept else []), *numbers, "-f", "p@people.example"]
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
