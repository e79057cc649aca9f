"""Each figure is measured once, in its smallest form: the bench runs, and what it compares is real."""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import claim, http, idle, imap, ingest, large, latency, leaving, prefix, proven, rate, rules
from tests.bench.stage import QUICK, Scale
from tests.bench.table import Figure, Limit, Row
from tests.servers import missing
from tests.servers_dovecot import unavailable

TINY = Scale(mails=2, rounds=1, burst=5, waiting=300, claims=3, settle=0.1, idle=0.2, ingest=60, every=3)


@pytest.mark.usefixtures("postfix_here")
@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        (latency.measure, 4),
        (rate.measure, 1),
        (ingest.measure, len(ingest.LOADS[:: TINY.every])),
        (proven.measure, 1),
        (leaving.measure, 2),
    ],
    ids=["latency", "rate", "ingest", "proven", "leaving"],
)
async def test_figures_beside_postfix(measure: Callable[[Scale], Awaitable[Figure]], rows: int) -> None:
    """Every row has its figure and its reference; the replies were looked at."""
    figure = await measure(TINY)
    assert len(figure.rows) == rows
    assert all(row.ours > 0 and row.theirs > 0 and row.ratio > 0 for row in figure.rows)


async def test_figures_of_a_large_mail() -> None:
    """It is spooled, so it takes less memory than its size."""
    (row,) = (await large.measure(TINY)).rows
    assert row.ratio < 1


async def test_na17_figures_of_a_call_over_http() -> None:
    """Every call is answered by the model, and the bare route is asked the same."""
    (row,) = (await http.measure(TINY)).rows
    assert (row.ours > 0, row.theirs > 0, row.unit) == (True, True, "ms")


async def test_figures_of_a_mailbox() -> None:
    """Each new mail is timed from the news of it; the waiting ones are counted in the ledger."""
    if reason := unavailable():
        missing(reason)
    figure = await imap.measure(TINY)
    assert len(figure.rows) == 4
    assert all(row.ours > 0 and row.theirs > 0 for row in figure.rows)


async def test_figures_of_an_idle_server() -> None:
    """Memory of a process that has all of its libraries, and next to no processor time."""
    memory, processor = (await idle.measure(TINY)).rows
    assert 20 < memory.theirs < memory.ours < 400
    assert processor.ours >= 0


async def test_figures_of_the_queue() -> None:
    """One job is found in each of the four kinds of waiting."""
    figure = await claim.measure(TINY)
    assert [row.what for row in figure.rows] == [kind.what for kind in claim.KINDS]


async def test_a_claim_that_finds_nothing_is_no_figure() -> None:
    """An empty ledger answers fastest of all."""
    async with claim.filled(claim.KINDS[0], 0) as ledger:
        with pytest.raises(AssertionError, match="0 were claimed"):
            await claim.claimed(ledger)
        with pytest.raises(AssertionError, match="nothing was found"):
            await claim.asked(ledger)


def measures(floor: float) -> bench.Measures:
    """Two figures that need no server; the floor of each."""
    row = Row(what="x", ours=2, unit="ms", reference="y", theirs=1, ratio=2, floor=Limit(value=floor))

    async def one(scale: Scale) -> Figure:
        return Figure(title=f"One of {scale.rounds} rounds", how="h", rows=(row,))

    return {"first": one, "second": one}


@pytest.mark.parametrize(("options", "written"), [([], True), (["--quick"], False), (["--only", "first"], False)])
def test_only_a_full_run_writes_the_page(options: list[str], written: bool, tmp_path: Path) -> None:
    """Part of the figures would wipe out the others, and small numbers are for a first look."""
    page = tmp_path / "benchmarks.md"
    assert bench.main(options, measures=measures(floor=3), page=page) == 0
    assert page.exists() == written
    if written:
        text = page.read_text("utf-8")
        assert text.count(f"## One of {Scale().rounds} rounds\n") == 2
        assert text.count(" cores, ") == 1


def test_what_is_printed_is_what_was_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One figure, with small numbers; the page is said to stay as it is."""
    bench.main(["--quick", "--only", "second"], measures=measures(floor=3), page=tmp_path / "x")
    said = capsys.readouterr()
    assert said.out.count(f"## One of {QUICK.rounds} rounds\n") == 1
    assert "left as it is" in said.err


def test_a_figure_under_its_floor_fails_the_run(tmp_path: Path) -> None:
    """The page is written all the same: it says which."""
    page = tmp_path / "benchmarks.md"
    assert bench.main([], measures=measures(floor=1), page=page) == 1
    assert "**under the floor**" in page.read_text("utf-8")


def test_an_unknown_figure_is_refused_with_the_choices(capsys: pytest.CaptureFixture[str]) -> None:
    """As any wrong option."""
    with pytest.raises(SystemExit, match="2"):
        bench.main(["--only", "third"])
    assert "latency" in capsys.readouterr().err


def test_the_facts_name_no_machine() -> None:
    """Neither its name nor any of its folders is in what is published."""
    said = bench.facts()
    assert platform.node() not in said
    assert str(bench.ROOT) not in said
    assert "Python" in said


async def test_figures_of_the_rules() -> None:
    """All of 200 rules are asked, in both rows; the time is the business of a full run."""
    figure = await rules.measure(TINY)
    assert [row.what for row in figure.rows] == ["of ten kinds", "all in CEL"]
    assert all(row.ours > 0 for row in figure.rows)


async def test_figures_of_the_prefix() -> None:
    """Of every row most is in the cache."""
    figure = await prefix.measure(TINY)
    rows = {row.what: row for row in figure.rows}
    assert all(0 < row.ours < row.theirs for row in rows.values())
    assert all(row.ratio < prefix.AIM for row in rows.values())
    assert figure.kept
