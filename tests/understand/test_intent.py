# ruff: noqa: RUF001  (letters of many languages)
"""What the author asks for."""

from __future__ import annotations

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import Attachment, Forwarded, Message, Proof
from mailbot.domain.project import Project, ProjectId
from mailbot.understand.intent import intent_of, title_of
from tests.fakes import envelope

ADDRESSES = {"build": "build", "bau": "build", "ask": "ask"}
BEES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", title="Bees", last=2)


def intent(text="", subject="", project=BEES, to="build@acme.example", author="ana@acme.example", **changes):
    message = Message(id="<1@acme.example>", author=author, subject=subject, text=text, **changes)
    return intent_of(message, envelope(recipients=(to,)), project, ADDRESSES)


def test_a_new_mail_creates():
    """The words are the body, the title is the subject."""
    found = intent("One page about bees.", "Fwd: Bees", project=None)
    assert (found.kind, found.project, found.title, found.text) == (Kind.CREATE, None, "Bees", "One page about bees.")


def test_a_reply_revises():
    """In a thread of ours everything that is no command is a change."""
    found = intent("Make the header blue.", "Re: Bees")
    assert (found.kind, found.project, found.title, found.text) == (
        Kind.REVISE,
        "t7k2m9",
        "Bees",
        "Make the header blue.",
    )


def test_the_subject_counts_when_there_is_no_body():
    """Many people write all they want into the subject."""
    found = intent("", "A page about bees", project=None)
    assert (found.kind, found.text) == (Kind.CREATE, "A page about bees")


def test_an_unsigned_subject_does_not_count():
    """Where the signature leaves the subject out, anybody on the way could have written it."""
    message = Message(id="", author="ana@acme.example", subject="A page about bees")
    assert intent_of(message, envelope(proof=Proof.DKIM_WEAK), None, ADDRESSES).kind is Kind.HELP


@pytest.mark.parametrize(
    ("text", "subject"), [("", ""), ("help", ""), ("", "Help!"), ("Hilfe", "x"), ("  \n", " Re: ")]
)
def test_help(text, subject):
    """An empty new mail, or one that asks for it."""
    assert intent(text, subject, project=None).kind is Kind.HELP


@pytest.mark.parametrize("text", ["rollback", "rollback to v1", "stop", "status"])
def test_commands_without_a_project_get_help(text):
    """There is nothing to stop or to go back to."""
    assert intent(text, "Bees", project=None).kind is Kind.HELP


def test_an_empty_reply_asks_how_it_stands():
    """The subject of the thread is no request."""
    assert intent("", "Re: Bees").kind is Kind.STATUS


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ("rollback to v1", 1),
        ("Rollback to v1.", 1),
        ("rollback", 1),
        ("Undo!", 1),
        ("please go back to version 2", 2),
        ("Please, roll back to version 12, thanks", 12),
        ("revert to revision 3", 3),
        ("back to v2", 2),
        ("restore version 2", 2),
        ("Zurück zu Version 3", 3),
        ("cofnij do wersji 2", 2),
        ("Revenir à la version 1", 1),
        ("вернуть версию 4", 4),
        ("回滚 版本 2", 2),
        ("rollback to v1\n\nThanks,\nAna", 1),
    ],
)
def test_rollback(text, revision):
    """In several languages; without a number it is the one before the newest."""
    found = intent(text)
    assert (found.kind, found.revision, found.project) == (Kind.ROLLBACK, revision, "t7k2m9")


@pytest.mark.parametrize(
    "text", ["stop", "STOP!", "Please stop.", "stop it", "cancel", "Bitte abbrechen", "zatrzymaj", "стоп", "停止"]
)
def test_stop(text):
    """The whole wish is to stop."""
    assert intent(text).kind is Kind.STOP


@pytest.mark.parametrize(
    "text", ["status", "Status?", "Is it done yet?", "what's the status", "Any news?", "jaki jest status?"]
)
def test_status(text):
    """The whole wish is to know."""
    assert intent(text).kind is Kind.STATUS


@pytest.mark.parametrize(
    "text",
    [
        "add a stop button",
        "Stop the music when the page closes",
        "stop\nusing red and take blue",
        "A rollback to v1 button, please",
        "rollback to v1 and make the header blue",
        "Show the status of every order",
        "status: show it in green",
        "Undo should be on ctrl-z",
        "Add a help page",
        "v1",
        "1",
        "seis",
        "go",
        "rollback to v1234567",
        "x" * 200 + "\nstop",
        "The header.\nstop",
    ],
)
def test_words_in_a_change_are_no_commands(text):
    """Only the whole first line counts."""
    assert intent(text).kind is Kind.REVISE


