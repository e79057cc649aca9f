"""Why a mail is taken for a machine's, and when it is not."""

from __future__ import annotations

import pytest

from mailbot.domain.message import Address
from mailbot.understand.machine import why_machine

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
