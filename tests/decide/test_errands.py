"""What an admin says about held mail, and that nobody else can."""

from __future__ import annotations

import pytest

from mailbot.decide.errands import MOST, errands
from mailbot.decide.policy import Facts, Policy
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Message, Proof
from mailbot.domain.request import Admitted, Errand, Ignored, Refused
from tests.fakes import envelope

OLA = "ola@acme.example"


def said(text, author=OLA, proof=Proof.DKIM):
    return errands(Message(id="", author=author, text=text), envelope(proof=proof), (OLA,))


@pytest.mark.parametrize(
    ("line", "errand"),
    [
        ("#mailbot held", {"verb": "held"}),
        ("  #MB: Held.", {"verb": "held"}),
        ("#mailbot release r4qst", {"verb": "release", "id": "r4qst"}),
        ("#mailbot Release R4QSTA", {"verb": "release", "id": "r4qsta"}),
        ("#mailbot refuse r4qst", {"verb": "refuse", "id": "r4qst"}),
        (
            "#mailbot refuse r4qst because we build no games",
            {"verb": "refuse", "id": "r4qst", "reason": "we build no games"},
        ),
    ],
)
def test_a_line_is_an_errand(line, errand):
    """However it is written; a mail may hold other words beside."""
    [found] = said(f"Good morning.\n{line}\n-- \nOla")
    assert found == Errand(**errand, line=line.strip())


@pytest.mark.parametrize(
    "line",
    [
        "mailbot held", "> #mailbot held", "#mailbot release", "#mailbot release r4q", "#mailbot release r4qst and r5",
        "#mailbot helden", "#mailbotheld", "see #mailbot held", "#mailbot refuse 12345", "",
    ],
)  # fmt: skip
def test_any_other_line_is_none(line):
    """Nothing is guessed where it lets somebody in."""
    assert said(line) == ()


@pytest.mark.parametrize(
    ("author", "proof"),
    [
        ("eve@acme.example", Proof.ACCOUNT),
        (OLA, Proof.SPF),
        (OLA, Proof.DKIM_WEAK),
        (OLA, Proof.NONE),
        ("", Proof.DKIM),
    ],
)
def test_nobody_else_can(author, proof):
    """Whoever is no admin, or is not proven well enough to be one."""
    assert said("#mailbot release r4qst", author, proof) == ()


def test_a_mail_has_only_so_many():
    """And a line is only so long."""
    assert len(said("\n".join(["#mailbot held"] * 50))) == MOST
    [long] = said("#mailbot refuse r4qst because " + "a" * 10_000)
    assert len(long.reason) <= 400


def judge(text, author=OLA, **facts):
    message = Message(id="", author=author, text=text)
    policy = Policy(rules=(), admins=(OLA,))
    return policy.judge(message, envelope(proof=Proof.DKIM), Intent(kind=Kind.CREATE, text=text), None, Facts(**facts))


def test_no_rule_keeps_an_admin_from_it():
    """Even where the rules let in nobody; anybody else gets the ordinary answer."""
    found = judge("#mailbot held")
    assert (type(found), found.rule, len(found.errands)) == (Admitted, "admin", 1)
    assert found.intent.kind is Kind.HELP
    assert (type(judge("Bees.")), type(judge("#mailbot held", "eve@acme.example"))) == (Refused, Refused)


def test_the_guards_come_first():
    """A mail of an admin that comes again decides nothing."""
    assert type(judge("#mailbot held", duplicate_of="a")) is Ignored
    assert type(judge("#mailbot held", replay_of="a")) is Ignored
