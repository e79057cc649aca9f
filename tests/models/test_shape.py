"""Whether JSON keeps a schema."""

from __future__ import annotations

import pytest

from mailbot.models.shape import shaped, trouble

PLAN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "files"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 9},
        "stack": {"enum": ["static", "flask"]},
        "files": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "object", "properties": {"lines": {"type": "integer", "minimum": 1, "maximum": 9}}},
        },
        "run": {"type": ["string", "null"]},
        "version": {"const": 1},
        "ready": {"type": "boolean"},
    },
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"run": None, "ready": True, "version": 1, "stack": "flask"}, ""),
        ({"title": 3}, "it.title is not of type string"),
        ({"title": ""}, "it.title has 0 characters"),
        ({"title": "x" * 10}, "it.title has 10 characters"),
        ({"stack": "rails"}, "it.stack is none of static, flask"),
        ({"files": []}, "it.files has 0 entries"),
        ({"files": [{}] * 3}, "it.files has 3 entries"),
        ({"files": [{"lines": 10}]}, "it.files[0].lines is out of range"),
        ({"files": [{}, {"lines": True}]}, "it.files[1].lines is not of type integer"),
        ({"files": {}}, "it.files is not of type array"),
        ({"other": 1}, "it has an unknown other"),
        ({"run": 3}, "it.run is not of type string or null"),
        ({"ready": 1}, "it.ready is not of type boolean"),
        ({"version": 2}, "it.version is not 1"),
    ],
)
def test_each_rule_is_told_by_its_place(change, words):
    """The first thing that is wrong."""
    assert trouble({"title": "Bees", "files": [{"lines": 3}]} | change, PLAN) == words


def test_what_is_required_is_missed():
    """By its name."""
    assert trouble({"title": "Bees"}, PLAN) == "it lacks files"
    assert trouble([], PLAN) == "it is not of type object"


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "Bees", "files": [{}]}',
        ' \n{"title": "Bees", "files": [{}]}\n',
        'Here it is:\n```json\n{"title": "Bees", "files": [{}]}\n```\nGood luck!',
        'Sure! {"title": "Bees", "files": [{}]} That is all.',
    ],
)
def test_words_and_fences_around_it_are_taken_off(text):
    """As small models put them there."""
    assert shaped(text, PLAN) == '{"title": "Bees", "files": [{}]}'


@pytest.mark.parametrize("text", ["", "No.", "{", '{"title": "Bees"}', "[" * 100_000, "{" * 300_000, "NaN"])
def test_what_does_not_keep_it_is_none(text):
    """However deep or long it is."""
    assert shaped(text, PLAN) is None
