"""Sheets of LibreOffice: one stream of tables, in which cells and rows say how often they are repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.understand.inputs_found import MAX_COLUMNS
from mailbot.understand.inputs_sheet import MAX_STRING, Sheet
from mailbot.understand.inputs_table import Rows, Table
from mailbot.understand.inputs_xml import Silent, read_xml
from mailbot.understand.inputs_zip import Zip

MAX_ROWS: Final = 1_048_576
_SEEN: Final = "visible"


def sheets_of(archive: Zip) -> list[tuple[Sheet, Table]]:
    """Each sheet of a workbook, and its table; that of a hidden one is empty."""
    book = _Book()
    read_xml(archive.pieces("content.xml"), book)
    return [(sheet, rows.table()) for sheet, rows in book.found]


class _Book(Silent):
    """Gathers cells into rows, and rows into tables."""

    def __init__(self) -> None:
        self.found: list[tuple[Sheet, Rows]] = []
        self._hiding: set[str] = set()  #: names of table styles that hide
        self._style = ""
        self._row: list[str] = []
        self._times = 1  #: the row stands there
        self._seen = True  #: it is not hidden
        self._cell: list[str] | None = None
        self._repeated = 1  #: the cell stands there
        self._value = ""
        self._notes = 0  #: inside what somebody wrote at the edge

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "style":
                self._style = attributes.get("name", "")
            case "table-properties" if attributes.get("display") == "false":
                self._hiding.add(self._style)
            case "table":
                hidden = attributes.get("style-name", "") in self._hiding
                self.found.append((Sheet(name=attributes.get("name", ""), part="", hidden=hidden), Rows()))
            case "table-row":
                self._row = []
                self._times = _times(attributes.get("number-rows-repeated", "1"))
                self._seen = attributes.get("visibility", _SEEN) == _SEEN
            case "table-cell" | "covered-table-cell":
                self._begin(attributes)
            case "annotation":
                self._notes += 1
            case _:
                pass

    def end(self, name: str) -> None:
        match name:
            case "annotation":
                self._notes -= 1
            case "p" if self._cell is not None and not self._notes:
                self._cell.append(" ")
            case "table-cell" | "covered-table-cell":
                self._end_cell()
            case "table-row" if self.found:
                self._end_row()
            case _:
                pass

    def text(self, words: str) -> None:
        if self._cell is not None and not self._notes:
            self._cell.append(words)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._cell = []
        self._repeated = _times(attributes.get("number-columns-repeated", "1"))
        kind = attributes.get("value-type", "")
        self._value = attributes.get("value", "") if kind == "float" else attributes.get("date-value", "")

    def _end_cell(self) -> None:
        value = (self._value or "".join(self._cell or ()).strip())[:MAX_STRING]
        room = max(0, MAX_COLUMNS - len(self._row))
        self._row += [value] * min(self._repeated, room)
        self._cell = None

    def _end_row(self) -> None:
        sheet, rows = self.found[-1]
        while self._row and not self._row[-1]:
            self._row.pop()
        if not self._row or sheet.hidden:
            return
        if self._seen:
            rows.take(self._row, self._times)
        else:
            sheet.left_out += self._times


def _times(text: str) -> int:
    return min(int(text), MAX_ROWS) if text.isascii() and text.isdigit() and len(text) < 10 else 1  # noqa: PLR2004  (enough)
