"""Own lines in a project of a template survive what is drawn anew."""

from __future__ import annotations

from mailbot.build.scaffold_own import with_own

BEFORE = {"style.css": "a\nb\nc\nd\n", "index.html": "<p>\n", "app.js": "x\n"}
DRAWN = {"style.css": "a\nb\nc\nblue\n", "index.html": "<p>\n", "app.js": "x\n"}


def test_without_own_lines_all_is_drawn():
    """The very files of the template."""
    assert with_own(DRAWN, BEFORE, {path: text.encode() for path, text in BEFORE.items()}) == DRAWN


def test_own_lines_stay_and_the_wish_is_done():
    """In one file, and in one that nobody draws anew; a file that its author took out stays out."""
    made = with_own(DRAWN, BEFORE, {"style.css": b"mine\na\nb\nc\nd\n", "index.html": b"<p>\n<b>", "own.txt": b"x"})
    assert made == {"style.css": "mine\na\nb\nc\nblue\n", "index.html": "<p>\n<b>\n"}


def test_at_the_same_place_the_wish_wins():
    """It is the later word."""
    files = {"style.css": b"a\nb\nc\nred\n", "index.html": b"<p>\n", "app.js": b"x\n"}
    assert with_own(DRAWN, BEFORE, files) == DRAWN
