"""Varied first requests: an app that passes its own tests where an archetype fits, else an honest no."""

from __future__ import annotations

import pytest

from mailbot.build.stack import stack_of
from mailbot.checks.syntax import error_in
from tests.build.scaffolds import SALES, asked, built, passes, spec_in, what

WORDS = "word,translation\ndog,der Hund\ncat,die Katze\n"
FITS = [
    ("tracker", "Track my books with title, author, pages: number, read: yes/no"),
    ("tracker", "Keep a list of plants with name, species and watered on (date)"),
    ("tracker", "Inventory of tools: name, price (number), bought: date"),
    ("tracker", "A to-do list with task, due: date and done: yes/no for my team"),
    ("page", "A page about bees with sections About, Honey and Contact. Make the header yellow."),
    ("page", "CV of Ana Kowalska. Skills: Python, SQL"),
    ("page", "Wedding invitation page for Ana and Tom. When: 5 June 2027. Where: Old Mill"),
    ("page", 'A landing page for my bakery "Golden Crust" with sections about, menu and contact.'),
    ("tool/todo", "A simple to-do list"),
    ("tool/todo", "Build me a shopping list app"),
    ("tool/notes", "A notepad that works offline"),
    ("tool/timer", "A 25 minute timer"),
    ("tool/timer", "I need a stopwatch"),
    ("tool/timer", "Please make a pomodoro timer with a green header"),
    ("tool/calculator", "A simple calculator"),
    ("tool/formula", "A tip calculator with 15% by default"),
    ("tool/formula", "VAT calculator"),
    ("tool/formula", "A BMI calculator"),
    ("tool/formula", "Please make a mortgage calculator"),
    ("tool/formula", "I need a discount calculator"),
    ("tool/converter", "Can you build a converter from miles to km?"),
    ("tool/converter", "A unit converter"),
    ("tool/drill", "Times tables up to 12 for my daughter"),
    ("tool/drill", "An exercise generator for arithmetic with addition and subtraction up to 20"),
    ("tool/quiz", "A quiz.\nCapital of France? Paris\nCapital of Poland? Warsaw"),
    ("tool/quiz", "Flashcards for German words\ndog: der Hund\ncat: die Katze"),
    ("tool/kanban", "A kanban board with columns Ideas, Doing, Review and Done"),
    ("tool/kanban", "A kanban board"),
    ("tool/poll", "A poll: Where do we eat? Pizza, Soup or Salad"),
    ("form", "A contact form with name, email and message"),
    ("form", "A survey that asks for age: number, city, happy: yes/no"),
    ("form", "RSVP form for our party with name, coming: yes/no, guests: number"),
    ("api", "A REST API for books with title, author, pages: number"),
    ("api", "JSON API to manage customers with name, email, active: yes/no"),
    ("api", "Build an API for invoices: number, client, amount: number, due: date"),
    ("cli/records", "A command-line tool to keep track of runs with date: date, distance in km (number)"),
    ("cli/report", "A Python script that sums the sales column of a CSV file"),
    ("cli/words", "A CLI that counts words in text files and prints the 10 most common words"),
    ("cli/rename", "A script for renaming photos in a folder"),
]
FITS_WITH_A_TABLE = [
    ("viewer", "One page that adds up the sales column, shows the total big. Must work offline.", SALES),
    ("viewer", "Make a dashboard from the attached file with a bar chart of sales by region", SALES),
    ("viewer", "Show this table and let me search it", "Artikel;Preis\nBrot;1.250,50\nMilch;0,99\n"),
    ("viewer", "A report of sales with the average of sales, sorted by item", SALES),
    ("tool/quiz", "A vocabulary trainer from the attached file", WORDS),
]
ABROAD = [
    ("pl", "tracker", "Lista książek z polami tytuł, autor, strony: liczba, przeczytana: tak/nie"),
    ("pl", "tracker", "Potrzebuję rejestru wydatków. Pola: data, opis, kwota: liczba"),
    ("pl", "page", "Strona o pszczołach z sekcjami O nas, Miód i Kontakt. Nagłówek żółty."),
    ("pl", "tool/todo", "Lista zadań"),
    ("pl", "tool/timer", "Minutnik na 10 minut, w kolorze zielonym"),
    ("pl", "tool/drill", "Tabliczka mnożenia do 10"),
    ("pl", "tool/kanban", "Tablica kanban"),
    ("pl", "form", "Formularz kontaktowy z polami imię, email i wiadomość"),
    ("fr", "tracker", "Une liste de livres avec les champs titre, auteur, pages: nombre, lu: oui/non"),
    ("fr", "page", "Une page sur les abeilles avec les sections Présentation, Miel et Contact"),
    ("fr", "tool/calculator", "Une calculatrice simple"),
    ("fr", "tool/converter", "Convertisseur de kilomètres en miles"),
    ("fr", "form", "Un formulaire de contact avec les champs nom, email et message"),
    (
        "de",
        "tracker",
        "Ich brauche eine Liste von Büchern mit den Feldern Titel, Autor, Seiten: Zahl, gelesen: ja/nein",
    ),
    ("de", "page", "Eine Seite über Bienen mit den Abschnitten Verein, Honig und Kontakt. Mach die Kopfzeile gelb."),
    ("de", "tool/todo", "Eine Einkaufsliste bitte"),
    ("de", "tool/timer", "Ein Kurzzeitwecker mit 25 Minuten"),
    ("de", "tool/formula", "Ein Trinkgeldrechner"),
    ("de", "form", "Ein Kontaktformular mit den Feldern Name, E-Mail und Nachricht"),
]
TABLES_ABROAD = [
    ("pl", "Strona, która sumuje kolumnę sales z załączonego pliku"),
    ("fr", "Une page qui additionne la colonne sales"),
    ("de", "Eine Seite, die die Spalte sales addiert"),
]
NOTHING_FITS = [
    "Write a chess engine", "A web shop for my bakery with checkout", "A chat for my team", "A snake game",
    "Scrape the news site every hour and mail me", "An iPhone app for recipes", "A login page with passwords",
    "Translate my website to Chinese", "A currency converter with live rates", "Write a poem about lists",
    "Fix the bug in my code", "A wine age calculator", "Napisz grę w szachy", "Ein Onlineshop für Honig mit Warenkorb",
    "Un jeu de cartes en ligne", "A weather page for Warsaw", "Train a neural network on my photos",
    "A Java program that sorts numbers", "Why is the sky blue?", "A dashboard website with charts from my CSV",
    "Build a Discord bot", "Tell me a joke", "A video streaming site", "Hello", "", "A REST API for image recognition",
    "A script that converts PDF files to Word", "A React app for booking hotel rooms with payment",
    "A real-time multi-user kanban board", "An Android timer", "A voting bot",
    "A command-line tool that trades shares", "A form", "Bitte ein Spiel",
]  # fmt: skip


