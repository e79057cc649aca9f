"""Clashes in words, and the answers to them."""

from __future__ import annotations

import pytest

from mailbot.build.edit_clash import MAX_LINES, questions, settled, shown, sides
from mailbot.build.merge import Clash


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("1 mine, 2 yours", {1: "mine", 2: "yours"}),
        ("1: mine\n2: theirs\n\nThanks, Ana", {1: "mine", 2: "yours"}),
        ("1. both; 3 - yours.", {1: "both", 3: "yours"}),
        ("1 moje, 2 twoje", {1: "mine", 2: "yours"}),
        ("1 le mien et 2 les deux", {1: "mine", 2: "both"}),
        ("1 meine und 2 Ihre", {1: "mine", 2: "yours"}),
        ("Hi,\n#1 mine", {1: "mine"}),
    ],
)
def test_a_choice_for_each_number(text, chosen):
    """In the four languages of our mails, with what people write around it."""
    assert sides(settled(text)) == chosen


@pytest.mark.parametrize(("text", "side"), [("mine", "mine"), ("Theirs.", "yours"), ("both, thanks", "both")])
def test_one_word_is_a_choice_for_all(text, side):
    """Whatever their number."""
    assert set(sides(settled(text)).values()) == {side}


@pytest.mark.parametrize(
    "text",
    ["", "mine should be blue and larger", "1 red, 2 blue", "Make it blue.", "1 mine but in red please", "x" * 500],
)
def test_anything_else_is_no_choice(text):
    """It is a wish like any other."""
    assert settled(text) == ()


def test_both_sides_are_shown_and_cut():
    """At most a screen: the first lines of each, and how many more there are."""
    clash = Clash(
        path="a.txt", number=1, line=7, mine=(b"x" * 200 + b"\n",), yours=tuple(b"%d\n" % n for n in range(30))
    )
    text = shown([clash], 4)
    assert f"({30 - MAX_LINES} lines more)" in text
    assert max(map(len, text.splitlines())) < 80
    assert questions([clash], 4) == ("a.txt, line 7: mine (what you sent) or yours (v4)?",)


def test_a_file_that_is_gone_is_said():
    """On either side; and lines that one side took out."""
    gone = Clash(path="a.txt", number=1, mine=None, yours=(b"x\n",))
    there = Clash(path="b.txt", number=2, mine=(), yours=None)
    text = shown([gone, there], 4)
    assert "mine (what you sent): the file is removed" in text
    assert "mine (what you sent): these lines are removed" in text
    assert "which you changed and which was removed meanwhile" in questions([there], 4)[0]
