"""Answers to plain questions, kept for a while: the same one again costs nothing. A build is never taken from here."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from mailbot.build.plan import Brief, Said
from mailbot.domain.intent import Kind
from mailbot.ports import Clock, Model

MOST: Final = 256  #: answers that are kept
MAX_KEPT: Final = 50_000  #: characters of one of them


@dataclass(eq=False)
class Kept:
    """The answers, by the hash of what was asked; the one that was used longest ago goes first."""

    most: int = MOST
    _known: OrderedDict[str, tuple[datetime, Said]] = field(default_factory=OrderedDict, init=False)

    def get(self, key: str, now: datetime) -> Said | None:
        """The answer, if there is one whose time is not over."""
        until, said = self._known.get(key, (now, None))
        if said is None or until <= now:
            self._known.pop(key, None)
            return None
        self._known.move_to_end(key)
        return said

    def put(self, key: str, said: Said, until: datetime) -> None:
        """Keep an answer that is not too long."""
        if len(said.text) <= MAX_KEPT:
            self._known[key] = (until, said)
            self._known.move_to_end(key)
            while len(self._known) > self.most:
                self._known.popitem(last=False)


def key_of(brief: Brief) -> str:
    """The hash of all that a model would be told."""
    files = sorted((str(path), hashlib.sha256(content).hexdigest()) for path, content in brief.files.items())
    return hashlib.sha256(repr((replace(brief, files={}), files)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A model that does not say the same thing twice."""

    model: Model
    clock: Clock
    lasts: timedelta
    kept: Kept = field(default_factory=Kept)

    @property
    def host(self) -> str:
        """Its queue: that of the model."""
        return self.model.host

    @property
    def slots(self) -> int:
        """As many as the model has."""
        return self.model.slots

    async def ask(self, brief: Brief) -> Said:
        """What was said before, with nothing to pay for it, or what the model says now."""
        if brief.kind is not Kind.QUESTION or brief.files or self.lasts <= timedelta():
            return await self.model.ask(brief)
        key, now = key_of(brief), self.clock()
        if said := self.kept.get(key, now):
            return replace(said, maker=replace(said.maker, seconds=0.0, tokens=0, prompt_tokens=0, cost=0.0))
        said = await self.model.ask(brief)
        self.kept.put(key, said, now + self.lasts)
        return said
