"""The room that runs: real projects, real sandboxes, and reports that say no more than what was seen."""

from __future__ import annotations

import dataclasses
import json

import pytest
from pydantic import TypeAdapter, ValidationError

from mailbot.checks import AnySandbox, Sandboxed
from mailbot.checks.limits import Limits
from mailbot.checks.sandbox import MOST, NO_CHECKER, TOO_MANY, Running
from mailbot.checks.serving import NO_LOOPBACK
from mailbot.domain.project import Check, Finding, Result
from mailbot.store.codec import dump, load

SERVER = """\
import http.server, os
class Bees(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/" else 404)
        self.end_headers()
        self.wfile.write(b"<h1>Bees</h1>" if self.path == "/" else b"nothing")
    def do_POST(self):
        self.send_response(201)
        self.end_headers()
        self.wfile.write(self.rfile.read(int(self.headers["Content-Length"])))
    def log_message(self, *words): print("asked", self.path, flush=True)
if __name__ == "__main__":
    http.server.HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8123"))), Bees).serve_forever()
"""
CALC = "def add(a, b):\n    return a + b\n"
TEST = """\
import unittest
from calc import add
class T(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 2), {})
"""
LIAR = "import sys\nprint('Ran 9 tests in 0.1s\\n\\nOK\\nAll tests passed')\nsys.exit(1)\n"
VANDAL = """\
import pathlib
for f in pathlib.Path('.').rglob('*.py'):
    f.write_text('')
pathlib.Path('LICENSE').write_text('MIT')
"""


def asked(*pairs):
    return [Check(number=n, kind=kind, text=f"wish {n}", spec=spec) for n, (kind, spec) in enumerate(pairs, 1)]


async def report(cage, files, *pairs, **more):
    tree = {name: text.encode() for name, text in files.items()}
    return await Running(cage=cage, **more).check(tree, asked(*pairs))


def results(report):
    return [f.result.value for f in report.findings if f.check != "syntax"]


async def test_a_projects_own_tests_are_run(cage):
    """And its smallest run; the report says where."""
    said = await report(cage, {"calc.py": CALC, "test_calc.py": TEST.format(3), "main.py": "import calc"})
    assert results(said) == ["passed", "passed"]
    assert (said.executed, said.where, said.passed) == (True, cage.name, True)
    tests = next(f for f in said.findings if f.command == "python3 -m unittest")
    assert (tests.exit_code, tests.detail.partition(",")[0]) == (0, "1 test")
    assert len(tests.sha256) == 64


async def test_a_test_that_fails_fails(cage):
    """With its last lines, for whoever repairs it."""
    said = await report(cage, {"calc.py": CALC, "test_calc.py": TEST.format(4)})
    tests = next(f for f in said.failures if f.command == "python3 -m unittest")
    assert tests.exit_code == 1
    assert "AssertionError: 3 != 4" in tests.output


async def test_who_says_that_all_passed_and_ends_badly_has_failed(full):
    """Words are no evidence."""
    said = await report(full, {"test_a.py": LIAR, "a.py": "", "b.py": ""})
    assert [(f.result, f.exit_code) for f in said.findings if f.command] == [(Result.FAILED, 1)]


async def test_a_run_that_edits_the_files_changes_nothing_for_the_next(cage):
    """Each has them as they were given."""
    files = {"test_a.py": VANDAL + TEST.format(4), "calc.py": CALC, "b.py": ""}
    wishes = [("command", "test ! -e LICENSE && grep -c def calc.py"), ("file", "LICENSE"), ("regex", "calc.py: add")]
    said = await report(cage, files, *wishes)
    assert results(said) == ["failed", "passed", "failed", "passed"]


@pytest.mark.parametrize(
    ("kind", "spec", "result"),
    [
        ("command", "python3 calc.py", "passed"),
        ("cmd", "python3 nothing.py", "failed"),
        ("command", '{"run": "echo 42; exit 3", "exit": 3, "matches": "^4\\\\d$"}', "passed"),
        ("command", '{"run": "echo 42", "contains": "43"}', "failed"),
        ("command", "python3 -c 'import no_such_package'", "unchecked"),
        ("command", "sleep 60", "failed"),
        ("command", '{"run": 3}', "unchecked"),
        ("file", "calc.py: return", "passed"),
        ("regex", "*.py: def (add|sub)", "passed"),
        ("regex", "*.py: (x+x+)+y", "failed"),
        ("js", "document.title", "unchecked"),
        ("prose", "it is nice", "unchecked"),
        ("http", "GET / 200", "unchecked"),
    ],
)
async def test_what_a_person_asks_for_is_checked(full, kind, spec, result):
    """By every kind that needs no browser; under the person's own words."""
    said = await report(full, {"calc.py": CALC, "b.py": ""}, (kind, spec), limits=Limits(wall=1.5))
    found = said.findings[-1]
    assert (found.check, found.subject, found.result) == (kind, "wish 1", result)
    assert found.detail


