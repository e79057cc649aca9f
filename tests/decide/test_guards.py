"""What no rule can switch off."""

from __future__ import annotations

import pytest

from mailbot.decide.facts import Facts
from mailbot.decide.guards import GUARDS, guarded
from mailbot.domain.message import Message, Proof
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
        ({"hops": 26}, {}, NONE, "hops", "26 mail servers"),
        ({}, {}, Facts(duplicate_of="abc"), "duplicate", "request abc"),
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
    assert list(GUARDS) == ["malformed", "ours", "automatic", "hops", "duplicate", "unproven"]
