# ruff: noqa: RUF001  (words of many languages look like words of others)
"""Lines that are commands and nothing else."""

from __future__ import annotations

import pytest

from mailbot.domain.intent import Kind
from mailbot.understand import command_words as words
from mailbot.understand.commands import MAX_COMMANDS, TOO_MANY, commanded, greets, trimmed, wished
from mailbot.understand.folded import bare


def kinds(text):
    return [one.kind for one in commanded(text).commands]


@pytest.mark.parametrize("language", sorted(words.STOP))
def test_every_word_of_every_language(language):
    """Each is found as it stands, in capitals and with a full stop; thirty languages and more."""
    assert len(words.STOP) >= 30
    for kind, table in ((Kind.STOP, words.STOP), (Kind.STATUS, words.STATUS), (Kind.HELP, words.HELP)):
        for word in table[language].split("|"):
            for said in (word, f"{word.capitalize()}."):
                assert kinds(said) == [kind], said
    assert {kinds(one)[0] for one in words.ERASE[language].split("|")} == {Kind.ERASE}


def test_no_word_means_two_things():
    """A phrase that two kinds share would be decided by chance."""
    tables = (words.STOP, words.STATUS, words.HELP, words.ERASE)
    phrases = [{bare(one) for text in table.values() for one in text.split("|")} for table in tables]
    assert [one & two for at, one in enumerate(phrases) for two in phrases[at + 1 :] if one & two] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("rollback to v1", 1),
        ("wróć do wersji 1", 1),
        ("wroc do wersji 1", 1),
        ("annule", None),
        ("undo", None),
        ("Revenez à la version 3, s'il vous plaît", 3),
        ("Bitte zurück zur Version 2", 2),
        ("use version 3", 3),
        ("вернись к версии 2", 2),
        ("バージョン 2", "none"),
        ("回滚到 2", "none"),
        ("use 3", "none"),
        ("back 2", "none"),
        ("Go back to the previous version", None),
        ("ROLLBACK V12", 12),
        ("rollback #4", 4),
        ("kumoa", None),
    ],
)
def test_rollback(text, number):
    """A verb of going back, with a version or without; a bare number after a common verb may be an answer."""
    assert [one.number for one in commanded(text).commands] == ([] if number == "none" else [number])


@pytest.mark.parametrize(
    ("text", "people", "undo"),
    [
        ("share with bob@acme.dev", ["bob@acme.dev"], False),
        ("Please share this with Bob@ACME.dev and carol@acme.dev, thanks", ["Bob@acme.dev", "carol@acme.dev"], False),
        ("add bob@acme.dev", ["bob@acme.dev"], False),
        ("dodaj bob@acme.dev do projektu", ["bob@acme.dev"], False),
        ("partagez avec <bob@acme.dev>", ["bob@acme.dev"], False),
        ("bob@acme.dev hinzufügen", ["bob@acme.dev"], False),
        ("Füge bob@acme.dev hinzu", ["bob@acme.dev"], False),
        ("remove bob@acme.dev", ["bob@acme.dev"], True),
        ("usuń bob@acme.dev z projektu", ["bob@acme.dev"], True),
        ("Entfernen Sie bob@acme.dev aus dem Projekt.", ["bob@acme.dev"], True),
        ("Add bob@acme.dev to the contact page", [], False),
        ("Show bob@acme.dev in the footer", [], False),
        ("bob@acme.dev", [], False),
        ("add bob@acme.dev and a footer", [], False),
        ("add bob@acme.dev, not carol@acme.dev", [], False),
        ("share with bob@acme", [], False),
        ("share with bob@аcme.dev", [], False),
        ("share with bob@acme.dev\u202egro.live", [], False),
        ("add " + " ".join(f"p{n}@acme.dev" for n in range(11)), [], False),
    ],
)
def test_people(text, people, undo):
    """Who is let in, or out: only as a whole line, and only plain addresses."""
    found = commanded(text).commands
    assert [(one.kind, one.address, one.undo) for one in found] == [(Kind.SHARE, one, undo) for one in people]


@pytest.mark.parametrize(
    ("text", "numbers", "undo"),
    [
        ("drop 4", [4], False),
        ("drop 4 and 5", [4, 5], False),
        ("Drop 4, 5, 4.", [4, 5], False),
        ("keep 4", [4], True),
        ("zostaw 4", [4], True),
        ("behalte 4 und 6", [4, 6], True),
        ("garde 2", [2], True),
        ("drop check #7", [7], False),
        ("streiche 3 bitte", [3], False),
        ("drop 4 columns", [], False),
        ("keep 4 and the header", [], False),
        ("drop 1234567", [], False),
        ("drop it", [], False),
    ],
)
def test_checks(text, numbers, undo):
    """A check is dropped, or taken up again; several at once."""
    found = commanded(text).commands
    assert [(one.kind, one.number, one.undo) for one in found] == [(Kind.RETIRE, one, undo) for one in numbers]


