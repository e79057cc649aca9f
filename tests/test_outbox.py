"""What becomes of an answer that a mail system refuses, at once or by a report that comes later."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Proof
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import RequestId, State
from tests.fakes import PAGE, envelope, mail
from tests.reports import bounce, complaint, late
from tests.world import ALL, World, first, reply

NO_ZIP = (
    "mx.example:25, DATA: 552-5.7.0 This message was blocked because its content presents a potential security issue."
)
SCRIPT = "=== FILE: app.js ===\nalert(1)\n=== END FILE ===\n"
NOBODY = "mx.example:25, RCPT TO: 550 5.1.1 The email account that you tried to reach does not exist"


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers(), operator="google")
    made.model.answers[:] = [PAGE.format("Bees") + SCRIPT]
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def read(wire):
    return email.message_from_bytes(wire, policy=email.policy.default)


def words(wire):
    return " ".join(read(wire).get_body(("plain",)).get_content().split())


def attached(wire):
    return [part.get_filename() for part in read(wire).iter_attachments()]


async def state(world, number=0):
    """The deliveries of the n-th answered request, in the order in which they were made."""
    request = list(world.ledger.replies)[number]
    return [(one.form, one.progress) for one in world.ledger.deliveries_of(request)]


async def told(world, raw, **changes):
    """A report comes in; what was recorded of it."""
    id = await world.pipeline.receive(raw, envelope(sender="", proof=Proof.NONE, **changes))
    await world.drain()
    request = await world.ledger.request(RequestId(id))
    assert request.state is State.CLOSED
    return request


async def test_the_next_form_goes_at_once(world):
    """The same version, packed in another way, with words that say who refused what; no person did anything."""
    world.way.faults[:] = [Permanent(NO_ZIP)]
    await world.say(first())
    [sent] = world.way.taken
    assert [progress for _, progress in await state(world)] == [Progress.FAILED, Progress.SENT]
    assert words(sent.wire).startswith('Gmail refused my last mail ("552-5.7.0 This message was blocked because')
    assert "Same v1, packed so that it gets through. I will use this form for you from now on." in words(sent.wire)
    assert "v1 of" in words(sent.wire)


async def test_every_form_once_and_then_words_alone(world):
    """Three forms at most; then what happened, in a mail that holds no package; then nothing more."""
    world.way.faults[:] = [Permanent(NO_ZIP)] * 3
    await world.say(first())
    found = await state(world)
    assert [progress for _, progress in found] == [Progress.FAILED] * 3 + [Progress.SENT]
    assert len({form for form, _ in found}) == 4
    assert found[-1][0] == "words"
    [sent] = world.way.taken
    assert attached(sent.wire) == []
    assert words(sent.wire).startswith("v1 is ready, but Gmail let it through in no form. Nothing is attached.")
    assert "552-5.7.0" in words(sent.wire)


async def test_no_fifth_mail(world):
    """Not even words passed: it has failed, and the author's next mail is told."""
    world.way.faults[:] = [Permanent(NO_ZIP)] * 4
    await world.say(first())
    assert [progress for _, progress in await state(world)] == [Progress.FAILED] * 4
    await world.pipeline.receive(mail("One page about ants.", "Ants", number=2), envelope())
    await world.drain()
    assert 'My last mail to you ("Re: Bees") could not be delivered in any form.' in words(world.way.taken[-1].wire)


async def test_the_form_that_passed_is_remembered(world):
    """The next answer takes it from the start, and says nothing about it."""
    world.way.faults[:] = [Permanent(NO_ZIP)]
    world.model.answers.append(PAGE.format("Wasps") + SCRIPT)
    await world.say(first(), reply("Make the header blue."))
    [_, second] = await state(world, 0), await state(world, 1)
    assert second == [(world.way.taken[0].form, Progress.SENT)]
    known = await world.ledger.receiver("acme.example", "google", world.clock())
    assert (known.refused, known.took) == ({"renamed"}, world.way.taken[0].form)
    assert "refused" not in words(world.way.taken[1].wire)


async def test_it_is_forgotten_after_ninety_days(world):
    """A mail system changes its mind; then the usual form is tried again."""
    world.way.faults[:] = [Permanent(NO_ZIP)]
    await world.say(first())
    domain = await world.ledger.receiver("acme.example", "google", world.clock())
    assert domain.refused
    world.clock.pass_by(days=91)
    assert not (await world.ledger.receiver("acme.example", "google", world.clock())).refused


