"""A mail's text as single wishes."""

from __future__ import annotations

import pytest

from mailbot.build.scaffold_text import bare, parts, wishes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Make it blue. Add a field x!", ["Make it blue.", "Add a field x!"]),
        ("make it blue. add a field x", ["make it blue.", "add a field x"]),
        ("Hi Ola,\n\nmake it blue.\n\nThanks,\nAna\nAcme Ltd", ["make it blue."]),
        ("Hello!\nPlease:\n- make it blue\n* add x: date\n2. remove y\n", ["make it blue", "add x: date", "remove y"]),
        ("track books with these fields:\n- title\n- pages: number\n\nMake it blue.",
         ["track books with these fields: title, pages: number", "Make it blue."]),
        ("Please track all of the books that I have at home with title,\nauthor and the year.",
         ["Please track all of the books that I have at home with title, author and the year."]),
        ("Hours:\nMon 8-12\nTue 9-10\n\nMake it blue", ["Hours:\nMon 8-12\nTue 9-10", "Make it blue"]),
        ("About: We bake. Since 1950.", ["About: We bake. Since 1950."]),
        ("Title: Bees. Make it blue.", ["Title: Bees.", "Make it blue."]),
        ('Call it "Dr. Bee. The page". Use approx. two colours, e.g. blue.',
         ['Call it "Dr. Bee. The page".', "Use approx. two colours, e.g. blue."]),
        ("Looks great!\nMake it blue; remove x", ["Make it blue;", "remove x"]),
        ("", []),
        ("...\n---\n", []),
    ],
)  # fmt: skip
def test_a_text_is_parted_into_wishes(text, expected):
    """Sentences, bullets, wrapped lines and lists; greetings and signatures are none."""
    assert wishes(text) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("make it blue and add a field x", ["make it blue", "add a field x"]),
        ("make it blue, add x, and then remove y", ["make it blue", "add x", "remove y"]),
        ("add fields name and address", ["add fields name and address"]),
        ('call it "Rise and make bread"', ['call it "Rise and make bread"']),
    ],
)
def test_a_sentence_may_join_several_commands(wish, expected):
    """An *and* before a command parts; within a list or a quotation it does not."""
    assert parts(wish) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("Could you please make it blue?", "make it blue"),
        ("I'd like you to add a field x, please.", "add a field x"),
        ("Also, add x too!", "add x"),
        ("We would love to see dark mode.", "dark mode"),
        ("call it \u201cBees\u201d", 'call it "Bees"'),
    ],
)
def test_politeness_is_not_part_of_a_wish(wish, expected):
    """Before it, after it, and curly quotes."""
    assert bare(wish) == expected


def test_a_huge_mail_is_read_to_a_limit():
    """Wishes are counted, and hostile runs cost no more than their length."""
    assert len(wishes("Add x.\n" * 10_000)) == 100
    for text in ("and " * 5_000, ", " * 10_000, " " * 20_000 + "x", "-" * 20_000, '"' * 20_000, "a:" * 10_000):
        assert all(parts(wish) and isinstance(bare(wish), str) for wish in wishes(text))
