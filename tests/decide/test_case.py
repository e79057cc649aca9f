"""A mail as the rules see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.decide.case import MAX_TEXT, RANKS, Attached, Case, case_of, size_of
from mailbot.decide.facts import COUNTED, COUNTS, Facts
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Intent, Kind, Wants
from mailbot.domain.message import Attachment, Message, Proof
from mailbot.domain.project import Project, ProjectId
from tests.fakes import NOW, envelope

FILE = Attachment(name="a.csv", media_type="text/csv", content=b"x" * 96)
MESSAGE = Message(id="<1@x>", author="ana@acme.example", subject="S", text="bees", attachments=(FILE,), language="pl")
INTENT = Intent(kind=Kind.REVISE, wants=Wants(app_type="web_application", stack=("python",)))
BEES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", last=1)


def test_everything_has_its_place():
    """What came, what was understood, and what the ledger knows."""
    case = case_of(MESSAGE, envelope(proof=Proof.DKIM), INTENT, BEES, Facts(spam=1.5, sender_day=3))
    assert (case.channel, case.author, case.domain) == ("smtp", "ana@acme.example", "acme.example")
    assert (case.to, case.proof, case.subject, case.body) == (("build@mailbot.localhost",), Proof.DKIM, "S", "bees")
    assert (case.attachments, case.size) == ((Attached(name="a.csv", type="text/csv", size=96),), 100)
    assert (case.spam, case.lang, case.intent, case.app_type) == (1.5, "pl", "revise", "web_application")
    assert (case.stack, case.known_thread, case.role, case.at) == (("python",), True, "owner", NOW)
    assert case.usage["sender_day"] == 3
    assert (case.auto_submitted, case.list_mail) == (False, False)


def test_a_mail_of_a_machine_or_a_group():
    """Both are conditions."""
    case = case_of(replace(MESSAGE, automatic="bulk", group="g@x.example"), envelope(), INTENT, None, Facts())
    assert (case.auto_submitted, case.list_mail, case.known_thread, case.role) == (True, True, False, "none")


def test_the_role_is_what_the_ledger_says_else_the_owner():
    """Somebody who was let in is no owner."""
    bob = replace(MESSAGE, author="bob@acme.example")
    roles = [case_of(bob, envelope(), INTENT, BEES, Facts(role=role)).role for role in ("", "reader", "collaborator")]
    assert roles == ["none", "reader", "collaborator"]


def test_the_language_that_was_understood_goes_before_the_header():
    """An answer is written in it."""
    assert case_of(MESSAGE, envelope(), replace(INTENT, language="de"), None, Facts()).lang == "de"


@pytest.mark.parametrize(
    ("to", "tags"),
    [
        (("build@x.example",), ()),
        (("build+Web@x.example", "ask+a+b@x.example"), ("web", "a+b")),
        (("build+t7k2m9.abcdefghij@x.example",), ()),
        (("build+new.abcdefghij@x.example",), ()),
        (("build+@x.example",), ()),
    ],
)
def test_tags(to, tags):
    """What stands behind the plus; the name of a thread is nobody's choice."""
    assert Case(to=to).tags == tags


@pytest.mark.parametrize(
    ("subject", "urgent"),
    [
        ("[urgent] a page", True),
        ("URGENT: a page", True),
        ("a page (asap)", True),
        ("PILNE! strona", True),
        ("Dringend: eine Seite", True),
        ("an insurgent page", False),
        ("a page about urgent care", False),
        ("a page", False),
    ],
)
def test_urgent(subject, urgent):
    """The words that people put in front; not those that a page is about."""
    assert Case(subject=subject).urgent is urgent


def test_the_weakest():
    """What is not said proves nothing and was let in by nobody."""
    case = Case()
    assert (case.proof, case.known_thread, case.role, case.usage) == (Proof.NONE, False, "none", {})


def test_a_broken_character_hides_nothing():
    """A lone surrogate would keep every pattern from matching."""
    case = case_of(replace(MESSAGE, text="se\udc80cret", subject="\udcff"), envelope(), INTENT, None, Facts())
    assert (case.body, case.subject) == ("se?cret", "?")


def test_a_text_beyond_all_measure_is_searched_by_nobody():
    """The rule that would search it fails, and so holds the mail."""
    assert Case(body="a" * MAX_TEXT).folded["body"]
    with pytest.raises(Permanent, match="1,000,000 at most"):
        Case(body="a" * (MAX_TEXT + 1)).folded  # noqa: B018  (it is computed when it is asked for)


def test_size_is_text_and_files():
    """In bytes."""
    assert size_of(Message(id="", author="a@b.example", text="ü", attachments=(FILE, FILE))) == 194


def test_counts_and_levels_have_names():
    """As a rule writes them."""
    assert RANKS["dkim_weak"] == Proof.DKIM_WEAK.rank
    assert set(COUNTED) <= set(COUNTS)
    assert {"sender_hour", "sender_day", "domain_hour", "domain_day", "total_hour", "total_day"} <= set(COUNTS)
    assert not {"duplicate_of", "spam", "said"} & set(COUNTS)
