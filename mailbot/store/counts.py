"""The conservation law, and what the rules ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, ScalarSelect, String, and_, func, literal, null, select, union_all
from sqlalchemy.sql import ColumnElement

from mailbot.decide.facts import Facts
from mailbot.decide.quota import domain_of, identity
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Message
from mailbot.domain.project import ProjectId
from mailbot.domain.request import Admitted, RequestId, State
from mailbot.ports import Count
from mailbot.store.codec import load
from mailbot.store.database import given, moment
from mailbot.store.quotas import other_than
from mailbot.store.tables import messages, projects, replies, requests
from mailbot.store.tables_notes import people
from mailbot.store.words import plain

COUNTED: Final = 10_000  #: no rule asks for more in a day, and no judgement takes longer to count them
SAID: Final = 3  #: earlier mails of a thread whose words are compared with a new one


class Counts:
    """One query over everything that ever came in.

    What was received is counted by the mails, what became of it by the requests, and what was answered only where
    there is a reply: three different tables, so that the law can be broken and is seen to be.
    """

    def __init__(self) -> None:
        came = select(literal("came").label("what"), null().cast(String).label("why"), func.count().label("number"))
        became = select(requests.c.state, requests.c.closed, func.count()).group_by(requests.c.state, requests.c.closed)
        spoken = and_(requests.c.id == replies.c.request_id, requests.c.state == State.ANSWERED.value)
        silent = requests.c.state != State.ANSWERED.value
        answered = select(literal(State.ANSWERED.value), null().cast(String), func.count())
        self._count = union_all(
            came.select_from(messages), answered.select_from(replies.join(requests, spoken)), became.where(silent)
        )

    def count(self, connection: Connection) -> Count:
        """Every mail, by what became of it."""
        rows = connection.execute(self._count).all()
        number = {what: amount for what, _, amount in rows if what != State.CLOSED.value}
        return Count(
            received=number["came"],
            answered=number[State.ANSWERED.value],
            held=number.get(State.HELD.value, 0),
            in_flight=number.get(State.RECEIVED.value, 0) + number.get(State.ADMITTED.value, 0),
            closed={str(why): amount for what, why, amount in rows if what == State.CLOSED.value},
        )


class Usage:
    """What was let in before a message: of its author, and of everybody."""

    def __init__(self) -> None:
        self._when = select(requests.c.received_at).where(requests.c.id == given("of_id"))
        author = requests.c.who == given("of_who")
        domain = requests.c.domain == given("of_domain")
        named = (requests.c.message_id == given("of_message_id"), requests.c.author == given("of_author"))
        first = select(requests.c.id).where(*named, requests.c.id != given("of_id"))
        waits = (requests.c.wait.is_not(None), requests.c.state == "admitted", author)
        before = (requests.c.received_at <= moment("received"), requests.c.id != given("of_id"))
        at_work = select(requests.c.seq).where(*waits, *before).limit(COUNTED).subquery()
        thread = requests.c.project == given("of_project")
        self._facts = select(
            first.order_by(requests.c.seq).limit(1).scalar_subquery(),
            _counted("hour_ago", author),
            _counted("day_ago", author),
            select(func.count()).select_from(at_work).scalar_subquery(),
            _counted("hour_ago", domain),
            _counted("day_ago", domain),
            _counted("hour_ago"),
            _counted("day_ago"),
            _since("day_ago", author),
            _since("day_ago", author, requests.c.builds.is_(None)),
            _since("day_ago", author, thread),
        )
        earlier = select(requests.c.body).where(*_between("day_ago"), author, thread, _LET_IN)
        self._said = earlier.order_by(requests.c.seq.desc()).limit(SAID)
        owner = select(projects.c.owner).where(projects.c.id == given("of_project"))
        mine = (people.c.project == given("of_project"), people.c.address == given("of_address"))
        self._role = select(owner.scalar_subquery(), select(people.c.role).where(*mine).scalar_subquery())

    def facts(self, connection: Connection, message: Message, id: RequestId, project: ProjectId | None = None) -> Facts:
        """Count it; the message itself does not count. *project* is the one whose thread it stands in."""
        at = connection.execute(self._when, {"of_id": id}).scalar_one_or_none()
        if at is None:
            raise Permanent(f"there is no request {id}")
        values = {"received": at, "hour_ago": at - timedelta(hours=1), "day_ago": at - timedelta(days=1)}
        # A mail without a Message-ID is nobody's duplicate.
        values |= {"of_id": id, "of_author": plain(message.author), "of_message_id": plain(message.id) or None}
        values |= {"of_who": plain(identity(message.author)), "of_domain": plain(domain_of(message.author))}
        values["of_project"] = project
        duplicate, *counts = connection.execute(self._facts, values).one()
        known = dict(zip(_ASKED, counts, strict=True))
        bodies = connection.execute(self._said, values).scalars().all() if known["thread_day"] else ()
        role = self._role_of(connection, message.author, project) if project else ""
        return Facts(duplicate_of=duplicate or "", **known, thread=project or "", role=role, said=_said(bodies))

    def _role_of(self, connection: Connection, author: str, project: ProjectId) -> str:
        """What *author* is in *project*."""
        values = {"of_project": project, "of_address": plain(author.lower())}
        owner, role = connection.execute(self._role, values).one()
        return "owner" if owner == plain(author) else role or ""


def _said(bodies: Sequence[bytes | None]) -> tuple[str, ...]:
    """The words of these requests, up to the first that is a command, or too large to be a program's answer."""
    known = (load(Admitted, body).intent if body is not None else None for body in bodies)
    return tuple(one.text for one in takewhile(_asks, known) if one)


def _asks(intent: Intent | None) -> bool:
    """Whether it asks in its own words, or says nothing; a person may say "undo" as often as they like."""
    return intent is not None and (intent.kind in {Kind.CREATE, Kind.REVISE, Kind.QUESTION} or not intent.text)


def _between(start: str) -> tuple[ColumnElement[bool], ...]:
    """Since *start*, up to the receipt of the message itself, which does not count."""
    time = (requests.c.received_at > moment(start), requests.c.received_at <= moment("received"))
    return (*time, requests.c.id != given("of_id"))


def _counted(start: str, *more: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many that came before the message were let in since *start*, count, and did not fail."""
    time = (requests.c.counted_at > moment(start), requests.c.received_at <= moment("received"))
    found = select(requests.c.seq).where(*time, *more, other_than(given("of_id"))).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def _since(start: str, *more: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many came since *start*."""
    found = select(requests.c.seq).where(*_between(start), *more).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


#: In the order in which they are asked.
_ASKED: Final = (
    "sender_hour", "sender_day", "sender_open", "domain_hour", "domain_day", "total_hour", "total_day",
    "sender_answers", "sender_refused", "thread_day",
)  # fmt: skip
_LET_IN: Final = requests.c.builds.is_not(None)
