"""`mailbot doctor --calibrate`: whose word on the sender can be believed in a mailbox, by trying to forge it.

A mail goes to ourselves through an outside relay, with a forged Authentication-Results on it. Which field stands on top
of what comes, and whose it is, is then known. A second mail forges exactly that name, and must not get on top.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Final

from mailbot.deliver import Lmtp, SmtpRelay
from mailbot.doctor.patient import Patient
from mailbot.doctor.probe import Letter, Post, letter_of, send
from mailbot.doctor.sign import Sign, fail, ok
from mailbot.domain.errors import MailbotError, Unreadable
from mailbot.receive import Imap
from mailbot.understand.gate import gate
from mailbot.understand.results import Results, results_of

RESULTS: Final = "authentication-results"
FORGER: Final = "forger.invalid"
VICTIM: Final = "victim.invalid"  #: whom the forged field vouches for
MOST: Final = 20  #: Received fields that can be a provider's own
_PROVIDERS: Final = {
    "gmail.com": "gmail",
    "googlemail.com": "gmail",
    "office365.com": "microsoft365",
    "outlook.com": "microsoft365",
    "fastmail.com": "fastmail",
}


@dataclass(frozen=True, kw_only=True)
class Topmost:
    """The first Authentication-Results of a mail."""

    value: str
    results: Results | None  #: none: it is malformed
    above: int  #: Received fields above it

    @property
    def forged(self) -> bool:
        """Whether it is ours, that vouches for somebody else."""
        return VICTIM in self.value


def topmost(header: bytes) -> Topmost | None:
    """The first one of a mail; none: there is none."""
    above = 0
    try:
        fields = gate(header).fields
    except Unreadable:
        return None
    for name, value in fields:
        if name.lower() == "received":
            above += 1
        elif name.lower() == RESULTS:
            return Topmost(value=value, results=results_of(value), above=above)
    return None


async def calibrate(patient: Patient, through: SmtpRelay | Lmtp) -> AsyncGenerator[Sign]:
    """Prove what can be trusted in the first mailbox, by two mails *through* a relay that is not its provider's."""
    room = next(iter(patient.mailboxes), None)
    if room is None:
        yield fail("there is no [[receive]] of kind imap: our own server proves senders itself", "nothing is to be set")
        return
    try:
        first = await _tried(patient, through, FORGER)
        if first is None or first.results is None or first.forged:
            yield _nobody(first)
            return
        yield ok(f"on top stands the provider's own: {first.value}")
        name = first.results.id
        second = await _tried(patient, through, name or FORGER)
    except MailbotError as error:
        yield fail(f"the mail to ourselves: {error}", "another relay: --through HOST:PORT")
        return
    if second is None or second.forged or second.results is None or second.results.id != name:
        yield fail(
            f"a forged field under the name {name!r} gets on top: {second.value if second else 'none'}",
            "leave `trust` out: senders are proven by DKIM alone",
        )
        return
    yield ok(f"a forged field under the same name does not get on top ({second.above} Received above the real one)")
    yield ok(f"set under the [[receive]] of {room.account}: {setting(room, name, max(first.above, second.above))}")


async def _tried(patient: Patient, through: SmtpRelay | Lmtp, name: str) -> Topmost | None:
    """Send a mail that bears a field of *name* which vouches for somebody else, and look at what comes."""
    forged = f"Authentication-Results: {name}; dmarc=pass header.from={VICTIM}"
    letter: Letter = replace(letter_of(patient, patient.address), above=(forged,))
    post = await Post.now(patient)
    await send(patient, through, letter)
    header = await post.arrived(letter.nonce, patient.seconds * 3)
    return topmost(header) if header else None


def _nobody(found: Topmost | None) -> Sign:
    mend = "leave `trust` out: senders are proven by DKIM alone"
    if found is None:
        return fail("no mail came, or it bears no Authentication-Results at all: nobody's word can be believed", mend)
    return fail(f"the forged field stands on top: nobody above it says anything ({found.value})", mend)


def setting(room: Imap, name: str, above: int) -> str:
    """The line for mailbot.toml."""
    host = room.host.lower()
    found = next((kind for end, kind in _PROVIDERS.items() if host == end or host.endswith(f".{end}")), "custom")
    named = "" if found == "microsoft365" or not name else f', authserv_id = "{name}"'
    return f'trust = {{ provider = "{found}"{named}, hops = {min(above, MOST)} }}'
