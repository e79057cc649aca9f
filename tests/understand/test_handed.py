"""Whether a mail hands in changed files, and what it asks for on top."""

from __future__ import annotations

import json

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import Attachment, Forwarded, Input, Message
from mailbot.domain.names import Names
from mailbot.domain.project import Draft, Maker, Project, Report, Revision
from mailbot.understand.intent import intent_of
from tests.fakes import NOW, envelope

NAMES = Names(domain="mailbot.localhost", keys=(b"k" * 32,))
FILES = {"app.py": b"a = 1\n", "web/index.html": b"<p>\n"}
DRAFT = Draft(title="Bees", files=FILES, report=Report(), maker=Maker(kind="model"))
HEAD = Revision(number=5, draft=DRAFT, author="ana@acme.example", request="r", at=NOW)
BEES = Project(id="p00001", owner="ana@acme.example", title="Bees", last=5, revisions={5: HEAD})
PATCH = "--- a/app.py\n+++ b/app.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"


def file(name, content=b"x\n"):
    return Attachment(name=name, media_type="application/octet-stream", content=content)


def intent(text="", files=(), inputs=(), author="ana@acme.example", project=BEES, **more):
    message = Message(id="<1@x>", author=author, subject="Re: Bees", text=text, attachments=tuple(files), **more)
    return intent_of(message, envelope(), project, {}, inputs=inputs, names=NAMES)


def ours(revision="3"):
    return NAMES.message_id("p00001", revision, NAMES.delivery_id("r", "email", "zip"))


@pytest.mark.parametrize(
    ("files", "text", "wish"),
    [
        ([file("fix.patch", PATCH.encode())], "Here is my fix.", ""),
        ([file("fix.patch", PATCH.encode())], "Make the header blue, too.", "Make the header blue, too."),
        ([file("APP.py")], "Make the header blue, too.", "Make the header blue, too."),
        ([file("all.bundle", b"# v2 git bundle\n")], "", ""),
    ],
    ids=["patch", "patch and wish", "file of the project", "bundle"],
)
def test_changed_files_are_an_edit_whatever_is_asked_beside_them(files, text, wish):
    """The wish is one on top, and not instead."""
    found = intent(text, files)
    assert (found.kind, found.edit.wish) == (Kind.EDIT, wish)


def test_a_file_the_project_has_not_is_material_for_a_wish():
    """It was not handed in as a change of anything."""
    assert intent("Add this to the page.", [file("chart.py")]).kind is Kind.REVISE


def test_a_package_of_ours_says_its_version():
    """It is loaded, with the last ones before the newest."""
    about = Attachment(name="bees-v2/metadata.json", media_type="", content=json.dumps({"package_version": 2}).encode())
    zip_ = Input(name="bees.zip", kind="zip", used=True, files=(about,))
    found = intent("Make it blue, too.", [file("bees.zip", b"PK\3\4")], [zip_])
    assert (found.kind, found.edit.base, found.edit.wish) == (Kind.EDIT, 2, "Make it blue, too.")
    assert set(found.revisions) == {1, 2, 3, 4}


def test_the_mail_that_is_answered_says_what_was_seen():
    """Its signed Message-ID, and nothing else."""
    assert intent("Mine.", [file("app.py")], in_reply_to=(ours("3"),)).edit.seen == 3
    assert intent("Mine.", [file("app.py")], in_reply_to=(ours("3").replace(".3.", ".4."),)).edit.seen is None


def test_pasted_lines_are_kept_as_they_stand():
    """With the name of the one file that is named beside them."""
    found = intent("app.py should be:\n\n```python\n    a = 2\n\n```\nThanks")
    assert (found.kind, found.edit.pasted.name, found.edit.pasted.content) == (Kind.EDIT, "app.py", b"    a = 2\n\n")


def stranger(text, **more):
    return intent(text, author="bo@acme.example", in_reply_to=("<2@x>",), references=(ours("3"), "<2@x>"), **more)


def test_p9_a_mail_of_ours_in_other_hands_asks_for_a_copy():
    """Of the version that it brought, under a name of its own."""
    found = stranger("Make the header blue.")
    assert (found.kind, found.project, found.origin, found.revision) == (Kind.CREATE, None, "p00001", 3)
    assert found.revisions == ()


@pytest.mark.parametrize("text", ["What is this?", "status", "help"])
def test_who_only_asks_gets_no_copy(text):
    """A question is no wish."""
    assert stranger(text).origin is None


def test_to_the_address_of_the_thread_it_is_no_copy():
    """Whoever writes there means that project."""
    assert stranger("Make it blue.", to=(NAMES.thread_address("p00001", "build"),)).kind is Kind.REVISE


def test_a_reader_copies_only_what_is_passed_on():
    """An answer in the thread is none; the owner's mail never is."""
    project = Project(**{**vars(BEES), "people": {"bo@acme.example": "reader"}})
    assert stranger("Make it blue.", project=project).origin is None
    passed = (Forwarded(text="v3 is ready"),)
    assert stranger("Make it blue.", project=project, forwarded=passed).origin == "p00001"
    assert intent("Make it blue.", references=(ours("3"),), forwarded=passed).origin is None