def sound(files, folder):
    """Every file can be read by its language's own parser, and the project's own tests pass."""
    read = {
        path: error_in(path, text.decode()) for path, text in files.items() if path.endswith((".py", ".json", ".html"))
    }
    assert set(read.values()) == {""}, read
    assert {"README.md", "Dockerfile", ".gitignore", "scaffold.json"} <= set(files)
    return passes(files, folder)


@pytest.mark.parametrize(("kind", "text"), FITS, ids=[text[:40] for _, text in FITS])
def test_what_fits_is_built_and_passes_its_own_tests(kind, text, tmp_path):
    """The archetype that was asked for, with nothing of the request left undone."""
    said, files = asked(text), built(text)
    assert what(files) == kind
    assert said.done
    assert sound(files, tmp_path)


@pytest.mark.parametrize(
    ("kind", "text", "table"), FITS_WITH_A_TABLE, ids=[text[:40] for _, text, _ in FITS_WITH_A_TABLE]
)
def test_what_fits_with_a_table_is_built_with_its_data(kind, text, table, tmp_path):
    """And nothing is left undone."""
    said, files = asked(text, csv=table), built(text, csv=table)
    assert (what(files), said.not_done) == (kind, ())
    assert sound(files, tmp_path)


@pytest.mark.parametrize(("language", "kind", "text"), ABROAD, ids=[text[:40] for _, _, text in ABROAD])
def test_what_fits_is_built_in_the_language_of_the_request(language, kind, text, tmp_path):
    """The page speaks it, and so does what is said of it."""
    said, files = asked(text), built(text)
    assert (what(files), spec_in(files).language, said.not_done) == (kind, language, ())
    if "index.html" in files:
        assert f'<html lang="{language}">' in files["index.html"].decode()
    assert sound(files, tmp_path)


