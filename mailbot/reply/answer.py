"""The whole answer to a request: its words, its bytes for every way out, and the revision it brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.build.history import recorded
from mailbot.domain.message import Message
from mailbot.domain.privacy import Erasure
from mailbot.domain.project import Project, ProjectId, Revision
from mailbot.domain.reply import Answered, Delivery, Receiver, Reply
from mailbot.domain.request import Answer, Built, Request, Told
from mailbot.reply.compose import Letterhead, compose
from mailbot.reply.enclosed import To
from mailbot.reply.later import later_of
from mailbot.reply.mime import seal


@dataclass(frozen=True)
class Given:
    """What is answered: the event, and what is known about whose it is."""

    event: Answer
    request: Request
    message: Message
    project: Project | None
    at: datetime
    receiver: Receiver = field(default_factory=Receiver)  #: what is known of the mail system that it goes to
    unreached: str = ""  #: the subject of our last mail to the author, where it reached them in no form


def answered(given: Given, ways: Iterable[str], letterhead: Letterhead) -> Answered:
    """The answer that the given deserves; the same values give the same bytes."""
    event, request, at = given.event, given.request, given.at
    first, revision = revisions_of(given, letterhead)
    project = given.project
    if first and project:
        project = replace(project, revisions={**project.revisions, first.number: first})
    reply = compose(event, request, given.message, project, letterhead, revision, at, _to(given))
    deliveries = tuple(one for way in ways for one in sealed(reply, way, at, letterhead))
    later = later_of(event, request, reply, deliveries, letterhead)
    return Answered(
        reply=reply,
        deliveries=deliveries,
        revision=revision,
        first=first,
        later=later,
        erasure=_erasure(given, letterhead),
    )


def _erasure(given: Given, letterhead: Letterhead) -> Erasure | None:
    """Who is forgotten with this answer."""
    order = given.request.admitted
    if order is None or not order.intent.sure or not isinstance(given.event, Told):
        return None
    mark = letterhead.names.person(order.author)
    return Erasure(author=order.author, mark=mark, at=given.at, request=given.request.id)


def sealed(reply: Reply, way: str, at: datetime, letterhead: Letterhead) -> tuple[Delivery, ...]:
    """The mail that carries *reply*, and those with the parts of a package that was too large for it."""
    return tuple(seal(one, way, at, letterhead, one.form) for one in (reply, *reply.more))


def _to(given: Given) -> To:
    order = given.request.admitted
    if order is None:
        return To(receiver=given.receiver, unreached=given.unreached)
    allowed, most = order.set.forms, order.set.max_reply_bytes or 0
    asked = order.intent.form
    return To(receiver=given.receiver, asked=asked, unreached=given.unreached, allowed=allowed, most=most)


def revisions_of(given: Given, letterhead: Letterhead) -> tuple[Revision | None, Revision | None]:
    """What the answer brings, each with its commit: one version, or two of which the first stands under the second."""
    event, order = given.event, given.request.admitted
    if not isinstance(event, Built) or order is None:
        return None, None
    project = given.project or Project(id=ProjectId(""), owner=order.author)
    made: list[Revision] = []
    for number, draft in ((event.number - 1, event.first), (event.number, event.draft)):
        if draft is None:
            continue
        ruled = replace(draft, maker=replace(draft.maker, rules=order.rules))
        one = Revision(number=number, draft=ruled, author=order.author, request=given.request.id, at=given.at)
        made.append(recorded(project, one, order, name=given.message.name, sender=letterhead.sender))
        project = replace(project, last=number, revisions={**project.revisions, number: made[-1]})
    return (made[0] if len(made) > 1 else None), made[-1]
