"""Why a mail is taken for a machine's, and when it is not."""

from __future__ import annotations

import pytest

from mailbot.domain.message import Address
from mailbot.understand.machine import machine_of, why_machine
from mailbot.understand.parse import parse

ANA = Address("ana@acme.example")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Return-Path", "<>", "Return-Path"),
        ("Return-Path", " < > ", "Return-Path"),
        ("Auto-Submitted", "auto-replied", "auto-replied"),
        ("auto-submitted", "AUTO-generated; type=x", "auto-generated"),
        ("Content-Type", "multipart/report; report-type=delivery-status", "report"),
        ("Content-Type", "message/delivery-status", "report"),
        ("Precedence", "Bulk", "bulk"),
        ("Precedence", "list", "list"),
        ("Precedence", "auto_reply", "auto_reply"),
        ("List-Id", "<x.acme.example>", "List-Id"),
        ("List-Unsubscribe", "<mailto:x@y.example>", "List-Unsubscribe"),
        ("Feedback-ID", "1:2:3:acme", "Feedback-Id"),
        ("X-Autoreply", "yes", "X-Autoreply"),
        ("X-Failed-Recipients", "a@b.example", "X-Failed-Recipients"),
        ("X-BeenThere", "club@acme.example", "X-Beenthere"),
        ("X-Precedence", "bulk", "bulk"),
        ("Delivered-To", "Autoresponder", "autoresponder"),
        ("Message-ID", "<t7k2m9.1.abcdefghijkl.abcdefghij@other.example>", "mailbot"),
        ("Subject", "Report Domain: acme.example Submitter: mx.example Report-ID: 1", "subject"),
        ("Subject", "Non recapitabile: api", "subject"),
        ("X-MS-Exchange-Inbox-Rules-Loop", "a@b.example", "Rules-Loop"),
        ("Subject", "Undelivered Mail Returned to Sender", "subject"),
        ("Subject", "=?utf-8?q?Automatische_Antwort=3A_Bees?=", "subject"),
        ("Subject", "Automatic reply: Bees", "subject"),
    ],
)
def test_what_only_machines_write(name, value, words):
    """RFC 3834, and what programs that never read it write instead."""
    assert words in why_machine([("From", ANA), (name, value)], ANA)


@pytest.mark.parametrize(
    "local",
    ["mailer-daemon", "MAILER-DAEMON", "postmaster", "no-reply", "noreply", "no_reply", "do-not-reply", "donotreply",
     "bounce", "bounces+1=a", "owner-list", "list-request", "list-bounces", "autoreply", "noreply+x", "SRS0=a=b",
     "prvs=1=ana"],
)  # fmt: skip
def test_machines_by_their_name(local):
    """Whoever is called so reads no answers."""
    assert local in why_machine([], Address(f"{local}@acme.example"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Auto-Response-Suppress", "All"),
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", " No (a person)".partition("(")[0]),
        ("Precedence", "normal"),
        ("Precedence", "first-class"),
        ("Return-Path", "<ana@acme.example>"),
        ("Content-Type", "multipart/mixed; boundary=report"),
        ("Subject", "Out of office page for our team"),
        ("Subject", "Re: Undelivered Mail Returned to Sender"),
        ("Subject", "Auto parts shop"),
        ("Subject", "Delivery status page"),
        ("X-Mailer", "listserv"),
        ("X-Loop", "somebody@else.example"),
        ("Message-ID", "<t7k2m9.1.abcdefghijkl@other.example>"),
        ("Message-ID", "<123456.1.20261120120000.JavaMail.ana@acme.example>"),
        ("Subject", "Fwd: Undelivered Mail Returned to Sender"),
    ],
)
def test_what_people_write(name, value):
    """Exchange's suppress header, and subjects that ask for software, are no sign."""
    assert why_machine([(name, value)], ANA) == ""


@pytest.mark.parametrize(
    "local", ["ana", "bouncer", "noel", "reply", "daemonica", "info", "requester", "ownership", "nobodyknows"]
)
def test_people_by_their_name(local):
    """A name that holds such a word is not such a name."""
    assert why_machine([], Address(f"{local}@acme.example")) == ""


def written(subject="Bees", head="", body="", author="ana@acme.example", to="build@mailbot.localhost"):
    """Why this whole mail is taken for a machine's."""
    lines = f"From: {author}\r\nTo: {to}\r\nSubject: {subject}\r\n{head}\r\n{body}\r\n"
    return parse(lines.encode()).automatic


def parts(*kinds, subtype="mixed"):
    """The header and body of a mail with a part of each of these types."""
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\nx\r\n" for kind in kinds)
    return {"head": f"MIME-Version: 1.0\r\nContent-Type: multipart/{subtype}; boundary=b\r\n", "body": f"{body}--b--"}


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("text/plain", "message/delivery-status"), "message/delivery-status"),
        (("text/plain", "message/disposition-notification"), "disposition"),
        (("text/plain", "message/feedback-report"), "feedback"),
        (("text/plain", "application/tlsrpt+gzip"), "tlsrpt"),
        (("text/plain", "text/calendar; method=REPLY"), "calendar"),
        (("text/plain", 'text/calendar; charset=utf-8; method="request"'), "calendar"),
    ],
)
def test_parts_that_only_programs_send(kinds, words):
    """Also where the mail itself does not say that it is a report."""
    assert words in written(**parts(*kinds))
    assert words in written(**parts(*kinds, subtype="alternative"))


