"""Workbooks: cells as a person sees them, hidden ones left out, and shapes that would fill the memory."""

from __future__ import annotations

import pytest

from mailbot.understand.inputs import input_of
from tests.understand.attachments import X, attached, opened, xlsx


def read(content, name="a.xlsx"):
    return input_of(attached(name, content))


def row(*cells, more=""):
    return f"<row{more}>{''.join(cells)}</row>"


def cell(value, kind="n", style=""):
    return f'<c t="{kind}" s="{style}"><v>{value}</v></c>'


HEAD = row(cell("name", "str"), cell("sales", "str"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (cell("1"), "1"),
        (cell("1.50"), "1.5"),
        (cell("1E+3"), "1000"),
        (cell("1e999"), "1e999"),
        (cell("0.1"), "0.1"),
        (cell("45981", style="1"), "2025-11-20"),
        (cell("45981.5", style="1"), "2025-11-20 12:00:00"),
        (cell("0.25", style="1"), "06:00:00"),
        (cell("99999999", style="1"), "99999999"),
        (cell("1", "b"), "TRUE"),
        (cell("0", "b"), "FALSE"),
        (cell("#DIV/0!", "e"), "#DIV/0!"),
        (cell("1", "s"), "Ana"),
        (cell("77", "s"), "…"),
        (cell("x", "s"), "…"),
        (cell("x"), "x"),
        ('<c t="inlineStr"><is><r><t>A</t></r><r><t>na</t></r></is></c>', "Ana"),
        ("<c><f>SUM(A1)</f><v>7</v></c>", "7"),
    ],
)
def test_cells(given, shown):
    """Numbers, dates, truths, shared texts; of a formula what it came to."""
    assert read(xlsx(HEAD + row(given, cell("end", "str")))).text == f"name,sales\n{shown},end"


def test_dates_of_the_author():
    """A format of one's own that shows a date, and a book that counts from 1904."""
    styles = (
        f'<styleSheet {X}><numFmts><numFmt numFmtId="170" formatCode="[$-409]d\\ mmm;@"/>'
        '<numFmt numFmtId="171" formatCode="0.0&quot; days&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>'
    )
    cells = HEAD + row(cell("45981", style="1"), cell("45981", style="2"))
    assert read(xlsx(cells, **{"xl/styles.xml": styles})).text == "name,sales\n2025-11-20,45981"
    book = "<workbook {}><workbookPr date1904='1'/><sheets><sheet name='S' r:id='r1'/></sheets></workbook>"
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    older = xlsx(cells, **{"xl/styles.xml": styles, "xl/workbook.xml": book.format(space)})
    assert read(older).text == "name,sales\n2029-11-21,45981"


def test_what_is_hidden_is_left_out():
    """Sheets, rows and columns; it is said how many."""
    cells = HEAD + row(cell("1"), cell("2")) + row(cell("3"), cell("4"), more=' hidden="1"')
    found = read(xlsx(cells, before='<cols><col min="2" max="3" hidden="1"/></cols>'))
    assert found.text == "name\n1"
    assert found.note == "1 row, 1 column: name; left out: 1 hidden row; left out: 2 hidden columns"
    second = read(xlsx(state="veryHidden", second=HEAD + row(cell("1"), cell("2"))))
    assert second.note == "1 row, 2 columns: name, sales; left out: 1 hidden sheet (Sales)"


def test_sheets_in_one_line():
    """The first is the table; the words of each are read."""
    found = read(xlsx(second=HEAD + row(cell("1"), cell("2"))))
    assert found.note == "Sales: 2 rows, 2 columns: name, sales; More: 1 row, 2 columns: name, sales"
    assert (found.columns, found.rows) == (("name", "sales"), 2)
    assert found.text.endswith("[sheet More]\nname,sales\n1,2")


def test_many_sheets():
    """Three are named, twenty are read, and how many are not is said."""
    sheets = "".join(f'<sheet name="S{number}" r:id="r1"/>' for number in range(25))
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    found = read(xlsx(**{"xl/workbook.xml": f"<workbook {space}><sheets>{sheets}</sheets></workbook>"}))
    assert found.note.endswith("; and 17 more sheets; left out: 5 more sheets")
    assert found.text.count("[sheet ") == 20


def test_cells_far_apart_cost_nothing():
    """The corner of the grid (which makes some readers ask for 500 GB) is one column that is not read."""
    cells = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert read(xlsx(cells)).note == "0 rows, 1 column: a; only the first 500 of 16,384 columns are read"
    wide = row(*[cell("x", "str")] * 16_384)
    assert "only the first 500 of 16,384 columns are read" in read(xlsx(wide)).note


def test_books_that_are_odd():
    """No styles, no shared texts, no sheets, targets from the root: read as far as it goes."""
    assert read(xlsx("")).note == "its sheets are empty"
    assert read(xlsx(**{"xl/_rels/workbook.xml.rels": "<a/>"})).note == "its sheets are empty"
    rels = '<a><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></a>'
    assert read(xlsx(**{"xl/_rels/workbook.xml.rels": rels})).rows == 2
    macro = read(xlsx(**{"xl/vbaProject.bin": "x"}), "a.xlsm")
    assert macro.note == "2 rows, 2 columns: name, sales; its macros are neither read nor run"


def ods(*rows, style="", name="S"):
    hiding = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
        '<style:style style:name="s"><style:table-properties table:display="true"/></style:style>'
    )
    table = f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'
    return opened("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>", hiding)


def open_row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def open_cell(text, more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_sheets_of_libreoffice():
    """Values before what is shown, repeats counted and never built, remarks and hidden rows left out."""
    note = "<office:annotation><text:p>Remark</text:p></office:annotation>"
    remarked = f"<table:table-cell>{note}<text:p>Ana</text:p><text:p>B.</text:p></table:table-cell>"
    cells = [
        open_row(open_cell("name"), open_cell("when")),
        open_row(remarked, open_cell("20 Nov", 'office:value-type="date" office:date-value="2026-11-20"')),
        open_row(open_cell("x"), open_cell("y"), more='table:visibility="filter"'),
        open_row(
            open_cell("z", 'table:number-columns-repeated="999999999"'), more='table:number-rows-repeated="99999"'
        ),
    ]
    found = read(ods(*cells, style="s"), "a.ods")
    assert found.text.startswith("name,when\nAna B.,2026-11-20\nz,z,z,")
    assert (found.columns, found.rows) == (("name", "when"), 100_000)
    assert "left out: 1 hidden row" in found.note
    assert read(ods(*cells, style="h"), "a.ods").note == "all its sheets are hidden; show the one that counts"
