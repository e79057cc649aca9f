"""Held mail at the command line: `mailbot held list`, `show`, `release` and `refuse`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from mailbot.desk import Desk, line_of
from mailbot.domain.errors import Permanent
from mailbot.domain.request import Errand
from mailbot.domain.work import HeldMail
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.settings import Settings
from mailbot.site import known_names, letterhead, model_of, site_of
from mailbot.store import open_ledger
from mailbot.store.ledger import MANY, SqlLedger

BY = "an admin at the command line"
SOON = "; a mailbot that serves begins with it within a minute"


async def list_held(settings: Settings) -> str:
    """What is held, oldest first, a line each."""
    async with _desk(settings) as (_, ledger):
        found = await ledger.held()
    lines = [line_of(one) for one in found]
    more = [f"({len(lines)} are shown; decide about these first)"] if len(lines) == MANY else []
    return "\n".join([*lines, *more]) or "nothing is held"


async def show_held(settings: Settings, key: str) -> str:
    """One held mail: who, what about, why, and its words."""
    async with _desk(settings) as (desk, ledger):
        held = await _one(ledger, key)
        message = await desk.reader.read(await ledger.raw(held.request.id))
    order = held.order
    rows = {
        "proof": str(held.request.envelope.proof),
        "from": message.author,
        "subject": message.subject,
        "attached": ", ".join(f"{one.name} ({len(one.content):,} bytes)" for one in message.attachments),
        "intent": str(order.intent.kind) if order else "never judged; `mailbot held release` has it judged again",
        "words": message.text,
    }
    return "\n".join([line_of(held), *(f"{name:10} {value}" for name, value in rows.items() if value)])


async def release(settings: Settings, key: str) -> str:
    """Let one in."""
    async with _desk(settings) as (desk, ledger):
        return await desk.release(await _one(ledger, key), BY) + SOON


async def refuse(settings: Settings, key: str, reason: str) -> str:
    """Say no to the author of one."""
    async with _desk(settings) as (desk, ledger):
        return await desk.refuse(await _one(ledger, key), Errand(verb="refuse", reason=reason), BY)


async def _one(ledger: SqlLedger, key: str) -> HeldMail:
    found = await ledger.held(key.strip().lower(), most=2) if key.strip() else ()
    if not found:
        raise Permanent(f"nothing is held under {key!r}; `mailbot held list` shows what is")
    if len(found) > 1:
        raise Permanent(f"several held mails begin with {key!r}; write more letters of the one that you mean")
    return found[0]


@contextlib.asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[tuple[Desk, SqlLedger]]:
    """The desk of this mailbot; one that serves may go on meanwhile."""
    workers = Processes()
    names = known_names(settings)
    site = site_of(settings, names, workers)
    ledger = await open_ledger(settings.database_url, str(settings.folder), site.clock)
    try:
        room, _ = await model_of(settings)
        desk = Desk(
            ledger=ledger,
            reader=InWorker(workers),
            host=room.open(site).host,
            ways=("email",),
            letterhead=letterhead(settings, names),
            clock=site.clock,
        )
        yield desk, ledger
    finally:
        await workers.stop()
        await ledger.close()