@pytest.mark.parametrize(
    ("said", "limit", "begins"),
    [
        ("552 5.3.4 too large, limit 5,000,000 bytes", 5_000_000, "My last mail was too large for Gmail"),
        ("552 5.3.4 Message size exceeds fixed limit", 0, "v1 is ready, but Gmail let it through in no form."),
    ],
)
async def test_too_large_a_mail_goes_smaller(world, said, limit, begins):
    """As small as the server says, else smaller than the one that was refused; this one has no smaller form."""
    world.way.faults[:] = [Permanent(f"mx.example:25, DATA: {said}")]
    await world.say(first())
    [sent] = world.way.taken
    assert words(sent.wire).startswith(begins)
    assert (await world.ledger.receiver("acme.example", "google", world.clock())).limit == limit


async def test_a_full_mailbox_is_waited_for(world):
    """It is the same mail that is tried again, with growing pauses; nothing about its form changes."""
    world.way.faults[:] = [Permanent("552 5.2.2 mailbox full")] * 3
    await world.say(first())
    assert [progress for _, progress in await state(world)] == [Progress.SENT]
    assert world.clock() - world.way.taken[0].first_at >= timedelta(minutes=35)


async def test_a_refusal_about_us_waits_for_an_admin(world):
    """Hours, not minutes; health tells; the address is not given up."""
    world.way.faults[:] = [Permanent("550 5.7.515 Access denied, sending domain does not meet the required level")] * 2
    await world.say(first())
    assert [progress for _, progress in await state(world)] == [Progress.SENT]
    assert world.clock() - world.way.taken[0].first_at >= timedelta(hours=3)
    assert "acme.example refuses us: 550 5.7.515" in world.ledger.parts["mail to others"][0]
    assert not await world.ledger.silences(world.clock())


async def test_nobody_there_lets_the_address_rest(world):
    """For thirty days; what else waits for it is not sent; a later mail of theirs ends it."""
    world.way.faults[:] = [Permanent(NOBODY)]
    await world.say(first())
    [silence] = await world.ledger.silences(world.clock())
    assert (silence.kind, silence.until - silence.at) == ("recipient", timedelta(days=30))
    await answer_to_an_older_mail(world)
    assert (await state(world, 1))[0][1] is Progress.FAILED
    assert "nothing is sent to ana@acme.example until" in world.ledger.steps[(await ids(world, 1))[0]][-1][2]
    world.clock.pass_by(hours=1)
    await world.pipeline.receive(mail("One page about ants.", "Ants", number=3), envelope(received_at=world.clock()))
    await world.drain()
    assert (await state(world, 2))[0][1] is Progress.SENT
    assert not await world.ledger.silences(world.clock())


async def ids(world, number):
    return [one.id for one in world.ledger.deliveries_of(list(world.ledger.replies)[number])]


async def answer_to_an_older_mail(world):
    """One that came before the address was given up."""
    before = world.clock() - timedelta(hours=1)
    await world.pipeline.receive(mail("One page about wasps.", "Wasps", number=2), envelope(received_at=before))
    await world.drain()


async def test_the_second_rest_is_twice_as_long(world):
    """And so on, up to a year."""
    for times in (1, 2, 3):
        world.way.faults[:] = [Permanent(NOBODY)]
        world.clock.pass_by(days=1)
        raw = mail(f"One page about number {times}.", f"Page {times}", number=times)
        await world.pipeline.receive(raw, envelope(received_at=world.clock()))
        await world.drain()
    [silence] = await world.ledger.silences(world.clock())
    assert (silence.times, silence.until - silence.at) == (3, timedelta(days=120))


async def test_a_report_moves_the_delivery_and_the_next_form_goes(world):
    """What Gmail says hours later does the same as what it says at once; and in the thread of the person's mail."""
    await world.say(first())
    [old] = world.way.taken
    world.clock.pass_by(hours=2)
    request = await told(world, bounce(old), recipients=(old.sender,))
    assert [progress for _, progress in await state(world)] == [Progress.BOUNCED, Progress.SENT]
    new = world.way.taken[-1]
    assert (new.id, new.message_id, new.form) != (old.id, old.message_id, old.form)
    assert read(new.wire)["In-Reply-To"] == read(old.wire)["In-Reply-To"]
    assert words(new.wire).startswith('Gmail refused my last mail ("552-5.7.0 This message')
    assert request.state is State.CLOSED


