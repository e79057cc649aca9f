"""Tables out of text: delimiters, charsets, heads, and what is odd."""

from __future__ import annotations

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_found import MAX_COLUMNS
from mailbot.understand.inputs_table import Rows
from tests.understand.attachments import attached


def read(content):
    return input_of(attached("a.csv", content if isinstance(content, bytes) else content.encode()))


@pytest.mark.parametrize(
    ("content", "columns", "rows"),
    [
        ("a,b\n1,2\n", ("a", "b"), 1),
        ("a;b\n1,5;2,5\n", ("a", "b"), 1),
        ("a\tb\n1\t2\n", ("a", "b"), 1),
        ("a|b\n1|2\n", ("a", "b"), 1),
        ("sep=;\na;b\n1;2\n", ("a", "b"), 1),
        ("sep=x\na,b\n", ("a", "b"), 0),
        ("name\nAna\nBob\n", ("name",), 2),
        ('a,b\n"x\ny",2\n', ("a", "b"), 1),
        ("\n\na,b\n\n1,2\n,\n", ("a", "b"), 1),
        ("a,b\r1,2\r", ("a", "b"), 1),
        ("1,2\n3,4\n", ("column 1", "column 2"), 2),
        ("a,a\n1,2\n", ("a", "a"), 1),
    ],
)
def test_rows_and_columns(content, columns, rows):
    """Whatever stands between the cells; empty rows do not count."""
    found = read(content)
    assert (found.columns, found.rows) == (columns, rows)


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1250"]
)
def test_charsets(codec):
    """The letters are right, whatever program saved it."""
    word = "ł" if codec == "cp1250" else "é"
    content = f"imi{word}a;price\nZo{word}y;1,5\n".encode(codec)
    assert read(content).columns == (f"imi{word}a", "price")
    assert f'Zo{word}y,"1,5"' in read(content).text


def test_numbers_with_commas_are_told():
    """So that 1,5 is not taken for two cells, nor 1.234 for one."""
    assert "decimal commas" in read("a;b\n1,50;x\n1.234,50;y\n").note
    assert "decimal" not in read("a;b\n1.50;x\n1,234.50;y\n").note


def test_what_is_odd_is_told():
    """Rows of another length, cells like formulas, more columns than are read."""
    assert "2 rows of another length" in read("a,b\n1\n1,2,3\n").note
    assert "2 cells like a formula" in read('a,b\n=1+1,-5\n"@x",+\n').note
    wide = read(",".join(f"c{number}" for number in range(1_000)) + "\n")
    assert f"only the first {MAX_COLUMNS} of 1,000 columns are read" in wide.note
    assert len(wide.columns) == MAX_COLUMNS


def test_the_head_of_a_long_table_is_shown():
    """Its rows are counted, and how many are not shown is said."""
    found = read("a,b\n" + "word,word\n" * 100_000)
    assert found.rows == 100_000
    assert found.text.startswith("a,b\nword,word\n")
    assert found.text.endswith("[98,800 more rows]")


def test_repeated_rows_are_counted_at_once():
    """A sheet may say that a row stands there a million times."""
    rows = Rows()
    rows.take(["a"], 2)
    rows.take(["b"], 10**9)
    assert rows.table().rows == 10**9 + 1
    assert len(rows.table().text) < 13_000


def test_what_is_no_table():
    """An endless line, nothing but commas."""
    assert "it is no table" in read("a," + "x" * 2_000_000).note
    assert read(",,,\n,,,\n").note == "it has no rows"
    assert not read(",,,\n,,,\n").used
