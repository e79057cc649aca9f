"""What stands above quoted words that bear no marks."""

from __future__ import annotations

import pytest

from mailbot.understand.quoting import own_words
from mailbot.understand.quoting_header import MAX_TRIES, Headers
from mailbot.understand.quoting_lines import lines_of

FOREIGN = "Mittari: Ana <a@b.example>\nNassiuppaa: 20. november 2026 12:01\nUunga: Bob"


@pytest.mark.parametrize(
    "below",
    [
        f"________________________________\n{FOREIGN}\n\nold",
        f"---------- Nalunaarut ----------\n{FOREIGN}\n\nold",
        "-----Antwort Nachricht-----\n\nold",
        "  ----- Ujumbe uliotumwa ----- From: Ana <a@b.example>To: BobSent: Friday\n old",
        "Date: Wed, 16 May 2026 00:15:02 -0600\nTo: a@b.example\n\nold",
        "From: Ana Smith\nSent: Friday, November 20, 2026 12:01 PM\nTo: Bob\nSubject: Bees\n\nold",
        "From: Ana <a@b.example>\n\nSent: Friday 12:01\n\nTo: Bob\n\nold",
        "*Von:* Ana <a@b.example>\n*Gesendet:* Freitag\n*An:* Bob\n\nold",
        "Begin forwarded message:\nFrom: Ana <a@b.example>\n\nold",
    ],
)
def test_the_old_mail_begins(below):
    """Also in words that nobody has listed, where a rule or a frame stands above them."""
    assert own_words(f"Blue.\n\n{below}")[0] == "Blue."


@pytest.mark.parametrize(
    "text",
    [
        f"The form:\n{FOREIGN}",
        f"The form:\n-----\n{FOREIGN}",
        "Mails:\n---- Welcome message ----\nDear Ana",
        "Mails:\n-----Welcome page-----\nDear Ana",
        "Blue.\n\nOriginal message\nis the title",
        "The columns\nFrom: text\nSent: text\nTo: text\nSubject: text",
        "_______________________\nOne: 1\nTwo: 2\nThree: 3",
    ],
)
def test_what_only_looks_so(text):
    """Without an address and an hour no lines are the header of a mail."""
    assert own_words(text) == (text, "")


def test_a_header_with_nothing_above():
    """Whoever writes nothing above an old mail, and nothing below our last line in it, says nothing."""
    old = "From: Ana <a@b.example>\nSent: Friday 12:01\nTo: Bob\n\nold"
    assert own_words(old) == ("", old)
    assert own_words(f"{old}\nRef t7k2m9.abcdefghij\n\nMake it blue.")[0] == "Make it blue."


def test_only_so_many_headers_are_read():
    """More than that nobody quotes."""
    lines = lines_of("From: Ana <a@b.example>\nSent: Friday 12:01\nTo: Bob")
    assert Headers(lines).heads(0)
    tired = Headers(lines)
    tired._tries = MAX_TRIES
    assert not tired.heads(0)
