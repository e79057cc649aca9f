"""Held mail, in every ledger, and the mail of the past."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from mailbot.domain.request import Held, Ignored, Reopened, RequestId, State
from mailbot.ports import Due
from tests.fakes import NOW, envelope, order


async def hold(ledger, id, *, days=0, admitted=None):
    """One held mail."""
    at = NOW - timedelta(days=days)
    await ledger.open_request(RequestId(id), id.encode(), envelope(received_at=at))
    await ledger.record(
        await ledger.request(RequestId(id)), Held(rule="strangers", reason="a person looks", admitted=admitted), at=at
    )


async def test_what_is_held_is_found(ledger):
    """Oldest first, with its reason and what a release lets in; by the first letters of its id, and by its age."""
    await hold(ledger, "abcde2", days=9, admitted=order())
    await hold(ledger, "abcde3", days=2)
    await ledger.open_request(RequestId("abcdef"), b"new", envelope())
    first, second = await ledger.held()
    assert (first.request.id, first.order, first.rule, first.reason) == (
        "abcde2", order(), "strangers", "a person looks",
    )  # fmt: skip
    assert (second.request.id, second.order, second.request.state) == ("abcde3", None, State.HELD)
    assert [one.request.id for one in await ledger.held("abcde3")] == ["abcde3"]
    assert [one.request.id for one in await ledger.held("abcde", most=1)] == ["abcde2"]
    assert [one.request.id for one in await ledger.held("x")] == []
    assert [one.request.id for one in await ledger.held(before=NOW - timedelta(days=7))] == ["abcde2"]


async def test_what_was_never_judged_is_judged_again(ledger):
    """It waits in the queue of what has just come, and may be held once more."""
    await hold(ledger, "a")
    [held] = await ledger.held()
    await ledger.record(held.request, Reopened(by="ola"), at=NOW, due=Due(queue="intake"))
    assert await ledger.held() == []
    [job] = await ledger.claim({"intake": 1}, NOW)
    request = await ledger.request(RequestId(job.id))
    assert (request.state, request.postponed) == (State.RECEIVED, 0)
    await ledger.record(request, Held(rule="again", reason="still", admitted=order()), at=NOW)
    [held] = await ledger.held()
    assert (held.rule, held.order) == ("again", order())
    assert (await ledger.count()).holds


async def test_an_order_that_cannot_be_read_any_more_is_judged_again(sqlite):
    """Whatever an older version wrote."""
    await hold(sqlite, "a", admitted=order())
    await sqlite._database.write(lambda c: c.execute(text("UPDATE requests SET body = '{\"rule\": 1}'")))
    [held] = await sqlite.held()
    assert held.order is None


async def test_the_mails_of_the_past_come_in_their_order(sqlite):
    """Those that were judged, from a time on, so many at once."""
    for number in range(5):
        id = RequestId(f"r{number}")
        await sqlite.open_request(id, b"x", envelope(received_at=NOW - timedelta(hours=number)))
        if number != 3:
            await sqlite.record(await sqlite.request(id), Ignored(rule="r", reason="w"), at=NOW)
    first = await sqlite.past(NOW - timedelta(hours=4), 0, 2)
    assert [one.id for one in first] == ["r0", "r1"]
    rest = await sqlite.past(NOW - timedelta(hours=4), first[-1].number, 9)
    assert [one.id for one in rest] == ["r2", "r4"]
    assert await sqlite.past(NOW - timedelta(hours=2), rest[0].number, 9) == []
