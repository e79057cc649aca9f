"""A passage that is found with another indent."""

from __future__ import annotations

import pytest

from mailbot.build.edits import edited

CODE = b"class A:\n    def f(self):\n        if x:\n            return 1\n"


def test_a_passage_with_less_indent_is_found_and_its_replacement_indented():
    """All lines differ by the same number of columns."""
    text, why = edited(CODE, "if x:\n    return 1", "if y:\n    return 2\n\nelse:\n    return 3")
    assert why == ""
    assert text == (
        "class A:\n    def f(self):\n        if y:\n            return 2\n\n        else:\n            return 3\n"
    )


def test_a_passage_with_more_indent_is_found():
    """The replacement moves left, but no line loses more than its indent."""
    text, why = edited(b"if x:\n    return 1\n", "        if x:\n            return 1", "        if y:\n    z")
    assert (text, why) == ("if y:\nz\n", "")


@pytest.mark.parametrize(
    ("content", "search"),
    [
        (b"if x:\n  return 1\n", "  if x:\n      return 1"),
        (b"    a\n    b\n    a\n    b\n", "a\nb"),
        (b"x", "y\n" * 500),
        (b"\xff\xfe", "x"),
    ],
)
def test_what_is_not_surely_the_passage_is_left_alone(content, search):
    """Uneven indents, two places, endless passages and bytes that are no text."""
    text, why = edited(content, search, "new")
    assert text == ""
    assert why
