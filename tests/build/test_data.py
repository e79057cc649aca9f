"""Data of the author: files of the project that no model writes, and fresh ones in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.build.data import MAX_FILE, emptied, filled, placed, refreshed
from mailbot.build.moves import Ask, Try
from mailbot.build.plan import next_move
from mailbot.domain.intent import Kind
from mailbot.domain.message import Input
from mailbot.domain.project import Check, Finding, Report, Result
from mailbot.domain.request import Asked, Built, GaveUp
from tests.build.driven import block, drive, order, project

OLD, NEW = b"item,sales\ntea,3\nmilk,5\n", b"item,sales\n" + b"tea,1\n" * 87
PLACE = '<script type="text/plain" id="d" data-file="data/sales.csv">{}</script>'
PAGE = "<!doctype html>\n<html lang=en>\n<title>Sales</title>\n<h1>Sales</h1>\n" + PLACE + "\n</html>\n"
TREE = {"index.html": PAGE.format(f"\n{OLD.decode().strip()}\n").encode(), "data/sales.csv": OLD}


def sales(content=NEW, name="sales.csv", **more):
    known = {"kind": "csv", "used": True, "columns": ("item", "sales"), "rows": 87, "content": content}
    return Input(name=name, **(known | more))


def test_data_become_files_of_the_project():
    """What is private, unread, too large, cut or badly named does not."""
    assert placed([sales()]) == {"data/sales.csv": NEW}
    no = [
        sales(private=True), sales(used=False), sales(b"x" * (MAX_FILE + 1)), sales(name="../x.csv"), sales(kind="pdf"),
        sales(b"", text="item,sales\ntea,1\n[86 more rows]"),
    ]  # fmt: skip
    assert placed(no) == {}


def test_a_small_table_that_came_without_its_bytes_is_taken_from_its_text():
    """All rows stand there."""
    assert placed([sales(b"", text="item,sales\ntea,1\n")]) == {"data/sales.csv": b"item,sales\ntea,1\n"}


def test_a_page_gets_its_data():
    """Whatever stood there, and again the same."""
    page = {"index.html": PAGE.format("old").encode(), "data/sales.csv": OLD}
    assert filled(page) == TREE
    assert filled(TREE) == TREE
    assert emptied(TREE["index.html"].decode()) == PAGE.format("")


def test_data_cannot_leave_their_place():
    """A cell with the end of a script in it ends nothing."""
    evil = b"item\n</script><script>alert(1)</script>\n"
    page = filled({"index.html": PAGE.format("").encode(), "data/sales.csv": evil})["index.html"]
    assert page.count(b"</script>") == 1


def test_a_page_with_too_many_places_is_left_alone():
    """Nobody needs them, and they would take time."""
    page = {"index.html": ("<script data-file='data/a.csv'>" * 5_000).encode(), "data/a.csv": OLD}
    assert filled(page) is page


async def test_j15_fresh_data_need_no_model():
    """Same code, new numbers, checks run again; what it was and is comes from the files."""
    total = Check(number=1, kind="file", text="The page must be there", spec="index.html: <h1>Sales</h1>")
    known = await project(TREE, checks=(total,))
    run = await drive(order(Kind.REFRESH, text="Here is new data.", inputs=(sales(),)), known, lambda b, n: "")
    assert (run.calls, type(run.outcome), run.outcome.number) == (0, Built, 2)
    draft = run.outcome.draft
    assert (draft.maker.kind, draft.done) == ("refresh", ("data/sales.csv has 87 rows (was 2)",))
    assert draft.files["data/sales.csv"] == NEW
    assert b"tea,1\ntea,1" in draft.files["index.html"]
    assert {path for path in TREE if TREE[path] != draft.files[path]} == set(TREE)


async def test_a_check_that_was_about_the_old_data_is_parked():
    """Nobody can pass it any more with these numbers."""
    old = Check(number=1, kind="file", text="The page must show milk,5", spec="index.html: milk,5")
    wanted = order(Kind.REFRESH, text="New data.", inputs=(sales(),))
    run = await drive(wanted, await project(TREE, checks=(old,)), lambda brief, n: "")
    assert run.outcome.draft.checks == (replace(old, retired=True),)


async def test_data_of_another_shape_are_asked_about():
    """The columns are named, and nothing is changed."""
    other = sales(b"item,price,date\ntea,3,4\n", columns=("item", "price", "date"))
    move = next_move(order(Kind.REFRESH, inputs=(other,)), [], await project(TREE))
    assert isinstance(move, Asked)
    assert "without sales and with price, date" in move.questions[0]


async def test_data_that_the_program_has_no_place_for_go_to_the_model():
    """They are a wish like any other."""
    move = next_move(
        order(Kind.REFRESH, text="New data.", inputs=(sales(),)), [], await project({"index.html": b"<p>"})
    )
    assert isinstance(move, Ask)
    assert (move.brief.kind, move.brief.placed) == (Kind.REVISE, ("data/sales.csv",))


async def test_a_program_that_new_data_break_is_a_try():
    """The version with the old data stays."""
    wanted = order(Kind.REFRESH, text="New data.", inputs=(sales(),))
    known = await project(TREE | {"a.py": b"x = 1\n"})
    move = next_move(wanted, [], known)
    assert isinstance(move, Try)
    run = await drive(wanted, known, lambda brief, n: "", sandbox=Failing())
    assert isinstance(run.outcome, GaveUp)
    assert (run.outcome.number, "with the new data" in run.outcome.reason) == (2, True)


class Failing:
    """The project's own tests fail."""

    async def check(self, files, checks):
        return Report(findings=(Finding(check="command", subject="pytest", result=Result.FAILED, detail="1 failed"),))


@pytest.mark.parametrize(
    "columns", [b"item;sales\ntea;3\n", b"\xef\xbb\xbfitem,sales\ntea,3\n", b'"item","sales"\n"tea",3\n']
)
def test_the_same_columns_are_known_however_they_are_written(columns):
    """Semicolons, a byte order mark and quotation marks make no other shape."""
    assert refreshed(TREE, [sales(columns)]).files["data/sales.csv"] == columns


def test_json_is_data_too():
    """The keys of its rows are its columns."""
    before = {"data/x.json": b'[{"a": 1}]', "index.html": b"<p>"}
    new = Input(name="x.json", kind="json", used=True, content=b'[{"a": 1}, {"a": 2}]', columns=("a",), rows=2)
    assert refreshed(before, [new]).said == ("data/x.json has 2 rows (was 1)",)
    other = replace(new, content=b'[{"b": 1}]')
    assert "without a and with b" in refreshed(before, [other]).other[0]


async def test_a_model_writes_the_place_and_not_the_data():
    """What it writes over the data is passed over; the page is filled for it."""
    answer = block("index.html", PAGE.format("")) + block("data/sales.csv", "mine,now")
    run = await drive(order(text="Show the sales.", inputs=(sales(OLD),)), await project(), lambda brief, n: answer)
    assert isinstance(run.outcome, Built)
    assert run.outcome.draft.files == TREE
