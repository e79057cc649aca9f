"""Measure everything: ``python -m tests.bench [--quick] [--only NAME ...]``.

Each figure stands beside its reference from the same run. A full run writes docs/benchmarks.md; one with --quick or
--only prints and leaves the file as it is. The exit code is 1 when a figure is under its floor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from mailbot import __version__
from tests.bench import (
    claim,
    flood,
    http,
    idle,
    imap,
    ingest,
    large,
    latency,
    leaving,
    prefix,
    proven,
    rate,
    rules,
    sandbox,
)
from tests.bench.served import ROOT
from tests.bench.stage import QUICK, Scale
from tests.bench.table import Figure, middle
from tests.servers_postfix import unavailable

Measures = Mapping[str, Callable[[Scale], Awaitable[Figure]]]

FIGURES: Final[Measures] = {
    "latency": latency.measure,
    "rate": rate.measure,
    "idle": idle.measure,
    "claim": claim.measure,
    "ingest": ingest.measure,
    "proven": proven.measure,
    "leaving": leaving.measure,
    "large": large.measure,
    "flood": flood.measure,
    "imap": imap.measure,
    "http": http.measure,
    "rules": rules.measure,
    "sandbox": sandbox.measure,
    "prefix": prefix.measure,
}
PAGE: Final = ROOT / "docs" / "benchmarks.md"

HEAD: Final = """\
# Benchmarks

`make bench` measures these figures and writes this page. Each figure stands beside its reference from the same run,
taken by turns, because absolute figures belong to a machine and ratios travel. *Ratio* is mailbot's figure divided by
the reference's: of times and memory less is better, of rates more.

"""


def facts() -> str:
    """When, and on what: enough to compare, nothing that names the machine."""
    date = datetime.now(UTC).date().isoformat()  # noqa: TID251  (the day of the measurement)
    lines = [
        f"- {date}, mailbot {__version__}",
        f"- {os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB of memory, {_disk()}",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_postfix()}",
        f"- {platform.system()} {platform.release().partition('-')[0]}, {platform.machine()}",
    ]
    return "\n".join(lines) + "\n\n"


def _postfix() -> str:
    if reason := unavailable():
        return reason
    command = ["/usr/sbin/postconf", "-dh", "mail_version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"Postfix {said.stdout.strip()}"


def _disk(times: int = 200) -> str:
    """How long the disk takes for one small write that is safe."""
    spent = []
    with tempfile.TemporaryFile() as file:
        for _ in range(times):
            begun = time.perf_counter()
            os.write(file.fileno(), b"x" * 4096)
            os.fdatasync(file.fileno())
            spent.append((time.perf_counter() - begun) * 1000)
    return f"one durable write of 4 KB takes {middle(spent):.2f} ms"


async def run(measures: Measures, scale: Scale) -> list[Figure]:
    """Measure, and print each figure as soon as it is there."""
    figures = []
    for name, measure in measures.items():
        print(f"... {name}", file=sys.stderr, flush=True)
        begun = time.perf_counter()
        figures.append(await measure(scale))
        print(figures[-1].markdown(), flush=True)
        print(f"    {name} took {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return figures


def main(arguments: Sequence[str] | None = None, *, measures: Measures = FIGURES, page: Path = PAGE) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, for a first look")
    parser.add_argument("--only", action="append", choices=list(measures), help="measure this; may be given again")
    given = parser.parse_args(arguments)
    head = HEAD + facts()
    print(head, flush=True)
    chosen = {name: measures[name] for name in given.only or measures}
    figures = asyncio.run(run(chosen, QUICK if given.quick else Scale()))
    if given.quick or given.only:
        print("docs/benchmarks.md is left as it is: only a full run writes it.", file=sys.stderr)
    else:
        page.write_text(head + "\n".join(figure.markdown() for figure in figures), "utf-8")
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
