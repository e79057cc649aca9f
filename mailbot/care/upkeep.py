"""What the clock has done by itself: the count is checked, what is over its time goes, and the week is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from mailbot.care.week import WEEK, send_week
from mailbot.ports import Clock
from mailbot.reply.letterhead import Letterhead
from mailbot.settings import Settings
from mailbot.store import SqlLedger

log = structlog.get_logger()

#: What the clock makes due, and how often.
UPKEEP: Final[Mapping[str, timedelta]] = {"audit": timedelta(hours=1), "keep": timedelta(hours=1), "digest": WEEK}


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """Does it."""

    settings: Settings
    ledger: SqlLedger
    letterhead: Letterhead
    ways: Iterable[str]
    clock: Clock

    async def tick(self, id: str) -> None:
        """Do what the timer *id* says."""
        name, _, slot = id.partition(":")
        if name == "keep":
            gone = await self.ledger.expire(self.settings.keep.spans, self.clock())
            if gone.any:
                log.info("keep.gone", mails=gone.mails, projects=gone.projects, facts=gone.facts, blobs=gone.blobs)
        elif name == "digest":
            await send_week(self.ledger, datetime.fromisoformat(slot), self.ways, self.letterhead)
        else:
            count = await self.ledger.count()
            if not count.holds:
                log.error("conservation.broken", timer=id, count=count)
