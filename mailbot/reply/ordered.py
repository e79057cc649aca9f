"""What is different about an answer to an order that came by no mail: it has no thread, so its subject names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mailbot.domain.message import Attachment, Message
from mailbot.domain.request import Answer, Built, Request
from mailbot.reply.words import line, reply_subject

NOT_BY_MAIL: Final = frozenset({"http", "telegram"})


def id8(request: Request) -> str:
    """The short name of an order."""
    return request.id[:8]


def subject_of(event: Answer, request: Request, message: Message) -> str:
    """A reply by mail keeps the thread's subject; any other says what it brings."""
    if request.envelope.channel not in NOT_BY_MAIL or not isinstance(event, Built):
        return reply_subject(message.subject)
    wanted = request.admitted.intent.wants.app_type if request.admitted else ""
    return f"Generated Application - {line(wanted, 60) or 'application'} ({id8(request)})"


def named(attachments: Iterable[Attachment], request: Request) -> tuple[Attachment, ...]:
    """The files under the names that an order over HTTP expects; by mail they are called after the project."""
    if request.envelope.channel not in NOT_BY_MAIL:
        return tuple(attachments)
    name = f"generated-app-{id8(request)}.zip"
    return tuple(replace(one, name=name) if one.name.endswith(".zip") else one for one in attachments)