@pytest.mark.parametrize(
    ("subject", "kinds"),
    [
        ("Bees", ("text/plain", "text/calendar; method=PUBLISH")),
        ("Bees", ("text/plain", "text/calendar; method=REQUEST\r\nContent-Disposition: attachment")),
        ("Bees", ("text/plain", "message/rfc822")),
        ("Fwd: failed", ("text/plain", "message/delivery-status")),
        ("WG: failed", ("text/plain", "message/delivery-status", "message/rfc822")),
    ],
)
def test_parts_that_people_send(subject, kinds):
    """A calendar as a file, a mail as a file, a bounce that is passed on with a question about it."""
    assert written(subject, **parts(*kinds)) == ""


BOUNCES = [
    ("Mail Error", "Your message could not be delivered.\r\n550 5.1.1 no such user"),
    (
        "Nachricht",
        "Ihre Nachricht konnte nicht zugestellt werden.\r\n550 5.1.1 unbekannt\r\n\r\nReceived: from a.example",
    ),
    ("Message", "N'a pas pu être remis : <a@b.example> 550 5.7.1 non\r\n\r\nMessage-ID: <1@b.example>"),
    ("E-Mail", "メールを配信できませんでした 配信できません\r\n550 5.1.1 x\r\nReceived: from b.example"),
]


@pytest.mark.parametrize(("subject", "body"), BOUNCES)
def test_a_bounce_that_says_so_only_in_words(subject, body):
    """Its words, and two of: its subject, a status, a mail given back, its author, where it is sent to."""
    assert "could not be delivered" in written(subject, body=body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery status page", "A page that lists parcels which could not be delivered, with a reason for each."),
        ("Error page", "Show 550 5.1.1 when a mailbox is full."),
        ("Fwd: Mail Error", "Why did this happen? Your message could not be delivered.\r\n550 5.1.1 no such user"),
        ("Out of office planner", "A page with a calendar in which everybody enters when they are away."),
        ("Vacation page", "Show who is on holiday, and until when."),
        (
            "Re: Bees",
            "This is an automated reply page: send the words 'do not reply to this email' to whoever signs up.",
        ),
    ],
)
def test_people_who_ask_for_such_pages(subject, body):
    """One or two such words are no program."""
    assert written(subject, body=body) == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Away until May 5", "I am currently out of the office with limited access to email."),
        ("Abwesend bis 5. Mai", "Ich bin bis zum 5. Mai nicht erreichbar. Ihre Mail wird nicht weitergeleitet."),
        ("Absence", "Je suis absent jusqu'au 5 mai."),
        ("Ausente", "Estaré fuera hasta el 5 de mayo."),
    ],
)
def test_an_absence_that_says_so_only_in_words(subject, body):
    """Both its subject and its text say that somebody is away."""
    assert "away" in written(subject, body=body)


@pytest.mark.parametrize(
    ("fields", "author", "kind"),
    [
        ([("Auto-Submitted", "auto-replied"), ("Subject", "Undeliverable: x")], "postmaster@a.example", "bounce"),
        ([("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")], ANA, "auto-reply"),
        ([("Content-Type", "multipart/report; report-type=disposition-notification")], ANA, "mdn"),
        ([("Content-Type", "multipart/report; report-type=feedback-report")], "abuse@a.example", "feedback"),
        ([("Precedence", "list"), ("List-Id", "x")], ANA, "list"),
        ([("Subject", "Report Domain: a.example")], "noreply@a.example", "report"),
        ([("Subject", "Bees")], ANA, ""),
    ],
)
def test_the_kind_of_a_machine(fields, author, kind):
    """By all its signs together."""
    assert machine_of(fields, Address(author)).kind == kind


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        ([("Precedence", "list"), ("List-Post", "<https://x.example>, <mailto:Build@a.example?x>")], "build@a.example"),
        ([("Mailing-list", "list build@a.example; contact build+owners@a.example")], "build@a.example"),
        ([("X-BeenThere", "build@a.example")], "build@a.example"),
        ([("List-Post", "NO")], ""),
        ([("X-BeenThere", "build@a.example"), ("Auto-Submitted", "auto-replied")], ""),
        ([("X-BeenThere", "build@a.example"), ("Precedence", "bulk")], ""),
        ([("Subject", "Bees")], ""),
    ],
)
def test_the_address_of_a_list(fields, group):
    """Where nothing but the list speaks for a program: a person may have written through it."""
    assert machine_of(fields, ANA).group == group
