"""JSON and YAML: shapes, tables, and where they are broken."""

from __future__ import annotations

import json

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_data import MAX_JSON, MAX_YAML
from mailbot.understand.inputs_found import MAX_COLUMNS
from tests.understand.attachments import attached


def read(name, text):
    return input_of(attached(name, text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ('{"b": 1, "a": 2}', "2 keys: b, a"),
        ("[1, 2, 3]", "a list of 3 values"),
        ("[]", "a list of 0 values"),
        ('"x"', "one value"),
        ('[{"a": 1}, 2]', "a list of 2 values"),
        ('{"a": 1}\n{"a": 2}\n', "2 rows, 1 column: a"),
        ("1" * 5_000, "it holds a number of more digits than can be read"),
        ('{"a": 1}\n{"a": ', "it is broken in line 2, column 1: Extra data"),
        ("[" * 5_000 + "\n" + "[" * 5_000, "it is nested deeper than I read; a flatter file helps"),
    ],
)
def test_shapes_of_json(text, note):
    """What it is in a line, or where it is broken."""
    assert read("a.json", text).note == note


def test_json_that_is_a_table():
    """A list of objects has columns and rows, as a CSV has."""
    found = read("a.json", json.dumps([{"a": 1}, {"a": 2, "b": 3}]).encode("utf-16"))
    assert (found.columns, found.rows) == (("a", "b"), 2)
    wide = json.dumps([{f"c{number}": 1 for number in range(2_000)}])
    assert len(read("a.json", wide).columns) == MAX_COLUMNS


def test_too_much_to_look_into():
    """Large JSON is not used; large YAML is taken as text."""
    large = read("a.json", b"[" + b" " * MAX_JSON + b"]")
    assert large.note == "it has 9 MB; 8 MB of JSON is the most: send a part"
    found = read("a.yaml", "a: 1\n" * (MAX_YAML // 5 + 1))
    assert (found.used, found.note) == (True, "12,002 lines, taken as text: 61 kB is too much to check")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("a: 1", "1 line, well formed"),
        ("---\na: 1\n---\nb: 2\n", "4 lines in 2 documents, well formed"),
        ("a: &x 1\nb: *x\n", "2 lines, well formed"),
        ("[" * 60 + "]" * 60, "it is nested deeper than I read; a flatter file helps"),
        ("a: 'x", "it is broken in line 1: found unexpected end of stream"),
        ("a: !!python/object:os.system x\n", "1 line, well formed"),
        ("%YAML 9.9\n---\na", "it is broken"),
    ],
)
def test_yaml_is_looked_over(text, note):
    """Nothing that it refers to is built, so no alias grows and no tag does anything."""
    assert read("a.yaml", text).note.startswith(note)


def test_an_alias_bomb_is_only_text():
    """A billion laughs are ten lines."""
    lines = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert read("a.yaml", "\n".join(lines)).note == "10 lines, well formed"
