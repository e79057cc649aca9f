"""The mailboxes that are read: login, IDLE, folders, and whose word on the sender counts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.consent.oauth import xoauth2
from mailbot.consent.tokens import TOKENS, Tokens
from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.doctor.why import mend_of
from mailbot.domain.errors import MailbotError
from mailbot.receive import Imap
from mailbot.receive.imap import password_of, server_of
from mailbot.receive.imap_look import Seen, Visit, visit
from mailbot.receive.imap_session import Denied

PORTS: Final = "993 with implicit TLS, 143 with starttls"
_WAIT: Final = 8.0  #: seconds for one answer


async def mailboxes(patient: Patient) -> AsyncGenerator[Sign]:
    """Each of them, one after the other."""
    for room in patient.mailboxes:
        try:
            secret = await secret_of(patient, room)
            seen = await apart(lambda room=room, secret=secret: _seen(room, secret))  # type: ignore[misc]  # for the loop
        except MailbotError as error:
            yield _refused(room, error)
            continue
        for sign in _well(room, seen):
            yield sign


async def secret_of(patient: Patient, room: Imap) -> str | bytes:
    """What we log in with."""
    if room.oauth is None:
        return await apart(lambda: password_of(room))
    tokens = Tokens(Path(patient.site.data) / TOKENS, patient.clock)
    try:
        return xoauth2(room.user, await tokens.access(room.account, room.oauth))
    finally:
        await tokens.close()


def open_box(room: Imap, secret: str | bytes) -> Visit:
    """A connection that is logged in; the caller ends it."""
    return visit(replace(server_of(room), timeout=min(_WAIT, room.timeout)), room.user, secret)


def _seen(room: Imap, secret: str | bytes) -> Seen:
    box = open_box(room, secret)
    try:
        return box.look(room.folders)
    finally:
        box.end()


def _refused(room: Imap, error: MailbotError) -> Sign:
    words = f"the mailbox {room.account}: {error}"
    if isinstance(error, Denied):
        which = f"the password in {room.password_file}" if room.password_file else "`user` and the password"
        consent = f"mailbot oauth login --account {room.account}"
        mend = consent if room.oauth else f"correct {which}; Gmail wants an app password, Microsoft 365 consent (oauth)"
        return fail(words, mend)
    if "password" in str(error) and "cannot be read" in str(error):
        return fail(words, f"write the password into {room.password_file}, then chmod 600 {room.password_file}")
    return fail(words, mend_of(error, ports=PORTS, ca_file="ca_file"))


def _well(room: Imap, seen: Seen) -> list[Sign]:
    signs = [ok(f"the mailbox {room.account}: logged in at {room.host}:{room.port}")]
    signs += [fail(f"the mailbox {room.account}: {words}", "correct `folders`, or make it") for words in seen.missing]
    if seen.idles and room.idle:
        signs.append(ok(f"the mailbox {room.account} tells of new mail by itself (IDLE)"))
    else:
        words = f"the mailbox {room.account} does not tell of new mail: it is looked into every {room.poll:g} seconds"
        signs.append(warn(words, "idle = true" if seen.idles else "a smaller `poll`, if that is too slow"))
    if room.done.startswith("move") and not seen.moves:
        words = f"the mailbox {room.account} cannot move mail: what is done is copied, and only marked as deleted"
        signs.append(warn(words, 'done = "keep" or done = "flag"'))
    if room.trust is None:
        words = f"the mailbox {room.account}: nobody's Authentication-Results are believed, only signatures"
        signs.append(ok(f"{words}; `mailbot doctor --calibrate` finds out whose can be"))
    return signs
