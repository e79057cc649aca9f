"""Tables that came with a mail, shown and added up."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.build.scaffold_spec import Column
from mailbot.build.scaffold_table import columns_of, number, read, shown, table_in, total, written
from mailbot.domain.intent import Kind
from mailbot.domain.message import Input
from tests.build.scaffolds import SALES, asked, built, changes, passes, spec_in

FIRST = "One page that adds up the sales column, shows the total big. Must work offline."


def test_the_first_journey():
    """33.75 from three rows, big, offline; the decimal mark is told as assumed."""
    said = asked(FIRST, "Sales page", csv=SALES)
    page = built(FIRST, "Sales page", csv=SALES)["index.html"].decode()
    assert '<strong class="huge" data-of="total" data-at="1">33.75</strong>' in page
    assert "font-size: clamp(48px" in page
    assert said.not_done == ()
    assert said.assumed == ("full stop is the decimal mark",)
    assert not re.search(r'(?:src|href)="', page)


def test_new_data_of_the_same_shape_changes_data_only(tmp_path):
    """J15: the same code; outside the rows and their sums not a byte of the page differs."""
    before = built("make the header blue", files=built(FIRST, csv=SALES))
    fresh = "region,item,sales\n" + "".join(f"north,thing {at},{at}.25\n" for at in range(87))
    said = asked("", files=before, csv=fresh, kind=Kind.REFRESH)
    after = built("", files=before, csv=fresh, kind=Kind.REFRESH)
    assert said.done == (
        "the same page with the new data of sales.csv: 87 rows (was 3)", "no code changed, only the data",
    )  # fmt: skip
    assert changes(before, after) == {"index.html", "data.csv"}
    assert bare(before) == bare(after)
    assert ">3 762.75<" in after["index.html"].decode()
    assert passes(after, tmp_path)


def bare(files):
    """The page without its rows, figures and count."""
    page = files["index.html"].decode()
    page = re.sub(r'(<tbody id="rows">).*?(</tbody>)', r"\1\2", page, flags=re.DOTALL)
    return re.sub(r"(<strong[^>]*>|Rows: )[^<]*", r"\1", page)


@pytest.mark.parametrize(
    ("fresh", "told"),
    [("item,sales,region,tax\na,1,n,2\n", "tax is new"), ("item,sales\na,1\n", "it lacks region"),
     ("item,sales,region\na,many,n\n", "Sales holds no numbers any more")],
)  # fmt: skip
def test_data_of_another_shape_is_not_taken(fresh, told):
    """Which columns differ is said; the page stays as it was."""
    said = asked("", files=built(FIRST, csv=SALES), csv=fresh, kind=Kind.REFRESH)
    assert said.text == ""
    assert told in said.asks[0]


def test_new_data_and_a_wish_come_together():
    """Both are done; it is not said that no code changed."""
    said = asked("Make the header red", files=built(FIRST, csv=SALES), csv=SALES.replace("20", "30"))
    assert said.done == ("the same page with the new data of sales.csv: 3 rows (was 3)", "the header is red")


def test_a_table_that_is_cut_is_not_added_up():
    """A wrong total would be worse than none."""
    one = Input(name="a.csv", kind="csv", used=True, columns=("a", "b"), rows=9, text="a,b\n1,2\n")
    assert "wrong total" in table_in([one])
    assert "private" in table_in([Input(name="a.csv", kind="csv", used=True, columns=("a",), rows=1, private=True)])
    assert table_in([Input(name="a.pdf", kind="pdf", used=True)]) is None


def test_a_long_table_is_read_from_the_file_itself():
    """What a model may read of it is only its beginning."""
    long = "item;sales\n" + "".join(f"thing {at};{at},25\n" for at in range(2_500))
    page = built("show the total of sales", csv=long)["index.html"].decode()
    assert page.count("<tr>") == 2_501
    assert ">3 124 375,00<" in page
    longer = "item,sales\n" + "a,1\n" * 5_000
    assert "too long for one page" in asked("show the total of sales", csv=longer).asks[0]


@pytest.mark.parametrize(
    ("cell", "comma", "value"),
    [("10.50", False, "10.50"), ("1,250.5", False, "1250.5"), ("1.250,50", True, "1250.50"), ("-3", False, "-3"),
     ("€ 5", False, "5"), ("12 %", False, "12"), ("1 000,5", True, "1000.5"), ("1,2,3", False, None),
     ("x", False, None),
     ("", False, None), ("1e5", False, None), ("9" * 30, False, None), ("٣", False, None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(cell, comma, value):
    """And whatever is no amount is none."""
    assert number(cell, comma=comma) == (Decimal(value) if value else None)


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=30), st.booleans())
def test_the_total_is_exact(values, comma):
    """However many there are, with either decimal mark."""
    lines = [str(value).replace(".", ",") if comma else str(value) for value in values]
    table = read("t.csv", "v\n" + "".join(f'"{line}"\n' for line in lines))
    column = Column(source="v", label="V", kind="number", comma=comma)
    assert total(table, column) == shown(sum(values, Decimal(0)), comma=comma)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_whatever_is_kept_comes_back(text):
    """data.csv holds just the table: never a line of another meaning."""
    table = read("t.csv", text)
    if table is not None:
        again = read("t.csv", written(table))
        assert (again.columns, again.rows) == (table.columns, tuple(row for row in table.rows if any(row)))
        assert all(line.startswith('"') for line in written(table).splitlines())


def test_what_a_column_holds_is_read_from_its_cells():
    """Numbers, dates, and numbers that nobody adds up."""
    table = read("t.csv", 'a,b,year,d\n"1,5",x,2020,2026-01-02\n"2,5",y,2021,2026-01-03\n')
    assert [(c.kind, c.comma) for c in columns_of(table)] == [
        ("number", True), ("text", False), ("text", False), ("date", False),
    ]  # fmt: skip
    assert read("t.csv", "") is None
    assert read("t.csv", "a,a,\n1,2,3\n").columns == ("a", "a (2)", "column 3")


@pytest.mark.parametrize(
    ("wish", "order"),
    [("sort by sales", ["3.25", "10.50", "20"]), ("sort by sales, descending", ["20", "10.50", "3.25"]),
     ("sort by item in descending order", ["3.25", "20", "10.50"])],
)  # fmt: skip
def test_rows_stand_in_the_order_that_was_asked_for(wish, order):
    """Numbers by their value, words by the alphabet."""
    page = built(wish, files=built(FIRST, csv=SALES))["index.html"].decode()
    assert re.findall(r'<td class="number">([^<]*)</td>', page) == order


def test_a_project_whose_data_was_taken_away_says_so():
    """It is not drawn with other data, nor without."""
    files = {path: text for path, text in built(FIRST, csv=SALES).items() if path != "data.csv"}
    assert "data.csv does not hold the table" in asked("make it blue", files=files).asks[0]
    assert spec_in(files).columns[1].total
