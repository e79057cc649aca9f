"""What the templates can build and change, by example, in the language of the author: each example is understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.build.scaffold_spec import FIELDED, Spec

_BUILD: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        'a list to keep on your own machine: "Track books with title, author, pages: number, read: yes/no"',
        'a page or small site: "A page about bees with sections About, Honey and Contact. Make the header yellow."',
        'a tool in the browser: "A to-do list", "A 25 minute timer", "A unit converter", "Times tables up to 12"',
        "a page that shows a CSV file: attach it, and write which column is added up",
        'a form: "A contact form with name, email and message"',
        'a JSON interface: "A REST API for books with title, author, pages: number"',
        'a command-line tool: "A command-line tool to keep track of runs with date, distance in km (number)"',
    ),
    "pl": (
        'lista na własnym komputerze: "Lista książek z polami tytuł, autor, strony: liczba, przeczytana: tak/nie"',
        'strona: "Strona o pszczołach z sekcjami O nas, Miód i Kontakt. Nagłówek żółty."',
        'narzędzie w przeglądarce: "Lista zadań", "Minutnik na 25 minut", "Tabliczka mnożenia do 12"',
        "strona z danymi z pliku CSV: proszę go załączyć i napisać, którą kolumnę zsumować",
        'formularz: "Formularz kontaktowy z polami imię, email i wiadomość"',
    ),
    "fr": (
        'une liste sur votre machine : "Liste de livres avec les champs titre, auteur, pages: nombre, lu: oui/non"',
        'une page : "Une page sur les abeilles avec les sections Présentation, Miel et Contact. En-tête jaune."',
        'un outil dans le navigateur : "Une liste de tâches", "Un minuteur de 25 minutes"',
        "une page qui montre un fichier CSV : joignez-le, et dites quelle colonne additionner",
        'un formulaire : "Un formulaire de contact avec les champs nom, email et message"',
    ),
    "de": (
        'eine Liste: "Liste von Büchern mit den Feldern Titel, Autor, Seiten: Zahl, gelesen: ja/nein"',
        'eine Seite: "Eine Seite über Bienen mit den Abschnitten Verein, Honig und Kontakt. Kopfzeile gelb."',
        'ein Werkzeug im Browser: "Eine Aufgabenliste", "Ein Kurzzeitwecker mit 25 Minuten", "Einmaleins bis 12"',
        "eine Seite zu einer CSV-Datei: bitte anhängen, und schreiben, welche Spalte addiert wird",
        'ein Formular: "Ein Kontaktformular mit den Feldern Name, E-Mail und Nachricht"',
    ),
}  # fmt: skip
_LOOKS: Final = ('"make the header blue"', '"change the title to Bees"', '"add dark mode"')
_FIELDS: Final = ('"add a field price: number"', '"remove the field price"', '"rename {first} to Label"')
_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "page": ('"add a section Prices"', '"Prices: from 5 euros"', '"remove the section Prices"'),
    "todo": ('"add bread and milk"', '"in German"'),
    "notes": ('"in German"',),
    "timer": ('"set it to 10 minutes"', '"in German"'),
    "calculator": ('"in German"',),
    "formula": ('"in German"',),
    "converter": ('"from kg to lb"', '"in German"'),
    "quiz": ('"question: What is 6 times 7? answer: 42"', '"in German"'),
    "drill": ('"up to 20"', '"only addition and subtraction"'),
    "kanban": ('"add a list Review"', '"rename Review to Waiting"'),
    "poll": ('"add the option Soup"', '"the question is Where do we eat?"'),
    "viewer": ('"show the total of {number}"', '"sort by {first}, descending"', '"rename {first} to Label"'),
    "report": ('"add up the column sales"', '"change the title to Report"'),
    "words": ('"the 5 most frequent words"', '"change the title to Words"'),
    "rename": ('"change the title to Files"',),
}


def creatable(language: str) -> tuple[str, ...]:
    """What can be built, by example."""
    return _BUILD.get(language, _BUILD["en"])


def possible(spec: Spec) -> tuple[str, ...]:
    """What can be changed in this project, by example; the grammar's own words are English."""
    looks = _LOOKS if spec.template not in {"cli", "api"} else ('"change the title to Bees"',)
    if spec.template in FIELDED or spec.variant == "records":
        first = spec.fields[0].label if spec.fields else ""
        return tuple(dict.fromkeys((*looks, *(one.replace("{first}", first) for one in _FIELDS))))
    changes = _CHANGES.get(spec.variant or spec.template, ())
    shown = [one for one in spec.columns if one.shown]
    first = shown[0].label if shown else ""
    number = next((one.label for one in shown if one.kind == "number"), "")
    kept = (one for one in changes if number or "{number}" not in one)
    return tuple(dict.fromkeys((*looks, *(one.replace("{first}", first).replace("{number}", number) for one in kept))))
