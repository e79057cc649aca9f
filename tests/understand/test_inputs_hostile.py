"""Floods: a megabyte of the worst of each kind is read in steps that grow no faster than it does."""

from __future__ import annotations

import logging
import sys

import pytest

from mailbot.understand.inputs import input_of
from tests.understand.attachments import attached, docx, opened, pdf, words, xlsx, zipped

MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def quiet(caplog):
    """As in a worker: nothing that a file says is logged."""
    with caplog.at_level(logging.CRITICAL + 1, logger="pypdf"):
        yield


def many(piece, size):
    return piece * (size // len(piece))


#: What is asked for a file of about so many bytes. One that is quadratic would take hours for a megabyte.
FLOODS = {
    "rows.csv": lambda size: b"a,b\n" + many(b"1,2\n", size),
    "ragged.csv": lambda size: b"a,b\n" + many(b"1\n", size),
    "quotes.csv": lambda size: many(b'"', size),
    "commas.csv": lambda size: many(b",", size),
    "spaces.csv": lambda size: b"a,b\n" + many(b" " * 1_000 + b",\n", size),
    "numbers.csv": lambda size: b"a,b\n" + many(b"1." * 500 + b"x," + b"1 " * 500 + b"\n", size),
    "formulas.csv": lambda size: b"a,b\n" + many(b"=" * 50 + b",+" + b" " * 50 + b"\n", size),
    "nothing.csv": lambda size: b"a,b\n" + many(b"\0", size),
    "lists.json": lambda size: b"[" + many(b"[],", size) + b"1]",
    "deep.json": lambda size: many(b"[", size),
    "lines.json": lambda size: many(b"1\n", size),
    "broken.json": lambda size: many(b"{\n", size),
    "digits.json": lambda size: many(b"1", size),
    "items.yaml": lambda size: many(b"- a\n", size // 17),
    "deep.yaml": lambda size: many(b"[", size // 17),
    "keys.yaml": lambda size: many(b"? ", size // 17),
    "anchors.yaml": lambda size: many(b"- &a a\n- *a\n", size // 17),
    "text.yaml": lambda size: many(b"a: 'b\n", size),
    "tags.html": lambda size: b"<html>" + many(b"<b>", size),
    "comments.html": lambda size: b"<html>" + many(b"<!--", size),
    "titles.html": lambda size: b"<html>" + many(b"<title ", size),
    "hidden.txt": lambda size: many("\u202e".encode(), size),
    "headings.md": lambda size: many(b"#", size) + many(b"\n#", size),
    "sides.svg": lambda size: b"<svg " + many(b"width = ", size),
    "blanks.svg": lambda size: b"<svg width=" + many(b" ", size),
    "head.xml": lambda size: b"<?xml " + many(b" ", size),
    "hunks.patch": lambda size: b"diff --git a/x b/x\n" + many(b"@@ -1 +1 @@\n-a\n+b\n", size),
    "names.patch": lambda size: many(b"diff --git a/" + b" b/" * 99 + b"\n", size),
    "events.ics": lambda size: b"BEGIN:VCALENDAR\n" + many(b"BEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n", size),
    "folds.ics": lambda size: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + many(b"\n ", size) + b"END:VEVENT\n",
    "colons.ics": lambda size: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + many(b"A" * 40 + b";" * 500 + b"\n", size),
    "encoded.eml": lambda size: b"From: " + many(b"=?utf-8?q?a?= ", size),
    "branches.bundle": lambda size: b"# v2 git bundle\n" + many(b"1" * 40 + b" a\n", size),
    "pages.pdf": lambda size: pdf(size // 290),
    "open.pdf": lambda size: b"%PDF-1.4\n" + many(b"<<", size),
    "objects.pdf": lambda size: b"%PDF-1.4\n" + many(b"1 0 obj\n", size),
    "arrays.pdf": lambda size: b"%PDF-1.4\ntrailer << /Root " + many(b"[", size),
    "begins.pdf": lambda size: b"%PDF-1.4\n" + many(b"startxref\n0\n", size),
    "words.pdf": lambda size: pdf(1, "a) Tj (" * (size // 7)),
    "cells.xlsx": lambda size: xlsx(f"<row>{'<c><v>1</v></c>' * 9}</row>" * (size // 146)),
    "columns.xlsx": lambda size: xlsx(f"<row>{'<c><v>1</v></c>' * (size // 15)}</row>"),
    "hidden.xlsx": lambda size: xlsx(
        f"<row>{'<c><v>1</v></c>' * (size // 30)}</row>",
        before="<cols>" + '<col min="9" max="9" hidden="1"/>' * (size // 64) + "</cols>",
    ),
    "token.xlsx": lambda size: xlsx(f"<row><c><v>{'1' * size}</v></c></row>"),
    "attributes.xlsx": lambda size: xlsx("<row><c " + " ".join(f'a{at}=""' for at in range(size // 8)) + "/></row>"),
    "deep.docx": lambda size: docx("<w:p>" * (size // 5)),
    "runs.docx": lambda size: docx(words("a") * (size // 60)),
    "token.docx": lambda size: docx(f'<w:p a="{"x" * size}"/>'),
    "remark.docx": lambda size: docx(f"<!--{'x' * size}-->"),
    "rows.ods": lambda size: opened("spreadsheet", '<table name="a">' + "<table-row/>" * (size // 12) + "</table>"),
    "names.zip": lambda size: zipped(dict.fromkeys((f"{at}" for at in range(size // 205)), "")),
}  # fmt: skip


def steps(name, size):
    """How many functions are called to read it."""
    content = FLOODS[name](size)
    count = 0

    def seen(_frame, event, _):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        input_of(attached(name, content))
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", FLOODS)
def test_a_megabyte_is_read(name):
    """It ends, in words that fit a line."""
    found = input_of(attached(name, FLOODS[name](MEGABYTE)))
    assert found.note
    assert len(found.text) < 13_000


@pytest.mark.parametrize("name", FLOODS)
def test_the_steps_grow_with_the_size(name):
    """Twice the size, at most about twice the steps."""
    steps(name, 1_000)  # what is loaded the first time does not count
    assert steps(name, 40_000) < 2.5 * steps(name, 20_000) + 2_000
