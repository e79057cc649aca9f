"""Workbooks of Excel: cells as they stream by, gathered into rows. What is hidden in them is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mailbot.understand.inputs_found import MAX_COLUMNS
from mailbot.understand.inputs_table import Rows, Table
from mailbot.understand.inputs_xml import Enough, Silent, read_xml
from mailbot.understand.inputs_zip import Zip

MAX_STRINGS: Final = 200_000  #: texts that cells share
MAX_STRING: Final = 4_000  #: characters of a cell
MAX_SHARED: Final = 10_000_000  #: characters of all shared texts
_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL: Final = re.compile(r'"[^"]{0,200}"|\[[^\]]{0,50}\]|\\.|_.')
_EXACT: Final = 1e15  #: whole numbers below it are shown without a point
MAX_HIDDEN: Final = 100  #: runs of hidden columns that are looked at for each cell
_CELL: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet knows no zones)
_LAST_DAY: Final = 2_958_465.0  #: the end of the year 9999
_FOUR_YEARS: Final = 1_462  #: days between the two ways of counting them
_OFF: Final = frozenset({"", "0", "false"})


@dataclass(kw_only=True)
class Sheet:
    """One sheet: where it lies, and what was left out of it."""

    name: str
    part: str
    hidden: bool
    left_out: int = 0  #: hidden rows
    hidden_columns: int = 0
    wide: int = 0  #: the last column that is used, where it is beyond what is read


@dataclass(kw_only=True)
class Book:
    """What cells refer to."""

    strings: list[str] = field(default_factory=list)
    dates: frozenset[int] = frozenset()  #: styles that show a number as a date
    since_1904: bool = False
    sheets: list[Sheet] = field(default_factory=list)


def book_of(archive: Zip) -> Book:
    """The sheets of a workbook, and what their cells refer to."""
    book = Book()
    targets = _Targets()
    if "xl/_rels/workbook.xml.rels" in archive.names:
        read_xml(archive.pieces("xl/_rels/workbook.xml.rels"), targets)
    read_xml(archive.pieces("xl/workbook.xml"), _Contents(book, targets.found))
    book.sheets = [sheet for sheet in book.sheets if sheet.part in archive.names]
    if "xl/sharedStrings.xml" in archive.names:
        read_xml(archive.pieces("xl/sharedStrings.xml"), _Strings(book.strings))
    if "xl/styles.xml" in archive.names:
        styles = _Styles()
        read_xml(archive.pieces("xl/styles.xml"), styles)
        book.dates = styles.dates()
    return book


def table_of(archive: Zip, book: Book, sheet: Sheet) -> Table:
    """The rows of *sheet*, counted as they stream by."""
    rows = Rows()
    read_xml(archive.pieces(sheet.part), _Cells(book, sheet, rows))
    return rows.table()


class _Targets(Silent):
    """Where the parts of a workbook lie."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            self.found[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class _Contents(Silent):
    """The sheets, in their order."""

    def __init__(self, book: Book, targets: Mapping[str, str]) -> None:
        self._book = book
        self._targets = targets

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self._book.since_1904 = attributes.get("date1904", "") not in _OFF
        elif name == "sheet":
            part = self._targets.get(attributes.get("id", ""), "")
            hidden = attributes.get("state", "visible") != "visible"
            self._book.sheets.append(Sheet(name=attributes.get("name", ""), part=part, hidden=hidden))


class _Strings(Silent):
    """The texts that cells share."""

    def __init__(self, strings: list[str]) -> None:
        self._strings = strings
        self._pieces: list[str] = []
        self._inside = False
        self._phonetic = 0
        self._size = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._inside = name == "t" and not self._phonetic
        self._phonetic += name == "rPh"

    def end(self, name: str) -> None:
        self._inside = False
        self._phonetic -= name == "rPh"
        if name == "si":
            self._strings.append("".join(self._pieces)[:MAX_STRING])
            self._size += len(self._strings[-1])
            self._pieces.clear()
            if len(self._strings) >= MAX_STRINGS or self._size > MAX_SHARED:
                raise Enough

    def text(self, words: str) -> None:
        if self._inside:
            self._pieces.append(words)


class _Styles(Silent):
    """Which styles show a date."""

    def __init__(self) -> None:
        self._formats: set[int] = set(_DATES)
        self._styles: list[int] = []
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._styles.append(_whole(attributes.get("numFmtId", "")))
        elif name == "numFmt":
            code = _LITERAL.sub("", attributes.get("formatCode", "")[:200]).lower()
            if any(letter in code for letter in "ymdhs") and "general" not in code:
                self._formats.add(_whole(attributes.get("numFmtId", "")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def dates(self) -> frozenset[int]:
        return frozenset(number for number, known in enumerate(self._styles) if known in self._formats)


class _Cells(Silent):
    """The cells of a sheet, gathered into rows."""

    def __init__(self, book: Book, sheet: Sheet, rows: Rows) -> None:
        self._rows = rows
        self._book = book
        self._sheet = sheet
        self._hidden: list[tuple[int, int]] = []  #: columns, from and to
        self._row: list[str] = []
        self._skipped = False  #: the row is hidden
        self._column = 0
        self._kind = self._style = ""
        self._inside = 0  #: a value or a text of a cell
        self._pieces: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._begin(attributes)
        elif name in {"v", "t"}:
            self._inside += 1
        elif name == "row":
            self._row = []
            self._column = 0
            self._skipped = attributes.get("hidden", "") not in _OFF
        elif name == "col" and attributes.get("hidden", "") not in _OFF:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self._hidden.append((first, last))
            self._sheet.hidden_columns += last - first + 1

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._inside -= 1
        elif name == "c" and self._pieces:
            self._take("".join(self._pieces)[:MAX_STRING])
        elif name == "row" and self._row:
            if self._skipped:
                self._sheet.left_out += 1
            else:
                self._rows.take(self._row)

    def text(self, words: str) -> None:
        if self._inside:
            self._pieces.append(words)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._pieces.clear()
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        found = _CELL.fullmatch(attributes.get("r", ""))
        self._column = _column(found[1]) if found else self._column + 1

    def _take(self, value: str) -> None:
        column = self._column
        if any(first <= column <= last for first, last in self._hidden[:MAX_HIDDEN]):
            return
        if column > MAX_COLUMNS:
            self._sheet.wide = max(self._sheet.wide, column)
            return
        self._row += [""] * (column - len(self._row))
        self._row[column - 1] = self._shown(value)

    def _shown(self, value: str) -> str:
        """The value as a person sees it, or nearly."""
        match self._kind:
            case "s":
                at = _whole(value, -1)
                return self._book.strings[at] if 0 <= at < len(self._book.strings) else "…"
            case "b":
                return "TRUE" if value == "1" else "FALSE"
            case "n":
                return self._number(value)
            case _:
                return value

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        if _whole(self._style, -1) in self._book.dates and 0 <= number <= _LAST_DAY - _FOUR_YEARS:
            return _date(number + (_FOUR_YEARS if self._book.since_1904 else 0))
        return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)


def _date(days: float) -> str:
    when = _FIRST_DAY + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return when.strftime("%H:%M:%S")
    return when.date().isoformat() if days == int(days) else when.isoformat(sep=" ")


def _column(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _whole(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise  # noqa: PLR2004  (enough)
