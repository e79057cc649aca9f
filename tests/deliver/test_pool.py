"""Several relays as one way: who is asked, who rests, and who is never asked again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from mailbot.deliver.pool import Member, Pool
from mailbot.deliver.rates import Line, Rates, Sending
from mailbot.deliver.session import RelayFault, Unfit
from mailbot.domain.errors import Ambiguous, NotYet, Overtaken, Permanent, Temporary
from mailbot.domain.message import Address
from mailbot.domain.reply import DeliveryId
from tests.deliver.test_maildir import MAIL
from tests.fakes import NOW, Time


@dataclass
class Room:
    """A relay that does as it is told."""

    ends: list = field(default_factory=list)  #: what it raises in turn; nothing left: it takes the mail
    asked: int = 0
    settle: timedelta = timedelta(seconds=600)

    async def send(self, _delivery, committing):
        self.asked += 1
        end = self.ends.pop(0) if self.ends else None
        if end is not None and not isinstance(end, Ambiguous):
            raise end
        await committing()
        if end is not None:
            raise end
        return "250 taken"

    async def close(self):
        """Nothing is open."""


@dataclass
class Relays:
    """A pool of rooms, with what it told and committed."""

    rooms: dict
    weights: dict = field(default_factory=dict)
    sending: Sending = field(default_factory=Sending)
    per_minute: float = 0
    clock: Time = field(default_factory=Time)
    told: dict = field(default_factory=dict)
    committed: list = field(default_factory=list)

    def __post_init__(self):
        line = (lambda: Line(per_minute=self.per_minute, burst=2)) if self.per_minute else lambda: None
        members = [
            Member(name=name, room=room, weight=self.weights.get(name, 10), line=line())
            for name, room in self.rooms.items()
        ]
        self.pool = Pool(members, Rates(self.sending), self.clock, self.report)

    async def report(self, part, trouble):
        self.told[part] = trouble

    async def committing(self, relay=""):
        self.committed.append(relay)

    async def send(self, mail=MAIL):
        return await self.pool.send(mail, self.committing)


def mails(number):
    return [replace(MAIL, id=DeliveryId(f"mail{n}")) for n in range(number)]


async def test_e26_mails_are_shared_by_weight_and_each_keeps_its_relay():
    """Three times the weight, about three times the mails; the same mail always begins at the same relay."""
    relays = Relays({"a": Room(), "b": Room()}, weights={"a": 30, "b": 10})
    for mail in mails(400):
        await relays.send(mail)
        await relays.send(mail)
    counts = Counter(relays.committed)
    assert relays.committed[::2] == relays.committed[1::2]
    assert 2.3 < counts["a"] / counts["b"] < 4


async def test_e26_a_relay_that_fails_is_passed_over_at_once():
    """The mail goes out by the other in the same moment, and the dot is the other's."""
    relays = Relays({"a": Room([RelayFault("a is away")] * 9), "b": Room([RelayFault("b is away")] * 9)})
    relays.rooms["b"].ends.clear()
    for mail in mails(4):
        assert await relays.send(mail) == "250 taken"
    assert set(relays.committed) == {"b"}
    assert relays.told == {"relay a": "a is away"}
    assert relays.rooms["a"].asked == 1  # it rests


async def test_e26_one_mail_tries_a_relay_after_its_rest():
    """Half open: of several that come while it tries, none is held up by it; then all may."""
    relays = Relays({"a": Room([RelayFault("away")])})
    with pytest.raises(RelayFault):
        await relays.send()
    with pytest.raises(NotYet, match="relay a rests after away"):
        await relays.send()
    relays.clock.pass_by(seconds=31)
    member = relays.pool._members[0]
    member.health.trying(relays.clock())
    with pytest.raises(NotYet):
        await relays.send()
    member.health.unknown()
    assert await relays.send() == "250 taken"
    assert relays.told == {"relay a": ""}


async def test_a_mail_that_may_have_gone_out_stays_with_its_relay():
    """Never another relay, whatever the first does; when the settings do not name it any more, that is told."""
    relays = Relays({"a": Room([RelayFault("down")]), "b": Room()})
    with pytest.raises(RelayFault, match="down"):
        await relays.send(replace(MAIL, relay="a"))
    assert relays.rooms["b"].asked == 0
    with pytest.raises(Temporary, match="by the relay c, which the settings do not name"):
        await relays.send(replace(MAIL, relay="c"))


async def test_nothing_after_the_dot_is_passed_on():
    """An unknown end, a 4xx and a 5xx about the mail are final for this try."""
    for end in (Ambiguous("silence"), Temporary("450 later"), Permanent("550 no")):
        relays = Relays({"a": Room([end]), "b": Room([end])})
        with pytest.raises(type(end), match=str(end)):
            await relays.send()
        assert relays.rooms["a"].asked + relays.rooms["b"].asked == 1


