"""Charsets that nobody names."""

from __future__ import annotations

import pytest

from mailbot.understand.charset import text_of

RUSSIAN = "Сделайте, пожалуйста, шапку синей и добавьте кнопку."


@pytest.mark.parametrize("charset", ["", "us-ascii", "iso-8859-1", "x-unknown"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "utf-8"), ("ヘッダーを青くしてください。", "cp932"),
        ("ヘッダーを青くしてください。", "iso-2022-jp"), ("Blue header", "utf-16"),
        ("Größer, bitte, und schöner", "cp1252"),
        ("Où est l'été à Noël, déjà?", "cp1252"), ("Blue header", "utf-32"),
    ],
)  # fmt: skip
def test_words_in_a_charset_that_is_not_said(text, codec, charset):
    """Marks, escapes and the commonest letters tell."""
    assert text_of(text.encode(codec), charset) == text


@pytest.mark.parametrize(
    ("text", "codec"), [("Παρακαλώ κάντε την κεφαλίδα μπλε", "cp1253"), ("אנא הפוך את הכותרת לכחולה", "cp1255")]
)
def test_other_scripts_are_not_taken_for_russian(text, codec):
    """Their words may be torn, but they are not made into other words."""
    assert not any("\u0430" <= char <= "\u044f" for char in text_of(text.encode(codec)))


def test_a_charset_that_is_said_counts():
    """Where it can be true."""
    assert text_of(RUSSIAN.encode("koi8-r"), "koi8-r") == RUSSIAN
    assert text_of("Größe".encode("latin-1"), "utf-8") == "Größe"
    assert text_of(RUSSIAN.encode("cp1251"), "utf-8") == RUSSIAN
