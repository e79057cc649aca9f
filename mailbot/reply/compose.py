"""Write the one reply to a request: to its author, and to those of the thread whom the rules allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mailbot.build.leaks import blacked
from mailbot.build.sums import is_proof
from mailbot.domain.message import Attachment, Message, MessageId
from mailbot.domain.project import Project, Revision
from mailbot.domain.reply import Reply
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Request, Told
from mailbot.reply.arrival import other_mails
from mailbot.reply.copied import copied
from mailbot.reply.enclosed import NOBODY, To, enclosed, stock_of
from mailbot.reply.headers import known_id, references
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import FORM, in_order
from mailbot.reply.occasion import Occasion
from mailbot.reply.ordered import named, subject_of
from mailbot.reply.picture import picture
from mailbot.reply.screen import written

__all__ = ["Letterhead", "compose"]


def compose(  # noqa: PLR0913, PLR0917  (five that every answer has, and what some have beside)
    event: Answer,
    request: Request,
    message: Message,
    project: Project | None,
    letterhead: Letterhead,
    revision: Revision | None = None,
    at: datetime | None = None,
    to: To = NOBODY,
) -> Reply:
    """The reply that *event* deserves, with the *revision* that it brings. The same input gives the same reply."""
    kind = type(event).__name__.lower()
    stock = stock_of(event, request, project, revision)
    sent = enclosed(stock, to, letterhead) if stock else None
    attachments = in_order(named(sent.attachments, request)) if sent else ()
    attachments = attachments or (event.attached if isinstance(event, Told) else ())
    about = Occasion(
        request=request,
        message=message,
        project=project,
        letterhead=letterhead,
        enclosed=spoken(attachments),
        sent=sent,
        unreached=to.unreached,
        at=at or request.envelope.received_at,
    )
    subject = subject_of(event, request, message)
    shown = picture(event, about) if isinstance(event, Built) else None
    text, html = written(event, about, {"subject": subject, "picture": shown})
    reply = Reply(
        request=request.id,
        project=about.known.id if about.known else None,
        revision=event.number if isinstance(event, Built) else 0,
        kind=kind,
        to=request.admitted.author if request.admitted else message.author,
        cc=copied(request, message, letterhead) if isinstance(event, Built | GaveUp | Asked) else (),
        subject=subject,
        text=blacked(text, letterhead.sealed),
        html=blacked(html, letterhead.sealed),
        in_reply_to=message.id if known_id(message.id) else MessageId(""),
        references=references((*message.references, *_joined(request)), message.id),
        form=str(sent.form) if sent else FORM,
        attachments=attachments,
        picture=shown,
    )
    return replace(reply, more=tuple(other_mails(sent, about, reply))) if sent and sent.more else reply


def spoken(attachments: Iterable[Attachment]) -> tuple[str, ...]:
    """The names that a person needs: the package first, a patch last, and none of what only proves the others."""
    names = [one.name for one in attachments if not is_proof(one.name)]
    return tuple(sorted(names, key=lambda name: name.endswith(".patch")))


def _joined(request: Request) -> tuple[MessageId, ...]:
    """The later mails that this reply answers, too."""
    return request.admitted.joined if request.admitted else ()