async def test_all_down_names_each():
    """An admin reads of every relay what it said, or after what it rests."""
    relays = Relays({"a": Room([RelayFault("a: refused")] * 2), "b": Room([RelayFault("b: no route")])})
    with pytest.raises(Temporary) as error:
        await relays.send()
    assert "a: refused" in str(error.value)
    assert "b: no route" in str(error.value)
    assert not isinstance(error.value, NotYet)
    with pytest.raises(NotYet) as error:
        await relays.send()
    assert "relay a rests after a: refused" in str(error.value)
    assert NOW < error.value.until < NOW + timedelta(minutes=2)


async def test_a_relay_that_cannot_take_this_mail_leaves_it_to_another():
    """Too large for one is not too large for all; for all, it is refused for good."""
    small = Unfit("the relay takes at most 10 bytes")
    relays = Relays({"a": Room([small]), "b": Room([small])})
    relays.rooms["b"].ends.clear()
    assert [await relays.send(mail) for mail in mails(6)] == ["250 taken"] * 6
    relays = Relays({"a": Room([small]), "b": Room([small])})
    with pytest.raises(Unfit):
        await relays.send()
    assert relays.told == {}


async def test_who_asks_to_come_later_means_to_the_same_door():
    """The first two tries begin at the same relay (greylisting), the next two at the other."""
    relays = Relays({"a": Room(), "b": Room()})
    for attempts in range(4):
        await relays.send(replace(MAIL, attempts=attempts))
    first, second, third, fourth = relays.committed
    assert first == second != third == fourth


async def test_e24_a_domain_gets_no_more_than_its_rate():
    """What is over gets a time of its own, one behind the other, and goes out then; another domain does not wait."""
    relays = Relays({"a": Room()}, sending=Sending(domain_per_minute=6, burst=2))
    waits = {}
    for mail in mails(5):
        try:
            await relays.send(mail)
        except NotYet as later:
            waits[mail.id] = (later.until - NOW).total_seconds()
    assert waits == {"mail2": 10, "mail3": 20, "mail4": 30}
    await relays.send(replace(MAIL, recipients=(Address("bo@other.example"),)))
    relays.clock.pass_by(seconds=10)
    assert await relays.send(mails(3)[2]) == "250 taken"


async def test_e24_a_relay_sends_no_more_than_its_rate():
    """The other relay takes what is over; when both are at their rate, the mail waits."""
    relays = Relays({"a": Room(), "b": Room()}, per_minute=1)
    for mail in mails(4):
        await relays.send(mail)
    assert Counter(relays.committed) == {"a": 2, "b": 2}
    with pytest.raises(NotYet, match="sends 1 a minute"):
        await relays.send(replace(MAIL, id=DeliveryId("mail5")))


async def test_e24_a_domain_that_says_too_fast_rests():
    """421 4.7.28 as Gmail says it: five minutes, then ten; one mail tries, and when it is taken all may."""
    words = "relay, RCPT TO ana@example.org: 421 4.7.28 Gmail has detected an unusual rate of mail"
    relays = Relays({"a": Room([Temporary(words)] * 2)})
    for minutes in (5, 10):
        with pytest.raises(Temporary):
            await relays.send()
        with pytest.raises(NotYet, match=r"mail to example\.org waits") as later:
            await relays.send()
        assert timedelta(minutes=minutes) <= later.value.until - relays.clock() < timedelta(minutes=minutes + 1)
        relays.clock.pass_by(minutes=minutes, seconds=1)
    assert relays.told["mail to example.org"] == words
    await relays.send()
    assert relays.told["mail to example.org"] == ""
    assert await relays.send() == "250 taken"


async def test_a_refusal_while_one_mail_tries_a_domain_holds_up_no_other():
    """It says nothing about the rate: the next mail tries at once."""
    relays = Relays({"a": Room([Temporary("421 4.7.28 too fast"), Permanent("550 nobody")])})
    with pytest.raises(Temporary):
        await relays.send()
    relays.clock.pass_by(minutes=6)
    with pytest.raises(Permanent):
        await relays.send()
    assert await relays.send() == "250 taken"


async def test_what_is_not_the_relays_says_nothing_about_it():
    """Somebody else has the row: the relay that was about to take it is neither well nor ill."""

    async def committing(_relay=""):
        raise Overtaken("moved on")

    relays = Relays({"a": Room([RelayFault("away")])})
    with pytest.raises(RelayFault):
        await relays.send()
    relays.clock.pass_by(seconds=31)
    with pytest.raises(Overtaken):
        await relays.pool.send(MAIL, committing)
    assert relays.told == {"relay a": "away"}
    assert await relays.send() == "250 taken"


async def test_a_ledger_that_cannot_note_how_a_relay_is_changes_nothing():
    """The mail is taken, and that stands."""
    relays = Relays({"a": Room([RelayFault("away")]), "b": Room([RelayFault("away")])})

    async def report(_part, _trouble):
        raise Temporary("disk full")

    relays.pool._report = report
    relays.rooms["b"].ends.clear()
    assert [await relays.send(mail) for mail in mails(4)] == ["250 taken"] * 4