def test_several_keep_their_order():
    """Each has a line of its own, as it was written."""
    text = "Hi mailbot,\n\nStatus?\nshare with bob@acme.dev\n\n#mb drop 4\nMake the header blue.\n#mailbot keep 5"
    found = commanded(text)
    assert [(one.line, one.kind) for one in found.commands] == [
        ("Status?", Kind.STATUS),
        ("share with bob@acme.dev", Kind.SHARE),
        ("#mb drop 4", Kind.RETIRE),
        ("#mailbot keep 5", Kind.RETIRE),
    ]
    assert found.rest == "Hi mailbot,\n\n\nMake the header blue."


def test_plain_words_count_only_at_the_top():
    """Below other words they may belong to them; a marked line is a command anywhere."""
    assert kinds("The header.\nstop") == []
    assert kinds("The header.\n#mailbot stop") == [Kind.STOP]
    assert kinds("The header. #mailbot stop") == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("#mailbot rolback 3", "rollback to v3"),
        ("#mb rollback", None),
        ("#MAILBOT: Stop!", None),
        ("#mailbot statsu", "status"),
        ("#mailbot shar bob@acme.dev", "share with bob@acme.dev"),
        ("#mailbot drp 4", "drop 4"),
        ("#mailbot make it blue", "help"),
        ("#mailbot", "help"),
        ("#mb st\u202eop", "stop"),
        ("#mailbot forget me now please", None),
        ("#mailbot " + "x" * 5_000, "help"),
    ],
)
def test_did_you_mean(line, hint):
    """What is not known is answered with the nearest command, with the number and the person that were named."""
    (found,) = commanded(line).commands
    assert (found.kind is None, found.hint) == (hint is not None, hint or "")
    assert len(found.line) <= 400


@pytest.mark.parametrize(
    "line", ["#mailbots stop", "#mb-stop", "- #mailbot stop", "see #mailbot stop", "# mailbot stop"]
)
def test_no_marked_line(line):
    """Only the mark itself, at the beginning."""
    assert commanded(line).commands == ()


@pytest.mark.parametrize(
    "line", ["s\u200bt\u200bop", "\ufeffstop", "ｓｔｏｐ", "st\u00adop", "\u200fstop", "Zurück", "zuru\u0308ck"]
)
def test_unseen_signs_change_nothing(line):
    """A telephone's invisible signs, full-width letters and split accents mean the same letters."""
    assert len(commanded(line).commands) == 1


@pytest.mark.parametrize("line", ["\u202epots", "stop\u202e", "\u2067stop\u2069", "\u202epots\u202c"])
def test_turned_lines_are_no_commands(line):
    """What is shown in another order than it is written has no sure meaning."""
    assert wished(line) == ()


def test_our_own_help_does_nothing():
    """It came back without quote marks; the person's own line beside it counts."""
    help_ = "In the thread of a project:\n- rollback to v1\n#mailbot rollback 1\nstop"
    ours = frozenset(help_.split("\n"))
    assert commanded(help_, ours).commands == ()
    assert commanded(f"status\n{help_}", ours).commands[0].kind is Kind.STATUS
    assert len(commanded(f"status\n{help_}", ours).commands) == 1


def test_ten_thousand():
    """Twenty are followed; of the rest one line is kept, which says so."""
    found = commanded("#mailbot stop\n" * 10_000).commands
    assert len(found) == MAX_COMMANDS + 1
    assert (found[-1].kind, found[-1].note) == (None, TOO_MANY)


def test_greetings():
    """With a name or without; a longer line says something."""
    assert all(greets(one) for one in ("Hi,", "Hello mailbot!", "Dzień dobry", "Sehr geehrte Damen und Herren,"))
    assert not any(greets(one) for one in ("", "Hippos", "Hello there, I want a page about bees and honey"))


def test_trimmed():
    """Empty lines go; the place of the first words stays, as in a table."""
    assert trimmed("\n \n  a | b\n  c | d\n\n") == "  a | b\n  c | d"


@pytest.mark.parametrize(
    ("text", "number", "form"),
    [
        ("resend", None, ""),
        ("Resend as bundle.", None, "bundle"),
        ("please resend as txt", None, "text"),
        ("resend v2 as zip", 2, "zip"),
        ("resend version 3", 3, ""),
        ("send it again as a link", None, "link"),
        ("send the whole history", None, "bundle"),
        ("resend as one page", None, "page"),
        ("#mailbot resend as bundle", None, "bundle"),
        ("wyślij ponownie jako tekst", None, "text"),
        ("Wyślij jeszcze raz v3 jako plik zip", 3, "zip"),
        ("renvoyez comme dépôt git", None, "bundle"),
        ("renvoie en texte", None, "text"),
        ("erneut senden als Bundle", None, "bundle"),
        ("schick es noch einmal als Text", None, "text"),
        ("sende die ganze Historie", None, "bundle"),
    ],
)
def test_a_version_is_asked_for_once_more(text, number, form):
    """In four languages, by its number, in a form."""
    [command] = commanded(text).commands
    assert (command.kind, command.number, command.form) == (Kind.RESEND, number, form)


@pytest.mark.parametrize(
    "text",
    [
        "resend the invitation mails every week",
        "resend as pigeon",
        "add a resend button",
        "text",
        "bundle",
        "send as zip",
    ],
)
def test_what_only_looks_like_it_is_none(text):
    """A wish, and an answer to a question of ours, are left alone."""
    assert commanded(text).commands == ()
