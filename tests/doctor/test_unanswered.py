"""Each kind of mail without an answer is explained, with what would change it (issue 10, Shows 5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.doctor.unanswered import mend_of
from mailbot.domain.request import Ignored, State
from mailbot.settings import load
from mailbot.show import list_mails, tell_life
from mailbot.store import open_ledger
from mailbot.store.reports import Mail
from tests.fakes import NOW, Time, envelope

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOSED, HELD, RECEIVED, ADMITTED = State.CLOSED, State.HELD, State.RECEIVED, State.ADMITTED
KINDS = [
    (CLOSED, "rule unproven: nobody vouches for it", "", "DKIM"),
    (CLOSED, "rule automatic: it is an out-of-office note", "", "as a person"),
    (CLOSED, "rule unreadable: it has 2 From fields", "", "a plain mail"),
    (CLOSED, "rule malformed: its shape is not plain", "", "a plain mail"),
    (CLOSED, "rule ours: it carries the loop header", "", "of your own"),
    (CLOSED, "rule duplicate: it came before as r1", "", "change a word"),
    (CLOSED, "rule replayed: the same signature as r1", "", "a new one"),
    (CLOSED, "rule hops: it passed 30 mail servers", "", "forwarded"),
    (CLOSED, "rule late: its author has written since", "", "nothing is missed"),
    (CLOSED, "rule crowded: this thread had 20 answers", "", "tomorrow"),
    (CLOSED, "rule repeating: nothing new", "", "something new"),
    (CLOSED, "by r2", "", "said stop"),
    (CLOSED, "into r1", "", "its answer is the answer to this one"),
    (CLOSED, "rule expired: nobody did", "", "ask whoever runs"),
    (CLOSED, "rule admin: no", "", "refused it"),
    (CLOSED, "rule spam-for-sure: as good as sure", "", "mailbot ham"),
    (CLOSED, "rule my-own: not on Sundays", "", "folder of rules"),
    (CLOSED, "rule erased: its author asked to be forgotten", "", "forgotten"),
    (HELD, "rule spam-likely: it looks like spam", "waits for a person", "mailbot ham r7"),
    (HELD, "rule set-aside: it stopped three times", "waits for a person", "held release"),
    (HELD, "rule strangers: a sender we do not know", "waits for a person", "held release r7"),
    (RECEIVED, "the DNS cannot say now what stands at x; until 2026-11-20", "goes on in intake", "doctor --only dns"),
    (RECEIVED, "the spam filter at 127.0.0.1 does not answer", "goes on in intake", "start that filter"),
    (ADMITTED, "no Ollama answers at http://x; is it running there?", "goes on in gen:x", "doctor --only model"),
    (ADMITTED, "no sandbox can be made", "goes on in check", "doctor --only machine"),
    (ADMITTED, "rule a: let in", "waits for an earlier request of project t7k2m9", "when that one is answered"),
    (State.ANSWERED, "number 1", "built, not delivered by email", "doctor --only relay"),
    (State.ANSWERED, "number 2", "built, sent by email, and given back", "deliveries list"),
]


def mail(state, reason, next_):
    return Mail(
        id="r7", received_at=AT, state=state, author="ana@acme.example", subject="Bees", project="", reason=reason,
        next=next_, at=None,
    )  # fmt: skip


@pytest.mark.parametrize(("state", "reason", "next_", "mend"), KINDS, ids=[f"{s}-{r[:30]}" for s, r, _, _ in KINDS])
def test_each_kind_says_what_would_change_it(state, reason, next_, mend):
    """In words for the person who asks why."""
    assert mend in mend_of(mail(state, reason, next_))


@pytest.mark.parametrize(
    "one",
    [
        mail(ADMITTED, "rule a: let in", "due in gen:x"),
        mail(RECEIVED, "", "due in intake"),
        mail(State.ANSWERED, "", "built, sent by email"),
    ],
    ids=["at-work", "just-come", "answered"],
)
def test_what_goes_its_way_needs_nothing(one):
    """Nobody has to do anything."""
    assert mend_of(one) == ""


async def test_the_list_and_the_life_say_the_same(tmp_path):
    """`mailbot mails` for the last ones, `mailbot why` for one."""
    settings = load(None, data=tmp_path)
    ledger = await open_ledger(settings.database_url, str(tmp_path), Time())
    id = await ledger.open_request("r1", b"Subject: x\r\n\r\n", envelope())
    event = Ignored(rule="unproven", reason="nobody vouches for it")
    await ledger.record(await ledger.request(id), event, at=NOW)
    await ledger.close()
    for words in (await list_mails(settings, 10), await tell_life(settings, id)):
        assert "nobody vouches for it" in words
        assert "to change it: nobody vouches for its sender; sign your mails" in words
