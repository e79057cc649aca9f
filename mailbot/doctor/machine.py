"""The machine: its sandbox, its browser, its clock, and whether mail may leave it by port 25."""

from __future__ import annotations

import socket
import time as clocks
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from mailbot.checks import Static, tiers
from mailbot.checks.browser import OFF, browser_of, starts
from mailbot.deliver import SmtpRelay
from mailbot.doctor.apart import apart
from mailbot.doctor.heard import ask
from mailbot.doctor.patient import Patient
from mailbot.doctor.records import include_of
from mailbot.doctor.sign import Sign, fail, ok, warn

BAD: Final = timedelta(minutes=5)  #: signatures and certificates are refused from about there on
ODD: Final = timedelta(seconds=20)
_WAIT: Final = 4.0
_INSTALL: Final = "apt-get install bubblewrap; in a container, allow it user namespaces"


async def sandbox(patient: Patient) -> AsyncGenerator[Sign]:
    """Which kind of sandbox there is: by making one, and trying to get out."""
    checks = patient.settings.checks
    if isinstance(checks, Static):
        words = "programs are never run (checks.kind is static): what is built is only read"
        yield warn(words, '[checks] kind = "sandbox"')
        return
    found = await apart(lambda: tiers.best(checks.tier))
    why = "; ".join(found.why_not)
    if found.cage is not None:
        yield ok(f"strangers' programs run in {found.cage.name}" + (f" (not to be had: {why})" if why else ""))
    elif checks.tier == "auto":
        words = f"there is no sandbox: what is built is only read, never run ({why or 'the kernel has none'})"
        yield warn(words, _INSTALL)
    else:
        yield fail(f"there is no sandbox of the tier {checks.tier}, so mailbot does not start: {why}", _INSTALL)


async def browser(patient: Patient) -> AsyncGenerator[Sign]:
    """Whether pages can be opened and pictured."""
    checks = patient.settings.checks
    if isinstance(checks, Static) or checks.browser == OFF:
        return
    found = await apart(lambda: browser_of(checks.browser))
    cage = (await apart(lambda: tiers.best(checks.tier))).cage
    if found is None:
        words = "there is no Chromium: pages are not opened, and answers have no picture"
        yield warn(words, 'apt-get install chromium; or [checks] browser = "off"')
    elif cage is not None and (why := await apart(lambda: starts(found, cage))):
        yield warn(f"{found.program} does not start in the sandbox: {why}", "the path of another in checks.browser")
    elif cage is not None:
        yield ok(f"pages are opened in {found.program}")


async def time(patient: Patient) -> AsyncGenerator[Sign]:
    """The clock, by those of others."""
    tried = []
    for url in patient.times:
        try:
            theirs, took = await apart(lambda url=url: _asked(url))  # type: ignore[misc]  # a default, for the loop
        except (OSError, ValueError) as error:
            tried.append(f"{url}: {getattr(error, 'reason', error)}")
            continue
        off = patient.clock() - took / 2 - theirs
        yield _told(off, url)
        return
    words = f"the clock could not be compared with another ({'; '.join(tried)})"
    yield ok(words) if patient.settings.domain is None else warn(words, "mailbot doctor --time-from URL")


def _told(off: timedelta, url: str) -> Sign:
    seconds = abs(off.total_seconds())
    how = "ahead" if off > timedelta() else "behind"
    words = f"the clock of this machine is {_span(seconds)} {how} of {url}"
    if seconds > BAD.total_seconds():
        said = f"{words}: signatures, certificates and logins will be refused"
        return fail(said, "timedatectl set-ntp true, or set it by hand: date -s")
    if seconds > ODD.total_seconds():
        return warn(words, "timedatectl set-ntp true")
    return ok(f"the clock is right to {max(seconds, 1):.0f} s (by {url})")


def _span(seconds: float) -> str:
    day, hour = 86_400, 3_600
    if seconds >= day - BAD.total_seconds():
        return f"{seconds / day:.1f} days"
    return f"{seconds / hour:.1f} hours" if seconds >= hour else f"{seconds:.0f} seconds"


def _asked(url: str) -> tuple[datetime, timedelta]:
    """The time of a server, by the Date of its answer, whatever else it says; and how long it took."""
    begun = clocks.monotonic()
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310  (https, or what the admin names)
    try:
        with urllib.request.urlopen(request, timeout=_WAIT) as answer:  # noqa: S310  (the same)
            said = answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        said = error.headers.get("Date")
        error.close()
    if not said:
        raise ValueError("it tells no date")
    found = parsedate_to_datetime(said)
    return found.replace(tzinfo=found.tzinfo or UTC), timedelta(seconds=clocks.monotonic() - begun)


async def port_25(patient: Patient) -> AsyncGenerator[Sign]:
    """Whether mail may leave this machine without a relay of somebody else's."""
    if patient.settings.domain is None:
        return
    name, port = patient.out
    relays = [entry for entry in patient.settings.deliver if isinstance(entry, SmtpRelay)]
    foreign = bool(relays) and all(include_of(entry.host) or entry.port != 25 for entry in relays)  # noqa: PLR2004
    mx = sorted((await ask(patient, name, "MX")).values)
    host = mx[0].decode("ascii", "replace").partition(" ")[2] if mx else name
    why = await apart(lambda: _connected(host, port))
    if not why:
        yield ok("port 25 is open outwards")
    elif foreign:
        yield ok(f"port 25 is closed outwards ({why}); that is no matter, for mail leaves by relays")
    else:
        words = f"port 25 is closed outwards ({why}): a mail server on this machine reaches nobody"
        yield warn(words, "have the provider open it, or send by a relay on port 587")


def _connected(host: str, port: int) -> str:
    try:
        socket.create_connection((host, port), _WAIT).close()
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
    return ""
