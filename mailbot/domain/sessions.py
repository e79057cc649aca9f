"""A conversation of a program with a model, which is kept for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message of it."""

    role: str  #: system, user, assistant
    content: str


@dataclass(frozen=True, kw_only=True)
class Session:
    """All of it."""

    id: str
    token: str  #: the name of the token whose it is
    model: str  #: empty: whichever is chosen
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    messages: tuple[Line, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    turn: int = 0  #: counts every change: who comes late changes nothing
