"""Thirty typed checks of five real small projects: right results, with evidence; and what is broken fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.checks.browser import browser_of
from mailbot.checks.sandbox import Running
from mailbot.checks.syntax_more import LIBRARIES
from mailbot.checks.syntax_more import missing as lacking
from mailbot.domain.project import Check, Result
from tests.servers import missing

HERE = Path(__file__).parent / "projects"
CHECKS = {
    "sales": [
        ("js", 'document.title === "Sales Summary"'),
        ("js", 'js: document.querySelector("#total").textContent === "33.75"'),
        ("js", 'getComputedStyle(document.querySelector("#total")).fontSize === "48px"'),
        ("js", 'new Promise((done) => setTimeout(() => done(document.querySelectorAll("tbody tr").length === 3), 50))'),
        ("js", "Math.abs(salesTotal - 33.75) < 0.01"),
        ("prose", "offline"),
        ("http", "GET /sales.csv 200 Honey,10.50"),
        ("file", "style.css: 48px"),
    ],
    "tasks": [
        ("js", '!!document.querySelector("form button#add")'),
        ("js", 'document.body.innerText.toLowerCase().includes("feed the bees")'),
        ("js", 'addTask("x"); document.querySelectorAll("li").length >= 1'),
        ("js", "(document.querySelector('li').click(), document.querySelector('#open').textContent === '0')"),
        ("js", 'document.querySelector("#open").textContent === "1"'),
        ("regex", r"*.html: <label>.*<input"),
    ],
    "notes": [
        ("http", "GET /health 200 ok"),
        ("http", "GET /none 404"),
        ("http", '{"path": "/api/notes", "matches": "^\\\\[\\"Order jars\\"\\\\]$"}'),
        ("http", '{"path": "/api/notes", "method": "POST", "body": "{\\"words\\": \\"\\"}", "status": 422}'),
        ("js", 'document.querySelector("li").textContent === "Order jars"'),
        ("regex", r"*.sql: PRIMARY\s+KEY"),
        ("file", '{"path": "*.db", "absent": true}'),
    ],
    "units": [
        ("command", "python3 units.py 5 km mi"),
        ("cmd", '{"run": "python3 units.py 1 mi m", "contains": "1609.344 m"}'),
        ("command", '{"run": "python3 units.py 1 mi stones", "exit": 2, "matches": "invalid choice"}'),
        ("command", "python3 -m unittest -q"),
        ("file", "README.md: python3 units.py"),
    ],
    "slugs": [
        ("command", "npm test || node --test"),
        ("command", '{"run": "sh run.sh Größe und Gewicht", "matches": "^grosse-und-gewicht$"}'),
        ("regex", r"index.js: export function slug\("),
        ("file", "package.json"),
    ],
}  # fmt: skip
#: By project: what is broken, and which of its checks must fail then. All others must stay as they are.
BROKEN = [
    ("sales", "app.js", "sum + Number(sales)", "sum + Number(sales) * 2", {2, 5}),
    ("sales", "app.js", "sales.csv", "sale.csv", {2, 4, 5, 6}),
    ("sales", "style.css", "48px", "1em", {3, 8}),
    ("sales", "index.html", "<main>", "<main><script src='https://cdn.example/x.js'></script>", {6}),
    ("tasks", "index.html", "addTask(words) {", "addTask(words) { throw new Error('no');", {2, 3, 4, 5}),
    ("tasks", "index.html", "<label>New task ", "New task ", {6}),
    ("tasks", "index.html", 'toggle("done"); count();', 'toggle("done");', {4}),
    ("notes", "server.py", "if not words:", "if False:", {4}),
    ("notes", "server.py", "html.escape(row)", "html.escape(row[1:])", {5}),
    ("notes", "server.py", '"/health"', '"/healthy"', {1}),
    ("units", "units.py", "1609.344", "1609", {2, 4}),
    ("units", "units.py", "def convert", "def convert_", {1, 2, 4}),
    ("slugs", "index.js", '.replaceAll("ß", "ss")', "", {1, 2}),
    ("slugs", "index.js", "export function slug(", "export const slug = (", {1, 2, 3}),
]


def files_of(name):
    """The files of a project, which stand one after the other in one text."""
    parts = re.split(r"(?m)^==> (.+) <==\n", (HERE / f"{name}.txt").read_text("utf-8"))
    return {path: text.encode() for path, text in zip(parts[1::2], parts[2::2], strict=True)}


def asked(name):
    return [Check(number=n, kind=kind, text=f"wish {n}", spec=spec) for n, (kind, spec) in enumerate(CHECKS[name], 1)]


@pytest.fixture
def room(full):
    """A sandbox with everything: namespaces, a browser, the parsers."""
    browser = browser_of()
    if browser is None:
        missing("no Chromium here")
    if names := [name for kind in LIBRARIES if (name := lacking(kind))]:
        missing(f"not installed: {names}")
    return Running(cage=full, browser=browser)


def test_there_are_thirty_checks_of_every_kind():
    """On five projects."""
    assert len(CHECKS) == 5
    assert sum(map(len, CHECKS.values())) == 30
    assert {kind for checks in CHECKS.values() for kind, _ in checks} == {
        "js", "prose", "http", "file", "regex", "command", "cmd",
    }  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
async def test_a_good_project_passes_with_evidence(room, name):
    """Every check, every file, its own tests; and each result says what it rests on."""
    report = await room.check(files_of(name), asked(name))
    assert [(f.subject, f.detail) for f in report.findings if f.result is not Result.PASSED and f.subject != "sales.csv"
            and not f.subject.endswith(".md")] == []  # fmt: skip
    found = [f for f in report.findings if f.subject.startswith("wish")]
    assert len(found) == len(CHECKS[name])
    assert all(f.detail and (f.command or f.check in {"file", "regex"}) for f in found)
    assert bool(report.picture) is (name in {"sales", "tasks", "notes"})


@pytest.mark.parametrize(("name", "path", "old", "new", "wrong"), BROKEN)
async def test_what_is_broken_fails_and_nothing_else(room, name, path, old, new, wrong):
    """The right checks, by number, each with a reason."""
    files = files_of(name)
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode())
    report = await room.check(files, asked(name))
    failed = {f.subject: f.detail for f in report.failures if f.subject.startswith("wish")}
    assert set(failed) == {f"wish {number}" for number in wrong}, failed
    assert all(failed.values())
    assert [f.subject for f in report.findings if f.subject.startswith("wish") and f.result is Result.UNCHECKED] == []
