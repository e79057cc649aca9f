"""The week of this mailbox, for whoever runs it: what came and what became of it, what fails, why people were refused.

Every figure is one of the ledger. What waits for a decision is numbered, so that a reply can name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from mailbot.build.leaks import blacked
from mailbot.domain.message import Address, MessageId
from mailbot.domain.reply import Reply
from mailbot.domain.work import Count
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.tongue import Tongue
from mailbot.reply.words import line, unlinked, wrapped

MOST: Final = 5  #: lines of one list
WIDTH: Final = 70


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What the ledger says of a span of time."""

    since: datetime
    until: datetime
    count: Count
    failing: tuple[str, ...] = ()  #: parts of the house that are in trouble, each with why
    refusals: Mapping[str, int] = field(default_factory=dict)  #: why people were refused, and how often
    held: tuple[str, ...] = ()  #: what waits for a decision, a line each that begins with its id


def digest(event: Digest, to: Address, request: str, letterhead: Letterhead, language: str = "") -> Reply:
    """The mail about it; *request* is the id that its delivery is derived from."""
    tongue = letterhead.tongue(language)
    subject = tongue.say(
        "mailbot: %(since)s to %(until)s", since=_day(event.since, tongue), until=_day(event.until, tongue)
    )
    values = _values(event, tongue) | {"subject": subject, "reference": ""}
    text, html = (letterhead.render(f"digest.{ending}.j2", values, tongue) for ending in ("txt", "html"))
    return Reply(
        request=request,
        project=None,
        revision=0,
        kind="digest",
        to=to,
        subject=subject,
        text=blacked(wrapped(text), letterhead.sealed),
        html=blacked(html, letterhead.sealed),
        in_reply_to=MessageId(""),
    )


def _values(event: Digest, tongue: Tongue) -> dict[str, object]:
    count, number = event.count, tongue.number
    closed = sum(count.closed.values())
    law = tongue.say(
        "Received %(received)s = answered %(answered)s + closed %(closed)s + held %(held)s + in flight %(flight)s.",
        received=number(count.received),
        answered=number(count.answered),
        closed=number(closed),
        held=number(count.held),
        flight=number(count.in_flight),
    )
    often = sorted(event.refusals.items(), key=lambda one: (-one[1], one[0]))
    return {
        "first": law if count.holds else tongue.say("The count does not add up: %(law)s", law=law),
        "failing": _some(event.failing, tongue),
        "refusals": _some([f"{number(times)} × {why}" for why, times in often], tongue),  # noqa: RUF001  (a times sign)
        "held": _some(event.held, tongue),
    }


def _some(lines: tuple[str, ...] | list[str], tongue: Tongue) -> list[str]:
    shown = [unlinked(line(one, WIDTH), ()) for one in lines[:MOST]]
    rest = len(lines) - MOST
    return [*shown, tongue.say("and %(num)s more", num=tongue.number(rest))] if rest > 0 else shown


def _day(at: datetime, tongue: Tongue) -> str:
    return tongue.date(at.astimezone(UTC)).rpartition(" ")[0]
