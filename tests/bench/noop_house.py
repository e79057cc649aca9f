"""The real house in a process of its own, with two doors replaced: a model and a sandbox that cost nothing.

    python -m tests.bench.noop_house mailbot.toml [--accept-only] [--profile FILE]

It prints the place where it takes mail, and ends in good order on SIGTERM. With --accept-only nothing is made of the
mails; with --profile the loop's own thread is profiled (pstats).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop

from mailbot.app import House, house
from mailbot.build.plan import Brief, Said
from mailbot.domain.project import Check, Finding, Maker, Report, Result, Tree
from mailbot.settings import load
from tests.bench.letters import page


@dataclass(frozen=True)
class NoModel:
    """Answers at once, always with the same page."""

    host: str = "noop"
    slots: int = 1
    answer: str = f"=== FILE: index.html ===\n{page()}=== END FILE ===\n"

    async def ask(self, brief: Brief) -> Said:
        return Said(text=self.answer, maker=Maker(kind="model", name="noop", provider="noop"), title=brief.title)


@dataclass(frozen=True)
class NoSandbox:
    """Looks at nothing and finds everything in order."""

    async def check(self, files: Tree, checks: Sequence[Check], before: Tree | None = None) -> Report:
        return Report(
            findings=tuple(Finding(check="syntax", subject=str(path), result=Result.PASSED) for path in files)
        )


def with_nothing_to_wait_for(home: House, *, accept_only: bool) -> House:
    """The same house with the two doors replaced."""
    pipeline = replace(home.pipeline, model=NoModel(), sandbox=NoSandbox())
    home.engine.perform = pipeline.perform
    if accept_only:
        home.engine.caps = {}
    return replace(home, pipeline=pipeline)


async def serve(config: Path, *, accept_only: bool) -> None:
    """Take mail until told to stop."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with house(load(config)) as home:
        changed = with_nothing_to_wait_for(home, accept_only=accept_only)
        await changed.serve(stop, lambda places: print(places[0], flush=True))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--accept-only", action="store_true")
    parser.add_argument("--profile", type=Path)
    given = parser.parse_args()
    profile = cProfile.Profile() if given.profile else None
    if profile:
        profile.enable()
    try:
        uvloop.run(serve(given.config, accept_only=given.accept_only))
    finally:
        if profile:
            profile.disable()
            profile.dump_stats(given.profile)


if __name__ == "__main__":
    main()
