"""A mail to ourselves, by each relay and back: what the way there changes of it. `mailbot doctor --mail`."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import format_datetime
from typing import Final

from mailbot.deliver import Lmtp, SmtpRelay
from mailbot.deliver.session import Session
from mailbot.doctor.apart import apart
from mailbot.doctor.mailbox import open_box
from mailbot.doctor.mailbox import secret_of as secret_of_box
from mailbot.doctor.patient import Patient
from mailbot.doctor.relays import secret_of
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.domain.errors import MailbotError, Temporary
from mailbot.domain.message import Address, MessageId, Spooled
from mailbot.domain.reply import Delivery, DeliveryId
from mailbot.domain.request import RequestId
from mailbot.receive import Imap
from mailbot.reply.mime import LOOP
from mailbot.store import open_ledger

LOOK: Final = 0.5  #: seconds between two looks for it
SUBJECT: Final = "mailbot doctor"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail of ours to ourselves; mailbot itself knows it by its loop header, and answers nothing."""

    to: str
    sender: str  #: in From
    path: str  #: of the envelope
    message_id: str
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    above: Sequence[str] = ()  #: header lines that stand on top

    def wire(self, patient: Patient) -> bytes:
        """Its bytes."""
        head = [
            *self.above,
            f"Date: {format_datetime(patient.clock())}",
            f"From: {self.sender}",
            f"To: {self.to}",
            f"Subject: {SUBJECT} {self.nonce}",
            f"Message-ID: {self.message_id}",
            "Auto-Submitted: auto-generated",
            f"{LOOP}: {patient.settings.site_domain}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
        ]
        words = "A mail of `mailbot doctor` to itself. It can be deleted."
        return "\r\n".join([*head, "", words, ""]).encode("ascii")


def letter_of(patient: Patient, to: str) -> Letter:
    """One with names of ours, as a reply has them."""
    names, id = patient.site.names, DeliveryId(f"d{secrets.token_hex(5)}")
    return Letter(
        to=to, sender=patient.sender, path=names.return_path(id), message_id=names.message_id(None, "doctor", id)
    )


async def send(patient: Patient, entry: SmtpRelay | Lmtp, letter: Letter) -> None:
    """Send it; whatever the relay says against it is raised."""
    delivery = Delivery(
        id=DeliveryId("doctor"),
        request=RequestId("doctor"),
        way="email",
        form="plain",
        message_id=MessageId(letter.message_id),
        sender=letter.path,
        recipients=(Address(letter.to),),
        wire=letter.wire(patient),
        first_at=patient.clock(),
    )
    relay = entry.relay(patient.site)
    session = Session(replace(relay, timeout=min(10, relay.timeout), final_timeout=30), await secret_of(patient, entry))

    def sent() -> None:
        session.upload(delivery)
        session.finish()

    try:
        await apart(sent)
    finally:
        session.drop()


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where our own mail comes in, as it stood before the letter was sent."""

    patient: Patient
    marks: Mapping[tuple[Imap, str], int]  #: the uid that the next mail of each folder gets

    @classmethod
    async def now(cls, patient: Patient) -> Post:
        """As it stands."""
        marks: dict[tuple[Imap, str], int] = {}
        for room in patient.mailboxes:
            secret = await secret_of_box(patient, room)
            found = await apart(lambda room=room, secret=secret: _marks(room, secret))  # type: ignore[misc]  # for the loop
            marks |= {(room, folder): uid for folder, uid in found.items()}
        return cls(patient=patient, marks=marks)

    async def arrived(self, nonce: str, seconds: float) -> bytes | None:
        """The header of the letter, when it comes; None: it does not, within *seconds*."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := await self._look(nonce.encode("ascii")):
                return found
            await asyncio.sleep(LOOK)
        return None

    async def _look(self, nonce: bytes) -> bytes | None:
        if not self.marks:
            return await _received(self.patient, nonce.decode("ascii"))
        for (room, folder), uid in self.marks.items():
            secret = await secret_of_box(self.patient, room)
            found = await apart(
                lambda room=room, secret=secret, folder=folder, uid=uid: _found(room, secret, folder, uid, nonce)  # type: ignore[misc]  # for the loop
            )
            if found:
                return found
        return None


def _marks(room: Imap, secret: str | bytes) -> dict[str, int]:
    box = open_box(room, secret)
    try:
        return {folder: box.next(folder) for folder in room.folders}
    finally:
        box.end()