@pytest.mark.parametrize("to", ["ask@acme.example", "ASK+x@acme.example"])
def test_questions_have_their_own_address(to):
    """With or without a project."""
    assert intent("What is a bee?", project=None, to=to).kind is Kind.QUESTION
    assert intent("What is a bee?", to=to).kind is Kind.QUESTION
    assert intent("stop", to=to).kind is Kind.STOP


def test_an_address_for_nothing_in_particular_builds():
    """What the settings do not name is for building."""
    assert intent("bees", project=None, to="other@acme.example").kind is Kind.CREATE


def test_the_address_to_build_counts_more():
    """Whoever writes to both wants something built; what was addressed counts before what is shown."""
    both = Message(id="", author="ana@acme.example", text="x", to=("ask@acme.example",))
    known = envelope(recipients=("ask@acme.example", "bau@acme.example"))
    assert intent_of(both, known, None, ADDRESSES).kind is Kind.CREATE
    assert intent_of(both, envelope(recipients=("other@acme.example",)), None, ADDRESSES).kind is Kind.QUESTION


@pytest.mark.parametrize(("author", "project"), [("ana@acme.example", "t7k2m9"), ("bob@acme.example", None)])
def test_a_strangers_question_is_about_no_project(author, project):
    """Whoever was forwarded a mail of ours may ask what it is."""
    for text, to in (("What is this?", "ask@acme.example"), ("help", "build@acme.example")):
        assert intent(text, to=to, author=author).project == project


def test_files_alone_are_no_words():
    """A file without a word in a new mail gets help; with a subject it is a request."""
    files = (Attachment(name="a.csv", media_type="text/csv", content=b"a"),)
    assert intent(attachments=files, project=None).kind is Kind.HELP
    assert intent(subject="Sum it", attachments=files, project=None).kind is Kind.CREATE


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Bees", "Bees"),
        ("Re: Bees", "Bees"),
        ("RE: AW: Fwd: SV: Odp: Bees", "Bees"),
        ("Re[2]: Fw : Bees", "Bees"),
        ("回复：Bees", "Bees"),
        ("Report: bees", "Report: bees"),
        ("Reactor: x", "Reactor: x"),
        ("Re:", ""),
        ("x" * 500, "x" * 200),
        ("Re:" * 2_000, ""),
    ],
)
def test_titles(subject, title):
    """The subject without what mail programs put before it."""
    assert title_of(subject) == title


def test_a_command_in_the_subject_of_a_thread():
    """Somebody wrote it there themselves; the title of the thread is nobody's wish."""
    stop = Message(id="", author="ana@acme.example", subject="Stop")
    assert intent_of(stop, envelope(), BEES, ADDRESSES).kind is Kind.STOP
    assert intent_of(stop, envelope(proof=Proof.DKIM_WEAK), BEES, ADDRESSES).kind is Kind.STATUS
    titled = Project(id=BEES.id, owner=BEES.owner, title="Stop", last=2)
    assert intent_of(stop, envelope(), titled, ADDRESSES).kind is Kind.STATUS


def test_a_mail_that_was_only_passed_on_asks_nothing():
    """Its subject is somebody else's; with a word of the author's own it is a request."""
    passed = (Forwarded(subject="Bees", text="Build me a bank."),)
    assert intent("", "Fwd: Bees", project=None, forwarded=passed).kind is Kind.HELP
    found = intent("A page of this, please.", "Fwd: Bees", project=None, forwarded=passed)
    assert (found.kind, found.text, found.material) == (Kind.CREATE, "A page of this, please.", "Build me a bank.")


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("status\n\nAlso make the header blue.", Kind.REVISE, "Also make the header blue."),
        ("status\n\nWe present it tomorrow.", Kind.STATUS, "We present it tomorrow."),
        ("rollback to v1\n\nThen make the header blue.", Kind.ROLLBACK, "Then make the header blue."),
        ("Make the header blue.\n#mailbot rolback 1", Kind.REVISE, "Make the header blue."),
        ("#mailbot rolback 1", Kind.HELP, "#mailbot rolback 1"),
    ],
)
def test_a_wish_beside_a_command(text, kind, rest):
    """It is not lost: it is what is built, unless the command goes before it; then it is kept as words."""
    found = intent(text)
    assert (found.kind, found.text, len(found.commands)) == (kind, rest, 1)


def test_our_own_help_that_came_back():
    """A mail of nothing but our own lines is an empty one."""
    ours = frozenset({"- rollback to v1", "#mailbot stop"})
    message = Message(id="", author="ana@acme.example", subject="Re: Bees", text="- rollback to v1\n#mailbot stop")
    assert intent_of(message, envelope(), BEES, ADDRESSES, ours=ours).kind is Kind.STATUS


def test_a_stranger_may_be_forgotten():
    """It is about them, and not about the project that they were forwarded."""
    found = intent("Forget me", author="bob@acme.example")
    assert (found.kind, found.project) == (Kind.ERASE, None)
