"""Around the final dot: the process dies, or the answer is lost, and each mail arrives once all the same.

The relay sends a copy of each mail to an address of ours. What comes there has gone out, whatever we did not hear.
Without the copy the same bytes go out at most once more, by the same relay.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from mailbot.deliver import Out, Sending, SmtpRelay
from mailbot.deliver.sent import SentCopy
from mailbot.domain.errors import Temporary
from mailbot.domain.message import Proof
from mailbot.domain.reply import Progress
from tests.deliver.sink import Fault, Sink
from tests.fakes import PAGE, Crash, FakeModel, envelope, site
from tests.world import World, first

COPIES = "copies@mailbot.localhost"
#: What happens around the dot: the process dies there, or only the answer is lost; taken or not.
ENDS = ("before", "committed", "dies, taken", "dies, not taken", "lost, taken", "lost, not taken", "answered", "")


@dataclass
class Dying:
    """The way by a relay, in a process that dies as told."""

    sink: Sink
    way: object
    ends: list = field(default_factory=list)
    idempotent: bool = False

    @property
    def settle(self):
        return self.way.settle

    async def send(self, delivery, committing):
        end = self.ends.pop(0) if self.ends else ""
        self.sink.fault = Fault("dot", "taken" if end.endswith(", taken") else "close") if "taken" in end else None

        async def commit(relay=""):
            if end == "before":
                raise Crash
            await committing(relay)
            if end == "committed":
                raise Crash

        try:
            said = await self.way.send(delivery, commit)
        except Temporary as error:
            raise (Crash if end.startswith("dies") else error) from None
        if end == "answered":
            raise Crash
        return said


async def live(ledgers, ends, *, copied):
    """A life with one mail for each of *ends*; what arrived, and the ledger's last word on each delivery."""
    with Sink() as sink:
        relay = SmtpRelay(host=sink.host, port=sink.port, security="none", timeout=5, copy_to=COPIES if copied else "")
        world = World(await ledgers(), model=FakeModel([PAGE.format("Bees")] * len(ends) * 3))
        out = Out.opened([relay], Sending(), site(clock=world.clock), nobody)
        world.way = Dying(sink, out.ways["email"], list(ends))
        await world.start()
        for number in range(len(ends)):
            raw, to = first()(world, number)
            await world.pipeline.receive(raw, envelope(recipients=(to,)))
            await until_rest(world, sink)
        count = await world.ledger.count()
        await world.stop()
        await out.close()
    assert count.holds
    return sink.mails


async def until_rest(world, sink):
    """Go on after each death, and hand in the copies as they come: before the time to settle is over."""
    while True:
        seen = len(sink.mails)
        try:
            while await world.work():
                pass
        except Crash:
            await world.stop()
            await world.start()
        if len(sink.mails) > seen:
            for mail in sink.mails[seen:]:
                if COPIES in mail.recipients:
                    ours = envelope(channel="imap", sender=mail.sender, recipients=(COPIES,), proof=Proof.NONE)
                    await world.pipeline.receive(mail.wire, ours)
            continue
        due = await world.ledger.next_due()
        if due is None:
            return
        world.clock.now = max(world.clock.now + timedelta(seconds=1), due)


async def nobody(_part, _trouble):
    """Nobody listens."""


def to_ana(mails):
    """How often each mail arrived at its author's."""
    ids = (mail.wire.partition(b"\r\nMessage-ID: ")[2].partition(b"\r\n")[0] for mail in mails)
    return Counter(id for id in ids if b".notice." not in id)


async def test_twenty_ends_around_the_dot_lose_and_double_nothing(sqlite_ledgers):
    """With the copy route: every mail arrives exactly once."""
    ends = list(itertools.islice(itertools.cycle(ENDS), 20))
    counts = to_ana(await live(sqlite_ledgers, ends, copied=True))
    assert len(counts) == 20
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("end", list(ENDS))
async def test_without_the_copy_a_lost_answer_costs_one_more(end, memory_ledgers):
    """The same bytes once more where the relay had taken it, and nothing is lost."""
    counts = to_ana(await live(memory_ledgers, [end], copied=False))
    doubled = end in {"dies, taken", "lost, taken", "answered"}
    assert list(counts.values()) == [2 if doubled else 1]


async def test_a_copy_that_comes_too_late_or_again_changes_nothing(memory_ledgers):
    """The delivery is sent; a second copy says so, and a stranger's mail with our loop header says nothing."""
    world = World(await memory_ledgers())
    await world.start()
    await world.say(first())
    delivery = world.way.taken[-1]
    sent = await world.ledger.delivery(delivery.id)
    await world.pipeline.receive(delivery.wire, envelope(recipients=(COPIES,), sender=delivery.sender))
    await world.drain()
    assert sent.progress is Progress.SENT
    assert await world.ledger.delivery(delivery.id) == sent
    forged = delivery.wire.replace(
        b"\r\nMessage-ID: <", b"\r\nMessage-ID: <aaaaaa.1.b.cccccccccc@x.example>\r\nX-Was: <"
    )
    await world.pipeline.receive(forged, envelope(recipients=(COPIES,), sender="x@x.example"))
    await world.drain()
    assert world.way.taken[-1] is delivery


async def test_what_was_sent_is_followed_by_its_copy_for_the_folder(sqlite_ledgers):
    """In the transaction that makes it sent: the same bytes, by a way of its own, after it and once."""
    with Sink() as sink:
        world = World(await sqlite_ledgers())
        relay = SmtpRelay(host=sink.host, port=sink.port, security="none", name="work")
        out = Out.opened([relay], Sending(), site(clock=world.clock), nobody)
        world.way, folder = out.ways["email"], Kept()
        world.copies["sent-copy:work"] = folder
        await world.start()
        await world.say(first())
        await world.stop()
        await out.close()
    (mail,) = sink.mails
    assert [one.wire for one in folder.taken] == [mail.wire]
    assert folder.taken[0].attempts == 1


@dataclass
class Kept:
    """A folder of sent mail that is away at first."""

    idempotent: bool = SentCopy.idempotent
    settle: timedelta = SentCopy.settle
    taken: list = field(default_factory=list)
    tries: int = 0

    async def send(self, delivery, committing):
        self.tries += 1
        if self.tries == 1:
            raise Temporary("the folder is away")
        await committing()
        self.taken.append(delivery)
        return "put there"
