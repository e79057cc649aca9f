"""What the clock does by itself: what is over its time goes, the week is told once, and the count always holds."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from mailbot.care.upkeep import UPKEEP, Upkeep
from mailbot.care.week import WEEK, send_week, week, words
from mailbot.domain.privacy import Spans
from mailbot.domain.reply import Progress
from mailbot.domain.request import GaveUp, Refused, RequestId
from tests.care.world import NOW, answer, opened, settings
from tests.fakes import Time, admit, envelope, order
from tests.house import letterhead
from tests.store.values import built, tell

SPANS, DAY = Spans(), timedelta(days=1)


@pytest.fixture
async def ledger(tmp_path):
    made = await opened(tmp_path)
    yield made
    await made.close()


async def sent(ledger, id):
    """The delivery of an answer ended."""
    old = await ledger.delivery(f"d-{id}")
    await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW, said="250 taken")


async def answered(ledger, id, **more):
    request = await admit(ledger, id, **more)
    event, stored = built(request, content=b"<h1>queenbeatrix</h1>" + b"x" * 200_000)
    await ledger.record(request, event, at=NOW, answered=stored)
    await sent(ledger, id)
    return request


async def test_nc14_raw_mail_goes_and_the_project_goes_on(ledger):
    """After 30 days the bytes are gone, theirs and ours; the project can still be changed."""
    await answered(ledger, "one")
    assert (await ledger.expire(SPANS, NOW + 29 * DAY)).mails == 0
    gone = await ledger.expire(SPANS, NOW + 31 * DAY)
    assert (gone.mails, gone.projects) == (1, 0)
    with pytest.raises(Exception, match="deleted when its time was over"):
        await ledger.raw(RequestId("one"))
    with pytest.raises(Exception, match="deleted when its time was over"):
        await ledger.delivery("d-one")
    assert (await ledger.project("p00001")).head.draft.files
    assert (await ledger.expire(SPANS, NOW + 31 * DAY)).any is False


async def test_nc14_projects_and_facts_go_and_the_count_stays(ledger, tmp_path):
    """180 days after its last mail a project goes with its blobs, after 400 who wrote; received = answered stays."""
    await answered(ledger, "one")
    assert list((tmp_path / "blobs").glob("*/*"))
    assert (await ledger.expire(SPANS, NOW + 181 * DAY)).projects == 1
    assert await ledger.project("p00001") is None
    await ledger.tidy(grace=-60)
    assert list((tmp_path / "blobs").glob("*/*")) == []
    await ledger.expire(SPANS, NOW + 401 * DAY)
    count = await ledger.count()
    assert (count.received, count.answered, count.holds) == (1, 1, True)
    with sqlite3.connect(tmp_path / "mailbot.db") as database:
        assert database.execute("SELECT count(*) FROM requests WHERE author IS NOT NULL").fetchone() == (0,)


async def test_what_is_open_is_never_touched(ledger):
    """A request at work, a held one, and an answer that is still being sent keep everything, however old."""
    await admit(ledger, "work", message_id="<w@acme.example>")
    request = await admit(ledger, "sending", message_id="<s@acme.example>", project="p00002")
    await tell(ledger, request)
    await ledger.open_request(RequestId("new"), b"new", envelope())
    assert not (await ledger.expire(SPANS, NOW + 2000 * DAY)).any
    assert await ledger.raw(RequestId("work")) == b"work"
    assert (await ledger.delivery("d-sending")).wire


async def test_a_project_with_recent_mail_stays(ledger):
    """The last mail counts, not the first."""
    await answered(ledger, "one")
    await ledger.open_request(RequestId("two"), b"two", envelope(received_at=NOW + 100 * DAY))
    late, event = await ledger.request(RequestId("two")), order(message_id="<2@acme.example>")
    await ledger.record(late, event, at=NOW)
    late = late.after(event)
    await ledger.record(late, GaveUp(reason="no"), at=NOW, answered=answer(late, kind="gaveup"))
    await sent(ledger, "two")
    assert (await ledger.expire(SPANS, NOW + 200 * DAY)).projects == 0
    assert (await ledger.expire(SPANS, NOW + 281 * DAY)).projects == 1


async def test_a_content_that_is_wanted_again_is_not_removed(ledger, tmp_path):
    """A blob that no row names yet is left alone for ten minutes, and one that comes again is marked."""
    name = ledger._blobs.put(b"z" * 200_000)
    assert await ledger.tidy() == 0
    assert await ledger.tidy(grace=-60) == 1
    assert not (tmp_path / "blobs" / name[:2] / name).exists()
    assert ledger._blobs.put(b"z" * 200_000) == name
    assert ledger._blobs.get(name) == b"z" * 200_000


async def test_j18_the_week_is_told_once_and_adds_up(ledger):
    """Each admin has one mail a week, whatever dies in between; it is counted as received and closed."""
    we = letterhead(admins=("ola@example.org", "ann@example.org"))
    await answered(ledger, "one")
    await ledger.open_request(RequestId("no"), b"no", envelope())
    refused = await ledger.request(RequestId("no"))
    await ledger.record(
        refused, Refused(rule="10-default/strangers", reason="no"), at=NOW, answered=answer(refused, kind="refused")
    )
    until = NOW + DAY
    assert await send_week(ledger, until, ("email",), we) is True
    assert await send_week(ledger, until, ("email",), we) is False
    mails = [await ledger.delivery(job.id) for job in await ledger.claim({"send": 9}, until)]
    digests = [one for one in mails if "digest" in one.form]
    assert {one.recipients[0] for one in digests} == {"ola@example.org", "ann@example.org"}
    assert b"Received 2 =3D answered 2" in digests[0].wire or b"Received 2 = answered 2" in digests[0].wire
    assert b"10-default/strangers" in digests[0].wire
    count = await ledger.count()
    assert (count.received, count.closed, count.holds) == (3, {"clock": 1}, True)


async def test_a_quiet_week_is_not_told(ledger):
    """Nothing came, nothing is wrong; and without an admin nobody is told."""
    assert await send_week(ledger, NOW, ("email",), letterhead(admins=("ola@example.org",))) is False
    await admit(ledger, "one")
    assert await send_week(ledger, NOW + DAY, ("email",), letterhead()) is False
    assert "in flight 1" in words(await week(ledger, NOW + DAY), letterhead())


async def test_the_clock_does_all_of_it(ledger, tmp_path):
    """Each timer of the clock by its name, with its slot."""
    await answered(ledger, "one")
    clock = Time(NOW + 31 * DAY)
    upkeep = Upkeep(
        settings=settings(tmp_path),
        ledger=ledger,
        letterhead=letterhead(admins=("o@example.org",)),
        ways=("email",),
        clock=clock,
    )
    for name in UPKEEP:
        await upkeep.tick(f"{name}:{(NOW + DAY).isoformat()}")
    assert (await ledger.count()).closed == {"clock": 1}
    with pytest.raises(Exception, match="deleted"):
        await ledger.raw(RequestId("one"))
    assert UPKEEP["digest"] == WEEK
