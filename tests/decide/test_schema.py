"""The JSON Schema that editors complete by, and check-jsonschema checks by."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.decide.schema import schema

SHIPPED = Path(__file__).parents[2] / "rules"
SCHEMA = SHIPPED / "schema.json"
RULE = "version: 1\nrules:\n  - {{id: a, {0}}}\n"
#: What a schema can see; ids that stand twice, lists, CEL and regular expressions are for `mailbot rules check`.
BROKEN = {
    "no-version": "rules: []",
    "other-version": "version: 2",
    "unknown-key": "version: 1\nabuot: x",
    "unknown-key-of-a-rule": RULE.format("than: {action: allow}, then: {action: deny}"),
    "unknown-condition": RULE.format("if: {form: x.example}, then: {action: deny}"),
    "unknown-condition-deep": RULE.format("if: {any: [{not: {form: x.example}}]}, then: {action: deny}"),
    "unknown-setting": RULE.format("then: {set: {quota: 3}}"),
    "unknown-count": RULE.format("if: {usage: {sender_days: {gte: 3}}}, then: {action: deny}"),
    "unknown-action": RULE.format("then: {action: alow}"),
    "no-id": "version: 1\nrules: [{then: {action: deny}}]",
    "no-then": RULE.format("about: x"),
    "wrong-id": "version: 1\nrules: [{id: A b, then: {action: deny}}]",
    "wrong-proof": RULE.format("if: {proof: dkin}, then: {action: deny}"),
    "wrong-type": RULE.format("if: {known_thread: 'yes'}, then: {action: deny}"),
    "norway": RULE.format("if: {known_thread: no}, then: {action: deny}"),
    "no-bounds": RULE.format("if: {size: {}}, then: {action: deny}"),
    "empty-list": RULE.format("if: {from: []}, then: {action: deny}"),
    "wrong-address": RULE.format("if: {from: 'a b'}, then: {action: deny}"),
    "wrong-time": RULE.format("if: {time: {after: 8am}}, then: {action: deny}"),
    "wrong-priority": RULE.format("then: {set: {priority: 10}}"),
    "wrong-timeout": RULE.format("then: {set: {timeout: soon}}"),
    "wrong-quota": RULE.format("then: {set: {quotas: [{per: person, max: 1, every: day}]}}"),
    "a-list-of-ours": "version: 1\nlists: {admins: x.example}",
    "a-test-of-nothing": "version: 1\ntests: [{name: x, mail: {}}]",
    "tab": "version: 1\nrules:\n\t- {id: a, then: {action: deny}}",
    "key-twice": "version: 1\nversion: 1",
}


def checked(*files):
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--schemafile", str(SCHEMA), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_schema_that_ships_is_what_the_code_says():
    """After a change of the format: mailbot rules schema > rules/schema.json."""
    assert json.loads(SCHEMA.read_text("utf-8")) == schema()


def test_all_rules_that_ship_are_accepted():
    """The default, the examples, and the file with every key."""
    files = [*SHIPPED.rglob("*.yaml"), *(Path(__file__).parent / "rules").glob("*.yaml")]
    done = checked(*files)
    assert len(files) == 5
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_broken_file_is_refused(tmp_path):
    """One mistake each, and none is overlooked."""
    for name, text in BROKEN.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    done = checked(*sorted(tmp_path.glob("*.yaml")))
    assert done.returncode == 1
    assert [name for name in BROKEN if f"{name}.yaml" not in done.stdout] == []


@pytest.mark.parametrize("key", ["from", "proof", "usage", "any"])
def test_an_editor_finds_what_a_key_means(key):
    """Each condition has its description."""
    assert schema()["$defs"]["if"]["properties"][key]["description"]
