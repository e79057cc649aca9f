"""What is said of the program itself."""

from __future__ import annotations

import json

import pytest

from mailbot.understand.wants import MAX_NAMED, wants_of


def test_the_fields_of_an_order():
    """As the HTTP order calls them, on a line or with a list below."""
    found = wants_of(
        "app_type: dashboard\nTech stack: Python, Flask and Postgres\ndeployment_target: docker\n"
        "**Features:**\n- login\n- CSV export\n- weekly mood\n\nRequirements:\n- must work offline\n- a logo\n"
    )
    assert (found.app_type, found.stack, found.target) == ("dashboard", ("python", "flask", "postgresql"), "docker")
    assert found.features == ("authentication", "export", "weekly mood", "offline")
    assert [one.text for one in found.criteria] == ["must work offline", "a logo"]


@pytest.mark.parametrize(
    "text",
    [
        "Typ aplikacji: panel administracyjny\nTechnologia: python",
        "Type d'application : tableau de bord\nStack: python",
        "Art der Anwendung: Dashboard\nTechnik: Python",
    ],
)
def test_fields_in_other_languages(text):
    """Polish, French, German."""
    assert (wants_of(text).app_type, wants_of(text).stack) == ("dashboard", ("python",))


def test_an_order_as_json():
    """Both forms of the HTTP order, pasted into a mail."""
    order = {
        "app_type": "web_application",
        "requirements": ["must have a login"],
        "parameters": {"database": "postgres", "auth": "oauth", "deployment": "docker"},
    }
    found = wants_of(json.dumps(order))
    assert (found.app_type, found.stack, found.target) == ("web_application", ("postgresql",), "docker")
    assert found.features == ("authentication",)
    assert [one.text for one in found.criteria] == ["must have a login"]


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '{"app_type": [}', "{" * 5_000 + "}", '{"app_type": {"x": [[1]]}, "features": 7}']
)
def test_json_that_is_no_order(text):
    """It is a text like any other, or an order that names nothing."""
    assert wants_of(text).app_type == ""


@pytest.mark.parametrize(
    ("text", "app_type"),
    [
        ("An admin dashboard for our orders", "dashboard"),
        ("a one-off script that renames files", "script"),
        ("Potrzebuję formularza kontaktowego: formularz", "form"),
        ("Ein Kommandozeilenprogramm, das zählt", "cli"),
        ("Une page avec un quiz", "quiz"),
        ("One page about bees", "static_site"),
        ("a REST API", "api"),
        ("Something for bees", ""),
        ("not a dashboard, a report", "report"),
        ("a telegram bot", "bot"),
    ],
)
def test_app_types(text, app_type):
    """The kind that is named; a page is the least of them."""
    assert wants_of(text).app_type == app_type


@pytest.mark.parametrize(
    ("text", "stack"),
    [
        ("in Python with Flask and SQLite", ("python", "flask", "sqlite")),
        ("no React, use Vue", ("vue",)),
        ("Flask instead of Django", ("flask",)),
        ("without React or Vue", ()),
        ("ohne jQuery, mit Bootstrap", ("bootstrap",)),
        ("bez Reacta, w Pythonie", ("python",)),
        ("We go there with vitamin C", ()),
        ("written in Go", ("golang",)),
        ("C++ and C#", ("c++", "c#")),
        ("javascripts", ("javascript",)),
        ("my-python.example", ()),
        ("see index.html", ()),
        ("Node.js", ("node",)),
        ("Java, not JavaScript", ("java",)),
    ],
)
def test_stacks(text, stack):
    """Names that mean one thing; what stands after a no is not wanted."""
    assert wants_of(text).stack == stack


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("for Windows, no Docker", "windows"),
        ("runs in Docker", "docker"),
        ("on my Raspberry Pi", "raspberry-pi"),
        ("", ""),
    ],
)
def test_targets(text, target):
    """Where it runs."""
    assert wants_of(text).target == target


@pytest.mark.parametrize(
    ("text", "locked"),
    [
        ("Don't touch header.html or css/style.css.", ("header.html", "css/style.css")),
        ("Change index.html but leave header.html as it is", ("header.html",)),
        ("header.html must stay as it is. Change main.py", ("header.html",)),
        ("Nie ruszaj header.html", ("header.html",)),
        ("Ne touchez pas à header.html.", ("header.html",)),
        ("header.html bitte nicht ändern", ("header.html",)),
        ("Change header.html", ()),
        ("Don't touch it.", ()),
        ("locked: a.py, b.py", ("a.py", "b.py")),
        ("mail don't touch bob@acme.dev", ()),
    ],
)
def test_locked_files(text, locked):
    """Only files that are named in the clause that says so."""
    assert wants_of(text).locked == locked


def test_features_in_words():
    """Named, and not refused."""
    assert wants_of("A list with search and CSV export, no login, dark mode").features == (
        "search",
        "export",
        "dark-mode",
    )
    assert wants_of("Strona z wyszukiwarką i wykresami, bez logowania").features == ("search", "charts")


def test_code_is_no_wish():
    """What stands in a block of code names nothing."""
    assert wants_of("```\nfrom django import x\n```\nin Flask").stack == ("flask",)


def test_limits():
    """Thirty names a field."""
    assert len(wants_of("features: " + ", ".join(f"f{n}" for n in range(200))).features) <= MAX_NAMED
