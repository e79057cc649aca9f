"""Write the one reply to a request: to its author and nobody else, in its thread."""

from __future__ import annotations

from mailbot.build.leaks import blacked
from mailbot.build.package import package
from mailbot.domain.message import Attachment, Message, MessageId
from mailbot.domain.project import Project
from mailbot.domain.reply import Reply
from mailbot.domain.request import Answer, Built, GaveUp, Request
from mailbot.reply.content import content
from mailbot.reply.headers import known_id, references
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.occasion import Occasion
from mailbot.reply.picture import picture
from mailbot.reply.words import reply_subject, wrapped

__all__ = ["Letterhead", "compose"]


def compose(
    event: Answer, request: Request, message: Message, project: Project | None, letterhead: Letterhead
) -> Reply:
    """The reply that *event* deserves. The same input gives the same reply."""
    kind = type(event).__name__.lower()
    attachments = _package(event, request)
    about = Occasion(
        request=request,
        message=message,
        project=project,
        letterhead=letterhead,
        enclosed=tuple(attachment.name for attachment in attachments),
    )
    subject = reply_subject(message.subject)
    shown = picture(event, about) if isinstance(event, Built) else None
    values = content(event, about) | {"subject": subject, "picture": shown}
    return Reply(
        request=request.id,
        project=about.known.id if about.known else None,
        revision=event.number if isinstance(event, Built) else 0,
        kind=kind,
        to=request.admitted.author if request.admitted else message.author,
        subject=subject,
        text=blacked(wrapped(letterhead.render(f"{kind}.txt.j2", values, about.tongue)), letterhead.sealed),
        html=blacked(letterhead.render(f"{kind}.html.j2", values, about.tongue), letterhead.sealed),
        in_reply_to=message.id if known_id(message.id) else MessageId(""),
        references=references((*message.references, *_joined(request)), message.id),
        attachments=attachments,
        picture=shown,
    )


def _joined(request: Request) -> tuple[MessageId, ...]:
    """The later mails that this reply answers, too."""
    return request.admitted.joined if request.admitted else ()


def _package(event: Answer, request: Request) -> tuple[Attachment, ...]:
    """The zip, its metadata and the Dockerfile, in this order. Dated by the mail's arrival: a clock would differ.

    A try that is worth a look goes along, too, and is no version.
    """
    if not isinstance(event, Built | GaveUp) or event.draft is None or not event.number:
        return ()
    made = package(event.draft, request=request.id, at=request.envelope.received_at, number=event.number)
    zipped = Attachment(name=made.name, media_type="application/octet-stream", content=made.zip)
    metadata = Attachment(name="metadata.json", media_type="application/json", content=made.metadata)
    dockerfile = Attachment(name="Dockerfile", media_type="text/x-dockerfile", content=made.dockerfile)
    return (zipped, metadata, dockerfile) if made.dockerfile else (zipped, metadata)
