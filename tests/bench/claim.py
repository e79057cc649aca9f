"""Whether the next due request is found as fast among 200,000 that wait as among 200."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import create_engine

from mailbot.domain.request import RequestId, Withdrawn
from mailbot.ports import Job, Ledger
from mailbot.store import open_ledger
from mailbot.store.codec import dump
from mailbot.store.tables import BLOCKED, DUE, TIMED, projects, requests
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.fakes import envelope, order

FEW: Final = 200
QUEUE: Final = "gen:bench"
SLOTS: Final = {"gen:*": 1, "check": 2, "intake": 8, "send": 20, "notify": 4, "maint": 1}
WARM: Final = 5  #: claims that are not counted
LOT: Final = 10_000  #: rows of one INSERT
NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE: Final = "p00001"  #: the project of everything where there is one only

TITLE: Final = "Finding the next due request"
HOW: Final = (
    "One `claim` of the ledger, its commit to disk included, with {many:,} requests waiting, beside the same with "
    "{few}, by turns; what was claimed is put back each time. The last two rows: one build of a project ends and the "
    "next one is claimed; and the question when the next thing is due."
)

Fill = Callable[[int], Mapping[str, object]]


def all_due(number: int) -> Mapping[str, object]:
    """Each of another person, for another project."""
    return {"wait": DUE, "round": 1, "author": f"p{number}@acme.example", "project": f"p{number}", "lane": f"p{number}"}


def one_project(number: int) -> Mapping[str, object]:
    """Only the first may be built; the others stand behind it."""
    return all_due(number) | {"wait": BLOCKED if number else DUE, "project": ONE, "lane": ONE}


def for_a_time(number: int) -> Mapping[str, object]:
    """Put off until tomorrow; a build that is put off has left its lane."""
    if number == 0:
        return all_due(number)
    later = NOW + timedelta(days=1, seconds=number)
    return all_due(number) | {"wait": TIMED, "wake_at": later, "not_before": later, "lane": None}


def one_sender(number: int) -> Mapping[str, object]:
    """One person with as many wishes, each for another project; each in its own round."""
    return all_due(number) | {"author": "ana@acme.example", "round": number + 1}


async def claimed(ledger: Ledger) -> float:
    """Seconds until the one job that is due is in hand; it is put back."""
    begun = time.perf_counter()
    jobs = await ledger.claim(SLOTS, NOW)
    spent = time.perf_counter() - begun
    await ledger.stumbled(_only(jobs), NOW, "put back", counted=False)
    return spent


async def asked(ledger: Ledger) -> float:
    """Seconds until it is known when the next thing is due."""
    begun = time.perf_counter()
    due = await ledger.next_due()
    spent = time.perf_counter() - begun
    if due is None:
        raise AssertionError("something waits for its time, and nothing was found")
    return spent


async def followed(ledger: Ledger) -> float:
    """Seconds from the end of one build until the next of its project is in hand; that one is put back."""
    request = await ledger.request(RequestId(_only(await ledger.claim(SLOTS, NOW)).id))
    begun = time.perf_counter()
    await ledger.record(request, Withdrawn(by=RequestId("another")), at=NOW)
    jobs = await ledger.claim(SLOTS, NOW)
    spent = time.perf_counter() - begun
    await ledger.stumbled(_only(jobs), NOW, "put back", counted=False)
    return spent


def _only(jobs: Sequence[Job]) -> Job:
    if len(jobs) != 1:
        raise AssertionError(f"one job should have been due, and {len(jobs)} were claimed")
    return jobs[0]


@dataclass(frozen=True)
class Kind:
    """One way in which everything waits; *row* gives what differs in the n-th request, the first of which is due."""

    what: str
    row: Fill
    timed: Callable[[Ledger], Awaitable[float]]


KINDS: Final = (
    Kind("all due", all_due, claimed),
    Kind("all blocked behind one project", one_project, claimed),
    Kind("all waiting for a time", for_a_time, claimed),
    Kind("all of one sender", one_sender, claimed),
    Kind("the next of one project, when one ends", one_project, followed),
    Kind("when the next is due", for_a_time, asked),
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    rows = [await _row(kind, scale) for kind in KINDS]
    return Figure(title=TITLE, how=HOW.format(many=scale.waiting, few=FEW), rows=tuple(rows))


async def _row(kind: Kind, scale: Scale) -> Row:
    async with filled(kind, scale.waiting) as many, filled(kind, FEW) as few:
        ours, theirs = list[float](), list[float]()
        for number in range(WARM + scale.claims):
            pair = [(many, ours), (few, theirs)]
            for ledger, times in pair if number % 2 else reversed(pair):
                times.append(await kind.timed(ledger) * 1000)
    return Row(
        what=kind.what, ours=middle(ours[WARM:]), unit="ms", reference=f"{FEW} waiting", theirs=middle(theirs[WARM:]),
        ratio=ratio_of(ours[WARM:], theirs[WARM:]), floor=Limit(value=1.5, of="ratio"),
    )  # fmt: skip


@contextlib.asynccontextmanager
async def filled(kind: Kind, count: int) -> AsyncIterator[Ledger]:
    """A ledger in which so many requests wait."""
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        url = f"sqlite:///{folder}/mailbot.db"
        ledger = await open_ledger(url, folder, lambda: NOW)
        await ledger.close()  # the tables are made; they are filled faster from outside
        await asyncio.to_thread(_fill, url, kind.row, count)
        ledger = await open_ledger(url, folder, lambda: NOW)
        try:
            yield ledger
        finally:
            await ledger.close()


def _fill(url: str, row: Fill, count: int) -> None:
    engine = create_engine(url)
    known = {
        "envelope": dump(envelope()),
        "received_at": NOW,
        "state": "admitted",
        "builds": True,
        "queue": QUEUE,
        "turn": 1,
        "wake_at": None,
        "not_before": None,
    }
    body = dump(order(project=ONE))
    with engine.begin() as connection:
        for lot in _lots(row, count):
            names = {one["project"] for one in lot}
            fresh = [{"id": name, "owner": "ana@acme.example", "title": "", "at": NOW} for name in sorted(names)]
            connection.execute(projects.insert().prefix_with("OR IGNORE"), fresh)
            rows = [known | {"body": body.replace(ONE, str(one["project"])).encode()} | one for one in lot]
            connection.execute(requests.insert(), rows)
    engine.dispose()


def _lots(row: Fill, count: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, count, LOT):
        numbers = range(start, min(start + LOT, count))
        yield [{"id": f"r{number}", "message_id": f"<{number}@acme.example>", **row(number)} for number in numbers]
