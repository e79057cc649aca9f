"""The rules that ship: a safe default."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.decide.case import Case
from mailbot.decide.match import decide
from mailbot.domain.message import Proof
from mailbot.rulebook import load_book

SHIPPED = Path(__file__).parents[2] / "rules"
STRANGER = "ana@acme.example"


def decided(admins=(), **case):
    found = decide(load_book(SHIPPED, admins).rules, Case(**case))
    return found.action, found.rule


@pytest.mark.parametrize("proof", Proof)
def test_nobody_is_let_in_but_whom_the_channel_knows(proof):
    """The first try, and logins."""
    end = ("allow", "first-try") if proof is Proof.ACCOUNT else ("deny", "nobody-else")
    assert decided(author=STRANGER, proof=proof) == end
    assert decided(("ola@acme.example",), author=STRANGER, proof=proof) == end


@pytest.mark.parametrize(
    ("author", "proof", "end"),
    [
        ("ola@acme.example", Proof.DKIM, ("allow", "admins")),
        ("Ola@Acme.example", Proof.DKIM, ("allow", "admins")),
        ("ola@acme.example", Proof.DKIM_WEAK, ("deny", "nobody-else")),
        ("ola@acme.example", Proof.SPF, ("deny", "nobody-else")),
        ("ola@acme.example.evil.example", Proof.DKIM, ("deny", "nobody-else")),
        ("xola@acme.example", Proof.DKIM, ("deny", "nobody-else")),
    ],
)
def test_the_admins_are_let_in_by_signed_mail(author, proof, end):
    """They are named in mailbot.toml and nowhere else."""
    assert decided(("ola@acme.example",), author=author, proof=proof) == end


@pytest.mark.parametrize(
    ("spam", "known_thread", "proof", "rule"),
    [
        (5.9, False, Proof.DKIM, "nobody-else"),
        (6.0, False, Proof.DKIM, "spam-likely"),
        (12.0, False, Proof.DKIM, "spam-for-sure"),
        (99.0, True, Proof.DKIM, "nobody-else"),
        (99.0, False, Proof.ACCOUNT, "first-try"),
    ],
)
def test_spam(spam, known_thread, proof, rule):
    """6 holds, 12 drops; neither in a thread of ours, nor for who is known to the channel."""
    assert decided(author=STRANGER, spam=spam, known_thread=known_thread, proof=proof)[1] == rule
