"""Tables out of text: CSV with any delimiter, tabs, any charset, decimal commas. Rows are counted, never kept."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.header import words
from mailbot.understand.inputs_found import MAX_COLUMNS, MAX_TEXT, Found, counted, encoding_of, listed, shortened

MAX_LINE: Final = 1_000_000  #: characters of one line
MAX_HEAD: Final = 80  #: characters of the name of a column
_LOOKED_AT: Final = 1_000  #: rows whose cells are looked into
_DELIMITERS: Final = ",;\t|"
_CALLED: Final = {";": "parted by semicolons", "|": "parted by bars"}
_SAMPLE: Final = 30  #: lines that tell the delimiter
_NUMBER: Final = re.compile(r"[-+]?[$€£]? ?\d[\d\s.,'_]{0,40}[%€$£]?")
_COMMA: Final = re.compile(r"-?\d{1,3}(?:[. ]\d{3}){1,9},\d{1,9}|-?\d{1,15},(?:\d{1,2}|\d{4,9})")
_POINT: Final = re.compile(r"-?\d{1,3}(?:[, ]\d{3}){1,9}\.\d{1,9}|-?\d{1,15}\.(?:\d{1,2}|\d{4,9})")
_LONG: Final = 60  #: characters; no number has more
_FORMULA: Final = re.compile(r"[=@]\s{0,9}\S|[+-]\s{0,9}[A-Za-z(@=]")


@dataclass(frozen=True, kw_only=True)
class Table:
    """What is known of a table."""

    columns: tuple[str, ...] = ()
    rows: int = 0  #: without its head
    text: str = ""  #: its first rows, as CSV
    notes: tuple[str, ...] = ()  #: what is odd about it

    @property
    def size(self) -> str:
        """How many rows and columns, and the names of those."""
        return f"{counted(self.rows, 'row')}, {counted(len(self.columns), 'column')}: {listed(self.columns)}"


def read_csv(content: bytes) -> Found:
    """A table of lines, one row each."""
    codec = encoding_of(content)
    delimiter, skip = _delimiter(content, codec)
    rows = Rows()
    try:
        for row in csv.reader(_lines(content, codec, skip), delimiter=delimiter):
            rows.take(row)
    except csv.Error as error:
        raise Unreadable(
            'a cell has more than 131,072 characters; often a quotation mark (") is opened and never closed'
        ) from error
    table = rows.table()
    if not table.columns:
        raise Unreadable("it has no rows")
    usual = {"utf-8", "utf-8-sig"}
    notes = [] if codec in usual else [codec.upper()]
    notes += [_CALLED[delimiter]] if delimiter in _CALLED else []
    note = "; ".join([table.size, *notes, *table.notes])
    return Found(kind="csv", note=note, text=table.text, columns=table.columns, rows=table.rows)


class Rows:
    """Takes the rows of a table one by one: it counts them, and keeps the head of them."""

    def __init__(self) -> None:
        self._columns: tuple[str, ...] = ()
        self._headed = True
        self._width = self._rows = self._ragged = self._widest = 0
        self._formulas = self._commas = self._points = 0
        self._left_out = 0
        self._shown = io.StringIO()
        self._writer = csv.writer(self._shown, lineterminator="\n")

    def take(self, row: Sequence[str], times: int = 1) -> None:
        """Take *row*, which stands there so many *times*; an empty one does not count."""
        if not any(row):
            return
        self._widest = max(self._widest, len(row))
        if not self._columns:
            self._begin(row)
            times -= self._headed
        if self._rows < _LOOKED_AT:
            self._look(row)
        self._rows += times
        self._ragged += times * (len(row) != self._width)
        while times and self._shown.tell() < MAX_TEXT:
            self._writer.writerow(row[:MAX_COLUMNS])
            times -= 1
        self._left_out += times

    def table(self) -> Table:
        """What is known of it now."""
        text = shortened(self._shown.getvalue())
        if self._left_out:
            text += f"\n[{counted(self._left_out, 'more row')}]"
        return Table(columns=self._columns, rows=self._rows, text=text, notes=tuple(self._notes()))

    def _begin(self, row: Sequence[str]) -> None:
        """The first row: names, or numbers of a table that has none."""
        self._width = len(row)
        self._headed = not any(len(cell) <= _LONG and _NUMBER.fullmatch(cell.strip()) for cell in row[:MAX_COLUMNS])
        names = row if self._headed else [f"column {number}" for number in range(1, len(row) + 1)]
        self._columns = tuple(words(name, MAX_HEAD) for name in names[:MAX_COLUMNS])
        self._writer.writerow(self._columns)

    def _look(self, row: Sequence[str]) -> None:
        for cell in row[:MAX_COLUMNS]:
            first = cell[:1]
            if first in {"=", "@", "+", "-"}:
                self._formulas += bool(_FORMULA.match(cell))
            if "," in cell or "." in cell:
                self._commas += bool(_COMMA.fullmatch(cell))
                self._points += bool(_POINT.fullmatch(cell))

    def _notes(self) -> Iterator[str]:
        if not self._headed:
            yield "no names of columns"
        if self._commas > self._points:
            yield "decimal commas"
        if self._ragged:
            yield f"{counted(self._ragged, 'row')} of another length"
        if self._formulas:
            yield f"{counted(self._formulas, 'cell')} like a formula, taken as text"
        if self._widest > MAX_COLUMNS:
            yield f"only the first {MAX_COLUMNS} of {self._widest:,} columns are read"


def _lines(content: bytes, codec: str, skip: int) -> Iterator[str]:
    """The lines of *content*, but for the first *skip*; raise Unreadable at one without an end."""
    with io.TextIOWrapper(io.BytesIO(content), encoding=codec, errors="replace", newline="") as text:
        while line := text.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise Unreadable(f"a line has more than {MAX_LINE:,} characters: it is no table")
            if skip:
                skip -= 1
            else:
                yield line.replace("\0", "")


def _delimiter(content: bytes, codec: str) -> tuple[str, int]:
    """What stands between the cells, and how many lines to skip: some programs name it in a first line."""
    sample: list[str] = []
    for line in _lines(content[: 4 * MAX_LINE], codec, 0):
        sample.append(line)
        if len(sample) >= _SAMPLE or sum(map(len, sample)) > MAX_LINE:
            break
    if sample and (named := re.fullmatch(r"sep=(.)\s*", sample[0].lower())):
        return (named[1] if named[1] in _DELIMITERS else ","), 1
    return max(_DELIMITERS, key=lambda one: _fit(sample, one)), 0


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How well *delimiter* cuts the lines into as many cells each."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:  # noqa: PLR2004  (one cell is not cut at all)
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]
