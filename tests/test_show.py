"""What became of the mails, in words: each unanswered one with its reason and what would change it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.domain.request import State
from mailbot.settings import load
from mailbot.show import _mail, tell_health
from mailbot.store import open_ledger
from mailbot.store.reports import Mail
from tests.fakes import NOW, Time


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


async def test_how_each_way_in_is_can_be_asked(tmp_path):
    """With the trouble of each, in the words of whoever had it."""
    settings = load(None, data=tmp_path)
    assert await tell_health(settings) == ("no part has told anything yet", True)
    ledger = await open_ledger(settings.database_url, str(tmp_path), Time())
    await ledger.report("imap build@x", "the password is wrong", NOW)
    await ledger.report("imap ask@x", "", NOW)
    await ledger.close()
    words, well = await tell_health(settings)
    assert not well
    assert words.splitlines()[0].startswith("well     imap ask@x  since 2026-11-20")
    assert words.splitlines()[1].startswith("TROUBLE  imap build@x")
    assert words.endswith(": the password is wrong")


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