@pytest.mark.parametrize(("language", "text"), TABLES_ABROAD)
def test_a_table_is_added_up_in_every_language(language, text, tmp_path):
    """The total stands in the page itself."""
    said, files = asked(text, csv=SALES), built(text, csv=SALES)
    assert (what(files), spec_in(files).language, said.not_done) == ("viewer", language, ())
    assert ">33.75<" in files["index.html"].decode()
    assert sound(files, tmp_path)


@pytest.mark.parametrize("text", NOTHING_FITS)
def test_what_does_not_fit_is_never_replaced_by_something_else(text):
    """No file at all: the author is asked, and told what can be built."""
    said = asked(text)
    assert (said.text, said.done, len(said.asks)) == ("", (), 1)
    assert len(said.options) >= 5


@pytest.mark.parametrize(
    ("text", "type_", "entry"),
    [("A timer", "static_site", "index.html"), ("A page about bees", "static_site", "index.html"),
     ("A contact form", "web_application", "app.py"), ("A script for renaming photos", "command_line", "app.py")],
)  # fmt: skip
def test_a_project_is_packed_as_what_it_is(text, type_, entry):
    """A page with tests in Python is still a page; nothing needs to be installed."""
    stack = stack_of(built(text))
    assert (stack.type, stack.entry, stack.dependencies) == (type_, entry, ())


def test_sixty_requests_are_more_than_sixty():
    """Show 8: the table is as long as it says."""
    assert len(FITS) + len(FITS_WITH_A_TABLE) + len(ABROAD) + len(TABLES_ABROAD) >= 60
    assert len(NOTHING_FITS) >= 30


@pytest.mark.parametrize(
    ("text", "missing"),
    [("A REST API in FastAPI for books with title, pages: number", "fastapi"),
     ("Track books with title, author. Use PostgreSQL.", "postgresql")],
)  # fmt: skip
def test_what_it_is_not_made_of_is_said(text, missing):
    """A framework that the template has not is no silent substitution."""
    said = asked(text)
    assert said.text
    assert any(missing in line.lower() for line in said.not_done)


@pytest.mark.parametrize("text", ["A quiz in Java", "Track books with title in PHP", "A timer in Python"])
def test_what_is_wanted_in_another_language_is_not_built(text):
    """It would be another program."""
    said = asked(text)
    assert said.text == ""
    assert "made of" in said.asks[0]


def test_a_table_that_did_not_come_is_asked_for():
    """And one that nothing was made of is named."""
    assert "attach it" in asked("A dashboard with charts from my CSV file").asks[0]
    assert "sales.csv is not used in it" in asked("A 5 minute timer", csv=SALES).assumed


@pytest.mark.parametrize("language", ["en", "pl", "fr", "de"])
def test_every_example_that_we_give_is_understood(language):
    """In each language: what is said that can be built is built, with nothing left over."""
    hello = {"en": "Hello", "pl": "Dzień dobry", "fr": "Bonjour à vous", "de": "Hallo danke schön"}[language]
    options = asked(hello).options
    examples = [example for option in options for example in option.split('"')[1::2]]
    assert len(examples) >= 5
    for example in examples:
        said = asked(example)
        assert (bool(said.text), said.not_done) == (True, ()), example


def test_what_a_machine_checks_is_not_called_undone():
    """It stands in the table with its result; what nobody checks and nobody did is said."""
    text = (
        "Track my books with title and author.\n\nRequirements:\n- there must be a file README.md\n"
        "- it must work without a network connection\n- it must sing\n"
    )
    assert asked(text).not_done == ("it must sing",)
