"""How the parts of a mailbot that serves are, as they have told themselves."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.store import open_ledger
from mailbot.store.look import look


async def parts(patient: Patient) -> AsyncGenerator[Sign]:
    """What is in trouble, what waits for a person, and what is in flight; a database of another age is left alone."""
    settings = patient.settings
    seen = await apart(lambda: look(settings.database_url, settings.folder))
    if not seen.there or seen.trouble or not seen.newest:
        return
    ledger = await open_ledger(settings.database_url, str(settings.folder), patient.clock)
    try:
        told, count, last = await ledger.parts(), await ledger.count(), await ledger.mails(1)
    finally:
        await ledger.close()
    for part, (trouble, at) in sorted(told.items()):
        if trouble:
            yield fail(
                f"{part} is in trouble since {at:%Y-%m-%d %H:%M}: {trouble}", "what it says; then mailbot health"
            )
    if count.held:
        yield warn(f"{count.held} mail(s) wait for a person", "mailbot held list")
    if last and last[0].received_at > patient.clock():
        words = f"the last mail came at {last[0].received_at:%Y-%m-%d %H:%M} UTC, which is in the future"
        yield fail(f"{words}: the clock of this machine has gone back", "timedatectl set-ntp true")
    done = count.answered + sum(count.closed.values())
    yield ok(f"{count.received} mails received, {done} done, {count.in_flight} in flight")
