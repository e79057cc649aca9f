"""A figure beside its reference: one row of docs/benchmarks.md."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEAD: Final = ("Figure", "mailbot", "Reference", "Ratio", "Aim", "Floor", "")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What the figure should come to: its value, or its ratio to the reference."""

    value: float
    of: str = "value"  #: value, ratio
    at_most: bool = True  #: otherwise: at least

    def holds(self, row: Row) -> bool:
        """Whether *row* keeps it."""
        found = row.ours if self.of == "value" else row.ratio
        return found <= self.value if self.at_most else found >= self.value

    def words(self, unit: str) -> str:
        """As it stands in the table."""
        sign = "≤" if self.at_most else "≥"
        return f"{sign} {self.value:g} {unit}" if self.of == "value" else f"{sign} {self.value:g}x"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure."""

    what: str
    ours: float
    unit: str
    reference: str  #: what the other figure is of
    theirs: float
    ratio: float  #: ours to theirs; of interleaved runs the median of their ratios
    aim: Limit | None = None
    floor: Limit | None = None

    @property
    def verdict(self) -> str:
        """How far it is."""
        if self.floor and not self.floor.holds(self):
            return "**under the floor**"
        if self.aim:
            return "aim reached" if self.aim.holds(self) else "aim missed"
        return "floor kept" if self.floor else ""

    def cells(self) -> tuple[str, ...]:
        """As it stands in the table."""
        return (
            self.what,
            f"{number(self.ours)} {self.unit}",
            f"{number(self.theirs)} {self.unit}, {self.reference}",
            f"{number(self.ratio)}x",
            self.aim.words(self.unit) if self.aim else "",
            self.floor.words(self.unit) if self.floor else "",
            self.verdict,
        )


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measurement: its rows, or why there are none."""

    title: str
    how: str  #: what was done, in a sentence or two
    rows: tuple[Row, ...] = ()
    missing: str = ""

    @property
    def kept(self) -> bool:
        """Whether every floor holds."""
        return all(row.floor is None or row.floor.holds(row) for row in self.rows)

    def markdown(self) -> str:
        """As it stands in docs/benchmarks.md."""
        if self.missing:
            return f"## {self.title}\n\n{self.how}\n\nNot measured: {self.missing}\n"
        lines = [HEAD, tuple("---" for _ in HEAD), *(row.cells() for row in self.rows)]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        return f"## {self.title}\n\n{self.how}\n\n{table}\n"


def number(value: float) -> str:
    """Three digits that mean something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not pass."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of pairs that were run one after the other."""
    return middle([a / b for a, b in zip(ours, theirs, strict=True)])
