"""Which template a first request asks for."""

from __future__ import annotations

import pytest

from mailbot.build.scaffold_start import singular, started
from mailbot.build.scaffold_text import wishes


def begun(text, subject=""):
    return started(subject, wishes(text))


@pytest.mark.parametrize(
    ("text", "noun", "labels"),
    [
        ("Track my books with title, author, pages: number, read yes/no.", "book", "Title Author Pages Read"),
        ("I want to keep a list of plants with fields name, species, watered:date", "plant", "Name Species Watered"),
        ("Please make a tracker for invoices: number, client, amount (number)", "invoice", "Number Client Amount"),
        ("A small CRM to record customers with name, email and phone", "customer", "Name Email Phone"),
        ("An app where I can log my runs. Fields: date, distance in km (number)", "run", "Date Distance_in_km"),
        ("Keep a record of tools I lend: tool, person, lent on (date)", "tool", "Tool Person Lent_on"),
        ("I collect vinyl records and want to track them with artist, title", "vinyl record", "Artist Title"),
        ("Build an app for keeping my recipes: name, minutes (number)", "recipe", "Name Minutes"),
        ("Can you build me an inventory of wine with name, year", "wine", "Name Year"),
        ("Inventory of tools", "tool", "Name Notes"),
        ("I need to keep track of my tasks", "task", "Task Due Done"),
        (
            "Hello,\n\nplease track our members with these fields:\n- name\n- joined: date\n\nThanks",
            "member",
            "Name Joined",
        ),
    ],
)
def test_a_list_to_keep_is_a_record_tracker(text, noun, labels):
    """In many wordings, with the fields where they stand."""
    start = begun(text)
    assert start.spec.template == "tracker"
    assert start.spec.noun == noun
    assert [field.label.replace(" ", "_") for field in start.spec.fields] == labels.split()


@pytest.mark.parametrize(
    ("text", "title", "headings"),
    [
        ("One page about bees.", "Bees", "About"),
        ('A landing page for my bakery "Golden Crust" with sections about, menu, opening hours and contact.',
         "Golden Crust",
         "About Menu Opening_hours Contact"),
        ("CV of Ana Kowalska", "Ana Kowalska", "Profile Experience Education Skills"),
        ("An event page for our Summer Party with when, where and contact", "Summer Party", "When Where Contact"),
        ("A website for our garden club. Sections: Meetings, Members", "Garden club", "Meetings Members"),
        ("Please make a simple web page", "Welcome", "About"),
    ],
)  # fmt: skip
def test_something_to_show_is_a_static_page(text, title, headings):
    """Its name and sections are the author's, or the usual ones, and then that is said."""
    start = begun(text)
    assert (start.spec.template, start.spec.title) == ("page", title)
    assert [one.heading.replace(" ", "_") for one in start.spec.sections] == headings.split()


@pytest.mark.parametrize(
    "text",
    [
        "One page that adds up the sales column, shows the total big.", "Build a website with a shop and checkout",
        "Write a snake game in Python", "what can you do?", "Hello", "",
        "Can you build a converter from euros to dollars?", "A page where people can vote", "Fix the bug in my code",
        "Bitte ein Spiel",
        "A dashboard website with charts from my CSV", "Write a poem about lists",
    ],
)  # fmt: skip
def test_anything_else_is_not_built(text):
    """Nothing unrelated is sent instead."""
    assert begun(text) is None


def test_a_subject_alone_may_ask():
    """And the text below it may be nothing but the fields."""
    assert begun("", "Track wine with name, year").spec.noun == "wine"
    start = begun("title, author, rating number", "Book tracker")
    assert (start.spec.title, [field.label for field in start.spec.fields]) == (
        "Book tracker",
        ["Title", "Author", "Rating"],
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [("My bees", "Bees"), ("Bee log", "Bee log"), ("Track bees with name", "Bees"), ("Re", "Re"), ("", "Bees")],
)
def test_the_subject_is_the_title_where_it_is_a_name(subject, title):
    """Else the title is made of what is kept."""
    assert begun("Track my bees with name, colour.", subject).spec.title == title


def test_what_else_the_sentence_wants_is_handed_on():
    """It is never dropped."""
    assert begun("Track expenses with date, amount and show a chart").left == ("show a chart",)
    assert begun("Track birthdays with name, date and remind me a day before").left == ("remind me a day before",)
    assert begun("A page about bees in yellow, must work offline").left == ("must work offline", "in yellow")
    assert begun("A page about bees with sections honey and a brown header").left == ("a brown header",)


def test_what_was_guessed_is_said():
    """Fields, kinds and sections that the author did not name."""
    assert "since you named none" in begun("Inventory of tools").assumed[0]
    assert "Price (number)" in begun("Track tools with name, price").assumed[0]
    assert "since you named none" in begun("A page about bees").assumed[0]
    assert begun("Track tools with name, price: number").assumed == ()


@pytest.mark.parametrize(
    ("many", "one"),
    [("books", "book"), ("stories", "story"), ("boxes", "box"), ("movies", "movie"), ("people", "person"), ("glass",
    "glass"),
     ("guest lists", "guest list"), ("news", "news")],
)  # fmt: skip
def test_one_of_many_has_its_own_word(many, one):
    """By the usual rules of English."""
    assert singular(many) == one
