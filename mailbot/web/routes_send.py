"""Mails that a program asks us to send, and what became of them. They leave by the same outbox as every reply."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from mailbot.domain.message import Address, Attachment
from mailbot.domain.orders import Scope, Standing, uuid_of
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models import Email, Sent, Test, recipient_of
from mailbot.web.ordering import Key, standing_of
from mailbot.web.packages import Package, files_of, headers_of, missing
from mailbot.web.problems import Trouble, documented
from mailbot.web.security import Caller, needs
from mailbot.web.sending import Letter, send

router = APIRouter(tags=["mail"])

Sender = Annotated[Caller, Depends(needs(Scope.SEND))]
Reader = Annotated[Caller, Depends(needs(Scope.SEND, Scope.READ))]
Name = Annotated[str, Path(max_length=64, description="the email_id that the call was answered with")]
_STATUS = {"waiting": "queued", "committing": "sending", "sent": "sent", "presumed": "sent", "bounced": "bounced"}
_WORDS = """\
This is a test mail of your mailbot. It came because somebody asked for it over HTTP.

If you read this, mail leaves it as it should.
"""


@router.post("/send-test", status_code=202, responses=documented(401, 403))
async def send_test(test: Test, doors: TheDoors, caller: Sender, response: Response, key: Key = None) -> Sent:
    """Send a test mail, to see whether mail leaves."""
    letter = Letter(to=_recipient(test.recipient), subject="A test mail of your mailbot", text=_WORDS)
    return await _sent(doors, caller, letter, response, key)


@router.post("/send-package", status_code=202, responses=documented(401, 403))
async def send_package(package: Package, doors: TheDoors, caller: Sender, response: Response, key: Key = None) -> Sent:
    """Send a mail of your own, with files. It comes from our address, and says that a program sent it."""
    if lacks := missing(package):
        raise Trouble(400, f"{lacks} is missing; a package has a recipient, a subject and a body with text or html")
    letter = Letter(
        to=_recipient(package.recipient or ""),
        subject=package.subject or "",
        text=package.body.text if package.body else "",
        html=package.body.html if package.body else "",
        files=tuple(
            Attachment(name=one.name, media_type=one.media_type, content=one.content) for one in files_of(package)
        ),
        headers=headers_of(package),
    )
    return await _sent(doors, caller, letter, response, key)


@router.get("/email-status/{email_id}", responses=documented(401, 403, 404))
async def email_status(email_id: Name, doors: TheDoors, caller: Reader) -> Email:
    """What became of a mail: of one that was sent here, or of the answer to an order."""
    everybody = caller.token is not None and caller.token.may(Scope.READ)
    return _email(await standing_of(doors, caller, email_id, everybody=everybody))


def _email(standing: Standing) -> Email:
    ended = standing.status == "failed" or bool(standing.progress)
    return Email.model_validate({
        "email_id": uuid_of(standing.request),
        "status": _STATUS.get(standing.progress, "failed" if ended else "queued"),
        "recipient": standing.recipient,
        "created_at": standing.created_at,
        "sent_at": standing.sent_at,
        "attempts": standing.attempts,
        "message_id": standing.message_id,
        "error": standing.error or None,
    })  # fmt: skip


def _recipient(text: str) -> Address:
    found = recipient_of(text)
    if found is None:
        raise Trouble(400, "recipient is no address that a mail can be sent to; one looks like ana@example.org")
    return found


async def _sent(doors: Doors, caller: Caller, letter: Letter, response: Response, key: str | None) -> Sent:
    placed, again = await send(doors, caller, letter, key)
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    name = uuid_of(placed.request)
    response.headers["Location"] = f"/email-status/{name}"
    return Sent(email_id=name, message=f"on its way to {letter.to}; GET /email-status/{name} says how far it is")
