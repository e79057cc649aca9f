"""The table that came with a mail, as rows of a page: what its columns hold, what they come to.

Every cell stays as it was written; only for adding up is it read as a number.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mailbot.build.scaffold_spec import MAX_COLUMNS, MAX_LABEL, Column, clean
from mailbot.domain.message import Input

MAX_CELL: Final = 400  #: characters of one cell that are shown
MAX_LETTERS: Final = 90_000  #: characters of all cells: the page holds them twice, and an answer has its limit
MAX_ROWS: Final = 3_000
DATA_FILE: Final = "data.csv"
_FEW: Final = 0.9  #: of the filled cells must be numbers, or dates, for a column to be one
_LONGEST: Final = 24  #: characters of a number; a longer one is no amount, and is not added up
_POINT: Final = re.compile(r"[-+]?(?:\d{1,3}(?:[ ,'\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_COMMA: Final = re.compile(r"[-+]?(?:\d{1,3}(?:[ .'\u00a0\u202f]\d{3})+|\d+)(?:,\d+)?", re.ASCII)
_MONEY: Final = re.compile(r"^(?:[$€£]|EUR|USD|PLN|GBP)\s?|\s?(?:[$€£%]|zł|EUR|USD|PLN|GBP)$")
_DATE: Final = re.compile(r"\d{4}-\d\d?(?:-\d\d?)?(?:[ T]\d\d:\d\d(?::\d\d)?)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that is whole: every row that came is in it."""

    name: str  #: of the file
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_in(inputs: Iterable[Input]) -> Table | str | None:
    """The first table among *inputs*; in words why it cannot be shown; None where none came."""
    tables = [one for one in inputs if one.used and one.columns and one.kind in {"csv", "xlsx", "ods", "json"}]
    if not tables:
        return None
    one = tables[0]
    if one.private:
        name = clean(one.name, MAX_LABEL)
        return f"the file {name} is marked as private, and a page holds its data: send it without that mark"
    found = _whole(one)
    if found is None:
        return (
            f"of the {one.rows:,} rows of {clean(one.name, MAX_LABEL)} only the first ones are read here: "
            "I would show a wrong total. Send a smaller part of it"
        )
    if len(found.rows) > MAX_ROWS or sum(len(cell) for row in found.rows for cell in row) > MAX_LETTERS:
        return (
            f"the file {clean(one.name, MAX_LABEL)} is too long for one page ({one.rows:,} rows; {MAX_ROWS:,} rows and "
            f"{MAX_LETTERS // 1000} kB are the most). Send a smaller part of it"
        )
    return found


def _whole(one: Input) -> Table | None:
    """All rows of *one*: out of what was read of it, or else out of the file itself."""
    found = read(one.name, one.text)
    if found is not None and len(found.rows) == one.rows:
        return found
    within = (file.content for file in one.files if file.name == one.name)
    content = (one.content or next(within, b"")) if one.kind == "csv" else b""
    for codec in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(codec)
            tables = (read(one.name, text, delimiter) for delimiter in ",;\t|")
            return next(
                (t for t in tables if t and len(t.columns) == len(one.columns) and len(t.rows) == one.rows), None
            )
    return None


def read(name: str, text: str, delimiter: str = ",") -> Table | None:
    """The table that *text* holds as CSV; None where it holds none."""
    try:
        reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
        lines = [row for row in reader if any(row)]
    except csv.Error:
        return None
    if not lines or not any(clean(cell, MAX_LABEL) for cell in lines[0]):
        return None
    names = _distinct([clean(cell, MAX_LABEL) for cell in lines[0][:MAX_COLUMNS]])
    rows = tuple(tuple(clean(cell, MAX_CELL) for cell in [*row, *[""] * len(names)][: len(names)]) for row in lines[1:])
    return Table(name=clean(name, MAX_LABEL), columns=names, rows=rows)


def written(table: Table) -> str:
    """The table as data.csv: every cell quoted, so that no line of it is taken for anything else."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


def columns_of(table: Table) -> tuple[Column, ...]:
    """What each column holds, as far as its cells agree."""
    return tuple(_column(name, [row[at] for row in table.rows]) for at, name in enumerate(table.columns))


def number(cell: str, *, comma: bool) -> Decimal | None:
    """The number that a cell holds; None where it holds none."""
    plain = _MONEY.sub("", cell.strip()) if len(cell) <= 2 * _LONGEST else ""
    if len(plain) > _LONGEST or not (_COMMA if comma else _POINT).fullmatch(plain):
        return None
    digits = re.sub(r"[ '\u00a0\u202f]", "", plain)
    return Decimal(digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", ""))  # never rounded


def total(table: Table, column: Column) -> str:
    """What the numbers of *column* come to, written as its cells are."""
    found = [number(cell, comma=column.comma) for cell in cells(table, column.source)]
    return shown(sum((one for one in found if one is not None), Decimal(0)), comma=column.comma)


def shown(value: Decimal, *, comma: bool) -> str:
    """A number with its decimal mark, thousands apart."""
    text = f"{value:,f}".replace(",", " ")
    return text.replace(".", ",") if comma else text


def cells(table: Table, source: str) -> list[str]:
    """The cells of one column."""
    at = table.columns.index(source)
    return [row[at] for row in table.rows]


def skipped(table: Table, column: Column) -> int:
    """How many filled cells of a column of numbers are none."""
    filled = [cell for cell in cells(table, column.source) if cell]
    return sum(number(cell, comma=column.comma) is None for cell in filled)


def _column(name: str, found: Sequence[str]) -> Column:
    filled = [cell for cell in found if cell]
    points = sum(number(cell, comma=False) is not None for cell in filled)
    commas = sum(number(cell, comma=True) is not None for cell in filled)
    # 1,250 and 2.500 are numbers either way; a 1,5 or 1.5 among them tells.
    comma = commas > points
    dates = sum(_DATE.fullmatch(cell) is not None for cell in filled)
    enough = max(1, len(filled) * _FEW)
    kind = "date" if dates >= enough else "number" if max(points, commas) >= enough else "text"
    if kind == "number" and re.search(r"(?i)(?:^|\b)(?:id|nr|no|zip|plz|phone|telefon|year|rok|jahr|année)$", name):
        kind = "text"
    label = name[:1].upper() + name[1:]
    return Column(source=name, label=label, kind=kind, comma=comma and kind == "number")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, none of them empty or twice."""
    taken: dict[str, None] = {}
    for at, name in enumerate(names, 1):
        base = name or f"column {at}"
        chosen, again = base, 2
        while chosen in taken:
            chosen, again = f"{base[: MAX_LABEL - 6]} ({again})", again + 1
        taken[chosen] = None
    return tuple(taken)