async def test_the_same_report_twice_changes_nothing_more(world):
    """Another copy of it, and a second report about the same delivery: recorded, and no mail leaves."""
    await world.say(first())
    [old] = world.way.taken
    for number in (1, 2, 3):
        await told(world, bounce(old, number=number), recipients=(old.sender,))
    assert len(world.way.taken) == 2


async def test_a_report_is_mapped_by_what_it_gives_back(world):
    """Where a provider puts its own return path, our Message-ID in the returned header says which mail it is."""
    await world.say(first())
    [old] = world.way.taken
    await told(world, bounce(old, to="build@mailbot.localhost"), recipients=("build@mailbot.localhost",))
    assert len(world.way.taken) == 2


NOTHING = {
    "late": late,
    "forged": lambda old: bounce(old, to="b+abcdefghijkl.abcdefghij@mailbot.localhost", returned="Subject: x\r\n"),
    "unknown": lambda old: bounce(old, to="build@mailbot.localhost", returned="Message-ID: <x@y.example>\r\n"),
    "of another": lambda old: bounce(old, whom="eve@x.example", action="delivered"),
    "no words": lambda old: bounce(old, "", action="", status="", whom=""),
}


@pytest.mark.parametrize("name", sorted(NOTHING))
async def test_what_changes_nothing(world, name):
    """A mail that is late only, a report that nobody signed, one that says that it arrived."""
    await world.say(first())
    raw = NOTHING[name](world.way.taken[0])
    await told(world, raw, recipients=(read(raw)["To"],))
    assert len(world.way.taken) == 1
    assert [progress for _, progress in await state(world)] == [Progress.SENT]


async def test_a_report_that_comes_too_late(world):
    """After thirty days nobody waits for that answer any more."""
    await world.say(first())
    [old] = world.way.taken
    world.clock.pass_by(days=31)
    await told(world, bounce(old), recipients=(old.sender,), received_at=world.clock())
    assert len(world.way.taken) == 1


JAPANESE = "配信できませんでした。添付ファイルのため拒否されました。"


@pytest.mark.parametrize("charset", ["iso-2022-jp", "utf-8", "shift_jis"])
async def test_a_report_in_japanese(world, charset):
    """Its words are in a charset of their own, its fields are as ever; it is about the attachment."""
    await world.say(first())
    [old] = world.way.taken
    raw = bounce(old, JAPANESE, status="5.7.1", text=JAPANESE, charset=charset, subject="Undelivered Mail")
    await told(world, raw, recipients=(old.sender,))
    assert len(world.way.taken) == 2


async def test_a_report_without_fields(world):
    """Half of them have none: the words say who was not reached, and why."""
    await world.say(first())
    [old] = world.way.taken
    raw = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {old.sender}\r\nSubject: failure notice\r\n"
        "Message-ID: <q@mx.example>\r\n\r\n"
        "Hi. This is the qmail-send program at mx.example.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        f"<{old.recipients[0]}>:\r\n192.0.2.1 failed after I sent the message.\r\n"
        "Remote host said: 554 5.7.1 Message blocked due to banned attachment extension .js\r\n"
    ).encode()
    await told(world, raw, recipients=(old.sender,))
    assert len(world.way.taken) == 2


async def test_an_absence_is_no_report(world):
    """A person's autoresponder answers our mail, to its return path: the mail did arrive."""
    await world.say(first())
    [old] = world.way.taken
    raw = mail("I am away until Monday.", "Out of office", to=old.sender, number=9, Auto_Submitted="auto-replied",
               In_Reply_To=old.message_id)  # fmt: skip
    await told(world, raw, recipients=(old.sender,))
    assert [progress for _, progress in await state(world)] == [Progress.SENT]


async def test_a_complaint_is_for_ever(world):
    """Nothing is sent to whoever calls our mail spam, whatever they write later, until an admin lifts it."""
    await world.say(first())
    await told(world, complaint(world.way.taken[0]), recipients=(world.way.taken[0].sender,))
    [silence] = await world.ledger.silences(world.clock() + timedelta(days=4000))
    assert (silence.kind, silence.until) == ("complaint", None)
    assert "called our mail spam" in world.ledger.parts["mail to others"][0]
    world.clock.pass_by(hours=1)
    await world.pipeline.receive(mail("One page about ants.", "Ants", number=2), envelope(received_at=world.clock()))
    await world.drain()
    assert (await state(world, 1))[0][1] is Progress.FAILED
    assert await world.ledger.lift("ana@acme.example", world.clock())


