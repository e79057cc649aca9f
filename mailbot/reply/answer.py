"""The whole answer to a request: its words, its bytes for every way out, and the revision it brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.domain.message import Message
from mailbot.domain.project import Project, Revision
from mailbot.domain.reply import Answered
from mailbot.domain.request import Answer, Built, Request
from mailbot.reply.compose import Letterhead, compose
from mailbot.reply.mime import seal


@dataclass(frozen=True)
class Given:
    """What is answered: the event, and what is known about whose it is."""

    event: Answer
    request: Request
    message: Message
    project: Project | None
    at: datetime


def answered(given: Given, ways: Iterable[str], letterhead: Letterhead) -> Answered:
    """The answer that the given deserves; the same values give the same bytes."""
    event, request, at = given.event, given.request, given.at
    reply = compose(event, request, given.message, given.project, letterhead)
    deliveries = tuple(seal(reply, way, at, letterhead) for way in ways)
    if not isinstance(event, Built):
        return Answered(reply=reply, deliveries=deliveries)
    author = request.order.author
    revision = Revision(number=event.number, draft=event.draft, author=author, request=request.id, at=at)
    return Answered(reply=reply, deliveries=deliveries, revision=revision)
