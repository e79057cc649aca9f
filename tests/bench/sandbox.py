"""What it costs to run a stranger's command in a sandbox rather than bare."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from mailbot.checks import tiers
from mailbot.checks.cage import Cage, Order, packed, python_inside
from mailbot.checks.limits import Limits
from mailbot.checks.run import run
from mailbot.domain.project import Path as Name
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row, middle, ratio_of

TREE: Final = packed({Name("index.html"): b"<p>bees</p>" * 400, Name("app.py"): b"print('bees')\n" * 100})
WARM: Final = 3  #: runs that are not counted
MOST: Final = 0.040  #: seconds that a sandbox may take on top of Python's own start

TITLE: Final = "Starting a check"
HOW: Final = (
    "A command from its start to the end of its output, in each kind of sandbox that this server has, files unpacked "
    "and everything cleaned up; beside the same command bare, by turns. The last rows are what the sandbox adds to "
    "the start of Python."
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    python, _ = python_inside()
    rows: list[Row] = []
    for cage in _kinds():
        for what, command in (("python", (python, "-c", "pass")), ("node", ("node", "-e", "0"))):
            rows += await _rows(cage, what, command, scale.mails)
    missing = "" if rows else "no kind of sandbox is to be had on this server"
    return Figure(
        title=TITLE, how=HOW, rows=tuple(sorted(rows, key=lambda row: row.unit, reverse=True)), missing=missing
    )


def _kinds() -> list[Cage]:
    """One of each name that holds here."""
    found: dict[str, Cage] = {}
    for cage in tiers.candidates():
        if cage.name not in found and not tiers.why_not(cage):
            found[cage.name] = cage
    return list(found.values())


async def _rows(cage: Cage, what: str, command: Sequence[str], times: int) -> list[Row]:
    ours, theirs = [], []
    for turn in range(WARM + times):
        bare = await _bare(command)
        caged = await _caged(cage, command)
        if bare is None or caged is None:
            return []  # there is no such program here, or it needs what this kind of sandbox has not
        if turn >= WARM:
            ours.append(caged)
            theirs.append(bare)
    whole = Row(
        what=f"{what}, {cage.name}", ours=middle(ours) * 1e3, unit="ms", reference=f"{what}, bare",
        theirs=middle(theirs) * 1e3, ratio=ratio_of(ours, theirs),
    )  # fmt: skip
    if what != "python":
        return [whole]
    aim = Limit(value=MOST * 1e3) if "bubblewrap" in cage.name else None
    added = middle([a - b for a, b in zip(ours, theirs, strict=True)])
    more = Row(
        what=f"added, {cage.name}", ours=added * 1e3, unit="ms ", reference=f"{what}, bare",
        theirs=middle(theirs) * 1e3, ratio=added / middle(theirs), aim=aim,
    )  # fmt: skip
    return [whole, more]


async def _bare(command: Sequence[str]) -> float | None:
    begun, pipe = time.perf_counter(), asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    except OSError:
        return None
    await process.communicate()
    return time.perf_counter() - begun if process.returncode == 0 else None


async def _caged(cage: Cage, command: Sequence[str]) -> float | None:
    begun = time.perf_counter()
    ran = await run(cage, Order(command=tuple(command), limits=Limits()), TREE)
    return time.perf_counter() - begun if ran.exit_code == 0 else None
