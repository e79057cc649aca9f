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
class Spooled:
    """A mail too large to be carried in memory: a file that is whole and flushed to disk."""

    path: str
    size: int
    sha256: str  #: of its bytes, hexadecimal


Raw = bytes | Spooled


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One DKIM signature, and what became of it."""

    domain: str
    selector: str = ""
    result: str  #: pass, fail, policy (it verifies, but is too weak to count), permerror, temperror
    why: str = ""  #: of anything but a pass, in words
    fields: tuple[str, ...] = ()  #: the names that it signs, in lower case
    mark: str = ""  #: a hash of domain and signature: the same signed mail again has the same


@dataclass(frozen=True, kw_only=True)
class Authentic:
    """What SPF, DKIM, DMARC, ARC or a trusted provider said of a mail."""

    spf: str = ""  #: the result; empty: it was not asked
    spf_domain: str = ""
    dkim: tuple[Signed, ...] = ()
    dmarc: str = ""  #: pass, fail, none
    policy: str = ""  #: what the author's domain asks for: none, quarantine, reject
    arc: str = ""  #: the result; a trusted sealer is named
    provider: str = ""  #: what a trusted Authentication-Results field said
    marks: tuple[str, ...] = ()  #: of the signatures that the proof rests on; each counts once
    why: str = ""  #: what the proof rests on, or why there is none: one sentence for people


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the transport knew before anything was parsed."""

    channel: str  #: smtp, imap, http, telegram, clock
    sender: str  #: MAIL FROM, not the From header; empty for a bounce
    recipients: tuple[str, ...]
    received_at: datetime
    arrived_at: datetime | None = None  #: when the mailbox took it in, where that is known
    peer: str = ""  #: IP address of the other side; empty where it is not known who handed it in
    helo: str = ""  #: what the other side called itself
    account: str = ""  #: the way in that took it, where there are several: its trust settings count
    proof: Proof = Proof.NONE  #: what the channel alone can vouch for, or what was found out since
    authentic: Authentic | None = None  #: what the proof rests on; none: nobody has looked


def marks_of(envelope: Envelope) -> tuple[str, ...]:
    """The signatures that prove the author of *envelope*."""
    return envelope.authentic.marks if envelope.authentic else ()


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Somebody whom a bounce says was not reached."""

    address: Address
    status: str = ""  #: such as 5.1.1; empty where it says none
    action: str  #: failed or delayed
    said: str = ""  #: by the server that refused the mail, where the bounce quotes it


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file that came with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Forwarded:
    """A mail that the author passed on: its words are material and never the author's wish."""

    author: Address | None = None  #: who wrote it, as it says; proven by nothing
    name: str = ""
    to: tuple[Address, ...] = ()
    subject: str = ""
    date: str = ""
    id: MessageId = MessageId("")  #: known of one that came as a part
    text: str = ""
    part: bool = False  #: it came whole, as a part (message/rfc822); else it stands in the text


@dataclass(frozen=True, kw_only=True)
class Input:
    """What was read out of one thing that came with a mail, or why it was not."""

    name: str
    kind: str = ""  #: csv, json, yaml, text, markdown, html, pdf, docx, xlsx, image, zip, patch, bundle, mail, calendar
    size: int = 0  #: bytes as they came
    sha256: str = ""  #: of these bytes, hexadecimal
    used: bool = False
    note: str = ""  #: one line for people: what was found in it, or why it was not used and what helps
    text: str = ""  #: what a model may read of it
    columns: tuple[str, ...] = ()  #: of a table
    rows: int = 0  #: of a table, without its head
    private: bool = False  #: it must not leave in a package
    files: tuple[Attachment, ...] = ()  #: of an archive, a bundle or a mail: what is in it
    content: bytes = b""  #: of data: the file itself, where it may become a file of the project; of a patch: all of it
    base: str = ""  #: of a bundle: the commit that it builds upon


@dataclass(frozen=True, kw_only=True)
class Known:
    """The history of a project, as far as a bundle of git may build upon it."""

    commits: tuple[tuple[str, str], ...] = ()  #: each with the folder of its files, the newest first
    objects: tuple[tuple[str, int, bytes], ...] = ()  #: files and folders: name, kind and content


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
    delivered: tuple[Address, ...] = ()  #: whom servers on its way wrote that it is for (Delivered-To and the like)
    date: str = ""
    in_reply_to: tuple[MessageId, ...] = ()
    references: tuple[MessageId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    automatic: str = ""  #: why we take it for a machine's; empty for a person's
    group: str = ""  #: of a mail that a list, and no other program, passed on: the address of the list, in lower case
    failed: tuple[Failed, ...] = ()  #: of a bounce: whom it could not reach
    returned: tuple[str, ...] = ()  #: of a bounce or a complaint: return paths and ids in it that may be ours
    machine: str = ""  #: what kind of program wrote it: bounce, feedback (a complaint), auto-reply, ...
    ours: bool = False  #: it carries our loop header
    hops: int = 0  #: Received headers
    forwarded: tuple[Forwarded, ...] = ()  #: the mails in it that others wrote, the newest first
    language: str = ""  #: what its header says that it is written in (Content-Language), in small letters
    hidden: bool = False  #: its HTML holds words that nobody would see; they are not in ``text``
    between: tuple[tuple[str, str], ...] = ()  #: a quoted passage, and what the author wrote right below it
    patch: str = ""  #: a patch that stands in the text, line by line as it was written
    trouble: str = ""  #: why its content could not be taken in whole (too large, too deep)

    @property
    def before(self) -> tuple[MessageId, ...]:
        """The mails that it follows, the one that it answers last."""
        return (*self.references, *self.in_reply_to)
