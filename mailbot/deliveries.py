"""Deliveries at the command line: `mailbot deliveries list`, `show`, `suppressed` and `lift`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Final

from mailbot.domain.errors import Permanent
from mailbot.domain.message import Address
from mailbot.domain.sending import Sent, Silence
from mailbot.outbox import ABOUT_OTHERS
from mailbot.settings import Settings
from mailbot.store import open_ledger
from mailbot.store.ledger import SqlLedger
from mailbot.store.sent import Wanted

WORDS: Final[Mapping[str, str]] = {
    "waiting": "to be sent",
    "committing": "sent, and what the other side said is not known yet",
    "sent": "taken",
    "presumed": "sent twice, and what the other side said was lost both times",
    "failed": "not delivered",
    "bounced": "taken, and given back later",
}
SHOWN: Final = 120  #: characters of what was said, in a list


async def list_deliveries(settings: Settings, wanted: Wanted, *, as_json: bool) -> str:
    """The deliveries that are wanted, newest first: two lines each, or one JSON object each."""
    async with _ledger(settings) as ledger:
        found = await ledger.sent(wanted)
    if as_json:
        return "\n".join(_json(one) for one in found)
    return "\n".join(line for one in found for line in _lines(one)) or "no delivery is like that"


async def show_delivery(settings: Settings, key: str, *, as_json: bool) -> str:
    """Every step of one delivery."""
    async with _ledger(settings) as ledger:
        found = await ledger.sent(Wanted(most=2, key=key, steps=True)) if key.strip() else ()
    exact = [one for one in found if key in {one.id, one.message_id, one.message_id.strip("<>")}] or list(found)
    if not exact:
        raise Permanent(f"no delivery is known as {key!r}; `mailbot deliveries list` shows the last ones")
    if len(exact) > 1:
        raise Permanent(f"several deliveries begin with {key!r}; write more letters of the one that you mean")
    one = exact[0]
    if as_json:
        return _json(one)
    rows = {
        "request": one.request,
        "to": ", ".join(one.recipients),
        "by": f"{one.way}, in the form {one.form}",
        "message-id": one.message_id,
        "state": f"{one.progress}: {WORDS[one.progress]}{_when(one)}",
        "attempts": str(one.attempts),
    }
    steps = [f"{_time(at)}  {progress:10} {said}" for at, progress, said in one.steps]
    return "\n".join([one.id, *(f"{name:10} {value}" for name, value in rows.items()), *steps])


async def list_silences(settings: Settings, *, as_json: bool) -> str:
    """The addresses to which nothing is sent now, and why."""
    now = datetime.now(UTC)  # noqa: TID251  (a Clock)
    async with _ledger(settings) as ledger:
        found = await ledger.silences(now)
    if as_json:
        return "\n".join(_json(one) for one in found)
    return "\n".join(_silence(one) for one in found) or "mail is sent to everybody"


async def lift(settings: Settings, address: str) -> str:
    """Write to an address again."""
    now = datetime.now(UTC)  # noqa: TID251  (a Clock)
    async with _ledger(settings) as ledger:
        lifted = await ledger.lift(Address(address.strip().strip("<>")), now)
    if not lifted:
        raise Permanent(f"mail is sent to {address} as it is; `mailbot deliveries suppressed` lists to whom it is not")
    return f"mail is sent to {address} again"


async def note(settings: Settings) -> str:
    """What health tells about mail to others was seen, and is told no more."""
    now = datetime.now(UTC)  # noqa: TID251  (a Clock)
    async with _ledger(settings) as ledger:
        known = await ledger.parts()
        told = [part for part in ABOUT_OTHERS if known.get(part, ("", now))[0]]
        for part in told:
            await ledger.report(part, "", now)
    return f"noted: {', '.join(told)}" if told else "health tells nothing about mail to others"


def _lines(one: Sent) -> list[str]:
    head = f"{one.id}  {_time(one.first_at)}  {one.progress:10} {one.form:8}  {', '.join(one.recipients)}"
    tries = f"{one.attempts} tries" if one.attempts != 1 else "1 try"
    said = one.steps[-1][2] if one.steps else ""
    said = said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"
    return [head, f"    {one.way}, {tries}{_when(one)}{f': {said}' if said else ''}"]


def _silence(one: Silence) -> str:
    until = f"until {_time(one.until)}" if one.until else "until it is lifted"
    return f"{one.address}  {until}  {one.kind}, time {one.times}: {one.why}"


def _when(one: Sent) -> str:
    return f", goes on at {_time(one.not_before)}" if one.not_before else ""


def _json(one: Sent | Silence) -> str:
    """Every field of it, by the names that it has in the code."""
    return json.dumps({field.name: _plain(getattr(one, field.name)) for field in fields(one)}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return [_plain(item) for item in value] if isinstance(value, Sequence) and not isinstance(value, str) else value


def _time(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


@contextlib.asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[SqlLedger]:
    """The ledger; a mailbot that serves may go on meanwhile."""

    def clock() -> datetime:
        return datetime.now(UTC)  # noqa: TID251  (a Clock)

    ledger = await open_ledger(settings.database_url, str(settings.folder), clock)
    try:
        yield ledger
    finally:
        await ledger.close()
