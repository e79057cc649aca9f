"""What an admin says about held mail: lines of their own mail that begin with #mailbot and name what is to be done.

`#mailbot held` asks what is held, `#mailbot release r4qst` lets one in (the first letters of its id are enough), and
`#mailbot refuse r4qst because we build no games` tells its author no, with these words.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.orders import CHANNEL
from mailbot.domain.request import Errand

MOST: Final = 20  #: lines of one mail that are followed
MAX_REASON: Final = 400
SHORTEST: Final = 5  #: letters of an id that may stand for the whole
_LINE: Final = re.compile(
    r"[ \t]{0,8}#(?:mailbot|mb)[ \t:]{1,8}(?:(?P<held>held)|"
    rf"(?P<verb>release|refuse)[ \t]{{1,8}}(?P<id>[a-z2-7]{{{SHORTEST},20}})(?P<rest>[ \t].*|))[ \t.]*",
    re.IGNORECASE,
)
_BECAUSE: Final = re.compile(r"(?:because|:|-)[ \t]*", re.IGNORECASE)


def errands(message: Message, envelope: Envelope, admins: Collection[str]) -> tuple[Errand, ...]:
    """The errands of *message*, where it is of an admin and well enough proven; of anybody else there are none."""
    if envelope.channel == CHANNEL:  # a token orders for people; it never speaks as an admin
        return ()
    if envelope.proof.rank < Proof.DKIM.rank or message.author.lower() not in {one.lower() for one in admins}:
        return ()
    found = (_errand(line) for line in message.text.splitlines())
    return tuple(one for one in found if one)[:MOST]


def _errand(line: str) -> Errand | None:
    found = _LINE.fullmatch(line[: MAX_REASON + 100])
    if found is None:
        return None
    shown = line.strip()[:MAX_REASON]
    if found["held"]:
        return Errand(verb="held", line=shown)
    rest = (found["rest"] or "").strip(" \t")
    id = found["id"].lower()
    if found["verb"].lower() == "release":
        return Errand(verb="release", id=id, line=shown) if not rest.strip(".") else None
    return Errand(verb="refuse", id=id, reason=_BECAUSE.sub("", rest, count=1)[:MAX_REASON], line=shown)