async def test_a_mail_without_a_package_has_no_other_form(world):
    """Help is help; where it is refused it has failed."""
    world.way.faults[:] = [Permanent(NO_ZIP)]
    await world.pipeline.receive(mail("help", "help"), envelope())
    await world.drain()
    assert [progress for _, progress in await state(world)] == [Progress.FAILED]


async def test_a_mail_that_was_erased_is_not_said_again(world):
    """What was said cannot be made again then; the delivery has come back, and that is all."""
    await world.say(first())
    [old] = world.way.taken
    world.ledger.raws[old.request] = b"\0"
    await told(world, bounce(old), recipients=(old.sender,))
    assert [progress for _, progress in await state(world)] == [Progress.BOUNCED]
    assert (await world.ledger.delivery(DeliveryId(old.id))).progress is Progress.BOUNCED


JOURNAL = "archive@acme.example"


@pytest.fixture
async def archived(memory_ledgers):
    made = World(await memory_ledgers(), journal=JOURNAL)
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def copies(world):
    return [one for one in world.way.taken if one.recipients == (JOURNAL,)]


async def test_x8_a_copy_of_every_mail_in_and_out(archived):
    """The mail that came is enclosed byte for byte; what left goes again as the very same bytes; neither is counted."""
    raw, _ = first()(archived, 1)
    await archived.say(first())
    came, left = sorted(copies(archived), key=lambda one: one.form)
    [answer] = [one for one in archived.way.taken if one not in copies(archived)]
    [enclosed] = read(came.wire).iter_attachments()
    assert enclosed.get_content() == raw
    assert (left.wire, left.message_id) == (answer.wire, answer.message_id)
    assert len({came.sender, left.sender, answer.sender}) == 3
    assert (await archived.ledger.count()).received == 1


async def test_x8_what_gets_no_answer_is_copied_too(archived):
    """Also what cannot even be read."""
    for raw in (mail(Auto_Submitted="auto-replied"), b"\0\1"):
        await archived.pipeline.receive(raw, envelope())
        await archived.drain()
    assert [next(read(one.wire).iter_attachments()).get_content() for one in copies(archived)] == [
        mail(Auto_Submitted="auto-replied"), b"\0\1",
    ]  # fmt: skip


async def test_x8_a_journal_that_bounces_is_told_and_never_answered(archived):
    """Health tells; the bounce of a copy is not copied, or it would never end; the answer itself is left alone."""
    await archived.say(first())
    for copy in copies(archived):
        raw = bounce(copy, "550 5.1.1 no such user", status="5.1.1", number=len(archived.way.taken))
        await told(archived, raw, recipients=(copy.sender,))
    assert len(archived.way.taken) == 3
    assert "archive@acme.example took no copy: 550 5.1.1" in archived.ledger.parts["journal"][0]
    assert not await archived.ledger.silences(archived.clock())


async def test_a_bug_in_making_the_next_form_ends(world):
    """After three starts the refusal is recorded without one; the refused mail is not sent for ever."""
    world.way.refuses = {"renamed": Permanent(NO_ZIP)}
    replied = world.ledger.replied
    world.ledger.replied = None
    await world.pipeline.receive(first()(world, 1)[0], envelope())
    for _ in range(60):
        for job in await world.ledger.claim(ALL, world.clock()):
            try:
                await world.pipeline.perform(job)
            except TypeError:
                await world.ledger.stumbled(job, world.clock(), "TypeError", counted=True)
        world.clock.pass_by(minutes=1)
    world.ledger.replied = replied
    assert [progress for _, progress in await state(world)] == [Progress.FAILED]


async def test_e26_a_delivery_that_failed_for_now_is_tried_again(world):
    """With growing pauses, the same bytes under the same name, until it is taken."""
    world.way.faults[:] = [Temporary("451 try again later")] * 4
    await world.say(first())
    [sent] = world.way.taken
    assert world.clock() - sent.first_at >= timedelta(minutes=5 + 10 + 20 + 40)
    assert [progress for _, progress in await state(world)] == [Progress.SENT]
