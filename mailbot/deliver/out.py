"""All entries of [[deliver]] as what the life of a mail needs: the one way `email`, and the copies that follow it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from mailbot.deliver.lmtp import Lmtp
from mailbot.deliver.maildir import Maildir
from mailbot.deliver.pool import Member, Pool
from mailbot.deliver.rates import Line, Rates, Sending
from mailbot.deliver.sent import SentCopy
from mailbot.deliver.smtp import SmtpRelay
from mailbot.domain.reply import SENT_COPY
from mailbot.ports import Site, Way

EMAIL: Final = "email"  #: the way that every reply takes
RELAY_BURST: Final = 10  #: mails by one relay at once before its rate counts

Report = Callable[[str, str], Awaitable[None]]


def together(entries: Sequence[Maildir | SmtpRelay | Lmtp]) -> str:
    """Why *entries* cannot stand side by side; empty: they can."""
    if len(entries) > 1 and any(isinstance(entry, Maildir) for entry in entries):
        return "a Maildir stands alone: several entries share the mails, and half of them would go nowhere"
    names = [entry.account for entry in entries if not isinstance(entry, Maildir)]
    twice = {name for name in names if names.count(name) > 1}
    return f"two relays are called {', '.join(sorted(twice))}; give each a `name`" if twice else ""


@dataclass(frozen=True, kw_only=True)
class Out:
    """What is open."""

    ways: Mapping[str, Way]
    pool: Pool | None
    copies: Mapping[str, SentCopy]  #: by the name of their way

    @classmethod
    def opened(
        cls, entries: Sequence[Maildir | SmtpRelay | Lmtp], sending: Sending, site: Site, report: Report
    ) -> Self:
        """Open all of *entries*; nothing is connected before the first mail."""
        relays = [entry for entry in entries if not isinstance(entry, Maildir)]
        if not relays:
            return cls(ways={EMAIL: entries[0].open(site)}, pool=None, copies={})
        members = [
            Member(
                name=entry.account,
                room=entry.open(site),
                weight=entry.weight,
                line=Line(per_minute=entry.per_minute, burst=RELAY_BURST) if entry.per_minute else None,
            )
            for entry in relays
        ]
        pool = Pool(members, Rates(sending), site.clock, report)
        copies = {
            SENT_COPY + entry.account: _copy(entry, site, report)
            for entry in relays
            if isinstance(entry, SmtpRelay) and entry.sent
        }
        return cls(ways={EMAIL: pool}, pool=pool, copies=copies)

    async def begin(self) -> None:
        """Tell that all are well: nothing else is known yet."""
        if self.pool:
            await self.pool.begin()
        for copy in self.copies.values():
            await copy.report(copy.part, "")

    async def close(self) -> None:
        """Nothing more is sent."""
        if self.pool:
            await self.pool.close()
        for copy in self.copies.values():
            await copy.close()


def _copy(entry: SmtpRelay, site: Site, report: Report) -> SentCopy:
    if entry.sent is None:
        raise AssertionError("no folder of sent mail")
    context = None if entry.sent.tls == "none" else ssl.create_default_context(cafile=entry.ca_file or None)
    return SentCopy(place=entry.sent, context=context, login=entry.login(site), report=report)
