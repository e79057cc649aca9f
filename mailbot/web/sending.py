"""Send a mail for a program: it is stored as a request that is let in and answered at once, all in one transaction."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass

from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Address, Attachment, MessageId, Proof
from mailbot.domain.orders import Placed
from mailbot.domain.reply import Answered, Reply
from mailbot.domain.request import Admitted, Told
from mailbot.reply.mime import seal
from mailbot.store.front import Outgoing
from mailbot.web.doors import Doors
from mailbot.web.ordering import repeated, written
from mailbot.web.problems import Trouble
from mailbot.web.security import Caller

RULE = "token"  #: under which it stands in `mailbot why`


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be sent."""

    to: Address
    subject: str
    text: str = ""
    html: str = ""
    files: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


async def send(doors: Doors, caller: Caller, letter: Letter, key: str | None) -> tuple[Placed, bool]:
    """Make it durable and due; return what is kept of it, and whether this very call was made before."""
    order = {
        "app_type": "mail",
        "subject": letter.subject,
        "description": letter.text[:2_000],
        "recipient_email": letter.to,
        "files": [{"name": one.name, "bytes": len(one.content), "hash": _hash(one.content)} for one in letter.files],
        "html": _hash(letter.html.encode("utf-8")),
        "text": _hash(letter.text.encode("utf-8")),
        "headers": dict(letter.headers),
    }
    raw, envelope, placed = written(doors, caller, order, letter.to, key)
    reason = f"the token {caller.name!r} may send to {letter.to}"
    admitted = Admitted(
        rule=RULE,
        reason=reason,
        intent=Intent(kind=Kind.HELP, title=letter.subject),
        author=letter.to,
        proof=Proof.ACCOUNT,
        message_id=MessageId(""),
    )
    reply = Reply(
        request=placed.request,
        project=None,
        revision=0,
        kind="told",
        to=letter.to,
        subject=letter.subject,
        text=letter.text or _plain(letter.html),
        html=letter.html,
        in_reply_to=MessageId(""),
        attachments=letter.files,
        extra=letter.headers,
    )
    try:
        deliveries = tuple(seal(reply, way, placed.at, doors.letterhead) for way in doors.ways)
    except AssertionError as error:
        raise Trouble(422, "this mail would not be read as it is meant; take unusual characters out of it") from error
    out = Outgoing(
        raw=raw,
        envelope=envelope,
        order=admitted,
        told=Told(topic="mail", text=""),
        answered=Answered(reply=reply, deliveries=deliveries),
    )
    stored = await doors.memory.send(out, placed)
    doors.wake()
    return stored, repeated(stored, placed)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(page: str) -> str:
    """Words for whoever reads no HTML."""
    return html.unescape(re.sub(r"<[^>]{0,2000}>", " ", page)).strip()
