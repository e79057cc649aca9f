"""What any program of a project is run in."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.checks.cage import Cage
from mailbot.checks.environment import Kit
from mailbot.checks.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Around:
    """The sandbox, the packages that can be seen in it, and what may be taken there."""

    cage: Cage
    kit: Kit = field(default_factory=Kit)
    limits: Limits = field(default_factory=Limits)