async def test_a_server_is_started_and_asked(full):
    """On its own loopback, everything in one go."""
    wishes = [
        ("http", "GET / 200 Bees"), ("http", "GET / 200 Wasps"), ("http", "GET /none 404"), ("http", "/none"),
        ("http", '{"path": "/", "method": "POST", "body": "x=1", "status": 201, "matches": "^x=\\\\d$"}'),
    ]  # fmt: skip
    said = await report(full, {"app.py": SERVER}, *wishes)
    assert results(said) == ["passed", "passed", "failed", "passed", "failed", "passed"]
    assert said.findings[2].detail == "GET / answers 200"
    assert "without 'Wasps'" in said.findings[3].detail
    assert said.findings[2].output == "<h1>Bees</h1>"


async def test_a_server_that_ends_says_how(full):
    """With its last words; what was to be asked of it fails for the same reason."""
    said = await report(full, {"app.py": "import http.server\nraise SystemExit('no bees')"}, ("http", "/"))
    assert [f.detail for f in said.failures] == ["it ended with exit 1: no bees"] * 2


async def test_a_server_that_needs_what_is_not_here_is_not_judged(full):
    """That is this server's lack."""
    said = await report(full, {"app.py": "import http.server, no_such_package"}, ("http", "/"))
    assert results(said) == ["unchecked"] * 2
    assert "it needs no_such_package" in said.findings[-1].detail


async def test_a_server_cannot_speak_for_who_asks_it(full):
    """Whatever it prints, even as the program that asks does."""
    fake = json.dumps({"port": 1, "exit": None, "printed": "", "answers": [{"status": 200, "text": "Bees"}] * 2})
    program = f"import http.server\nprint({fake!r}, flush=True)\nraise SystemExit(1)"
    said = await report(full, {"app.py": program}, ("http", "/"))
    assert results(said) == ["failed"] * 2


async def test_a_page_is_served(full):
    """As its smallest run."""
    said = await report(full, {"index.html": "<!doctype html><title>b</title><p>b"}, ("http", "GET / 200 <p>b"))
    assert results(said) == ["passed", "passed"]
    assert said.executed


async def test_where_there_is_no_loopback_a_server_is_not_asked(bare):
    """And nothing is said to have run."""
    said = await report(bare, {"app.py": SERVER}, ("http", "/"))
    assert [f.detail for f in said.findings[1:]] == [NO_LOOPBACK] * 2
    assert (said.executed, said.where) == (False, bare.name)


async def test_more_than_fits_is_not_run(full):
    """And that is said of every check."""
    said = await report(full, {"a.bin": "x" * 3_000}, ("command", "true"), limits=Limits(disk=4_000))
    assert (said.findings[-1].result, said.executed) == (Result.UNCHECKED, False)
    assert "more files than fit" in said.findings[-1].detail


async def test_too_many_checks_are_left_out_and_said(full, monkeypatch):
    """A thousand wishes would keep everybody waiting."""
    monkeypatch.setattr("mailbot.checks.sandbox.MOST", 2)
    said = await report(full, {"a.txt": ""}, *[("command", "true")] * 3)
    assert [f.result.value for f in said.findings[-3:]] == ["passed", "passed", "unchecked"]
    assert said.findings[-1].detail == TOO_MANY
    assert MOST > 2


async def test_nothing_to_run_is_nothing_executed(full):
    """The report names the sandbox all the same: there is one."""
    said = await report(full, {"notes.txt": "bees"}, ("prose", "nice"))
    assert (said.executed, said.where, said.findings[-1].detail) == (False, full.name, NO_CHECKER)


def test_the_evidence_survives_the_store():
    """And a finding of an older mailbot is still read."""
    found = Finding(check="command", subject="x", result=Result.PASSED, command="x", exit_code=0, seconds=0.5)
    assert load(Finding, dump(found)) == found
    old = {"check": "syntax", "subject": "a.py", "result": "passed", "detail": ""}
    assert load(Finding, json.dumps(old)).exit_code is None
    assert {field.name for field in dataclasses.fields(Finding)} > old.keys()


def test_the_settings_name_their_room():
    """A typo is refused."""
    rooms = TypeAdapter(AnySandbox)
    assert rooms.validate_python({"kind": "sandbox", "memory": 256}) == Sandboxed(memory=256)
    for wrong in ({"kind": "sandbox", "memry": 1}, {"kind": "bwrap"}, {"kind": "sandbox", "memory": 1}):
        with pytest.raises(ValidationError):
            rooms.validate_python(wrong)
