"""Workbooks as a line and a text: each sheet's rows and columns, and what of it was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import MAX_COLUMNS, MAX_TEXT, Found, counted, listed, shortened
from mailbot.understand.inputs_ods import sheets_of
from mailbot.understand.inputs_office import is_locked_odf, macros
from mailbot.understand.inputs_sheet import Sheet, book_of, table_of
from mailbot.understand.inputs_table import Table
from mailbot.understand.inputs_zip import Zip

MAX_SHEETS: Final = 20  #: that are read

Tables = Sequence[tuple[Sheet, Table]]


def read_xlsx(archive: Zip) -> Found:
    """A workbook of Excel."""
    book = book_of(archive)
    seen = [sheet for sheet in book.sheets if not sheet.hidden]
    tables = [(sheet, table_of(archive, book, sheet)) for sheet in seen[:MAX_SHEETS]]
    tables += [(sheet, Table()) for sheet in book.sheets if sheet.hidden]
    return _found("xlsx", tables, len(seen) - MAX_SHEETS, macros(archive))


def read_ods(archive: Zip) -> Found:
    """A workbook of LibreOffice."""
    if is_locked_odf(archive):
        raise Unreadable("it is locked with a password: send it without one")
    return _found("ods", sheets_of(archive), 0, macros(archive))


def _found(kind: str, sheets: Tables, more: int, notes: list[str]) -> Found:
    filled = [(sheet, table) for sheet, table in sheets if table.columns]
    hidden = [sheet.name for sheet, _ in sheets if sheet.hidden]
    if not filled:
        why = "all its sheets are hidden; show the one that counts" if hidden else "its sheets are empty"
        raise Unreadable(why)
    _, first = filled[0]
    lines = [first.size] if len(filled) == 1 else [f"{sheet.name}: {table.size}" for sheet, table in filled[:3]]
    if len(filled) > 3:  # noqa: PLR2004  (as many as one line bears)
        lines.append(f"and {counted(len(filled) - 3, 'more sheet')}")
    lines += _odd(filled)
    if hidden:
        lines.append(f"left out: {counted(len(hidden), 'hidden sheet')} ({listed(hidden, 2)})")
    if more > 0:
        lines.append(f"left out: {counted(more, 'more sheet')}")
    note = "; ".join([*lines, *notes])
    return Found(kind=kind, note=note, text=_text(filled), columns=first.columns, rows=first.rows)


def _odd(sheets: Tables) -> Iterator[str]:
    """What was left out of the sheets, or is odd about the first."""
    yield from (note for note in sheets[0][1].notes if "length" not in note)
    if rows := sum(sheet.left_out for sheet, _ in sheets):
        yield f"left out: {counted(rows, 'hidden row')}"
    if columns := sum(sheet.hidden_columns for sheet, _ in sheets):
        yield f"left out: {counted(columns, 'hidden column')}"
    if wide := max(sheet.wide for sheet, _ in sheets):
        yield f"only the first {MAX_COLUMNS} of {wide:,} columns are read"


def _text(sheets: Tables) -> str:
    if len(sheets) == 1:
        return sheets[0][1].text
    share = MAX_TEXT // len(sheets)
    return "\n\n".join(f"[sheet {sheet.name}]\n{shortened(table.text, share)}" for sheet, table in sheets)
