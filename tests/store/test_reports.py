"""What people are told of their mails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.build.plan import Said, Tried
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Authentic, Proof, Signed
from mailbot.domain.project import Maker, ProjectId
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import Held, Ignored, Postponed, RequestId, State
from mailbot.ports import Due
from tests.fakes import NOW, admit, envelope
from tests.store.values import ALL, SOON, built, draft, tell


@pytest.fixture(params=["sqlite", "postgres"])
async def ledger(opening, request):
    made = await opening(request.param)
    yield made
    await made.close()


async def becomes(ledger, id, event, due=None):
    await ledger.open_request(RequestId(id), b"raw", envelope(sender=f"{id}@x.example"))
    await ledger.record(await ledger.request(RequestId(id)), event, at=NOW, due=due)


async def test_the_last_mails(ledger):
    """Newest first, each with what became of it, why, and what comes next."""
    await becomes(ledger, "late", Postponed(until=SOON, reason="DNS is away"), Due(not_before=SOON))
    await becomes(ledger, "loop", Ignored(rule="our-own", reason="it carries our header"))
    await becomes(ledger, "held", Held(rule="strangers", reason="unknown sender"))
    await admit(ledger, "first")
    await admit(ledger, "second", kind=Kind.REVISE)
    await ledger.claim({"gen:*": 1}, NOW)
    found = {mail.id: (mail.state, mail.next, mail.at) for mail in await ledger.mails(9)}
    assert list(found) == ["second", "first", "held", "loop", "late"]
    assert found["second"] == (State.ADMITTED, "waits for an earlier request of project p00001", None)
    assert found["first"] == (State.ADMITTED, "in hand in gen:fake", None)
    assert found["held"] == (State.HELD, "waits for a person to let it in", None)
    assert found["loop"] == (State.CLOSED, "", None)
    assert found["late"] == (State.RECEIVED, "goes on in intake", SOON)


async def test_who_wrote_and_why_it_is_unanswered(ledger):
    """The proven author, or else the envelope's sender; rule and reason of what happened last."""
    await becomes(ledger, "loop", Ignored(rule="our-own", reason="it carries our header"))
    await admit(ledger, "a")
    admitted, ignored = await ledger.mails(2)
    assert (admitted.author, admitted.subject, admitted.project) == ("ana@acme.example", "Bees", "p00001")
    assert admitted.reason.startswith("rule loopback: first try")
    assert (ignored.author, ignored.subject) == ("loop@x.example", "")
    assert ignored.reason == "rule our-own: it carries our header"


async def test_what_went_wrong_last_is_told(ledger):
    """Also when nothing was recorded but a stumble."""
    await admit(ledger, "a")
    (job,) = await ledger.claim(ALL, NOW)
    await ledger.stumbled(job, SOON, "ZeroDivisionError: by zero", counted=True)
    (mail,) = await ledger.mails(1)
    assert mail.reason.startswith("ZeroDivisionError: by zero")
    assert mail.at == SOON


async def sent(ledger, progress):
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    old = await ledger.delivery(DeliveryId("d-a"))
    new = old.again(SOON, known=True) if progress is Progress.WAITING else old.ended(progress)
    await ledger.move_delivery(old, new, at=NOW, said="what it said")


@pytest.mark.parametrize(
    ("progress", "words", "at"),
    [
        (Progress.WAITING, "told, to be sent by email", SOON),
        (Progress.SENT, "told, sent by email", None),
        (Progress.PRESUMED, "told, presumed sent by email", None),
        (Progress.FAILED, "told, not delivered by email", None),
    ],
)
async def test_how_far_an_answer_is(ledger, progress, words, at):
    """Answered is not yet sent."""
    await sent(ledger, progress)
    (mail,) = await ledger.mails(1)
    assert (mail.state, mail.next, mail.at) == (State.ANSWERED, words, at)
    assert mail.subject == "Re: Bees"


async def test_a_whole_life(ledger):
    """Every event, turn and attempt, in order, with its time and its words."""
    request = await admit(ledger, "a", at=NOW)
    minute = timedelta(minutes=1)
    said = Said(text="words", maker=Maker(kind="model", name="m1", provider="ollama", seconds=2.5, tokens=9))
    request = await ledger.add_turn(request, said, at=NOW + minute, due=Due(queue="check"))
    request = await ledger.add_turn(request, Tried(report=draft().report), at=NOW + 2 * minute, due=Due(queue="intake"))
    event, stored = built(request)
    await ledger.record(request, event, at=NOW + 3 * minute, answered=stored)
    old = await ledger.delivery(DeliveryId("d-a"))
    await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW + 4 * minute, said="250 queued")
    life = await ledger.life("a")
    assert [one.what for one in life.happenings] == ["received", "admitted", "said", "tried", "built", "sent"]
    assert life.happenings[2].words == "model m1 ollama, 2.5 s, 9 tokens, 5 characters"
    assert life.happenings[3].words == "1 passed; none"
    assert life.happenings[5].words == "250 queued"
    assert life.happenings[5].at == NOW + 4 * minute
    assert life.mail.state is State.ANSWERED


async def test_a_life_tells_what_proves_its_author(ledger):
    """Each result, and the sentence about them."""
    signed = Signed(domain="acme.example", result="pass")
    known = Authentic(spf="fail", spf_domain="x.example", dkim=(signed,), dmarc="pass", why="acme.example signed it")
    await ledger.open_request(RequestId("a"), b"raw", envelope(proof=Proof.DKIM, authentic=known))
    life = await ledger.life("a")
    assert life.happenings[1].what == "proven"
    words = "dkim; spf fail (x.example), dkim pass (acme.example), dmarc pass; acme.example signed it"
    assert life.happenings[1].words == words


@pytest.mark.parametrize("key", ["a", " a ", "<a@acme.example>", "a@acme.example", "<d.a@mailbot.localhost>", "d-a"])
async def test_a_life_is_found(ledger, key):
    """By the id, by the mail's own Message-ID, by that of our answer."""
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    assert (await ledger.life(key)).mail.id == "a"


@pytest.mark.parametrize("key", ["", "b", "<>", "<2@acme.example>", "%", "\x00\udce9", "x" * 5000])
async def test_a_life_that_is_not_there(ledger, key):
    """Whatever is asked for."""
    await tell(ledger, await admit(ledger, "a", kind=Kind.HELP))
    assert await ledger.life(key) is None


async def test_a_large_turn_is_only_named(ledger):
    """It is in a blob, and not fetched for a list."""
    request = await admit(ledger, "a")
    said = Said(text="x" * 200_000, maker=Maker(kind="model"))
    await ledger.add_turn(request, said, at=SOON, due=Due())
    life = await ledger.life("a")
    assert life.happenings[-1].words.startswith("large, in blob")


async def test_a_large_order_is_listed(ledger):
    """Its words are in a blob, and its subject is not looked up for a list."""
    await admit(ledger, "a", intent=Intent(kind=Kind.CREATE, text="x" * 200_000, project=ProjectId("p00001")))
    (mail,) = await ledger.mails(1)
    assert (mail.author, mail.subject) == ("ana@acme.example", "")
