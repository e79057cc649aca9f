"""What an answer may not do to a project, whatever its words."""

from __future__ import annotations

import pytest

from mailbot.build.answer import applied, problems
from mailbot.build.terms import RUINED, SHRUNK, terms_of

LONG = "".join(f"line {n}\n" for n in range(100))
BEFORE = {"app.py": LONG.encode(), "web/header.html": b"<p>ours</p>\n", "b.py": b"1\n"}


def block(path, text):
    return f"=== FILE: {path} ===\n{text}\n=== END FILE ===\n"


def lines(count):
    return "\n".join(f"new {n}" for n in range(count))


@pytest.mark.parametrize(
    "name", ["header.html", "web/header.html", "./web/header.html", "HEADER.HTML", "web\\header.html"]
)
def test_a_locked_file_stays_byte_for_byte(name):
    """By its name or its path; writing, editing and deleting are passed over, and the rest of the answer counts."""
    terms = terms_of("make it blue", BEFORE, [name])
    edit = "=== EDIT: web/header.html ===\n<<<<<<< SEARCH\nours\n=======\nmine\n>>>>>>> REPLACE\n=== END EDIT ===\n"
    for step in (block("web/header.html", "<p>mine</p>"), edit, "=== DELETE: web/header.html ===\n"):
        after = applied(step + block("b.py", "2"), BEFORE, terms)
        assert after == {**BEFORE, "b.py": b"2\n"}
        assert [one.asked for one in problems(step, BEFORE, terms)] == [True]


def test_a_name_that_only_ends_alike_is_not_locked():
    """subheader.html is another file."""
    terms = terms_of("", BEFORE, ["header.html"])
    assert "subheader.html" in applied(block("subheader.html", "<p>x</p>"), BEFORE, terms)


def test_nothing_goes_away_that_nobody_wanted_away():
    """Words that speak of removing allow it; so does a file that came with the same request."""
    step = "=== DELETE: b.py ===\n"
    assert applied(step, BEFORE, terms_of("make the header blue", BEFORE, [])) == BEFORE
    assert "b.py" not in applied(step, BEFORE, terms_of("remove what is not needed", BEFORE, []))
    assert "n.py" not in applied(step + "=== DELETE: n.py ===\n", {**BEFORE, "n.py": b""}, terms_of("", BEFORE, []))


@pytest.mark.parametrize("wish", ["usuń b.py", "bitte b.py löschen", "supprimez b.py", "rewrite it in one file"])
def test_removing_is_understood_in_four_languages(wish):
    """So that a wish is not held back."""
    assert terms_of(wish, BEFORE, []).removes


@pytest.mark.parametrize(
    "wish", ["make a dropdown", "a page about movies", "make it blue", "zmień kolor", "mach es blau"]
)
def test_other_words_are_not_taken_for_removing(wish):
    """A word that only begins alike is another one."""
    assert not terms_of(wish, BEFORE, []).removes


def test_a_rest_of_a_file_is_no_change_of_it():
    """Half of its lines is the bound, a tenth where the wish speaks of removing; short files may shrink."""
    blue, less = terms_of("make it blue", BEFORE, []), terms_of("remove the table", BEFORE, [])
    for terms, least in ((blue, int(100 * SHRUNK)), (less, int(100 * RUINED))):
        assert applied(block("app.py", lines(least - 1)), BEFORE, terms) == BEFORE
        assert "lines; send the whole file" in problems(block("app.py", lines(least - 1)), BEFORE, terms)[0].why
        assert applied(block("app.py", lines(least)), BEFORE, terms) != BEFORE
    assert applied(block("b.py", "x"), BEFORE, blue) != BEFORE


def test_data_that_were_put_into_a_page_are_none_of_its_lines():
    """A page may come back without them."""
    head = "<!doctype html>\n<title>x</title>\n" + "<p>row</p>\n" * 12
    page = f'{head}<script type="text/plain" data-file="data/a.csv">\n{LONG}</script>\n'
    before = {"index.html": page.encode()}
    empty = f'{head}<script type="text/plain" data-file="data/a.csv"></script>\n'
    assert problems(block("index.html", empty), before, terms_of("blue", before, [])) == ()


def test_a_template_is_no_model():
    """What is drawn loses nothing by accident."""
    assert terms_of("blue", BEFORE, [], drawn=True).shrunk("app.py", b"x") == ""
