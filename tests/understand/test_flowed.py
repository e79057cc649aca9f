"""format=flowed."""

from __future__ import annotations

import pytest

from mailbot.understand.flowed import unflowed


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> a \n> b\nc", "> a b\nc"),
        (">> a \n> b", ">> a \n> b"),
        ("-- \nAna", "-- \nAna"),
        ("x \n-- \nAna", "x \n-- \nAna"),
        (" stuffed\n  code", "stuffed\n code"),
        ("", ""),
    ],
)
def test_flowed_lines_are_joined(text, joined):
    """RFC 3676: lines that the program broke are one line again, within one depth of quoting."""
    assert unflowed(text) == joined


def test_flowed_without_spaces():
    """DelSp: the space at the end was put there by the program."""
    assert unflowed("日本 \n語", delsp=True) == "日本語"
