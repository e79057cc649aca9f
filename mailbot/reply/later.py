"""The mail that nobody sends: "go", said by the clock for an author who has not answered our questions in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mailbot.build.asking import proposals
from mailbot.domain.later import CLOCK, Later
from mailbot.domain.message import Envelope
from mailbot.domain.names import request_id
from mailbot.domain.reply import Delivery, Reply
from mailbot.domain.request import Answer, Asked, Request
from mailbot.reply.headers import address, fits, structured, unstructured
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.words import line

_GO = "go"


def dated(event: Answer, request: Request, at: datetime, hours: int) -> Answer:
    """*event* with the time at which what was proposed is taken for the answer, where all has been proposed."""
    if not isinstance(event, Asked) or not hours or not proposals(event.questions):
        return event
    if request.admitted is None or not fits(request.admitted.author) or not request.envelope.proof.answerable:
        return event
    return replace(event, until=(at + timedelta(hours=hours)).replace(second=0, microsecond=0))


def later_of(
    event: Answer, request: Request, reply: Reply, deliveries: Sequence[Delivery], letterhead: Letterhead
) -> Later | None:
    """What the clock says for the author of *request* when the time of the questions in *event* has passed."""
    order = request.admitted
    if not isinstance(event, Asked) or event.until is None or reply.project is None or order is None:
        return None
    to = letterhead.names.thread_address(reply.project, letterhead.local)
    ids = [*reply.references, *(one.message_id for one in deliveries[:1])]
    head = (
        address("From", order.author),
        address("To", to),
        unstructured("Subject", reply.subject),
        structured("Date", *format_datetime(event.until.astimezone(UTC)).split()),
        *((structured("In-Reply-To", ids[-1]), structured("References", *ids)) if ids else ()),
        structured("X-Mailbot-Request", request.id),  # two threads with the same words are two requests
        structured("MIME-Version", "1.0"),
        structured("Content-Type", "text/plain;", "charset=utf-8"),
        structured("Content-Transfer-Encoding", "8bit"),
    )
    asked = "".join(f"> {number}. {line(one, 280)}\r\n" for number, one in enumerate(event.questions, 1))
    raw = b"".join(head) + f"\r\n{_GO}\r\n\r\n{asked}".encode("utf-8", "replace")
    proof = request.envelope.proof
    envelope = Envelope(channel=CLOCK, sender=order.author, recipients=(to,), received_at=event.until, proof=proof)
    return Later(id=request_id(raw, (to,)), project=reply.project, until=event.until, raw=raw, envelope=envelope)
