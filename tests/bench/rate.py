"""How many requests are answered in a second, when many come at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import psutil

from tests.bench.letters import Letter, hand_over, letters
from tests.bench.served import Served
from tests.bench.stage import OUR_ADDRESS, SCRIPT_ADDRESS, Scale, Stage, genuine, stage
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.servers_postfix import unavailable

SESSIONS: Final = 10
PAUSE: Final = 0.5  #: seconds between two runs, for the after-work of the last mails
PATIENCE: Final = 120.0

TITLE: Final = "Replies per second"
HOW: Final = (
    "{burst} mails of 5 KB at once over ten sessions, until the last reply (a zip of 5 KB) has come out of Postfix "
    "into the receiver's server. The same Postfix, with its defaults, runs the script by `pipe(8)` and relays for "
    "both; the runs alternate, and the ratio is the median of {rounds} pairs. Afterwards mailbot held {held:.0f} MB."
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how="Replies behind Postfix.", missing=reason)
    ours, theirs = list[float](), list[float]()
    async with stage() as around:
        async with Served(relay=around.postfix.port) as served:
            for number in range(scale.rounds + 1):
                runs = [
                    (ours, served.port, letters(f"many-ours-{number}", scale.burst, OUR_ADDRESS)),
                    (theirs, around.postfix.port, letters(f"many-script-{number}", scale.burst, SCRIPT_ADDRESS)),
                ]
                for rates, port, mails in runs if number % 2 else reversed(runs):
                    rates.append(await _run(around, port, mails))
            held = psutil.Process(served.pid).memory_info().rss / 1e6
        genuine(around.sink)
    how = HOW.format(burst=scale.burst, rounds=scale.rounds, held=held)
    return Figure(title=TITLE, how=how, rows=(_row(ours[1:], theirs[1:]),))


async def _run(around: Stage, port: int, mails: Sequence[Letter]) -> float:
    """Replies per second of one burst."""
    begun = time.perf_counter()
    await hand_over(port, mails, SESSIONS)
    arrivals = await around.sink.all_of([mail.name for mail in mails], PATIENCE)
    await asyncio.to_thread(around.postfix.empty)
    await asyncio.sleep(PAUSE)
    return len(mails) / (max(arrival.at for arrival in arrivals) - begun)


def _row(ours: Sequence[float], theirs: Sequence[float]) -> Row:
    return Row(
        what="replies per second",
        ours=middle(ours),
        unit="/s",
        reference="the script behind pipe(8)",
        theirs=middle(theirs),
        ratio=ratio_of(ours, theirs),
        aim=Limit(value=2, of="ratio", at_most=False),
        floor=Limit(value=1.5, of="ratio", at_most=False),
    )
