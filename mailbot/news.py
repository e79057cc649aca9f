"""Those who ordered over HTTP are told what became of it, one thing after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailbot.domain.errors import Impossible, NotYet, Overtaken, Permanent, Temporary
from mailbot.domain.news import Gone, News, Way
from mailbot.domain.request import MAX_STARTS
from mailbot.ports import Clock


class Told(Protocol):
    """The ledger, with what is told to programs."""

    async def news(self, id: str) -> News | None: ...

    async def move_news(self, old: News, new: News, *, said: str, at: datetime) -> None:
        """Store what became of it; what is void by then is superseded, and 410 ends all that goes to the same URL."""


class Hook(Protocol):
    """A call to whoever listens."""

    async def send(self, news: News, now: datetime) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """What is told."""

    ledger: Told
    hook: Hook
    clock: Clock

    async def tell(self, id: str, starts: int = 0) -> None:
        """Make one call that is due, and record how it ended; *starts*: how often this was begun in vain."""
        news = await self.ledger.news(id)
        if news is None or news.way is not Way.WAITING:
            return
        new, said = await self._told(news, starts)
        await self.ledger.move_news(news, new, said=said, at=self.clock())

    async def _told(self, news: News, starts: int) -> tuple[News, str]:
        if news.stale:
            return news.ended(Way.SUPERSEDED), "the order had its end before this was told"
        if starts > MAX_STARTS:
            return news.ended(Way.FAILED), "something in mailbot itself failed three times"
        try:
            return news.ended(Way.TOLD), await self.hook.send(news, self.clock())
        except Overtaken:
            raise
        except Permanent as error:
            return news.ended(Way.GONE if isinstance(error, Gone) else Way.FAILED), str(error)
        except Temporary as error:
            return news.again(self.clock(), error.until if isinstance(error, NotYet) else None), str(error)


async def unheard(id: str, _starts: int) -> None:
    """Where nobody tells programs anything: a call that is due all the same is a bug, and counted."""
    raise Impossible(f"webhook {id} is due, and nobody is there to tell it")
