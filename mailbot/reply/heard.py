"""The people of one answer: whose wish was built, and where they want different things."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.domain.message import Address


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One thing that people want in different ways; nothing of it is built."""

    about: str
    wishes: tuple[tuple[Address, str], ...]  #: who wants what, in their words


@dataclass(frozen=True, kw_only=True)
class Voices:
    """What several people said about one project."""

    built: tuple[tuple[Address, str], ...] = ()  #: whose wish was built, in their words
    clashes: tuple[Clash, ...] = ()
    readers: tuple[Address, ...] = ()  #: who is on copy and may change nothing
