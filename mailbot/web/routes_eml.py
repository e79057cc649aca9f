"""Mails as things: take one apart, look it over, turn it into another form, make one. Nothing is stored or sent."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from mailbot.domain.errors import Broken, Unreadable
from mailbot.domain.message import Attachment
from mailbot.domain.orders import Scope
from mailbot.ports import Workers
from mailbot.web import eml
from mailbot.web.doors import TheDoors
from mailbot.web.models import recipient_of
from mailbot.web.packages import Package, files_of, headers_of, missing
from mailbot.web.problems import Trouble, documented
from mailbot.web.security import Caller, needs

router = APIRouter(prefix="/eml", tags=["mails as things"])

Member = Annotated[Caller, Depends(needs(Scope.ORDERS, Scope.SEND, Scope.READ))]
_RAW: Final = {
    "requestBody": {
        "required": True,
        "description": "the mail, as it is: curl --data-binary @mail.eml",
        "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_MEDIA: Final = {
    "json": "application/json",
    "zip": "application/zip",
    "eml.py": "text/x-python",
    "text": "text/plain; charset=utf-8",
}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_CONVERTED: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "the mail in that form", "content": {
    "application/json": {"schema": {}}, "application/zip": _BYTES, "text/x-python": _BYTES, "text/plain": _BYTES,
}}}  # fmt: skip


class Attached(BaseModel):
    """A file in a mail."""

    filename: str
    content_type: str
    size: int
    sha256: str


class Inside(BaseModel):
    """A package in a mail."""

    form: str
    folder: str
    files: list[str]


class Parsed(BaseModel):
    """A mail, taken apart."""

    message_id: str
    from_address: str
    from_name: str = Field(description="shown, proven by nothing")
    to: list[str]
    cc: list[str]
    subject: str
    date: str
    in_reply_to: list[str]
    references: list[str]
    text: str = Field(description="the author's own words, without quotes and signature")
    quoted: str
    automatic: str = Field(description="why we take it for a machine's; empty for a person's")
    trouble: str = Field(description="what could not be taken in")
    attachments: list[Attached]
    package: Inside | None


class Validated(BaseModel):
    """Whether it is whole."""

    valid: bool
    errors: list[str]
    warnings: list[str]
    verified: list[str]


class NewMail(Package):
    """A mail to be made."""

    sender: str | None = Field(default=None, max_length=1_000, description="From; without it our own address")


@router.post("/parse", responses=documented(401, 403), openapi_extra=_RAW)
async def parse(request: Request, doors: TheDoors, _: Member) -> Parsed:
    """Take a mail apart."""
    return Parsed.model_validate(await _asked(doors.site.workers, eml.parsed, await _mail(request)))


@router.post("/validate", responses=documented(401, 403), openapi_extra=_RAW)
async def validate(request: Request, doors: TheDoors, _: Member) -> Validated:
    """Say whether it is one whole mail, and whether the package in it is as it was sent."""
    return Validated.model_validate(await _asked(doors.site.workers, eml.validated, await _mail(request)))


@router.post("/convert", responses={**documented(401, 403), **_CONVERTED}, openapi_extra=_RAW, response_class=Response)
async def convert(
    request: Request,
    doors: TheDoors,
    _: Member,
    to: Annotated[Literal["json", "zip", "eml.py", "text"], Query(description="the form")] = "json",
) -> Response:
    """Turn it into another form: its facts, its words, its package, or a mail that unpacks itself by Python."""
    content = await _asked(doors.site.workers, eml.converted, await _mail(request), to)
    name = {"zip": "package.zip", "eml.py": "mail.eml.py"}.get(to)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
    return Response(content, media_type=_MEDIA[to], headers=headers)


@router.post(
    "/make",
    responses={**documented(401, 403), 200: {"description": "the mail", "content": {"message/rfc822": _BYTES}}},
    response_class=Response,
)
async def make(mail: NewMail, doors: TheDoors, _: Member) -> Response:
    """Make a mail of its parts. It is given back, not sent."""
    if lacks := missing(mail):
        raise Trouble(400, f"{lacks} is missing; a mail has a recipient, a subject and a body with text or html")
    sender, to = recipient_of(mail.sender or doors.build), recipient_of(mail.recipient)
    if sender is None or to is None:
        raise Trouble(
            400, f"{'sender' if sender is None else 'recipient'} is no address; one looks like ana@example.org"
        )
    files = tuple(Attachment(name=one.name, media_type=one.media_type, content=one.content) for one in files_of(mail))
    content = eml.made(
        sender=sender,
        to=to,
        subject=mail.subject or "",
        text=mail.body.text if mail.body else "",
        html=mail.body.html if mail.body else "",
        files=files,
        headers=headers_of(mail),
        at=doors.site.clock(),
    )
    return Response(
        content, media_type="message/rfc822", headers={"Content-Disposition": 'attachment; filename="mail.eml"'}
    )


async def _mail(request: Request) -> bytes:
    raw = await request.body()
    if not raw:
        raise Trouble(422, "the body is empty; it has to be the mail: curl --data-binary @mail.eml")
    return raw


async def _asked(workers: Workers, function: Any, *args: object) -> Any:  # noqa: ANN401  (whatever it gives)
    try:
        return await workers.run(function, *args)
    except (Unreadable, Broken) as error:
        raise Trouble(422, f"this cannot be read as a mail: {error}") from error
