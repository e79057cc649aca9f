"""`mailbot rules`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.decide.schema import schema
from tests.fakes import mail
from tests.process import run, settings

ROOT = Path(__file__).parents[1]
KEYS = ROOT / "tests" / "decide" / "rules"
FINE = (
    "version: 1\nrules:\n  - {id: a, if: {from: '@admins'}, then: {action: allow}}\n  - {id: b, then: {action: hold}}\n"
)


@pytest.fixture
def place(tmp_path):
    """A folder of rules."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "1.yaml").write_text(FINE, "utf-8")
    return folder


def test_check_says_what_is_there():
    """Files, tests, version, and what is not acted on yet."""
    done = run("rules", "check", KEYS)
    assert done.returncode == 0, done.stderr
    assert "8 tests pass, version " in done.stdout
    assert "10-every-key.yaml: 51 rules" in done.stdout
    assert "not acted on yet: provider, model" in done.stdout


def test_check_says_every_mistake(place):
    """On standard error, each with its place."""
    (place / "2.yaml").write_text("version: 1\nrules: [{id: a, then: {action: alow}}]\n", "utf-8")
    done = run("rules", "check", place)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "mailbot: 2.yaml:2:9: the id 'a' is used before, at 1.yaml:3:5",
        "2.yaml:2:24: rules.0.then.action: 'alow' is none of allow, hold, deny, discard; did you mean 'allow'?",
    ]


def test_test_runs_the_tests(place):
    """One line each; and what each rule said where one fails."""
    done = run("rules", "test", KEYS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "8 of 8 tests pass"
    test = (
        "tests:\n  - {name: it, mail: {}, expect: {action: allow}}\n  - {name: he, mail: {}, expect: {action: hold}}\n"
    )
    (place / "1.yaml").write_text(FINE + test, "utf-8")
    done = run("rules", "test", place)
    assert done.returncode == 1
    assert "1.yaml:6:5: the test 'it' fails" in done.stdout
    assert done.stdout.splitlines()[-2:] == ["1.yaml:7:5: he: pass", "1 of 2 tests pass"]


def test_explain_says_what_each_rule_says(place, tmp_path):
    """A line for each with its place and the reason, then the verdict; with the settings' own rules or with others."""
    file = tmp_path / "x.eml"
    file.write_bytes(mail("A page about bees."))
    config = settings(tmp_path, admins='["ana@acme.example"]', rules=f'"{place}"')
    done = run("rules", "explain", file, "-c", config)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "yes 1.yaml:3:5 a: all its conditions hold -> allow",
        "=> Admitted by rule a: the rule 'a' of this mailbox says allow",
    ]
    config = settings(tmp_path)
    done = run("rules", "explain", file, "--rules", place, "-c", config)
    assert done.stdout.splitlines()[-3:] == [
        "no  1.yaml:3:5 a: from ana@acme.example is not anybody: the list is empty",
        "yes 1.yaml:4:5 b: it has no condition -> hold",
        "=> Held by rule b: the rule 'b' of this mailbox says hold",
    ]
    assert not (tmp_path / "data" / "mailbot.db").exists()


def test_explain_says_when_a_guard_decides(place, tmp_path):
    """What no rule can switch off stands in the verdict."""
    file = tmp_path / "x.eml"
    file.write_bytes(mail("A page about bees.", Auto_Submitted="auto-replied"))
    done = run("rules", "explain", file, "--rules", place, "-c", settings(tmp_path))
    assert "=> Ignored by rule automatic" in done.stdout


def test_schema_is_printed():
    """As it ships."""
    assert json.loads(run("rules", "schema").stdout) == schema()


def test_serve_does_not_start_on_rules_that_fail(place, tmp_path):
    """Better no service than one that lets in the wrong people."""
    (place / "1.yaml").write_text(FINE + "tests: [{name: it, mail: {}, expect: {action: allow}}]\n", "utf-8")
    done = run("serve", "-c", settings(tmp_path, rules=f'"{place}"'))
    assert done.returncode == 1
    assert "the test 'it' fails" in done.stderr
