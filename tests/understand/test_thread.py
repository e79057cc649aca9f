"""Which project a mail is about."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from mailbot.domain.message import Message
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId
from mailbot.understand.thread import project_of
from tests.fakes import envelope

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
