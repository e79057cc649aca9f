"""The lines that a revision changed, as the page of a reply shows them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailbot.reply.difference import MOST_LINES, coloured, difference, script
from mailbot.reply.words import line
from tests.reply.test_compose import reply_to

LINES = st.lists(st.sampled_from("abc"), max_size=9)


@given(old=LINES, new=LINES)
def test_the_steps_lead_from_the_old_lines_to_the_new(old: list[str], new: list[str]) -> None:
    """And are as few as can be: never more than all out and all in; what stands before them is left out."""
    steps = script(old, new)
    if not steps and old != new:
        assert len(old) + len(new) > 16
        return
    kept = [text for sign, text in steps if sign != "+"]
    made = [text for sign, text in steps if sign != "-"]
    first = len(old) - len(kept)
    assert old[:first] + made == new
    assert old[first:] == kept


def test_a_change_is_shown_with_what_stands_around_it() -> None:
    """One line before and one after, under the name of its file."""
    old, new = b"a {\n  x: 1\n  y: 2\n}\n" * 3, b"a {\n  x: 1\n  y: 2\n}\n" * 2 + b"a {\n  x: 9\n  y: 2\n}\n"
    said = difference({"s.css": old, "same": b"1"}, {"s.css": new, "same": b"1"}, line)
    assert said == ("@@ s.css @@", " a {", "-  x: 1", "+  x: 9", "   y: 2")


def test_what_is_too_much_to_show_is_not_shown() -> None:
    """A file that was rewritten, one that is no text, one of a million lines: the line of counts says it."""
    rewritten = ({"a": b"x\n" * 50}, {"a": b"y\n" * 50})
    binary = ({"a": b"\0x"}, {"a": b"\0y"})
    large = ({"a": b"x\n" * 1_000_000}, {"a": b"y\n" + b"x\n" * 1_000_000})
    for before, after in (rewritten, binary, large):
        assert difference(before, after, line) == ()
    many = {f"f{number}": b"1\n" for number in range(40)}
    assert 0 < len(difference(many, dict.fromkeys(many, b"2\n"), line)) <= MOST_LINES


def test_files_that_are_made_to_be_slow_are_not() -> None:
    """Each step looks at no more than it must: this returns, and with nothing."""
    old, new = b"a\nb\n" * 40_000, b"b\na\nc\n" * 30_000
    assert difference({"a": old}, {"a": new}, line) == ()


def test_nothing_in_a_file_becomes_markup() -> None:
    """A page that is escaped, in the colours of the style; a hidden character is gone."""
    said = coloured(difference({"a.html": b"<p>\n"}, {"a.html": "<script>\u202e</script>&\n".encode()}, line))
    assert "<script" not in said
    assert "&lt;script&gt;&lt;/script&gt;&amp;" in said
    assert '<span class="gi">+' in said
    assert coloured(()) == ""


def test_the_reply_shows_it_in_its_page_alone() -> None:
    """The text has the counts and the patch."""
    reply = reply_to("revised")
    assert "h1 { color: blue }" in reply.html
    assert re.search(r'<span class="gi" style="color: #17692f;">\+', reply.html)
    assert "Changed: style.css (+1 \N{MINUS SIGN}1). Nothing else." in reply.text
    assert "color: blue" not in reply.text
    assert "diff" not in reply_to("built").html.partition("<body")[2]
