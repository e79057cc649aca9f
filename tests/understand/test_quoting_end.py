# ruff: noqa: RUF001  (letters of many languages)
"""Where somebody's words end."""

from __future__ import annotations

import pytest

from mailbot.understand.quoting import own_words
from mailbot.understand.quoting_end import is_phone

WORDS = "Make it blue.\n\nSort the list."
PRINT = (
    "This e-mail is confidential and intended for its recipient only. If you received it in error,\n"
    "please notify the sender and delete it."
)
PRINTS = {
    "en": PRINT,
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese\n"
    "E-Mail irrtümlich erhalten haben, vernichten Sie sie bitte.",
    "fr": "Ce message est confidentiel et réservé à son destinataire. Si vous l'avez reçu par erreur, merci de le\n"
    "supprimer et d'avertir son expéditeur.",
    "es": "Este mensaje es confidencial y va dirigido a su destinatario. Si lo ha recibido por error, elimínelo y\n"
    "notifíquelo al remitente.",
    "it": "Questo messaggio contiene informazioni riservate al destinatario. Se lo avete ricevuto per errore, vi\n"
    "preghiamo di cancellarlo.",
    "nl": "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Heeft u het bij vergissing\n"
    "ontvangen, verwijder het dan.",
    "pl": "Ta wiadomość jest poufna i przeznaczona dla adresata. Jeśli otrzymali ją Państwo omyłkowo, prosimy o jej\n"
    "usunięcie i powiadomienie nadawcy.",
    "ru": "Это сообщение содержит конфиденциальную информацию для получателя. Если вы получили его по ошибке,\n"
    "удалите его.",
}


@pytest.mark.parametrize("below", PRINTS.values(), ids=PRINTS)
def test_small_print_goes(below):
    """In each language it says the same four things."""
    assert own_words(f"{WORDS}\n\n{below}") == (WORDS, below)


@pytest.mark.parametrize(
    "below",
    [
        "Virus-free. www.avast.com",
        "Please consider the environment before printing this e-mail.",
        f"{'_' * 47}\nbees mailing list\nbees@lists.example\nhttps://lists.example/listinfo",
        "\n".join(("-- ", *(f"line {number} of a long signature" for number in range(40)))),
        f"Sent from my iPhone\n\n{PRINT}",
        f"{PRINT}\n\nSent from my iPhone",
        f"-- \nAna\n\n{PRINT}\n\nSent with Proton Mail",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Odoslané z iPhonu",
        "iPhone'umdan gönderildi",
        "나의 iPhone에서 보냄",
    ],
)
def test_what_stands_below_goes(below):
    """Also where several of it stand below each other."""
    assert own_words(f"{WORDS}\n\n{below}")[0] == WORDS


@pytest.mark.parametrize(
    "text",
    [
        PRINT,
        "One page.\n\nIf it is sent in error to a wrong recipient, they delete it; confidential things are told.",
        "Make it fast.\n\nNo tracking, it must be virus-free. And small.",
        "The footer:\n\n==========================\nAdd an unsubscribe link and a mailing list.",
        "The footer:\n\n--------------------------\nAdd an unsubscribe link and a mailing list.",
        "A list of letters.\n\nSent by mail to all members, each Monday",
        "A list of letters:\n- title\nsent by\nsent with stamp",
        "Sent from my phone, the words\nstay.",
        "Warn of mails.\n\nThey say external email.",
        "Build a page that warns of external email.\n\nIt should be blue.",
        "Add a button.\n\nThanks,\nAna\nhttps://acme.example/style is the style to use",
        "Add a button.\n\nThanks,\nAna\nP.S. call +1 555 010 0200\nor write to a@b.example",
        "Thanks\n\nNow the list:\nwww.a.example\nwww.b.example",
        "Regards,\nAna\n\nis how each letter of the app ends.\nCall +1 555 010 0200 to test.",
        "Regards,\nAna Smith\nACME",
        "Add a button.\n\nThanks,\nAna\nwww.acme.example",
    ],
)
def test_words_that_look_like_an_end_stay(text):
    """A rule that is not sure takes nothing."""
    assert own_words(text) == (text, "")


def test_where_somebody_works_goes():
    """The name stays: somebody may have signed a wish with it."""
    own, rest = own_words(
        f"{WORDS}\n\nKind regards,\nAna Smith\nACME Ltd | Head of Bees\n+1 555 010 0200\nwww.acme.example"
    )
    assert own == f"{WORDS}\n\nKind regards,\nAna Smith"
    assert rest == "ACME Ltd | Head of Bees\n+1 555 010 0200\nwww.acme.example"


@pytest.mark.parametrize(
    "above",
    [
        "CAUTION: This email originated from outside of the organization.\n\n",
        "[EXTERNAL] This message came from outside. Do not click\non links.\n________________\n",
        "You don't often get email from ana@acme.example. Learn why this is important\n\n",
        "Achtung: Diese Nachricht kommt von außerhalb.\n\n",
        "Sent from my iPhone\n\n",
    ],
)
def test_what_stands_above_goes(above):
    """A mail server's warning, and the line of a telephone that somebody wrote below."""
    assert own_words(f"{above}{WORDS}") == (WORDS, above.strip())


@pytest.mark.parametrize(
    ("line", "phone"),
    [
        ("Sent from my Galaxy S24, an AT&T smartphone", True),
        ("sent from my town, as every year", False),
        ("Sent from my " + "x" * 90, False),
        ("Enviado desde mi iPhone", True),
        ("Надіслано з iPhone", True),
        ("發自我的 iPhone", True),
        ("Please send it from my phone", False),
    ],
)
def test_lines_of_telephones(line, phone):
    """They are short, and no sentence with a comma."""
    assert is_phone(line) is phone
