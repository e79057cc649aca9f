"""Fields as people list them."""

from __future__ import annotations

import pytest

from mailbot.build.scaffold_fields import guess, kind_of, listed


def read(text):
    return [(field.label, field.kind, *field.options) for field in listed(text).fields]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b:number, c:date, d yes/no", [("A", "text"), ("B", "number"), ("C", "date"), ("D", "yesno")]),
        ("title, pages: number, bought (date) and read yes/no",
         [("Title", "text"), ("Pages", "number"), ("Bought", "date"), ("Read", "yesno")]),
        ("amount as number; due date; phone number", [("Amount", "number"), ("Due date", "date"), ("Phone number",
        "text")]),
        ("a number field called price, a date named start", [("Price", "number"), ("Start", "date")]),
        ("status: open/closed, kind (food, travel or other)",
         [("Status", "choice", "open", "closed"), ("Kind", "choice", "food", "travel", "other")]),
        ("the name, their email, our website, notes", [("Name", "text"), ("Email", "email"), ("Website", "link"),
        ("Notes", "notes")]),
        ("whether it is paid, done?", [("Paid", "yesno"), ("Done", "yesno")]),
        ("price, Price: text", [("Price", "number")]),
    ],
)  # fmt: skip
def test_a_list_of_fields_is_read_with_its_kinds(text, expected):
    """Kinds stand before, behind, after a colon or in brackets."""
    assert read(text) == expected


@pytest.mark.parametrize(
    "item", ["show a chart", "it should send mail", "x" * 70, "one of the many things there were once", "", "!!"]
)
def test_what_is_no_field_is_handed_back(item):
    """A verb, a sentence, or nothing."""
    found = listed(f"title, {item}")
    assert [field.label for field in found.fields] == ["Title"]
    assert list(found.left) == ([item] if item.strip("! ") else [])


def test_kinds_that_only_a_name_suggests_are_told():
    """A word that is the kind itself is no guess."""
    found = listed("date, price, title, invoice number")
    assert [(field.label, field.kind) for field in found.fields][1:] == [
        ("Price", "number"), ("Title", "text"), ("Invoice number", "text"),
    ]  # fmt: skip
    assert found.guessed == ("Price",)


def test_keys_go_on_and_known_labels_are_not_taken_twice():
    """So that no column of old data is used for something new."""
    first = listed("a, b").fields
    more = listed("B, c", last_key=2, known=first).fields
    assert [(field.key, field.label) for field in more] == [("f3", "C")]


@pytest.mark.parametrize(
    ("words", "kind"), [("a number", "number"), ("Yes/No", "yesno"), ("date field", "date"), ("colour", None)]
)
def test_a_kind_has_many_names(words, kind):
    """And what is none is none."""
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("label", "kind"), [("Due date", "date"), ("Serial number", "text"), ("Cost in euros", "number"), ("X", "text")]
)
def test_a_label_may_suggest_its_kind(label, kind):
    """Identifiers suggest none."""
    assert guess(label) == kind


def test_hostile_lists_are_read_in_time():
    """Brackets, commas and blanks without end."""
    for text in ("(" * 2_000, "a," * 1_000, " " * 2_000, "a and " * 300, "whether " * 250, "x: " * 600):
        assert isinstance(listed(text).fields, tuple)
