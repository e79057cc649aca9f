"""Where questions end that nobody answered: the clock hands in what was proposed, like a mail of their author."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.domain.request import RequestId
from mailbot.ports import Clock, Ledger


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """What the clock has to say."""

    ledger: Ledger
    clock: Clock

    async def say(self) -> int:
        """Hand in all whose time has come; how many those were. Handed in twice, each is one request."""
        now = self.clock()
        found = await self.ledger.overdue(now)
        for one in found:
            await self.ledger.open_request(RequestId(one.id), one.raw, replace(one.envelope, received_at=now))
            await self.ledger.said(one.id)
        return len(found)
