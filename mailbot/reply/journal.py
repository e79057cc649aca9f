"""A copy of every mail, in and out, for those who must keep one elsewhere: a delivery of its own, which nobody answers.

What left goes as the very same bytes. What came is enclosed, with what only its envelope knew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from mailbot.domain.message import Address, Attachment, MessageId
from mailbot.domain.names import Names
from mailbot.domain.reply import Delivery, Progress, Reply
from mailbot.domain.request import Request
from mailbot.domain.sending import JOURNAL_IN, JOURNAL_OUT
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import seal
from mailbot.reply.words import line, wrapped

MOST: Final = 20  #: recipients that are named


def received(request: Request, raw: bytes, journal: Address, way: str, letterhead: Letterhead) -> Delivery:
    """The copy of a mail that came; the same mail always gives the same bytes."""
    came = request.envelope
    rows = {
        "From": came.sender or "<>",
        "To": ", ".join(came.recipients[:MOST]),
        "Received": f"{came.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC by {came.channel}",
        "Peer": came.peer,
        "Request": request.id,
    }
    told = [f"{name}: {line(value, 400)}" for name, value in rows.items() if value]
    reply = Reply(
        request=request.id,
        project=None,
        revision=0,
        kind="journal",
        to=journal,
        subject=f"Mail received, request {request.id}",
        text=wrapped("\n".join(["A copy of a mail that came; it is enclosed as it was.", "", *told])),
        in_reply_to=MessageId(""),
        attachments=(Attachment(name="mail.eml", media_type="application/octet-stream", content=raw),),
    )
    return seal(reply, way, came.received_at, letterhead, JOURNAL_IN)


def sent(delivery: Delivery, journal: Address, at: datetime, names: Names) -> Delivery:
    """The copy of a mail that left: its bytes, to another address and with a return path of its own."""
    id = names.delivery_id(delivery.request, delivery.id, JOURNAL_OUT)
    fresh = replace(delivery, id=id, form=JOURNAL_OUT, sender=names.return_path(id), recipients=(journal,), first_at=at)
    return replace(fresh, progress=Progress.WAITING, turn=0, attempts=0, unknown=0, not_before=None, relay="")
