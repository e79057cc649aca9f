"""The life of a mail, with every door scripted."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from datetime import timedelta

import pytest

from mailbot.domain.errors import Ambiguous, Broken, Permanent, Temporary
from mailbot.domain.message import Authentic, Proof
from mailbot.domain.project import Result
from mailbot.domain.reply import LIFETIME, DeliveryId, Progress
from mailbot.domain.request import RequestId, State
from mailbot.domain.work import Cursor
from mailbot.understand.parse import parse
from tests.fakes import NOW, PAGE, envelope, mail
from tests.world import World, first, reply


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers())
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def read(wire):
    return email.message_from_bytes(wire, policy=email.policy.default)


def text(world, number=0):
    """The words of the n-th answer."""
    return read(list(world.answers()[0].values())[number]).get_body(("plain",)).get_content()


async def offered(world, raw, **changes):
    """One mail, and whatever becomes of it."""
    id = await world.pipeline.receive(raw, envelope(**changes))
    await world.drain()
    return await world.ledger.request(id)


async def test_a_mail_becomes_an_answer_in_its_thread(world):
    """Received, judged, built, checked, answered, sent: once."""
    request = await offered(world, mail("One page about bees.", subject="Bees"))
    assert request.state is State.ANSWERED
    [ours] = [read(wire) for wire in world.answers()[0].values()]
    assert (ours["To"], ours["In-Reply-To"], ours["Subject"]) == ("ana@acme.example", "<1@acme.example>", "Re: Bees")
    assert next(part.get_content_type() for part in ours.iter_attachments()) == "application/octet-stream"


async def test_a_draft_that_fails_is_repaired(world):
    """The report goes back to the model; the second draft is the answer, and it says how many tries it took."""
    world.sandbox.results[:] = [Result.FAILED, Result.PASSED]
    await offered(world, mail())
    assert len(world.model.asked) == 2
    assert world.model.asked[1].report.failures
    assert "2 tries" in text(world)


async def test_what_never_passes_is_told_honestly(world):
    """Once it fails again in the same way: what failed, and that nothing is claimed."""
    world.sandbox.results[:] = [Result.FAILED]
    request = await offered(world, mail())
    assert request.state is State.ANSWERED
    assert len(world.sandbox.tried) == 2
    assert "line 1" in text(world)
    assert not list(read(next(iter(world.answers()[0].values()))).iter_attachments())


async def test_an_answer_without_files_is_asked_for_again(world):
    """Words alone are no software."""
    world.model.answers[:] = ["I would love to!", PAGE.format("Bees")]
    await offered(world, mail())
    assert len(world.model.asked) == 2


async def test_a_model_that_stays_away_is_waited_for(world):
    """With growing pauses for a day, then with an apology."""
    world.model.answers[:] = [Temporary("the model's host does not answer")]
    request = await offered(world, mail())
    assert request.state is State.ANSWERED
    assert timedelta(hours=23) < world.clock() - request.envelope.received_at < timedelta(hours=27)
    assert "the model's host does not answer" in text(world)


async def test_a_model_that_comes_back_builds(world):
    """The wait was worth it, and the answer is a build."""
    world.model.answers[:] = [Temporary("busy"), Temporary("busy"), PAGE.format("Bees")]
    await offered(world, mail())
    assert "v1" in text(world)


async def test_what_can_never_work_is_told_at_once(world):
    """A model that does not exist is not asked for a day."""
    world.model.answers[:] = [Permanent("there is no model 'nope'; the admin can pull it")]
    await offered(world, mail())
    assert len(world.model.asked) == 1
    assert "no model 'nope'" in text(world)


async def test_a_revision_and_the_way_back(world):
    """The second mail of the thread is the next revision; a rollback is a new revision with the old files."""
    await world.say(first(), reply("Make the header blue."), reply("rollback to v1"))
    project = (await world.ledger.request(await last(world))).order.intent.project
    made = await world.ledger.project(project, 1, 2)
    assert made.last == 3
    assert made.revisions[3].draft.files == made.revisions[1].draft.files != made.revisions[2].draft.files
    assert len(world.model.asked) == 2


async def last(world):
    """The id of the newest answered request."""
    return RequestId(world.way.taken[-1].request)


async def test_an_undo_without_a_number(world):
    """The one before the newest is back; there is nothing before the first."""
    await world.say(first(), reply("Make the header blue."), reply("undo"))
    project = (await world.ledger.request(await last(world))).order.intent.project
    made = await world.ledger.project(project, 1)
    assert (made.last, made.head.draft.files) == (3, made.revisions[1].draft.files)


async def test_an_undo_of_the_first_version(world):
    """It says that there is nothing before it."""
    await world.say(first(), reply("undo"))
    assert "no earlier version" in text(world, 1)


async def test_a_rollback_to_what_never_was(world):
    """It says which revisions there are."""
    await world.say(first(), reply("rollback to v7"))
    assert "no v7" in text(world, 1)


async def test_a_stop_withdraws_what_is_at_work(world):
    """The mail that says stop gets the answer; the build it stops gets none."""
    await world.say(first())
    world.model.answers[:] = [Temporary("busy")]
    revise, to = reply("Make the header blue.")(world, 2)
    await world.pipeline.receive(revise, envelope(recipients=(to,)))
    await step(world)
    await step(world)
    raw, to = reply("stop")(world, 2)
    request = await offered(world, raw.replace(b"<2@", b"<3@"), recipients=(to,))
    assert request.state is State.ANSWERED
    assert (await world.ledger.count()).closed == {"withdrawn": 1}
    assert len(world.answers()[0]) == 2


async def step(world):
    """One round of what is due now."""
    for job in await world.ledger.claim({"gen:*": 1, "check": 1, "intake": 1, "send": 1}, world.clock()):
        await world.pipeline.perform(job)


async def test_a_stop_of_nothing_says_so(world):
    """Nothing is claimed to have been stopped."""
    await world.say(first(), reply("stop"))
    assert "nothing" in text(world, 1).lower()


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"\x00\x01\x02", "unreadable"),
        (mail().replace(b"From: Ana <ana@acme.example>\r\n", b""), "unreadable"),
        (b"", "unreadable"),
        (mail(Auto_Submitted="auto-replied"), "automatic"),
        (mail(List_Id="<talk.example>"), "automatic"),
    ],
)
async def test_what_gets_no_answer(world, raw, rule):
    """Closed with the rule that says why; no mail leaves."""
    request = await offered(world, raw)
    assert request.state is State.CLOSED
    assert (await world.ledger.count()).closed == {rule: 1}
    assert world.way.taken == []


async def test_an_empty_mail_gets_help(world):
    """Nobody who wrote to us in person hears nothing."""
    request = await offered(world, mail("", subject=""))
    assert request.state is State.ANSWERED
    assert world.model.asked == []
    assert "build" in text(world).lower()


async def test_a_mail_with_too_much_in_it_is_refused_in_words(world):
    """26 MB of attachment: stored, judged, answered with the limit."""
    part = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 8_600_000
    raw = mail(Content_Type='multipart/mixed; boundary="b"').replace(
        b"One page about bees.", b"--b\r\n\r\nplease\r\n--b\r\n" + part + b"\r\n--b--"
    )
    request = await offered(world, raw)
    assert request.state is State.ANSWERED
    assert "25" in text(world)
    assert world.model.asked == []


async def test_an_unproven_sender_gets_nothing(world):
    """A refusal would bounce at whoever was forged."""
    request = await offered(world, mail(), proof=Proof.NONE)
    assert (request.state, world.way.taken) == (State.CLOSED, [])


async def test_a_colleague_who_was_not_let_in_is_refused(world):
    """A token that was forwarded gives no right to change the project."""
    await world.say(first())
    raw, to = reply("Make the header red.")(world, 2)
    await offered(world, raw.replace(b"ana@acme.example>\r\nTo", b"bob@acme.example>\r\nTo"), recipients=(to,))
    assert "did not" in text(world, 1)
    assert len(world.model.asked) == 1


async def test_the_same_mail_twice_is_one_request(world):
    """Offered again because the 250 was lost: one request, one answer."""
    await offered(world, mail())
    await offered(world, mail())
    assert len(world.way.taken) == 1
    assert (await world.ledger.count()).received == 1


async def test_the_same_mail_over_another_relay_is_one_answer(world):
    """Its trace differs, its Message-ID and words do not."""
    await offered(world, mail())
    await offered(world, b"Received: from b by c; Fri, 20 Nov 2026 12:00:01 +0000\r\n" + mail())
    assert len(world.way.taken) == 1
    assert (await world.ledger.count()).closed == {"duplicate": 1}


UNPROVEN = {"channel": "imap", "peer": "", "proof": Proof.NONE}


async def test_who_wrote_it_is_found_out_before_it_is_judged(world):
    """A way in that does not know hands it over as it is; what was found is kept with the mail."""
    known = {"proof": Proof.ACCOUNT, "authentic": Authentic(dmarc="pass", why="signed by acme.example")}
    world.prover.found = [known]
    request = await offered(world, mail(), **UNPROVEN)
    assert request.state is State.ANSWERED
    assert request.envelope.authentic == known["authentic"]
    assert request.admitted.proof is Proof.ACCOUNT


async def test_trouble_with_the_dns_forges_nobody(world):
    """The mail waits and is proven later; after three days of trouble a person must look at it."""
    world.prover.found = [Temporary("the DNS cannot say")] * 3 + [{"proof": Proof.ACCOUNT, "authentic": Authentic()}]
    assert (await offered(world, mail(), **UNPROVEN)).state is State.ANSWERED
    world.prover.found = [Temporary("the DNS cannot say")]
    request = await offered(world, mail(number=2), **UNPROVEN)
    assert request.state is State.HELD
    assert world.clock() - request.envelope.received_at > timedelta(days=3)


async def test_a_signature_counts_once(world):
    """The same signed mail with another Message-ID, which was not signed, is a replay."""
    world.prover.found = [{"proof": Proof.DKIM, "authentic": Authentic(marks=("m1",))}]
    await offered(world, mail(), **UNPROVEN)
    replay = await offered(world, mail(number=2), **UNPROVEN)
    assert (replay.state, len(world.way.taken)) == (State.CLOSED, 1)
    assert (await world.ledger.count()).closed == {"replayed": 1}


async def test_a_mail_that_breaks_its_reader_is_for_a_person(world, monkeypatch):
    """It is tried once more, later: the machine may have been in trouble. Nothing is lost, and the others go on."""
    broken = Counter()

    async def read(raw):
        broken[raw] += b"poison" in raw or (b"unlucky" in raw and not broken[raw])
        if broken[raw] and (b"poison" in raw or world.clock() == NOW):
            raise Broken("reading it took more than 20 seconds")
        return parse(raw)

    monkeypatch.setattr(type(world.pipeline.reader), "read", staticmethod(read))
    assert (await offered(world, mail("unlucky"))).state is State.ANSWERED
    assert (await offered(world, mail("poison", number=3))).state is State.HELD
    assert sorted(broken.values()) == [1, 2]
    assert (await offered(world, mail(number=2))).state is State.ANSWERED


async def test_mails_of_a_batch_are_answered(world):
    """They are stored with the cursor behind them; those that were there already are not answered again."""
    cursor = Cursor(account="build@x", folder="INBOX", validity=1, uid=2, at=world.clock())
    letters = [(mail(number=number), envelope()) for number in (1, 2)]
    for _ in range(2):
        await world.pipeline.receive_all(letters, cursor)
        await world.drain()
    assert len(world.way.taken) == 2
    assert await world.ledger.cursor("build@x", "INBOX") == cursor


async def test_a_bug_is_counted_and_answered(world):
    """A move that always breaks is begun three times; then its author hears that mailbot failed."""
    world.sandbox.results[:] = []  # an IndexError at every try
    id = await world.pipeline.receive(mail(), envelope())
    for _ in range(40):
        for job in await world.ledger.claim({"gen:*": 1, "check": 1, "intake": 1, "send": 1}, world.clock()):
            try:
                await world.pipeline.perform(job)
            except IndexError:
                await world.ledger.stumbled(job, world.clock(), "IndexError", counted=True)
        world.clock.pass_by(minutes=1)
    assert (await world.ledger.request(id)).state is State.ANSWERED
    assert "mailbot itself" in text(world)


class Outbox:
    """One answered mail whose delivery is played step by step."""

    def __init__(self, world):
        self.world = world

    async def delivery(self):
        names = self.world.names
        id = names.delivery_id(self.request, "email", "zip")
        return await self.world.ledger.delivery(DeliveryId(id))


@pytest.fixture
async def outbox(world):
    box = Outbox(world)
    box.request = await world.pipeline.receive(mail(), envelope())
    while (await world.ledger.request(box.request)).state is not State.ANSWERED:
        for job in await world.ledger.claim({"gen:*": 1, "check": 1, "intake": 1}, world.clock()):
            await world.pipeline.perform(job)
    return box


async def test_a_missing_relay_loses_nothing(world, outbox):
    """It is tried again after five minutes, then ten, and so on, and then it is sent."""
    world.way.faults[:] = [Temporary("no route")] * 6
    await world.drain()
    assert (await outbox.delivery()).progress is Progress.SENT
    assert world.clock() - outbox_start(world) >= timedelta(minutes=5 + 10 + 20 + 40 + 67 + 67)


def outbox_start(world):
    return world.way.taken[0].first_at


async def test_a_relay_that_stays_away_for_five_days(world, outbox):
    """Then it has failed, and is not tried any more."""
    world.way.faults[:] = [Temporary("no route")] * 500
    await world.drain()
    delivery = await outbox.delivery()
    assert delivery.progress is Progress.FAILED
    assert LIFETIME < world.clock() - delivery.first_at < LIFETIME + timedelta(hours=2)


async def test_a_refused_mail_is_not_sent_again(world, outbox):
    """A 550 to the recipient is final."""
    world.way.faults[:] = [Permanent("550 no such user")]
    await world.drain()
    assert ((await outbox.delivery()).progress, world.way.taken) == (Progress.FAILED, [])


async def test_a_lost_last_answer_is_left_alone_and_sent_once_more(world, outbox):
    """600 seconds, then the same bytes; the second answer is heard."""
    world.way.after_dot[:] = [Ambiguous("connection lost after the dot")]
    begun = world.clock()
    await world.drain()
    assert (await outbox.delivery()).progress is Progress.SENT
    assert [one.wire for one in world.way.taken] == [world.way.taken[0].wire] * 2
    assert world.clock() - begun >= timedelta(seconds=600)


async def test_two_lost_answers_are_presumed_taken(world, outbox):
    """Never a third copy."""
    world.way.after_dot[:] = [Ambiguous("lost")] * 5
    await world.drain()
    assert ((await outbox.delivery()).progress, len(world.way.taken)) == (Progress.PRESUMED, 2)


async def test_an_idempotent_way_needs_no_presumption(world, outbox):
    """A Maildir may be written as often as it takes."""
    world.way.idempotent, world.way.settle = True, timedelta()
    world.way.after_dot[:] = [Ambiguous("lost")] * 5
    await world.drain()
    assert (await outbox.delivery()).progress is Progress.SENT


async def test_a_way_that_was_taken_out_of_the_settings(world, outbox):
    """The delivery waits for it to come back, and is sent then."""
    ways = dict(world.pipeline.ways)
    world.pipeline.ways.clear()
    await step(world)
    assert (await outbox.delivery()).progress is Progress.WAITING
    world.pipeline.ways.update(ways)
    await world.drain()
    assert (await outbox.delivery()).progress is Progress.SENT


async def test_turns_about_an_older_revision_count_for_nothing(world):
    """A request that was put off while another was answered is asked and checked anew."""
    await world.say(first())
    world.sandbox.results[:] = [Temporary("the sandbox is busy"), Result.PASSED]
    world.sandbox.tried.clear()
    world.model.answers[:] = [PAGE.format("one"), PAGE.format("two"), PAGE.format("three")]
    world.model.asked.clear()
    for number, words in enumerate(["Title: one.", "Title: two."], 2):
        raw, to = reply(words)(world, 2)
        await world.pipeline.receive(raw.replace(b"<2@", b"<%d@" % (number + 10)), envelope(recipients=(to,)))
    await world.drain()
    assert len(world.answers()[0]) == 3
    assert [brief.files["index.html"].count(b"two") for brief in world.model.asked] == [0, 0, 1]


async def test_a_crash_before_the_dot_is_no_lost_answer(world, outbox):
    """Whoever dies again and again between the mark and the dot has sent nothing: it is sent in the end."""
    for _ in range(5):
        await die_before_the_dot(world)
        await world.ledger.recover()
        world.clock.pass_by(hours=1)
    assert world.way.taken == []
    await world.drain()
    assert ((await outbox.delivery()).progress, len(world.way.taken)) == (Progress.SENT, 1)


async def die_before_the_dot(world):
    """One sending that ends after the mark, with the process."""
    (job,) = await world.ledger.claim({"send": 1}, world.clock())
    delivery = await world.ledger.delivery(DeliveryId(job.id))
    begun = delivery.begun(until=world.clock() + world.way.settle)
    await world.ledger.move_delivery(delivery, begun, at=world.clock(), said="mark", in_hand=True)
