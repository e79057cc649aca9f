"""What arrived: the envelope the transport saw and the message inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

MessageId = NewType("MessageId", str)  #: with its angle brackets
Address = NewType("Address", str)  #: local@domain, the domain in lower case


class Proof(StrEnum):
    """How well the sender is proven, best last."""

    MALFORMED = "malformed"  #: the mail has no one clear author
    NONE = "none"  #: nobody vouches for the From address
    SPF = "spf"  #: the sending host is allowed by the author's domain
    DKIM_WEAK = "dkim-weak"  #: signed by the author's domain, but not its Subject
    DKIM = "dkim"  #: signed by the author's domain, Subject included
    ACCOUNT = "account"  #: the channel itself knows the person (a login, our own loopback)

    @property
    def rank(self) -> int:
        """The place in the rising order."""
        return list(Proof).index(self)

    @property
    def answerable(self) -> bool:
        """Whether anything at all may be sent to this author."""
        return self.rank >= Proof.SPF.rank


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the transport knew before anything was parsed."""

    channel: str  #: smtp, imap, http, telegram, clock
    sender: str  #: MAIL FROM, not the From header; empty for a bounce
    recipients: tuple[str, ...]
    received_at: datetime
    peer: str = ""  #: address of the other side
    proof: Proof = Proof.NONE  #: what the channel alone can vouch for


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file that came with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """One inbound message, understood but not yet judged."""

    id: MessageId  #: empty when the mail has none
    author: Address
    name: str = ""  #: the display name: shown, never trusted
    subject: str = ""
    text: str = ""  #: the author's own new words: no quotes, no signature
    quoted: str = ""  #: what the author quoted, kept apart
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: str = ""
    in_reply_to: tuple[MessageId, ...] = ()
    references: tuple[MessageId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    automatic: str = ""  #: why we take it for a machine's; empty for a person's
    ours: bool = False  #: it carries our loop header
    hops: int = 0  #: Received headers
    trouble: str = ""  #: why its content could not be taken in whole (too large, too deep)
