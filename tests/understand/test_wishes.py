# ruff: noqa: RUF001  (words of many languages look like words of others)
"""How a text reads as a whole."""

from __future__ import annotations

import pytest

from mailbot.understand.wishes import asks, assents, joins, leaves_it, refreshes, says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "wait, use EUR",
        "Hi,\n\nsorry, I meant EUR",
        "PS: add a footer",
        "Also add a logo",
        "One more thing: a logo",
        "Actually blue",
        "Czekaj, ma być w euro",
        "Jeszcze jedno: logo",
        "przepraszam, chodziło mi o euro",
        "Attendez, en euros",
        "J'ai oublié le logo",
        "Ah et aussi un logo",
        "Moment, bitte in Euro",
        "Ich meinte Euro",
        "Außerdem noch ein Logo",
        "Nachtrag: Logo",
        "perdón, en euros",
        "scusa, in euro",
        "извините, в евро",
        "すみません、ユーロで",
        "等等，用欧元",
        "oprosti, u eurima",
        "ďalej nie",
        "I forgot the logo",
    ],
)
def test_joins(text):
    """An addition, or a correction."""
    assert joins(text) is (text != "ďalej nie")


@pytest.mark.parametrize(
    "text",
    ["", "Make it blue", "Waiting list: add a column", "Notes page", "A shop that also sells", "Psychology quiz"],
)
def test_does_not_join(text):
    """A wish of its own."""
    assert not joins(text)


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("", True),
        ("New numbers", True),
        ("Hi,\nhere are the latest figures.\nThanks\nAna", True),
        ("see attached", True),
        ("Nouveaux chiffres ci-joint", True),
        ("Neue Zahlen anbei", True),
        ("nowe dane w załączniku", True),
        ("New numbers, and make the header blue", False),
        ("Add this as a second table", False),
        ("New numbers. " + "x" * 400, False),
        ("Neue Zahlen, und mach den Kopf blau", False),
        ("bees", False),
    ],
)
def test_refreshes(text, fresh):
    """No more than that there are fresh data."""
    assert refreshes(text) is fresh


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("go", True),
        ("Go!", True),
        ("Yes please", True),
        ("ok, go ahead", True),
        ("Ja, bitte\nAna", False),
        ("Tak", True),
        ("Hi,\ngo\n\nThanks\nAna", True),
        ("d'accord", True),
        ("go to the next page", False),
        ("", False),
        ("x" * 999, False),
        ("thanks", False),
        ("yes, but in blue", False),
        ("Ja, bitte", True),
    ],
)
def test_assents(text, yes):
    """Yes, and nothing else."""
    assert assents(text) is yes


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("Thanks,\nAna", True),
        ("see subject", True),
        ("Jak w temacie\nPozdrawiam", True),
        ("siehe Betreff", True),
        ("Hi,", True),
        ("a page", False),
        ("Thanks, make it blue", False),
        ("Danke", True),
    ],
)
def test_says_nothing(text, nothing):
    """A greeting, a thanks, or only a pointer to the subject."""
    assert says_nothing(text) is nothing


def test_asks_and_leaves_it():
    """A clause that begins like a wish; an answer that leaves the choice to us."""
    assert all(map(asks, ("And make it blue", "- add x", "2. Dodaj logo", "Bitte ändern Sie es", "Il faut un logo")))
    assert not any(map(asks, ("", "We present it tomorrow", "makeup for bees", "Neue Zahlen")))
    assert all(map(leaves_it, ("", "default", "-", "egal", "Obojętne", "skip")))
    assert not leaves_it("Postgres")
