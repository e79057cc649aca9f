"""The mails that are never an answer: it has arrived and will take a while, and it is still being worked on.

An acknowledgement only where the answer is far off, progress seldom, and none just before the answer. Whether one is
due is decided from records alone, when a step of the build is recorded, and it is stored together with that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mailbot.build.leaks import blacked
from mailbot.build.moves import Said, Tried, Turn
from mailbot.domain.message import Message, MessageId
from mailbot.domain.project import Project
from mailbot.domain.reply import Reply
from mailbot.domain.request import Request
from mailbot.domain.work import Waited
from mailbot.reply.actions import action
from mailbot.reply.evidence import under_way
from mailbot.reply.headers import known_id, references
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import NOTICE
from mailbot.reply.occasion import Occasion
from mailbot.reply.words import reply_subject, wrapped

LONG: Final = timedelta(minutes=4)  #: a wait beyond this is told at once
APART: Final = timedelta(minutes=15)  #: at least, between two mails about one wait
SOON: Final = timedelta(minutes=2)  #: nothing is said any more when the answer is as near as this
_ROUND: Final = 5  #: minutes; nobody knows it better
_BY_MAIL: Final = frozenset({"smtp", "imap"})


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How somebody waits for an answer."""

    request: Request
    turns: Sequence[Turn]
    known: Waited
    now: datetime

    @property
    def left(self) -> timedelta | None:
        """How long until the next thing is there, by what was measured; none: nobody knows."""
        own = [turn.maker.seconds for turn in self.turns if isinstance(turn, Said)]
        seconds = sum(own) / len(own) if own else self.known.usual
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def latest(self) -> timedelta | None:
        """How long until the answer at the latest, if every try that is left is needed."""
        if self.left is None:
            return None
        own = sum(isinstance(turn, Said) for turn in self.turns)
        return self.left * max(1, self.tries - own) if own else self.left

    @property
    def tries(self) -> int:
        """How many there may be."""
        return self.request.order.repairs + 1


def due(wait: Wait) -> str:
    """Which notice is due: arrived, progress, or none at all (empty)."""
    request, left = wait.request, wait.left
    order = request.order
    if request.envelope.channel not in _BY_MAIL or not order.proof.answerable or not order.intent.kind.counts:
        return ""
    told = wait.known.noticed_at
    if not wait.turns:
        return "arrived" if told is None and left is not None and left > LONG else ""
    if left is not None and left <= SOON:
        return ""
    since = max(request.envelope.received_at, told or request.envelope.received_at)
    return "progress" if wait.now - since >= APART else ""


def notice(kind: str, wait: Wait, message: Message, project: Project, letterhead: Letterhead) -> Reply:
    """The words of the notice that is due."""
    request = wait.request
    about = Occasion(request=request, message=message, project=project, letterhead=letterhead, at=wait.now)
    subject = reply_subject(message.subject)
    values = _values(kind, wait, about) | {"subject": subject}
    text, html = (letterhead.render(f"notice.{ending}.j2", values, about.tongue) for ending in ("txt", "html"))
    return Reply(
        request=request.id,
        project=about.known.id if about.known else None,
        revision=0,
        kind=NOTICE,
        to=request.order.author,
        subject=subject,
        text=blacked(wrapped(text), letterhead.sealed),
        html=blacked(html, letterhead.sealed),
        in_reply_to=message.id if known_id(message.id) else MessageId(""),
        references=references(message.references, message.id),
    )


def _values(kind: str, wait: Wait, about: Occasion) -> dict[str, object]:
    names, known = about.letterhead.names, about.known
    shown = _first(kind, wait, about)
    return {
        "first": shown,
        "failing": _failing(wait, about),
        "by": _by(wait, about),
        "actions": (action(about.tongue.say("stop"), about),) if known else (),
        "reference": names.reference(known.id) if known else "",
    }


def _first(kind: str, wait: Wait, about: Occasion) -> str:
    say, minutes = about.tongue.say, _minutes(wait.left)
    if kind == "arrived":
        if not minutes:
            return say('"%(title)s" has arrived and is being built.', title=about.title)
        return about.tongue.many(
            '"%(title)s" has arrived; the answer takes about %(num)s minute.',
            '"%(title)s" has arrived; the answer takes about %(num)s minutes.',
            minutes,
            title=about.title,
        )
    number = (about.known.last if about.known else 0) + 1
    tried = next((turn.report for turn in reversed(wait.turns) if isinstance(turn, Tried)), None)
    said = under_way(tried, number, about.tongue) if tried else ""
    return said or say('Still working on v%(number)s of "%(title)s".', number=number, title=about.title)


def _failing(wait: Wait, about: Occasion) -> str:
    """What is being mended, and at which try."""
    tries = sum(isinstance(turn, Tried) for turn in wait.turns)
    tried = next((turn.report for turn in reversed(wait.turns) if isinstance(turn, Tried)), None)
    if tried is None or not tried.failures:
        return ""
    worst = tried.failures[0]
    said = about.line(f"{worst.subject}: {worst.detail}" if worst.detail else worst.subject, 120)
    tongue = about.tongue
    return tongue.say(
        "Being mended: %(what)s (try %(number)s of %(all)s).",
        what=said,
        number=tongue.number(tries),
        all=tongue.number(max(wait.tries, tries)),
    )


def _by(wait: Wait, about: Occasion) -> str:
    """The time by which the answer is there, on the next five minutes; empty where nobody knows."""
    if wait.latest is None:
        return ""
    at = (wait.now + wait.latest).astimezone(UTC)
    late = at.minute % _ROUND * 60 + at.second + (at.microsecond > 0)
    full = at.replace(second=0, microsecond=0) - timedelta(minutes=at.minute % _ROUND)
    return about.tongue.date(full + timedelta(minutes=_ROUND) if late else full)


def _minutes(left: timedelta | None) -> int:
    return 0 if left is None else max(1, round(left.total_seconds() / 60))
