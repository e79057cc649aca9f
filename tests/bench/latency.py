"""How long one request takes, from the 250 to the reply in the receiver's hands, when nothing else is at work."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.letters import hand_over, letters
from tests.bench.served import Served
from tests.bench.sink import Sink
from tests.bench.stage import OUR_ADDRESS, SCRIPT_ADDRESS, Scale, Stage, genuine, stage
from tests.bench.table import Figure, Limit, Row, middle, p95, ratio_of
from tests.servers_postfix import unavailable

WARM: Final = 5  #: mails that are not counted
PAUSE: Final = 0.03  #: seconds in which the last mail's after-work ends
PATIENCE: Final = 30.0
PERSON: Final = "person@people.example"

TITLE: Final = "Time of one request"
HOW: Final = (
    "From the `250` that accepted a mail of 5 KB to the reply, with a zip of 5 KB, in the hands of the receiver's "
    "server; one mail after the other, by turns. The model and the checks cost nothing; everything else is real: every "
    "step is committed to disk, and the reply is signed (RSA-2048). The script behind `pipe(8)` parses, packs and "
    "sends with the standard library; it stores nothing and signs nothing."
)


@dataclass(frozen=True)
class Runner:
    """One who answers."""

    name: str
    port: int
    to: str


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how=HOW, missing=reason)
    async with stage() as around:
        async with Served(relay=around.postfix.port) as relayed, Served(relay=around.sink.port) as direct:
            times = await _by_turns(around.sink, _runners(around, relayed, direct), scale.mails)
        genuine(around.sink)
    return Figure(title=TITLE, how=HOW, rows=tuple(_rows(times)))


def _runners(around: Stage, relayed: Served, direct: Served) -> list[Runner]:
    return [
        Runner("relayed", relayed.port, OUR_ADDRESS),
        Runner("script", around.postfix.port, SCRIPT_ADDRESS),
        Runner("direct", direct.port, OUR_ADDRESS),
        Runner("hop", around.postfix.port, PERSON),
    ]


async def _by_turns(sink: Sink, runners: Sequence[Runner], count: int) -> dict[str, list[float]]:
    """Milliseconds of each mail of each runner; who begins changes with every mail."""
    mails = {runner.name: letters(f"one-{runner.name}", WARM + count, runner.to) for runner in runners}
    times: dict[str, list[float]] = {runner.name: [] for runner in runners}
    for number in range(WARM + count):
        first = number % len(runners)
        for runner in (*runners[first:], *runners[:first]):
            letter = mails[runner.name][number]
            (handed,) = await hand_over(runner.port, [letter])
            (arrival,) = await sink.all_of([letter.name], PATIENCE)
            times[runner.name].append((arrival.at - handed.at) * 1000)
            await asyncio.sleep(PAUSE)
    return {name: found[WARM:] for name, found in times.items()}


def _rows(times: Mapping[str, Sequence[float]]) -> list[Row]:
    relayed, script, direct, hop = (times[name] for name in ("relayed", "script", "direct", "hop"))
    behind, bare = "the script behind pipe(8)", "Postfix passing a mail on"
    known = {"unit": "ms"}
    return [
        Row(
            what="through Postfix, median", ours=middle(relayed), reference=behind, theirs=middle(script),
            ratio=ratio_of(relayed, script), aim=Limit(value=15), floor=Limit(value=25), **known,
        ),
        Row(
            what="through Postfix, p95", ours=p95(relayed), reference=behind, theirs=p95(script),
            ratio=p95(relayed) / p95(script), aim=Limit(value=30), floor=Limit(value=50), **known,
        ),
        Row(
            what="straight to the receiver, median", ours=middle(direct), reference=bare, theirs=middle(hop),
            ratio=ratio_of(direct, hop), **known,
        ),
        Row(
            what="straight to the receiver, p95", ours=p95(direct), reference=bare, theirs=p95(hop),
            ratio=p95(direct) / p95(hop), **known,
        ),
    ]  # fmt: skip
