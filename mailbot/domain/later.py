"""A request that the clock makes when nobody has said anything until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.domain.message import Envelope
from mailbot.domain.project import ProjectId

CLOCK = "clock"  #: the channel of what nobody sent


@dataclass(frozen=True, kw_only=True)
class Later:
    """What is received when the time comes, unless its author has written in the project before."""

    id: str  #: of the request that it becomes: the same, however often it is made
    project: ProjectId
    until: datetime
    raw: bytes
    envelope: Envelope
