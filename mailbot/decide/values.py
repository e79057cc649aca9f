"""Values that the format of the rules needs: ids, times, patterns, bounds; each with its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailbot.decide.conditions import DAYS
from mailbot.decide.guards import BREAKERS, GUARDS
from mailbot.decide.match import DEFAULT
from mailbot.decide.patterns import MAX_REGEX, Range, Regex
from mailbot.decide.shapes import Choice, Either, Items, Key, Keys, Made, Schema, Shape, Whole, Words, many
from mailbot.decide.spots import Reading, Spot, hint

CHANNELS: Final = ("mail", "smtp", "lmtp", "imap", "http", "webhook", "telegram", "clock")
#: Names of what decides beside the rules, in every account of what became of a mail.
RESERVED: Final = frozenset(
    {
        *GUARDS,
        *BREAKERS,
        "trouble",
        "owner",
        "proof",
        DEFAULT,
        "unreadable",
        "set-aside",
        "patience",
        "expired",
        "admin",
    }
)
MAX_BOUND: Final = 10**12  #: of sizes and counts
MAX_SPAM: Final = 100  #: of the scale of spam, on either side of 0
MAX_REPAIRS: Final = 10
MAX_MEMORIES: Final = 100
MAX_PRIORITY: Final = 9
MAX_DAYS: Final = 3_650
MAX_TIMEOUT: Final = timedelta(hours=24)
ID: Final = r"^[a-z0-9][a-z0-9-]{0,63}$"
_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$"
_PATTERN: Final = r'^[^\s@,;<>"]{0,64}@?[A-Za-z0-9.*-]{1,253}$'
LIST: Final = r"^@[a-z][a-z0-9_-]{0,63}$"
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600}


def full(pattern: str, text: str) -> str:
    """*text* when it is *pattern*, else ValueError without words."""
    if not re.fullmatch(pattern.strip("^$"), text):
        raise ValueError
    return text


def rule_id(text: str) -> str:
    """The name of a rule."""
    if full(ID, text) in RESERVED:
        raise ValueError(f"the id {text!r} is mailbot's own; take another")
    return text


def span(text: str) -> int:
    """A time such as 15m, in seconds."""
    seconds = int(full(r"^[0-9]{1,6}[smh]$", text)[:-1]) * _UNITS[text[-1]]
    if not 0 < seconds <= MAX_TIMEOUT.total_seconds():
        raise ValueError(f"a time from 1s to 24h is needed, not {text!r}")
    return seconds


def _clock(text: str) -> timedelta:
    hours, minutes = map(int, full(r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", text).split(":"))
    return timedelta(hours=hours, minutes=minutes)


def _zone(text: str) -> tzinfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"no time zone {text!r} is known here; take one like Europe/Warsaw or UTC") from error


def moment(text: str) -> datetime:
    """A point in time, with its zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError from None  # without words: what is needed is said in ours
    if at.tzinfo is None:
        raise ValueError(f"the time {text!r} needs its zone, such as 2026-11-20T08:30:00+01:00")
    return at


def _range(found: Mapping[str, Any]) -> Range:
    bounds = Range(**found)
    if not bounds.possible:
        raise ValueError(f"no number is {bounds}, so nothing could match")
    return bounds


class _Pattern:
    """Addresses, domains and patterns; ``@name`` is all of the list of that name."""

    def read(self, spot: Spot, reading: Reading) -> tuple[str, ...] | None:
        text = spot.node
        if not isinstance(text, str) or not (re.fullmatch(_PATTERN, text) or re.fullmatch(LIST, text)):
            Made(make=_refused, needed="an address, a domain or a pattern with *").read(spot, reading)
            return None
        if text.startswith("@") and text[1:] in reading.lists:
            return reading.lists[text[1:]]
        if text.startswith("@") and "." not in text and "*" not in text and text != "@localhost":
            reading.wrong(spot, f"there is no list {text!r}{hint(text, ['@' + name for name in reading.lists])}")
            return None
        return (text.lower(),)

    def schema(self) -> Schema:
        return {"type": "string", "anyOf": [{"pattern": _PATTERN}, {"pattern": LIST}]}


def _refused(_text: str) -> None:
    raise ValueError


class Patterns(Items):
    """One or some of them, lists written out."""

    def read(self, spot: Spot, reading: Reading) -> tuple[Any, ...] | None:
        found = super().read(spot, reading)
        return None if found is None else tuple(one for group in found for one in group)


PATTERNS: Final = Patterns(of=_Pattern(), alone=True, least=1)
NAMED: Final = Made(make=lambda text: full(_NAME, text), needed="a name", pattern=_NAME, most=100)
GLOBS: Final = many(Words(most=200), 100)
REGEX: Final = Made(make=Regex, needed="a pattern", most=MAX_REGEX)


def bounds(shape: Shape, what: str) -> Keys:
    """Bounds of a number that *shape* reads."""
    words = {"lt": "less than", "lte": "at most", "gt": "more than", "gte": "at least"}
    return Keys(
        table={name: Key(shape, f"{what}: {told} this") for name, told in words.items()},
        make=_range,
        empty="a bound is needed, such as {gte: 30}",
    )


def counted(what: str) -> Keys:
    """Bounds of a whole number."""
    return bounds(Whole(most=MAX_BOUND), what)


TEXT: Final = Keys(
    table={
        "contains": Key(GLOBS, "it holds one of these, whatever their case"),
        "glob": Key(GLOBS, "the whole of it is one of these; * stands for anything"),
        "matches": Key(REGEX, "a regular expression (Rust's, as in CEL), sought anywhere in it"),
    },
    empty="contains, glob or matches is needed",
)
ATTACHED: Final = Keys(
    table={
        "count": Key(counted("files"), "how many there are"),
        "bytes": Key(counted("bytes"), "how large all are together"),
        "name": Key(GLOBS, "the name of one of them; * stands for anything"),
        "type": Key(GLOBS, "the media type of the same one"),
    },
    empty="count, bytes, name or type is needed",
)
TIME: Final = Keys(
    table={
        "after": Key(Made(make=_clock, needed='a time such as "08:30"', pattern=r"^[0-2][0-9]:[0-5][0-9]$"), "from"),
        "before": Key(Made(make=_clock, needed='a time such as "17:00"', pattern=r"^[0-2][0-9]:[0-5][0-9]$"), "until"),
        "days": Key(many(Choice(choices=DAYS), 7), "days of the week"),
        "zone": Key(Made(make=_zone, needed="a time zone", most=64), "such as Europe/Warsaw; none: UTC"),
    },
    empty="after, before or days is needed",
)
WORDING: Final = Either(mapping=TEXT, other=Words(most=200), lift=lambda words: {"contains": (words,)})
