"""Nobody who was forgotten is found in any column of any table, on either database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from mailbot.domain.privacy import Erasure, Spans
from mailbot.domain.reply import Progress
from mailbot.domain.request import Admitted, Held, Ignored, RequestId, Told
from mailbot.domain.sending import COMPLAINT, Silence
from mailbot.store.memory import memories
from mailbot.store.tables import Row, revisions
from mailbot.store.tables_notes import people
from mailbot.store.tables_orders import orders, tokens
from mailbot.store.tables_sessions import sessions
from tests.fakes import NOW, admit, envelope, order
from tests.store.values import answer, built, delivery, tell

ANA, BOB = "ana@acme.example", "bob@other.example"
WISH = Erasure(author="Ana@acme.example", mark="erased-abc", at=NOW)
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgres"])
async def ledger(opening, request):
    made = await opening(request.param)
    yield made
    await made.close()


async def every_cell(ledger):
    """All that any row holds, by table and column."""

    def read(connection):
        for table in Row.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from ((f"{table.name}.{name}", value) for name, value in row.items() if value is not None)

    return await ledger._database.scan(lambda c: list(read(c)))


def text_of(value):
    return value.decode("latin-1").lower() if isinstance(value, bytes) else str(value).lower()


async def traces(ledger, *words):
    return sorted({place for place, value in await every_cell(ledger) if any(word in text_of(value) for word in words)})


async def put(ledger, table, **values):
    await ledger._database.write(lambda c: c.execute(insert(table).values(**values)))


async def ana_was_here(ledger):
    """Ana in every table: a project, a wish at work, held mail, a bounce about her, what people and servers noted."""
    request = await admit(ledger, "one", message_id="<1@acme.example>")
    event, stored = built(request, content=b"<h1>queenbeatrix</h1>")
    await ledger.record(request, event, at=NOW, answered=stored)
    old = await ledger.delivery("d-one")
    await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW, said=f"250 <{ANA}> is glad")
    await admit(ledger, "work", message_id="<2@acme.example>")
    for id, text, event in (
        ("held", f"From: Ana <{ANA}>\r\n\r\nqueenbeatrix", Held(rule="x", reason="y", admitted=order(project=None))),
        (
            "bounce",
            f"From: mailer@isp.example\r\n\r\nno such user {ANA} queenbeatrix",
            Ignored(rule="automatic", reason=ANA),
        ),
    ):
        await ledger.open_request(RequestId(id), text.encode(), envelope(sender=""))
        await ledger.record(await ledger.request(RequestId(id)), event, at=NOW)
    await ledger.report("mail to others", f"{ANA} called our mail spam", NOW)
    silence = Silence(address=ANA, kind=COMPLAINT, why="spam", at=NOW, until=NOW)
    moved = await ledger.delivery("d-one")
    await ledger._database.write(lambda c: ledger._receivers.silence(c, silence))
    assert moved.progress is Progress.SENT
    await put(ledger, memories, owner=ANA, number=1, text="queenbeatrix", about="wish", by=ANA, at=NOW)
    await put(ledger, tokens, name="t", hash="h", scopes="[]", people=f'["{ANA}", "{BOB}"]', created_at=NOW)
    more = {"webhook_url": "https://queenbeatrix.example", "app_type": ""}
    await put(ledger, orders, request_id="one", token="t", at=NOW, key="", body="", **more)
    times = {"created_at": NOW, "updated_at": NOW, "expires_at": NOW}
    await put(ledger, sessions, id="s", token="t", model="m", messages=f'["{ANA}"]', about="{}", turn=0, **times)


async def bobs(ledger):
    """Bob's project, in which Ana takes part, with an answer of which she got a copy."""
    await ledger.open_request(RequestId("bob"), b"bob", envelope(sender=BOB))
    await ledger.record(
        request := await ledger.request(RequestId("bob")),
        event := order(author=BOB, project="p00002", message_id="<b@other.example>"),
        at=NOW,
    )
    request = request.after(event)
    copied = replace(delivery("bob"), recipients=(BOB, ANA), wire=f"Cc: {ANA}".encode())
    event, stored = built(request)
    await ledger.record(request, event, at=NOW, answered=replace(stored, deliveries=(copied,)))
    old = await ledger.delivery("d-bob")
    await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW, said="250")
    await put(ledger, people, project="p00002", address=ANA, role="collaborator", by=BOB, at=NOW)


