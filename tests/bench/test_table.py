"""What a row says, and when it is under its floor."""

from __future__ import annotations

import pytest

from tests.bench.table import Figure, Limit, Row, number, p95, ratio_of


def row(ours: float = 12.0, theirs: float = 40.0, **changes: Limit) -> Row:
    return Row(what="time", ours=ours, unit="ms", reference="script", theirs=theirs, ratio=ours / theirs, **changes)


@pytest.mark.parametrize(("ours", "verdict"), [(15, "aim reached"), (16, "aim missed"), (26, "**under the floor**")])
def test_a_time_is_held_against_aim_and_floor(ours: float, verdict: str) -> None:
    """Up to the aim, up to the floor, beyond it."""
    assert row(ours, aim=Limit(value=15), floor=Limit(value=25)).verdict == verdict


@pytest.mark.parametrize(
    ("ours", "verdict"), [(80, "aim reached"), (79, "aim missed"), (60, "aim missed"), (59, "**under the floor**")]
)
def test_a_rate_is_held_by_its_ratio(ours: float, verdict: str) -> None:
    """Of rates more is better, and the limit is on the ratio."""
    aim, floor = (Limit(value=value, of="ratio", at_most=False) for value in (2, 1.5))
    assert row(ours, aim=aim, floor=floor).verdict == verdict


def test_a_figure_is_kept_when_each_floor_is() -> None:
    """One row under its floor is enough; a missed aim is not."""
    floor = Limit(value=25)
    good, missed, under = row(12, floor=floor), row(20, aim=Limit(value=15), floor=floor), row(26, floor=floor)
    assert Figure(title="t", how="h", rows=(good, missed)).kept
    assert not Figure(title="t", how="h", rows=(good, under)).kept


def test_a_row_stands_beside_its_reference() -> None:
    """Ours, theirs with its name, the ratio, the limits in words."""
    cells = row(aim=Limit(value=2, of="ratio", at_most=False), floor=Limit(value=25)).cells()
    assert cells == ("time", "12.0 ms", "40.0 ms, script", "0.30x", "≥ 2x", "≤ 25 ms", "aim missed")


def test_a_figure_that_was_not_measured_says_why() -> None:
    """No empty table."""
    page = Figure(title="Rate", how="Mails.", missing="Postfix is not installed").markdown()
    assert page == "## Rate\n\nMails.\n\nNot measured: Postfix is not installed\n"


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (20, 19), (100, 95), (101, 96)])
def test_p95_is_a_value_that_was_seen(count: int, expected: int) -> None:
    """The smallest that 95 of 100 do not pass."""
    assert p95([float(value) for value in range(count, 0, -1)]) == expected


def test_the_ratio_is_the_median_of_pairs() -> None:
    """A slow moment of the machine strikes both of a pair, and one odd pair changes nothing."""
    assert ratio_of([10.0, 100.0, 30.0], [5.0, 50.0, 1.0]) == 2.0


@pytest.mark.parametrize(("value", "words"), [(0.034, "0.03"), (15.04, "15.0"), (1234.5, "1,234"), (99.96, "100.0")])
def test_numbers_are_short(value: float, words: str) -> None:
    """No more digits than mean something."""
    assert number(value) == words