def _found(room: Imap, secret: str | bytes, folder: str, uid: int, nonce: bytes) -> bytes | None:
    box = open_box(room, secret)
    try:
        return next((one for one in box.headers(folder, uid) if nonce in one), None)
    finally:
        box.end()


async def _received(patient: Patient, nonce: str) -> bytes | None:
    """Where mail comes to our own server: what the mailbot that serves has stored."""
    settings = patient.settings
    ledger = await open_ledger(settings.database_url, str(settings.folder), patient.clock)
    try:
        for mail in await ledger.mails(100):
            if nonce in mail.subject or not mail.subject:
                raw = await ledger.raw(RequestId(mail.id))
                whole = b"" if isinstance(raw, Spooled) else bytes(raw)
                if nonce.encode("ascii") in whole:
                    return whole
    finally:
        await ledger.close()
    return None


async def by_mail(patient: Patient) -> AsyncGenerator[Sign]:
    """Each relay."""
    relays = [entry for entry in patient.settings.deliver if isinstance(entry, SmtpRelay | Lmtp)]
    if not relays:
        yield ok("no relay is set, so no mail is sent")
    for entry in relays:
        try:
            async for sign in _round(patient, entry):
                yield sign
        except MailbotError as error:
            yield fail(f"the mail to ourselves by {entry.account}: {error}", "mailbot doctor --only relay --only imap")
    with contextlib.suppress(Temporary):
        if relays:
            yield await _plus(patient, relays[0])


async def _round(patient: Patient, entry: SmtpRelay | Lmtp) -> AsyncGenerator[Sign]:
    letter, post = letter_of(patient, patient.address), await Post.now(patient)
    begun = time.monotonic()
    await send(patient, entry, letter)
    found = await post.arrived(letter.nonce, patient.seconds * 3)
    if found is None:
        words = f"a mail to {letter.to} by {entry.account} was taken, and did not come within {patient.seconds * 3:g} s"
        yield fail(words, "look into the junk folder, and whether a mailbot serves here where mail comes to itself")
        return
    yield ok(f"a mail to {letter.to} by {entry.account} came back after {time.monotonic() - begun:.1f} s")
    for sign in changed(letter, found, entry.account):
        yield sign


def changed(letter: Letter, header: bytes, relay: str) -> list[Sign]:
    """What the relay made of the letter, by the *header* that came."""
    came = BytesHeaderParser(policy=default).parsebytes(header)
    signs = []
    if str(came["Message-ID"] or "").strip() == letter.message_id:
        signs.append(ok(f"{relay} leaves the Message-ID as it is"))
    else:
        words = f"{relay} rewrites the Message-ID: threads are found by their address and their reference line"
        signs.append(warn(words, "nothing, where plus-addresses arrive; else another relay"))
    path = str(came["Return-Path"] or "").strip(" <>")
    if path and path.lower() != letter.path.lower():
        words = f"{relay} rewrites the sender of the envelope ({path}): bounces are known by the headers they return"
        signs.append(warn(words, "nothing; or a relay that leaves it"))
    elif path:
        signs.append(ok(f"{relay} leaves the sender of the envelope as it is"))
    if letter.sender not in str(came["From"] or ""):
        words = f"{relay} rewrites From: people see {came['From']}"
        signs.append(warn(words, f'sent_from = "{str(came["From"]).strip()[:80]}", or allow our address there'))
    return signs


async def _plus(patient: Patient, entry: SmtpRelay | Lmtp) -> Sign:
    """Whether mail for an address with a plus arrives: threads have such ones."""
    local, _, domain = patient.address.partition("@")
    letter, post = letter_of(patient, f"{local}+doctor@{domain}"), await Post.now(patient)
    mend = (
        "turn on plus-addressing at the provider (Microsoft 365: Set-OrganizationConfig -DisablePlusAddressInRecipients"
    )
    try:
        await send(patient, entry, letter)
        found = await post.arrived(letter.nonce, patient.seconds * 3)
    except MailbotError as error:
        return warn(f"mail for {letter.to} is refused: {error}", mend)
    if found is None:
        words = f"mail for {letter.to} does not arrive: threads are found by Message-ID and reference line only"
        return warn(words, mend)
    return ok(f"mail for plus-addresses arrives ({letter.to})")