async def test_nb9_no_column_names_somebody_who_was_forgotten(ledger):
    """In any table; what is at work is withdrawn, held mail closed, and the count goes on as it was."""
    await ana_was_here(ledger)
    await bobs(ledger)
    places = {place.partition(".")[0] for place in await traces(ledger, ANA, "queenbeatrix")}
    assert places >= {"requests", "messages", "replies", "deliveries", "attempts", "projects", "revisions", "audit",
                      "parts", "silences", "memories", "people", "tokens", "orders", "sessions"}  # fmt: skip
    await ledger.forget(WISH)
    assert await traces(ledger, ANA, "queenbeatrix", "ana <") == []
    count = await ledger.count()
    assert (count.received, count.answered, count.in_flight, count.holds) == (5, 2, 0, True)
    assert count.closed == {"withdrawn": 1, "erased": 1, "automatic": 1}
    assert (await ledger.silence(ANA), (await ledger.silence(ANA, WISH.mark)).kind) == (None, COMPLAINT)


async def test_what_is_bobs_stays_his(ledger):
    """His project, his mail, and his part of what a token may do."""
    await ana_was_here(ledger)
    await bobs(ledger)
    await ledger.forget(WISH)
    project = await ledger.project("p00002")
    assert (project.owner, project.last, dict(project.people)) == (BOB, 1, {})
    assert (await ledger.request(RequestId("bob"))).order.author == BOB
    assert (await ledger.delivery("d-bob")).recipients == (BOB,)
    assert [place for place, value in await every_cell(ledger) if place == "tokens.people" and BOB in value]


async def test_forgotten_twice_is_forgotten_once(ledger):
    """Whoever comes back and goes again has one mark, with the later time."""
    await ana_was_here(ledger)
    first = await ledger.forget(WISH)
    again = await ledger.forget(replace(WISH, at=NOW + DAY))
    assert ((first.projects, first.mails), (again.projects, again.mails)) == ((2, 2), (0, 0)) or first.projects == 1
    assert await ledger.erased() == {WISH.mark: NOW + DAY}


async def test_an_address_is_no_pattern(ledger):
    """Signs that mean "anything" in a search mean themselves."""
    await admit(ledger, "one", author="a_a@acme.example", message_id="<1@acme.example>")
    await admit(ledger, "two", author="axa@acme.example", message_id="<2@acme.example>", project="p00002")
    await ledger.report("x", "axa@acme.example is away", NOW)
    await ledger.forget(replace(WISH, author="a_a@acme.example"))
    assert await traces(ledger, "a_a@acme") == []
    assert await traces(ledger, "axa@acme") != []


async def test_the_last_mail_goes_when_it_was_sent(ledger):
    """Until then what it needs is there; afterwards nothing names who got it."""
    request = await admit(ledger, "yes", message_id="<y@acme.example>")
    stored = replace(answer(request), erasure=replace(WISH, request="yes"))
    event = Told(topic="erased")
    await ledger.record(request, event, at=NOW, answered=stored)
    assert (await ledger.expire(Spans(), NOW)).people == 0
    last = await ledger.delivery("d-yes")
    assert last.recipients[0] == ANA
    await ledger.move_delivery(last, last.ended(Progress.SENT), at=NOW, said=f"250 {ANA}")
    assert (await ledger.expire(Spans(), NOW)).people == 1
    assert await traces(ledger, ANA) == []
    assert isinstance(order(), Admitted)
    assert await ledger._database.read(lambda c: c.execute(select(revisions)).all()) == []


async def test_retention_on_either_database(ledger):
    """The same statements run on both; what is open stays."""
    await ana_was_here(ledger)
    gone = await ledger.expire(Spans(), NOW + 500 * DAY)
    assert gone.mails >= 1
    assert (await ledger.count()).holds
    assert (await ledger.request(RequestId("work"))).order.author == ANA
    await tell(ledger, await ledger.request(RequestId("work")))
    assert (await ledger.count()).holds
