"""Requests in Polish, French and German, in the words of the grammar."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.build.scaffold_phrases import PHRASES, phrase
from mailbot.build.scaffold_tongue import english, recoloured, spoken
from tests.build.scaffolds import SALES, TEMPLATES, asked


@pytest.mark.parametrize(
    ("text", "language"),
    [("Make the header blue", "en"), ("Zmień kolor nagłówka na niebieski", "pl"), ("Ajoute un champ prix", "fr"),
     ("Füge ein Feld Preis hinzu", "de"), ("Lista zadań", "pl"), ("Flashcards\ndog: der Hund\ncat: die Katze", "en"),
     ("", "en"), ("xyzzy", "en"), ("Timer", "en")],
)  # fmt: skip
def test_the_language_of_a_request_is_heard(text, language):
    """By its small words and its letters; in doubt it is English."""
    assert spoken(text) == language


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("Dodaj pole cena: liczba", "pl", "add field cena: number"),
     ("Zmień nazwę pola cena na koszt", "pl", "rename cena to koszt"),
     ("Renomme prix en coût", "fr", "rename prix to coût"),
     ("Benenne Preis in Kosten um", "de", "rename Preis to Kosten"),
     ("Füge ein Feld Preis: Zahl hinzu", "de", "add a field Preis: number"),
     ('Zmień tytuł na "Lista i pole"', "pl", 'change the title to "Lista i pole"'),
     ("O nas: Pieczemy chleb i bułki", "pl", "O nas: Pieczemy chleb i bułki"),
     ("whatever and i", "en", "whatever and i")],
)  # fmt: skip
def test_only_the_words_of_the_grammar_are_turned(text, language, expected):
    """Names, quotations and a section's own text stay as they are."""
    assert english(text, language) == expected


def test_colours_are_turned_word_by_word():
    """Inflected as they come."""
    assert recoloured("Nagłówek ma być ciemnozielony", "pl") == "header should be darkgreen"
    assert recoloured("Mets l'en-tête en bleu", "fr") == "set header in blue"


def test_every_phrase_has_three_translations_that_can_stand_anywhere():
    """No quotation mark, brace or angle bracket; as many gaps as in English."""
    for words, others in PHRASES.items():
        assert len(others) == 3, words
        for other in others:
            assert not set("'\"{}\\<>&`") & set(other), other
            assert other.count("%s") == words.count("%s"), other


def test_every_phrase_of_a_template_is_known():
    """Or a page would speak two languages."""
    used = {found for text in TEMPLATES.values() for found in re.findall(r'(?<![\w.])t\("([^"]+)"', text)}
    assert len(used) > 50
    assert used - set(PHRASES) == set()
    assert phrase("xx", "Add") == "Add"


@given(st.text(max_size=400), st.sampled_from(["pl", "fr", "de"]))
@settings(max_examples=150, deadline=None)
def test_any_text_is_turned_without_harm(text, language):
    """No exception, and not much longer than it was."""
    assert len(english(text, language)) <= 40 * len(text) + 40
    assert spoken(text) in {"en", "pl", "fr", "de"}


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Dzień dobry,\n\n{}\n\nPozdrawiam\nAna", "Proszę o stronę, która sumuje kolumnę sales. Musi działać offline."),
        (
            "Guten Tag,\n\n{}\n\nMit freundlichen Grüßen\nAna",
            "Eine Seite zu sales.csv. Sie muss offline laufen.",
        ),
        ("Bonjour,\n\n{}\n\nCordialement,\nAna", "Une page sur sales.csv. Elle doit fonctionner hors ligne."),
        ("Hi,\n\n{}\n\nBest regards\nAna", "One page that adds up the sales column. Must work offline."),
    ],
    ids=["pl", "de", "fr", "en"],
)
def test_courtesies_and_a_name_below_them_are_no_wishes(text, done):
    """Nobody is told that "Dzień dobry" was not done."""
    left = asked(text.format(done), "Sales", csv=SALES).not_done
    assert not [one for one in left if "Ana" in one or "," in one[-1:] or "offline" in one.lower() or "ligne" in one]


def test_a_sentence_is_never_done_and_not_done():
    """What holds only in part is not claimed."""
    said = asked("Proszę o stronę, która sumuje kolumnę sales i tańczy.", "Sales", csv=SALES)
    assert not set(said.done) & set(said.not_done)
