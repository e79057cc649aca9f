"""A small program of our own is asked, ended at its limits, and never outlives whoever asked."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import psutil
import pytest

from mailbot.checks import apart
from mailbot.domain.errors import Temporary

ECHO = "import json, sys; print(json.dumps({'said': json.load(sys.stdin)['word']}))"
HANG = "import time; time.sleep(600)"
DEAF = "import sys; sys.stdin.close(); raise SystemExit(3)"


def program(folder: Path, text: str) -> str:
    """A file that is run."""
    (folder / "program.py").write_text(text)
    return str(folder / "program.py")


def left(path: str) -> list[int]:
    """The processes that run it."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found += [process.pid] if path in process.cmdline() else []
    return found


async def none_left(path: str) -> None:
    """Until no process runs it."""
    async with asyncio.timeout(20):
        while left(path):  # noqa: ASYNC110  (processes give no sign when they are gone)
            await asyncio.sleep(0.02)


async def test_it_answers(tmp_path: Path):
    """What goes in as JSON comes out as JSON, in any letters."""
    assert await apart.asked(program(tmp_path, ECHO), {"word": "zażółć"}, 20) == {"said": "zażółć"}


@pytest.mark.parametrize("text", [HANG, DEAF, "pass"], ids=["hangs", "does not listen", "says nothing"])
async def test_one_that_comes_to_no_end_says_nothing(tmp_path: Path, text: str):
    """It is ended at its time, or has ended without a word, and nothing of it is left."""
    path = program(tmp_path, text)
    assert await apart.asked(path, {"word": "x" * 1_000_000}, 0.5) is None
    await none_left(path)


async def test_no_program_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It is tried again later."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    with pytest.raises(Temporary, match="no program could be started"):
        await apart.asked(program(tmp_path, ECHO), {"word": ""}, 5)


@pytest.mark.parametrize("turns", range(6))
async def test_whoever_is_told_to_stop_stops_at_once(tmp_path: Path, turns: int):
    """Before its start, while it starts, and while it runs: the asker goes on, the program is ended."""
    path = program(tmp_path, HANG)
    asking = asyncio.create_task(apart.asked(path, {}, 600))
    for _ in range(turns):
        await asyncio.sleep(0.004 * turns)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(20):
            await asking
    await none_left(path)


async def test_more_than_there_are_places_for(tmp_path: Path):
    """Those who are told to stop give their places back, and the others get theirs."""
    path = program(tmp_path, HANG)
    many = [asyncio.create_task(apart.asked(path, {}, 600)) for _ in range(apart.AT_ONCE + 4)]
    await asyncio.sleep(0.05)
    for task in many:
        task.cancel()
    await asyncio.gather(*many, return_exceptions=True)
    (tmp_path / "other").mkdir()
    assert await apart.asked(program(tmp_path / "other", ECHO), {"word": "after"}, 20) == {"said": "after"}
    await none_left(path)
