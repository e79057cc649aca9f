"""What no rule can switch off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.decide.facts import Facts
from mailbot.decide.guards import BREAKERS, GUARDS, MAX_SENDER, MAX_THREAD, guarded
from mailbot.domain.message import Failed, Message, Proof
from mailbot.domain.request import Ignored, Refused
from tests.fakes import envelope

NONE = Facts()


def message(**changes):
    return Message(**({"id": "<1@acme.example>", "author": "ana@acme.example", "text": "bees"} | changes))


def test_a_persons_mail_passes():
    """No guard objects to it."""
    assert guarded(message(), envelope(), NONE) is None


@pytest.mark.parametrize(
    ("changes", "transport", "facts", "rule", "words"),
    [
        ({}, {"proof": Proof.MALFORMED}, NONE, "malformed", "one clear author"),
        ({"ours": True}, {}, NONE, "ours", "loop header"),
        ({"automatic": "Precedence: bulk"}, {}, NONE, "automatic", "Precedence: bulk"),
        ({}, {"sender": ""}, NONE, "automatic", "envelope sender is empty"),
        ({}, {"sender": "", "channel": "imap"}, NONE, "automatic", "envelope sender is empty"),
        ({}, {"sender": "", "channel": "lmtp"}, NONE, "automatic", "envelope sender is empty"),
        ({}, {"recipients": (f"b+{'a' * 12}.{'b' * 10}@x.example",)}, NONE, "automatic", "return path"),
        ({}, {"sender": f"b+{'a' * 12}.{'b' * 10}@x.example"}, NONE, "automatic", "only a mailbot"),
        ({"text": "Done.\nRef t7k2m9.abcdefghij"}, {}, NONE, "automatic", "reference line"),
        ({"hops": 26}, {}, NONE, "hops", "26 mail servers"),
        ({}, {}, Facts(duplicate_of="abc"), "duplicate", "request abc"),
        ({}, {}, Facts(replay_of="abc"), "replayed", "request abc"),
        ({}, {"proof": Proof.NONE}, NONE, "unproven", "nobody vouches"),
    ],
)
def test_each_guard_ignores_and_says_why(changes, transport, facts, rule, words):
    """Nothing is ever sent, and the admin reads the reason."""
    verdict = guarded(message(**changes), envelope(**transport), facts)
    assert verdict.rule == rule
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("changes", "transport"),
    [
        ({"hops": 25}, {}),
        ({}, {"sender": "", "channel": "http"}),
        ({}, {"proof": Proof.SPF}),
        ({}, {"proof": Proof.DKIM_WEAK}),
        ({}, {"recipients": ("build@x.example", f"b+{'a' * 12}.{'b' * 10}@x.example")}),
        ({"text": "Ref t7k2m9.abcdefghij\nMake this blue."}, {}),
        ({"text": "See:\nRef t7k2m9.abcdefghij", "subject": "Fwd: Bees"}, {}),
    ],
)
def test_each_guard_has_an_edge(changes, transport):
    """25 hops, a channel without envelope senders, the lowest proof that may be answered."""
    assert guarded(message(**changes), envelope(**transport), NONE) is None


def test_the_first_guard_that_objects_decides():
    """Their order is part of what an admin reads."""
    worst = message(ours=True, automatic="x", hops=99)
    seen = [guarded(worst, envelope(proof=Proof.MALFORMED, sender=""), Facts(duplicate_of="a")).rule]
    seen.append(guarded(worst, envelope(proof=Proof.NONE), Facts(duplicate_of="a")).rule)
    assert seen == ["malformed", "ours"]
    assert list(GUARDS) == ["malformed", "ours", "automatic", "hops", "duplicate", "late", "replayed", "unproven"]
    assert list(BREAKERS) == ["crowded", "repeating"]


def test_a_person_whose_program_quotes_oddly_is_no_mailbot():
    """The reference line of a project that we know is our own, given back."""
    said = message(text="Make it blue.\nit is ready\nRef t7k2m9.abcdefghij")
    assert guarded(said, envelope(), Facts(thread="t7k2m9")) is None


def test_a_bounce_says_whom_it_did_not_reach():
    """As far as an admin wants to read it."""
    failed = [Failed(address=f"p{number}@x.example", status="5.1.1", action="failed") for number in range(5)]
    said = guarded(message(automatic="it is a report", failed=tuple(failed)), envelope(), NONE).reason
    assert "p0@x.example (5.1.1)" in said
    assert said.endswith("and 2 more was not reached")


@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        (Facts(thread_day=MAX_THREAD), "crowded", "20 is the most"),
        (Facts(sender_answers=MAX_SENDER), "crowded", "50 is the most"),
        (Facts(said=("bees", "bees", "bees")), "repeating", "nothing new"),
        (Facts(said=(" BEES\n", "bees", "Bees")), "repeating", "nothing new"),
    ],
)
def test_what_goes_in_circles_ends(facts, rule, words):
    """Its author is told so once a day; from then on there is silence."""
    verdict = guarded(message(), envelope(proof=Proof.DKIM), facts)
    assert (type(verdict), verdict.rule) == (Refused, rule)
    assert words in verdict.reason
    again = guarded(message(), envelope(proof=Proof.DKIM), replace(facts, sender_refused=1))
    assert (type(again), again.rule) == (Ignored, rule)


@pytest.mark.parametrize(
    ("text", "facts", "proof"),
    [
        ("bees", Facts(thread_day=MAX_THREAD - 1, sender_answers=MAX_SENDER - 1), Proof.DKIM),
        ("bees", Facts(sender_answers=MAX_SENDER), Proof.ACCOUNT),
        ("bees", Facts(said=("bees",)), Proof.DKIM),
        ("bees", Facts(said=("bees", "bees")), Proof.DKIM),
        ("bees", Facts(said=("bees", "bees", "wasps")), Proof.DKIM),
        ("", Facts(said=("", "wasps", "bees")), Proof.DKIM),
    ],
)
def test_what_a_person_may_do(text, facts, proof):
    """Many mails by a login, the same three times, nothing twice."""
    assert guarded(message(text=text), envelope(proof=proof), facts) is None


def test_nothing_three_times_is_a_program():
    """A mail without words of its own asks how it stands; a third one in a row asks nothing."""
    assert "nothing new" in guarded(message(text=""), envelope(), Facts(said=("", ""))).reason


def test_an_unproven_circle_is_told_nothing():
    """Whoever may not be answered is not told either."""
    verdict = guarded(message(), envelope(proof=Proof.NONE), Facts(thread_day=99))
    assert (type(verdict), verdict.rule) == (Ignored, "unproven")


@pytest.mark.parametrize(
    ("group", "author", "answered"),
    [
        ("build@mailbot.localhost", "ana@acme.example", True),
        ("club@acme.example", "ana@acme.example", False),
        ("", "ana@acme.example", False),
        ("build@mailbot.localhost", "Build@mailbot.localhost", False),
    ],
)
def test_a_person_who_writes_through_our_own_group(group, author, answered):
    """The group is the address that people ask; one that hides its authors is not answered, or all would hear it."""
    passed_on = message(automatic="Precedence: list", group=group, author=author)
    assert (guarded(passed_on, envelope(recipients=("Build@mailbot.localhost",)), NONE) is None) is answered
