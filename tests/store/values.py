"""Values that the tests of the ledger record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailbot.domain.message import MessageId
from mailbot.domain.project import Check, Draft, Finding, Maker, Report, Result, Revision
from mailbot.domain.reply import Answered, Delivery, DeliveryId, Reply
from mailbot.domain.request import Built, Told
from tests.fakes import NOW

ALL = {"gen:*": 100, "check": 100, "intake": 100, "send": 100, "notify": 100, "maint": 100}
SOON = NOW + timedelta(minutes=5)
PASSED = Report(findings=(Finding(check="syntax", subject="a.py", result=Result.PASSED),), executed=True, where="none")


def draft(content=b"<h1>Bees</h1>", **changes):
    known = {
        "title": "Bees",
        "files": {"index.html": content},
        "report": PASSED,
        "maker": Maker(kind="model", name="m"),
    }
    return Draft(**(known | changes))


def delivery(request, **changes):
    known = {
        "id": DeliveryId(f"d-{request}"),
        "request": request,
        "way": "email",
        "form": "zip",
        "message_id": MessageId(f"<d.{request}@mailbot.localhost>"),
        "sender": "b+d@mailbot.localhost",
        "recipients": ("ana@acme.example", "bob@acme.example"),
        "wire": b"From: x\r\n\r\n\x00\xff",
        "first_at": NOW,
    }
    return Delivery(**(known | changes))


def answer(request, *deliveries, kind="told", project=None, revision=None):
    reply = Reply(
        request=request.id,
        project=project,
        revision=revision.number if revision else 0,
        kind=kind,
        to="ana@acme.example",
        subject="Re: Bees",
        text="Here it is.",
        in_reply_to=MessageId("<1@acme.example>"),
    )
    return Answered(reply=reply, deliveries=deliveries or (delivery(request.id),), revision=revision)


def built(request, number=1, **changes):
    """The event of a build, and what is stored with it."""
    made = draft(**changes)
    revision = Revision(number=number, draft=made, author=request.order.author, request=request.id, at=NOW)
    event = Built(draft=made, number=number)
    return event, answer(request, kind="built", project=request.order.intent.project, revision=revision)


def check(number, text="a button"):
    return Check(number=number, kind="prose", text=text)


async def tell(ledger, request, at=NOW):
    """Answer a request."""
    await ledger.record(request, Told(topic="help"), at=at, answered=answer(request))


async def claimed(ledger, slots=ALL, at=NOW):
    """What is taken, in order."""
    return [job.id for job in await ledger.claim(slots, at)]


def large(request):
    """A delivery that does not fit into its row."""
    return replace(delivery(request), wire=b"x" * 200_000)
