"""`mailbot rules diff`: new rules, tried on the mails of the past."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.message import Proof
from mailbot.domain.names import request_id
from mailbot.domain.request import Admitted, Ignored, RequestId
from mailbot.ports import Due
from mailbot.receive.reader import InProcess
from mailbot.replay import Replay, diff
from mailbot.settings import load
from mailbot.site import known_names
from mailbot.store import open_ledger
from tests.fakes import NOW, FakeScanner, Time, envelope, mail, order
from tests.prepared import ledger_in

ADDRESSES = {"build": "build"}
OLD = [{"id": "all", "if": {"proof": "dkim"}, "then": {"action": "allow"}}]


def policy(*rules):
    return Policy(rules=rules_from([("x", {"version": 1, "rules": list(rules)})]), version=str(len(rules)))


@pytest.fixture
async def ledger(tmp_path):
    made = await ledger_in(tmp_path, Time())
    yield made
    await made.close()


async def came(ledger, number, *, author="ana@acme.example", text="One page about bees.", proof=Proof.DKIM):
    """A mail of the past, a minute after the one before, that was let in."""
    at = NOW - timedelta(hours=20) + timedelta(minutes=number)
    raw = mail(text, subject=f"Bees {number}", number=number, From=author)
    known = envelope(received_at=at, proof=proof)
    id = request_id(raw, known.recipients)
    await ledger.open_request(id, raw, known)
    event = order(project=f"p{number:05}", author=author, message_id=f"<{number}@acme.example>")
    assert isinstance(event, Admitted)
    await ledger.record(await ledger.request(id), event, at=at, due=Due(queue="gen:x"))
    return id


def tried(ledger, *new, old=OLD):
    return Replay(
        ledger=ledger,
        reader=InProcess(),
        scanner=FakeScanner(),
        names=known_names(load(None)),
        addresses=ADDRESSES,
        ours=(),
        old=policy(*old),
        new=policy(*new),
    )


async def changed(replay, hours=24):
    return [one async for one in replay.changed(NOW - timedelta(hours=hours))]


@pytest.mark.timeout(300)
async def test_of_a_thousand_mails_exactly_the_changed_ones(ledger):
    """Those of one domain; and by count, those that were one too many as of then, and no other."""
    authors = [f"eve{n % 5}@evil.example" if n % 7 == 0 else f"p{n}@p{n}.example" for n in range(1000)]
    ids = await asyncio.gather(*(came(ledger, n, author=author) for n, author in enumerate(authors)))
    expected = {id: n for n, id in enumerate(ids) if n % 7 == 0}
    no_eve = {"id": "no", "if": {"from": "@evil.example"}, "then": {"action": "deny"}}
    replay = tried(ledger, no_eve, *OLD)
    assert {one.mail.id for one in await changed(replay)} == set(expected)
    assert (replay.looked, replay.unread) == (1000, 0)
    often = {"id": "often", "if": {"usage": {"domain_hour": {"gte": 8}}}, "then": {"action": "deny"}}
    late = {f"Bees {n}" for n in expected.values() if n >= 8 * 7}  # a mail a minute, every seventh of that domain
    assert {one.subject for one in await changed(tried(ledger, often, *OLD))} == late


async def test_what_is_set_otherwise_is_named(ledger):
    """With both values; another rule with the same treatment is no change."""
    await came(ledger, 1)
    same = {"id": "another", "then": {"action": "allow", "reason": "other words", "tag": "x"}}
    assert await changed(tried(ledger, same)) == []
    [one] = await changed(tried(ledger, {"id": "all", "then": {"action": "allow", "set": {"priority": 2}}}))
    assert str(one).splitlines()[1:] == [
        "    now: Admitted by rule all: the rule 'all' of this mailbox says allow; priority None",
        "    new: Admitted by rule all: the rule 'all' of this mailbox says allow; priority 2",
    ]


async def test_quotas_are_counted_as_of_then(ledger):
    """The third of a day was one too many; the first two were not."""
    ids = [await came(ledger, number) for number in range(3)]
    quota = {"per": "sender", "max": 2, "every": "day"}
    [one] = await changed(tried(ledger, {"id": "all", "then": {"action": "allow", "set": {"quotas": [quota]}}}, old=[
        {"id": "all", "then": {"action": "allow", "set": {"quotas": [quota | {"max": 3}]}}}
    ]))  # fmt: skip
    assert one.mail.id == ids[2]
    assert "new: Refused" in str(one)


async def test_only_the_last_while_is_looked_at(ledger):
    """And mail that cannot be read is counted, and treated alike by any rules."""
    await came(ledger, 1)
    id = RequestId("x")
    await ledger.open_request(id, b"no mail", envelope(received_at=NOW))
    await ledger.record(await ledger.request(id), Ignored(rule="unreadable", reason="no"), at=NOW)
    deny = tried(ledger, {"id": "no", "then": {"action": "deny"}})
    assert await changed(deny, hours=1) == []
    assert (deny.looked, deny.unread) == (0, 1)
    assert len(await changed(deny)) == 1


async def test_what_is_not_known_any_more_is_said(ledger):
    """Of what either version asks, also in an expression."""
    asks = {"id": "x", "when": "usage.sender_open > 3 && mail.spam > 1.0", "then": {"action": "deny"}}
    words = " ".join(tried(ledger, asks, *OLD).unsure())
    assert "sender_open is not known" in words
    assert "spam filter judges as it does now" in words
    assert list(tried(ledger, *OLD).unsure()) == []


async def test_nothing_is_stored_and_nothing_is_sent(tmp_path):
    """The whole command: the ledger is byte for byte what it was."""
    settings = load(None, data=tmp_path / "data")
    ledger = await open_ledger(settings.database_url, str(settings.folder), Time())
    await came(ledger, 1)
    before = await ledger.count()
    rows = await ledger.mails(10)
    await ledger.close()
    new = tmp_path / "new"
    new.mkdir()
    (new / "1.yaml").write_text("version: 1\nrules: [{id: no, then: {action: discard}}]\n", "utf-8")
    lines = [line async for line in diff(settings, new, timedelta(days=3650))]
    assert "Refused by rule nobody-else" in lines[0]
    assert "Ignored by rule no" in lines[0]
    assert "1 of 1 mails would be treated otherwise" in lines[-1]
    ledger = await open_ledger(settings.database_url, str(settings.folder), Time())
    assert (await ledger.count(), await ledger.mails(10)) == (before, rows)
    await ledger.close()
