"""Which project a mail is about."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from mailbot.domain.message import Message
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId
from mailbot.receive.imap_envelope import Reading
from mailbot.understand.parse import parse
from mailbot.understand.thread import origin_of, project_of
from tests.fakes import NOW, envelope
from tests.understand import thread_cases as cases

NAMES = Names(domain="acme.example", keys=(b"k" * 32,))
OTHERS = Names(domain="acme.example", keys=(b"x" * 32,))
PLAIN = Message(id="<1@acme.example>", author="ana@acme.example", subject="Re: t7k2m9", text="blue")


def token(project, route, names=NAMES):
    """How *project* is named by *route*."""
    id = ProjectId(project)
    match route:
        case "recipient":
            return {}, {"recipients": (names.thread_address(id, "build"),)}
        case "to" | "cc":
            return {route: (names.thread_address(id, "build"),)}, {}
        case "in_reply_to" | "references":
            return {route: ("<a@b>", names.message_id(id, "1", DeliveryId("abc")), "<c@d>")}, {}
        case _:
            return {route: f"old\n{names.reference(id)}"}, {}


def found(*tokens):
    message, known = PLAIN, envelope()
    for changes, transport in tokens:
        message, known = replace(message, **changes), replace(known, **transport)
    return project_of(message, known, NAMES)


ROUTES = ["recipient", "to", "cc", "in_reply_to", "references", "quoted", "text"]


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_leads_into_the_thread(route):
    """The thread address, our Message-ID, the reference line."""
    assert found(token("t7k2m9", route)) == "t7k2m9"


@pytest.mark.parametrize("route", ROUTES)
def test_what_we_did_not_sign_leads_nowhere(route):
    """A token of another key is a guess."""
    assert found(token("t7k2m9", route, OTHERS)) is None


@pytest.mark.parametrize(("first", "second"), [*itertools.pairwise(ROUTES)])
def test_the_surer_route_counts(first, second):
    """Thread address, then In-Reply-To, then the newest reference, then the reference line."""
    assert found(token("aaaaaa", first), token("bbbbbb", second)) == "aaaaaa"


def test_the_newest_reference_counts():
    """A thread that went from one project to the next is about the last."""
    ids = tuple(NAMES.message_id(ProjectId(name), "1", DeliveryId("abc")) for name in ("aaaaaa", "bbbbbb"))
    assert found(({"references": ids}, {})) == "bbbbbb"


def test_a_subject_never_leads_anywhere():
    """Everybody can write one."""
    assert found(({"subject": NAMES.reference(ProjectId("t7k2m9"))}, {})) is None


def test_a_mail_of_ours_without_a_project_leads_nowhere():
    """An answer to our help mail asks for something new."""
    assert found(({"in_reply_to": (NAMES.message_id(None, "told", DeliveryId("abc")),)}, {})) is None


def read(case):
    return project_of(parse(case.raw), envelope(recipients=case.recipients), cases.NAMES)


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.story)
def test_programs_and_providers(case):
    """Whatever they leave of our names leads into the thread; nothing else leads anywhere."""
    assert read(case) == case.project


def test_no_wrong_joins():
    """Over all cases: none is joined that must not be, and there are as many as were promised."""
    joined = [case.story for case in cases.CASES if case.project is None and read(case) is not None]
    assert joined == []
    assert len(cases.CASES) >= 60


@pytest.mark.parametrize("name", [cases.TO, cases.ID, cases.REF])
def test_one_flipped_letter_leads_nowhere(name):
    """Each letter of each name is part of what is signed."""
    in_text = cases.NAMES.projects_of_text
    names = cases.NAMES
    read_as = (names.project_of_address, names.project_of_message_id, lambda text: next(iter(in_text(text)), None))
    signed = range(name.index(cases.P), name.index("@") if "@" in name else len(name))
    for at in signed:
        bad = name[:at] + ("b" if name[at] != "b" else "c") + name[at + 1 :]
        assert [one(bad) for one in read_as] == [None, None, None]
    assert cases.P in [one(name) for one in read_as]


FORWARD = f"""Make me one, too.

---------- Forwarded message ---------
From: mailbot <build@mailbot.example>
Date: Thu, Nov 19, 2026 at 4:02 PM
Subject: Sales page
To: <ana@acme.example>

v7 is ready.

{cases.REF}
"""
WHOLE = f"""--b

Make me one, too.

--b
Content-Type: message/rfc822

From: build@mailbot.example
Message-ID: {cases.id_of(cases.P, "3")}

v3

--b--
"""


@pytest.mark.parametrize(
    ("fields", "text", "origin"),
    [
        ({"In-Reply-To": cases.id_of(cases.P, "3")}, FORWARD, (cases.P, 3)),
        ({"References": f"{cases.id_of(cases.P, '2')} {cases.id_of(cases.P, '3')}"}, FORWARD, (cases.P, 3)),
        ({"References": f"{cases.id_of(cases.P, '3')} {cases.id_of(cases.P, 'asked')}"}, FORWARD, (cases.P, 3)),
        ({"Content-Type": "multipart/mixed; boundary=b"}, WHOLE, (cases.P, 3)),
        ({}, FORWARD, (cases.P, None)),
        ({"References": cases.id_of(cases.Q, "9")}, FORWARD, (cases.Q, 9)),
        ({"In-Reply-To": cases.id_of(cases.P, "asked")}, FORWARD, (cases.P, None)),
        ({"In-Reply-To": cases.id_of(cases.P, "3", cases.STRANGER)}, FORWARD, (cases.P, None)),
        ({"To": cases.TO, "In-Reply-To": cases.id_of(cases.Q, "9")}, FORWARD, (cases.P, None)),
        ({"In-Reply-To": "<w1@kunde.example>"}, "Make me one.\n", None),
        ({}, FORWARD.replace(cases.REF, cases.STRANGER.reference(cases.P)), None),
    ],
)
def test_a_copy_begins_at_the_revision_that_is_proven(fields, text, origin):
    """Gmail and Thunderbird name the mail that they pass on; a text that says "v7" proves nothing."""
    case = cases.Case(story="", fields={"Subject": "Fwd: Sales page"} | fields, text=text)
    assert origin_of(parse(case.raw), envelope(), cases.NAMES) == origin


def test_a_mail_that_is_attached_joins_nothing_but_may_be_copied():
    """Whoever attaches our mail does not speak in its thread."""
    case = cases.Case(story="", fields={"Content-Type": "multipart/mixed; boundary=b"}, text=WHOLE)
    assert project_of(parse(case.raw), envelope(), cases.NAMES) is None


def test_imap_finds_the_thread_address():
    """A server that takes all our names into one mailbox writes whom each mail was for."""
    reading = Reading(name="", address="box@mailbot.example", domain="mailbot.example", locals=frozenset({"build"}))
    raw = b"Delivered-To: " + cases.TO.upper().encode() + b"\r\n" + cases.Case(story="").raw.replace(b"\n", b"\r\n")
    assert project_of(parse(raw), reading.envelope(raw, NOW), cases.NAMES) == cases.P
