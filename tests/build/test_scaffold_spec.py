"""The project's own description of itself."""

from __future__ import annotations

import json

import pytest

from mailbot.build.scaffold_spec import Field, Section, Spec, as_json, clean, clean_lines, from_json

SPEC = Spec(
    template="tracker",
    title='B "ees"',
    fields=(Field(key="f2", label="Kind", kind="choice", options=("a", "b")),),
    last_key=7,
    sections=(Section(heading="About", text="one\ntwo"),),
    contact=(("email", "a@b.example"),),
    colours=(("header", "#0000ff"),),
    dark="auto",
)


def test_a_spec_is_read_back_as_it_was_written():
    """Nothing is lost, the last key included."""
    assert from_json(as_json(SPEC)) == SPEC


def test_the_words_can_be_read_by_people():
    """Letters of every language stand as they are."""
    assert "Żółć" in as_json(Spec(template="page", title="Żółć"))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2}, {"template": "virus"}, {"title": 3}, {"fields": {}}, {"fields": [{}]},
        {"colours": [["header", "red;}"]]},
        {"colours": [["x", "#000000"]]}, {"dark": "maybe"}, {"sections": [3]}, {"contact": [["a"]]},
        {"fields": [{"key": "id); --", "label": "x", "kind": "text", "options": []}]},
        {"fields": [{"key": "f1", "label": "x", "kind": "code", "options": []}]},
        {"fields": [{"key": f"f{n}", "label": "x", "kind": "text", "options": []} for n in range(99)]},
    ],
)  # fmt: skip
def test_a_spec_that_was_edited_into_something_else_is_not_drawn(change):
    """Whatever stands in it ends in code, so nothing is taken on trust."""
    assert from_json(json.dumps(json.loads(as_json(SPEC)) | change)) is None


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "null", '"x"'])
def test_what_is_no_spec_is_none(text):
    """Broken, empty and bottomless JSON."""
    assert from_json(text) is None


def test_a_last_key_that_is_too_low_is_not_believed():
    """A key in use is never given again."""
    low = json.loads(as_json(SPEC)) | {"last_key": 1}
    assert from_json(json.dumps(low)).last_key == 2


def test_words_from_outside_are_one_visible_line():
    """Line ends, control and hidden characters go."""
    assert clean(" a\r\nb\t\x00\u202ec\ud800 ", 80) == "a b c"
    assert clean_lines("a \n\n b\u200b\nc", 80) == "a\nb\nc"
