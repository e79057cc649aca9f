"""The contract of the ledger: how long people wait here, and the mails that are never an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.build.plan import Said
from mailbot.domain.errors import Overtaken, Permanent
from mailbot.domain.project import Maker
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import RequestId
from mailbot.domain.work import Waited
from mailbot.ports import Due
from tests.fakes import NOW, admit, envelope
from tests.store.values import ALL, built, claimed, delivery, tell

SAID = Said(text="words", maker=Maker(kind="model"))
NOTICE = delivery("a", id=DeliveryId("n-a"), form="notice-1", sender="")


async def admitted(ledger, id, received=NOW):
    await ledger.open_request(RequestId(id), id.encode(), envelope(received_at=received))
    return await admit(ledger, id)


async def test_a_notice_is_stored_with_its_step(ledger):
    """It is sent like any mail; without the step there is none."""
    request = await admitted(ledger, "a")
    await ledger.claim(ALL, NOW)
    due = Due(queue="check", notices=(NOTICE,))
    await ledger.add_turn(request, SAID, at=NOW, due=due)
    assert await ledger.waited(RequestId("a")) == Waited(noticed_at=NOW)
    assert sorted(await claimed(ledger)) == ["a", "n-a"]
    assert (await ledger.delivery(DeliveryId("n-a"))).wire == NOTICE.wire
    other = delivery("a", id=DeliveryId("n-b"), form="notice-2")
    with pytest.raises(Overtaken):
        await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="check", notices=(other,)))
    with pytest.raises(Permanent):
        await ledger.delivery(DeliveryId("n-b"))


async def test_a_notice_that_waits_is_not_sent_behind_the_answer(ledger):
    """Once the answer is there; one that went out stays what it is."""
    request = await admitted(ledger, "a")
    request = await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="check", notices=(NOTICE,)))
    await tell(ledger, request)
    assert (await ledger.delivery(DeliveryId("n-a"))).progress is Progress.FAILED
    assert await claimed(ledger) == ["d-a"]
    assert (await ledger.count()).answered == 1


async def test_the_usual_wait_is_that_of_the_last_answers_of_a_model(ledger):
    """Their median, from receipt to answer; two are too few, and what took no model says nothing."""
    for number, minutes in enumerate((2, 12, 60)):
        assert await ledger.waited(RequestId("x")) == Waited()
        request = await admitted(ledger, f"r{number}")
        request = await ledger.add_turn(request, SAID, at=NOW, due=Due(queue="check"))
        event, stored = built(request, await last(ledger, request) + 1)
        await ledger.record(request, event, at=NOW + timedelta(minutes=minutes), answered=stored)
    quick = await admitted(ledger, "quick")
    event, stored = built(quick, await last(ledger, quick) + 1)
    await ledger.record(quick, event, at=NOW, answered=stored)
    assert await ledger.waited(RequestId("x")) == Waited(usual=720.0)


async def last(ledger, request):
    return (await ledger.project(request.order.intent.project)).last
