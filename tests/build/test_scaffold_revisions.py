# ruff: noqa: E501  (one story on one line)
"""Three revisions in a row of every archetype: done, told, tested, and nothing else touched."""

from __future__ import annotations

import pytest

from tests.build.scaffolds import SALES, asked, built, changes, passes, spec_in

STORIES = [
    ("Track my books with title, pages: number", "", ["add a field price: number", "rename pages to length", "make the header blue"]),
    ("A page about bees", "", ["add a section Prices", "Prices: from 5 euros", "make it dark"]),
    ("A to-do list", "", ["add bread and milk", "make the header green", "change the title to Groceries"]),
    ("A notepad", "", ["call it My notes", "in German", "make it dark"]),
    ("A timer", "", ["set it to 10 minutes", "make the buttons orange", "change the title to Eggs"]),
    ("A stopwatch", "", ["header red", "add dark mode", "in French please"]),
    ("A calculator", "", ["make the background black", "change the title to Sums", "in Polish"]),
    ("A tip calculator", "", ["20% by default", "header blue", "add a subtitle: Be generous"]),
    ("A unit converter", "", ["from kg to lb", "header teal", "change the title to Units"]),
    ("A quiz", "", ["question: What is 6 times 7? answer: 42", "Capital of France? Paris", "header purple"]),
    ("Times tables", "", ["up to 20", "only addition and subtraction", "also multiplication"]),
    ("A kanban board", "", ["add a list Review", "rename Review to Waiting", "remove the list Waiting"]),
    ("A poll: Where do we eat? Pizza or Soup", "", ["add the option Salad", "the question is Where do we go?", "remove the option Soup"]),
    ("A page that adds up the sales column", SALES, ["sort by sales, descending", "add a bar chart of sales by region", "hide the region column"]),
    ("A report that adds up the sales column", SALES, ["rename item to Product", "show the average of sales", "make the header blue"]),
    ("A contact form with name, email and message", "", ["add a field phone", "thank-you text: See you soon!", "make the header navy"]),
    ("A REST API for books with title, pages: number", "", ["add a field price: number", "rename pages to length", "remove the field price"]),
    ("A command-line tool to track runs with date: date, distance: number", "", ["add a field place", "rename distance to km", "remove the field place"]),
    ("A script that sums the sales column of a CSV file", "", ["add up the column price", "change the title to Report", "call it Sums"]),
    ("A script that counts words in text files", "", ["show the 5 most frequent words", "change the title to Words", "call it Counting"]),
    ("A script that renames photos", "", ["change the title to Photos", "call it Names", "change the title to Files"]),
    ("Lista książek z polami tytuł, strony: liczba", "", ["Dodaj pole cena: liczba", "Zmień nazwę pola cena na koszt", "Zmień kolor nagłówka na niebieski"]),
    ("Une liste de livres avec les champs titre, pages: nombre", "", ["Ajoute un champ prix: nombre", "Renomme prix en coût", "Mets l'en-tête en bleu"]),
    ("Eine Liste von Büchern mit den Feldern Titel, Seiten: Zahl", "", ["Füge ein Feld Preis: Zahl hinzu", "Benenne Preis in Kosten um", "Mach die Kopfzeile blau"]),
]  # fmt: skip


@pytest.mark.parametrize(("first", "table", "wishes"), STORIES, ids=[first[:40] for first, _, _ in STORIES])
def test_three_revisions_in_a_row(first, table, wishes, tmp_path):
    """Each is done and said, the page's own tests go on passing, and only what must change does."""
    files = built(first, csv=table)
    for wish in wishes:
        said = asked(wish, files=files)
        assert (said.not_done, said.asks, len(said.done)) == ((), (), 1), wish
        after = built(wish, files=files)
        assert changes(files, after) <= {*files} - {"Dockerfile", ".gitignore", "requirements.txt", "data.csv"}
        files = after
    assert passes(files, tmp_path)


@pytest.mark.parametrize(("first", "table", "_wishes"), STORIES, ids=[first[:40] for first, _, _ in STORIES])
def test_what_a_project_cannot_do_is_handed_back(first, table, _wishes):
    """In its author's words, and nothing changes; every example beside it is understood."""
    files = built(first, csv=table)
    said = asked("Make it sing like a bird.", files=files)
    assert (said.text, said.done) == ("", ())
    assert "Make it sing like a bird." in said.asks[0]
    for option in said.options:
        step = asked(option.strip('"'), files=files)
        assert step.not_done == (), option
        files = built(option.strip('"'), files=files)


def test_colours_are_no_wish_for_what_has_none():
    """A command line has no header, a list no footer: it is not said to be blue."""
    script = built("A script that counts words in text files")
    assert asked("Make the header blue", files=script).done == ()
    assert asked("Make the footer blue", files=built("Track jobs with name")).done == ()


def test_a_colour_touches_the_style_alone():
    """Where the style has a file of its own; else only lines of the page's style change."""
    form = built("A contact form with name, email")
    assert changes(form, built("make the header blue", files=form)) == {"style.css", "scaffold.json"}
    timer = built("A timer")
    blue = built("make the header blue", files=timer)
    assert changes(timer, blue) == {"index.html", "scaffold.json"}
    lines = zip(timer["index.html"].splitlines(), blue["index.html"].splitlines(), strict=True)
    assert [new for old, new in lines if old != new] == [b"  --header: #0000ff;"]


def test_questions_of_a_quiz_are_kept_and_corrected():
    """A question that comes again has its new answer; none is asked twice."""
    quiz = built("A quiz\nCapital of France? Lyon\nbread = pain")
    assert spec_in(quiz).items == (("Capital of France?", "Lyon"), ("bread", "pain"))
    after = built("Capital of France? Paris", files=quiz)
    assert spec_in(after).items == (("Capital of France?", "Paris"), ("bread", "pain"))


def test_the_page_can_speak_another_language():
    """Its own words change, its author's do not."""
    page = built("Track jobs with name")
    polish = built("Make it Polish", files=page)
    assert "Szukaj" in polish["app.py"].decode()
    assert "'Name'" in polish["app.py"].decode()


@pytest.mark.parametrize(
    ("before", "wish"),
    [("A kanban board", "remove the lists To do, Doing and Done"), ("A poll: Where? Here or there", "remove the option Here"),
     ("A poll: Where? Here or there", "add the option here"), ("A timer", "set it to 99999 hours"),
     ("Times tables", "up to 99999"), ("A unit converter", "from kg to km"), ("A stopwatch", "set it to 5 minutes")],
)  # fmt: skip
def test_what_would_break_a_tool_is_not_done(before, wish):
    """A board without lists, a poll of one, a timer of years."""
    said = asked(wish, files=built(before))
    assert (said.text, said.done) == ("", ())
