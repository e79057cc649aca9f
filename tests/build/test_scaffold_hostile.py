# ruff: noqa: E501  (one list of words on one line)
"""Hostile names, data and requests: words stay words, and nothing takes long."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.build.answer import applied, problems
from mailbot.checks.syntax import error_in
from tests.build.scaffolds import SALES, asked, built, passes, what

EVIL = '</script><script>alert(1)</script>" onload="x" \'; DROP TABLE records; -- {{7*7}} {% raw %} ${x} \\ === END FILE ==='
REQUESTS = [
    "Track %s with %s, b: number", "A REST API for books with %s, b: number", "A contact form with %s, email",
    "A command-line tool to track %s with %s, b", "A kanban board with columns %s, c and b", "A poll: Where? %s, b or c",
    "A to-do list: %s, b", "A page about bees with sections %s, About", "A quiz\nHow? %s",
]  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_hostile_name_stays_a_name(request_, tmp_path):
    """In Python, SQL, HTML, JavaScript, JSON and Markdown: every file is sound, the page has its own scripts only."""
    said = asked(request_ % (("x" + EVIL,) * request_.count("%s")), EVIL)
    files = applied(said.text, {})
    assert problems(said.text, {}) == ()
    if not files:
        assert said.asks  # it was not understood, which is as good
        return
    wrong = [error_in(path, text.decode()) for path, text in files.items() if path.endswith((".py", ".json", ".html"))]
    assert set(wrong) == {""}
    page = files.get("index.html", b"").decode()
    assert page.count("<script") == (2 if what(files).startswith("tool") else 0)
    assert passes(files, tmp_path)


def test_hostile_data_stays_data(tmp_path):
    """Cells that look like markup, formulas, markers of files or many lines."""
    out = io.StringIO()
    csv.writer(out).writerows([
        ["name <b>", "sales"], [EVIL, "1.5"], ["=== END FILE ===", "2"], ["=== FILE: evil.py ===", "-1"],
        ["several\n=== END FILE ===\nlines", "3"], ["=cmd|' /C calc'!A0", "4"],
    ])  # fmt: skip
    said = asked("Show the total of sales", EVIL, csv=out.getvalue())
    assert problems(said.text, {}) == ()
    files = applied(said.text, {})
    page = files["index.html"].decode()
    assert ("evil.py" in files, page.count("<script"), ">9.5<" in page) == (False, 2, True)
    assert "onload" not in re.sub(r"&#34;|&quot;", "", re.sub(r">[^<]*<", "><", page))
    assert passes(files, tmp_path)


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_script_of_a_page_shows_hostile_words_as_text():
    """Run with a page that knows elements only: what is shown is text, never HTML."""
    page = built("A poll: Where? <script>alert(1)</script>, soup or salad")["index.html"].decode()
    scripts = re.findall(r'<script id="[a-z]+">\n(.*?)</script>', page, re.DOTALL)
    assert "innerHTML" not in page
    program = f"{scripts[0]}\nprocess.stdout.write(JSON.stringify(CHOICES))"
    done = subprocess.run(["node", "-"], input=program, capture_output=True, text=True, timeout=60, check=True)
    assert any("<script>alert(1)</script>" in one for one in json.loads(done.stdout))


RUNS = ["and ", "make ", "track ", "a, ", ": ", "with ", "blue ", '"', "add ", "total ", "show the ", "dodaj pole ",
        "und ", "question answer ", "1 minutes ", "table of ", "(", "a b ", "sort by ", "api for ", "convert to ",
        "e", "- \n", "der die das ", "form with ", "from a to b "]  # fmt: skip
PLACES = ["", "A quiz", "A page about bees", "A timer", "A contact form", "Track jobs with name", "A kanban board"]


@pytest.mark.parametrize("place", PLACES)
def test_long_runs_of_anything_are_read_in_time(place):
    """Twice the words take no more than some times as long, for first requests and for changes."""
    files = built(place) if place else {}
    for words in RUNS:
        short, long = (spent((words * count)[:count], files) for count in (10_000, 20_000))
        assert long < 1 + 6 * short, words


def spent(text, files):
    """Seconds of one answer, by the processor's own clock."""
    begun = time.process_time()
    asked(text, text[:400], files=files, csv="" if files else SALES)
    return time.process_time() - begun


PIECES = st.sampled_from([
    "Track ", "a page ", "about ", "with ", "fields ", "name, ", "price: number", "quiz ", "timer ", "poll: ", "form ",
    "API for ", "list ", "sales ", "total of ", "sort by ", "chart of ", "make the header ", "blue ", "add ", "remove ",
    "rename ", " to ", "Dodaj pole ", "Füge ", " hinzu", "ajoute ", "\n", ". ", "? ", '"', "<b>", "5 minutes ", "%s", "{}",
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join), st.text(max_size=60), st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_request_is_answered(text, title, with_table):
    """Files that can be used, or a question; never an exception, and never without bounds."""
    said = asked(text, title, csv=SALES if with_table else "")
    assert bool(said.text) != bool(said.asks)
    assert problems(said.text, {}) == ()
    assert sum(map(len, applied(said.text, {}).values())) < 400_000


@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join), st.sampled_from(PLACES[1:]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_change_is_answered(text, place):
    """And what it leaves can be changed again."""
    files = built(place)
    said = asked(text, files=files)
    after = applied(said.text, files)
    assert problems(said.text, files) == ()
    assert bool(said.text) != bool(said.asks)
    assert "I can build something new" not in str(asked("make it dark", files=after).asks)
