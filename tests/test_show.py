"""What became of the mails, in words: each unanswered one with its reason and what would change it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.domain.request import State
from mailbot.show import _mail
from mailbot.store.reports import Mail


def listed(state, reason, next_=""):
    """One mail in the list."""
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    known = {"id": "r1", "received_at": at, "author": "ana@acme.example", "subject": "Bees", "project": "", "at": None}
    return "\n".join(_mail(Mail(**known, state=state, reason=reason, next=next_)))


@pytest.mark.parametrize(
    ("reason", "mend"),
    [
        ("rule unproven: nobody vouches for it", "DKIM"),
        ("rule automatic: a machine wrote it", "as a person"),
        ("rule my-own: not on Sundays", "folder of rules"),
        ("by r2", "said stop"),
        ("rule hops: it passed 30 mail servers", "forwarded"),
    ],
)
def test_a_closed_mail_says_what_would_change_it(reason, mend):
    """The reason as it was recorded, then the mend."""
    words = listed(State.CLOSED, reason)
    assert reason in words
    assert mend in words.partition("to change it: ")[2]


def test_a_held_mail_waits_for_a_person():
    """And says for whom."""
    words = listed(State.HELD, "rule spam-hold: looks like spam", "waits for a person to let it in")
    assert "waits for a person" in words


def test_an_answered_mail_needs_no_mend():
    """It says how it was answered."""
    words = listed(State.ANSWERED, "number 1", "built, sent by email")
    assert "built, sent by email" in words
    assert "to change it" not in words


def test_a_mail_in_flight_says_what_is_next():
    """And needs nobody's doing."""
    words = listed(State.ADMITTED, "rule first-try: let in", "due in gen:scaffold")
    assert "due in gen:scaffold" in words
    assert "to change it" not in words
