"""The week of this mailbox, told to whoever runs it: by mail once a week, or at the command line (journey J18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from mailbot.desk import line_of
from mailbot.domain.later import CLOCK
from mailbot.domain.message import Address, Envelope
from mailbot.domain.names import request_id
from mailbot.reply.digest import Digest, digest
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.mime import NOTICE, seal
from mailbot.store import SqlLedger

WEEK: Final = timedelta(days=7)
MOST: Final = 6  #: held mails that are looked up: one more than a mail shows


async def week(ledger: SqlLedger, until: datetime) -> Digest:
    """What the ledger says of the seven days before *until*."""
    since = until - WEEK
    parts, held = await ledger.parts(), await ledger.held(most=MOST)
    return Digest(
        since=since,
        until=until,
        count=await ledger.count_between(since, until),
        failing=tuple(f"{part}: {trouble}" for part, (trouble, _) in sorted(parts.items()) if trouble),
        refusals=await ledger.refusals(since, until),
        held=tuple(line_of(one) for one in held),
    )


async def send_week(ledger: SqlLedger, until: datetime, ways: Iterable[str], letterhead: Letterhead) -> bool:
    """Have it sent to the admins, once; nothing is sent where nothing came and nothing is wrong."""
    found, way = await week(ledger, until), next(iter(ways))
    if not letterhead.admins or not (found.count.received or found.failing or found.held):
        return False
    note = f"Subject: the week until {until:%Y-%m-%d}\r\n\r\nThe clock made this.\r\n".encode()
    id = request_id(note, (letterhead.address,))
    mails = [
        seal(digest(found, Address(admin), id, letterhead), way, until, letterhead, f"{NOTICE}-digest-{number}")
        for number, admin in enumerate(letterhead.admins)
    ]
    envelope = Envelope(channel=CLOCK, sender="", recipients=(letterhead.address,), received_at=until)
    return await ledger.tell(id, note, envelope, mails)


def words(found: Digest, letterhead: Letterhead) -> str:
    """The same for a person at the command line."""
    return digest(found, Address(letterhead.address), "digest", letterhead).text
