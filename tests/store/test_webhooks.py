"""What is told to those who ordered: stored with what happened, in order, the last word last; on both databases."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.domain.errors import Overtaken, Temporary
from mailbot.domain.message import Address, Proof
from mailbot.domain.names import request_id
from mailbot.domain.news import Way, What
from mailbot.domain.orders import Placed, uuid_of
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import GaveUp, Ignored, Refused, Told
from mailbot.domain.sending import Moved
from mailbot.receive.orders import Vouched, order_envelope, order_mail
from tests.conftest import postgres, sqlite
from tests.fakes import NOW, order
from tests.store.values import ALL, answer, delivery

TO, ANA, URL = Address("build@mailbot.localhost"), Address("ana@acme.example"), "https://hooks.acme.example/1"
EVERY = tuple(one.value for one in What)


@pytest.fixture(params=[sqlite, postgres], ids=lambda kind: kind.__name__)
async def ledger(request, tmp_path):
    """A new ledger of either kind."""
    open_again = await request.param(request, tmp_path)()
    found = await open_again(lambda: NOW)
    yield found
    await found.close()


async def placed(ledger, number=1, url=URL, events=(), at=NOW):
    """An order that is on disk."""
    raw = order_mail({"description": f"bees {number}"}, author=ANA, to=TO, nonce=str(number), at=NOW)
    envelope = order_envelope(ANA, TO, Vouched(token="ci", proof=Proof.ACCOUNT), NOW)
    id = request_id(raw, (TO,))
    one = Placed(request=id, token="ci", at=at, body=str(number), webhook_url=url, webhook_events=events)
    await ledger.place(raw, envelope, one)
    return id


async def admitted(ledger, id):
    """It is let in."""
    await ledger.record(await ledger.request(id), order(project=f"p{id[:5]}", message_id=f"<{id}@x>"), at=NOW)


async def ended(ledger, id, event=None, *mails):
    """It is answered."""
    request = await ledger.request(id)
    await ledger.record(request, event or Told(topic="help"), at=NOW, answered=answer(request, *mails))


async def told(ledger, id):
    """What is stored, and how far each is."""
    return [(what, way) for what, way, _, _ in await ledger.news_of(id)]


async def due(ledger, at=NOW):
    """The calls that are taken now."""
    return [job.id for job in await ledger.claim({"notify": 10}, at) if job.kind == "webhook"]


async def say(ledger, id, way=Way.TOLD, at=NOW):
    """Whoever listens has heard it, or not."""
    news = await ledger.news(id)
    new = news.again(at) if way is Way.WAITING else news.ended(way)
    await ledger.move_news(news, new, said="200", at=at)


async def sent(ledger, id, progress=Progress.SENT):
    """A mail is taken by another mail system, or by none."""
    found = await ledger.delivery(DeliveryId(id))
    await ledger.move_delivery(found, found.ended(progress), at=NOW, said="250 queued")


async def test_e9_completed_then_email_sent(ledger):
    """The body is as documented; the second waits for the first; both are told once."""
    id = await placed(ledger)
    await admitted(ledger, id)
    await ended(ledger, id)
    await sent(ledger, f"d-{id}")
    assert await told(ledger, id) == [("completed", "waiting"), ("email_sent", "waiting")]
    assert await due(ledger) == [f"msg_{id}_completed"]
    body = json.loads((await ledger.news(f"msg_{id}_completed")).body)
    assert body == {
        "status": "completed", "request_id": uuid_of(id), "recipient": ANA,
        "timestamp": "2026-11-20T12:00:00.000Z", "tracking_id": id,
    }  # fmt: skip
    await say(ledger, f"msg_{id}_completed")
    assert await due(ledger) == [f"msg_{id}_email_sent"]
    body = json.loads((await ledger.news(f"msg_{id}_email_sent")).body)
    assert (body["status"], body["tracking_id"]) == ("email_sent", f"d-{id}")
    await say(ledger, f"msg_{id}_email_sent")
    assert await told(ledger, id) == [("completed", "told"), ("email_sent", "told")]
    assert await due(ledger) == []
    assert (await ledger.news(f"msg_{id}_email_sent")).body == ""  # no address stays behind


@pytest.mark.parametrize("event", [GaveUp(reason="no model answers"), Refused(rule="none", reason="no model answers")])
async def test_e9_failed_says_why(ledger, event):
    """Given up, and refused."""
    id = await placed(ledger)
    if isinstance(event, GaveUp):
        await admitted(ledger, id)
    await ended(ledger, id, event)
    body = json.loads((await ledger.news(f"msg_{id}_failed")).body)
    assert (body["status"], body["error"]) == ("failed", "no model answers")
    assert await told(ledger, id) == [("failed", "waiting")]


async def test_what_gets_no_reply_gets_its_end_all_the_same(ledger):
    """An order that a guard closes has failed."""
    id = await placed(ledger)
    await ledger.record(await ledger.request(id), Ignored(rule="unproven", reason="nobody vouches"), at=NOW)
    assert await told(ledger, id) == [("failed", "waiting")]


async def test_progress_is_not_told_after_the_end(ledger):
    """What waits is superseded, and what is in hand is not tried again."""
    id = await placed(ledger, events=EVERY)
    assert await due(ledger) == [f"msg_{id}_queued"]
    await admitted(ledger, id)
    await ended(ledger, id)
    assert await told(ledger, id) == [("queued", "waiting"), ("processing", "superseded"), ("completed", "waiting")]
    assert (await ledger.news(f"msg_{id}_queued")).stale
    assert await due(ledger) == []
    await say(ledger, f"msg_{id}_queued", Way.WAITING)
    assert await told(ledger, id) == [("queued", "superseded"), ("processing", "superseded"), ("completed", "waiting")]
    assert await due(ledger) == [f"msg_{id}_completed"]


async def test_progress_is_told_in_order_while_there_is_no_end(ledger):
    """Queued, then processing; one that fails is tried later, and the next waits for it."""
    id = await placed(ledger, events=EVERY)
    await admitted(ledger, id)
    assert await due(ledger) == [f"msg_{id}_queued"]
    await say(ledger, f"msg_{id}_queued", Way.WAITING)
    assert await due(ledger) == []
    assert await due(ledger, NOW + timedelta(seconds=1)) == [f"msg_{id}_queued"]
    await say(ledger, f"msg_{id}_queued")
    assert await due(ledger) == [f"msg_{id}_processing"]


async def test_an_order_that_wants_no_end_hears_no_progress_after_it(ledger):
    """It asked for progress only: that is void once there is an end."""
    id = await placed(ledger, events=("queued",))
    await ended(ledger, id, Refused(rule="none", reason="no"))
    assert await told(ledger, id) == [("queued", "superseded")]


async def test_410_ends_what_goes_there(ledger):
    """The rest of this order and of older ones; a later order that names the URL asks anew."""
    first, second = await placed(ledger, 1), await placed(ledger, 2)
    for id in (first, second):
        await admitted(ledger, id)
        await ended(ledger, id)
    await say(ledger, f"msg_{first}_completed", Way.GONE)
    assert await told(ledger, second) == [("completed", "gone")]
    await sent(ledger, f"d-{first}")
    assert await told(ledger, first) == [("completed", "gone")]
    third = await placed(ledger, 3, at=NOW + timedelta(seconds=1))
    await ended(ledger, third, Refused(rule="none", reason="no"))
    assert await told(ledger, third) == [("failed", "waiting")]


async def test_a_mail_in_parts_is_sent_when_all_of_it_is(ledger):
    """Not with the first part; and a part that goes again in another form is on its way."""
    id = await placed(ledger, events=EVERY)
    await admitted(ledger, id)
    await ended(ledger, id, None, delivery(id), delivery(id, id=DeliveryId("two"), message_id="<two@x>"))
    await sent(ledger, f"d-{id}")
    assert ("email_sent", "waiting") not in await told(ledger, id)
    old = await ledger.delivery(DeliveryId("two"))
    again = (replace(old, id=DeliveryId("three"), form="eml"),)
    await ledger.settle(Moved(old=old, new=old.ended(Progress.FAILED), said="552", following=again), at=NOW)
    assert len(await told(ledger, id)) == 3
    await sent(ledger, "three")
    assert (await told(ledger, id))[-1] == ("email_sent", "waiting")


async def test_a_mail_that_nobody_takes(ledger):
    """Is told where the order asks for it; notices and copies are no answer."""
    id = await placed(ledger, events=EVERY)
    await admitted(ledger, id)
    notice = delivery(id, id=DeliveryId("n"), form="notice-1")
    await ended(ledger, id, None, delivery(id), notice)
    await sent(ledger, "n")
    assert len(await told(ledger, id)) == 3
    await sent(ledger, f"d-{id}", Progress.FAILED)
    assert (await told(ledger, id))[-1] == ("email_failed", "waiting")


async def test_nothing_is_stored_where_nobody_asks(ledger):
    """Neither for an order without a URL, nor for a mail."""
    id = await placed(ledger, url="")
    await admitted(ledger, id)
    await ended(ledger, id)
    await sent(ledger, f"d-{id}")
    assert await told(ledger, id) == []


async def test_an_end_that_is_not_stored_is_not_told(ledger, monkeypatch):
    """One transaction: when the reply cannot be written, there is no webhook either."""
    id = await placed(ledger)
    await admitted(ledger, id)

    def full(*_):
        raise Temporary("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger._replies, "add", full)
        with pytest.raises(Temporary):
            await ended(ledger, id)
    assert await told(ledger, id) == []
    await ended(ledger, id)
    assert await told(ledger, id) == [("completed", "waiting")]


async def test_two_at_the_same_moment_are_told_apart(ledger):
    """Of two who heard an answer the second is told so; ends and beginnings at once leave nobody blocked."""
    id = await placed(ledger)
    await admitted(ledger, id)
    await ended(ledger, id)
    news = await ledger.news(f"msg_{id}_completed")
    await asyncio.gather(say(ledger, news.id), sent(ledger, f"d-{id}"))
    assert await due(ledger) == [f"msg_{id}_email_sent"]
    with pytest.raises(Overtaken):
        await ledger.move_news(news, news.ended(Way.TOLD), said="200", at=NOW)


async def test_a_call_in_hand_at_a_crash_is_made_again(ledger):
    """The start that died does not count; nothing behind it goes first."""
    id = await placed(ledger)
    await admitted(ledger, id)
    await ended(ledger, id)
    await sent(ledger, f"d-{id}")
    assert await due(ledger) == [f"msg_{id}_completed"]
    await ledger.recover()
    jobs = [job for job in await ledger.claim(ALL, NOW) if job.kind == "webhook"]
    assert [(job.id, job.starts) for job in jobs] == [(f"msg_{id}_completed", 1)]
