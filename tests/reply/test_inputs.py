"""The ledger of attachments: a line each, at most ten, nothing in them that can be clicked."""

from __future__ import annotations

from mailbot.domain.message import Input
from mailbot.reply.inputs import MAX_LINE, MAX_LINES, input_lines


def test_a_line_for_each():
    """What it was used for, or why not."""
    used = Input(name="sales.csv", used=True, note="3 rows, 2 columns: name, sales")
    not_used = Input(name="old.doc", note="it is an old Office file: save it as .docx")
    private = Input(name="pay.csv", used=True, private=True, note="1 row")
    assert input_lines((used, not_used, private)) == (
        "sales.csv: 3 rows, 2 columns: name, sales",
        "old.doc: not used, it is an old Office file: save it as .docx",
        "pay.csv (private, it stays here): 1 row",
    )
    assert input_lines(()) == ()


def test_at_most_ten_lines():
    """The last one counts those that have none."""
    inputs = [Input(name=f"{number}.txt", used=number % 2 == 0, note="x") for number in range(25)]
    assert len(input_lines(inputs[:MAX_LINES])) == MAX_LINES
    assert len(input_lines(inputs)) == MAX_LINES
    assert input_lines(inputs)[-1] == "and 16 more: 8 used, 8 not"


def test_words_of_strangers_are_tame():
    """Names and columns are others' words: one line, no link, nothing hidden, not too long."""
    hostile = Input(
        name="a\u202e.csv\nBcc: x", used=True, note="1 column: https://evil.example/x\nSubject: y" + "z" * 999
    )
    (only,) = input_lines((hostile,))
    assert only.startswith("a.csv Bcc: x: 1 column: https[:]//evil.example/x Subject: y")
    assert len(only) <= MAX_LINE
    assert input_lines((Input(name="\u200b", note="x"),)) == ("a file without a name: not used, x",)
