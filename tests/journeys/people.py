"""The people of the journeys: they write, sign as their domain does, and answer in the thread."""

from __future__ import annotations

import email
import email.policy
import io
import itertools
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, formatdate, parsedate_to_datetime

from tests.understand.signer import record, rsa_key, signed

_NUMBERS = itertools.count(1)
SIGNED = "from:to:cc:subject:date:message-id:in-reply-to:references"


def now():
    """As a Date field has it: to the second."""
    return parsedate_to_datetime(formatdate(usegmt=True))


@dataclass(frozen=True)
class Letter:
    """A mail of a person, as it leaves their server."""

    wire: bytes
    sender: str
    to: str
    id: str  #: Message-ID


@dataclass(frozen=True)
class Person:
    """Somebody with a mail address."""

    address: str

    @property
    def domain(self):
        return self.address.rpartition("@")[2]

    @property
    def records(self):
        """What their domain publishes: its key, and that others may not write in its name."""
        return {
            f"k._domainkey.{self.domain}": [("TXT", record(rsa_key(self.domain)))],
            f"_dmarc.{self.domain}": [("TXT", "v=DMARC1; p=reject")],
        }

    def writes(self, to, text="A page about bees.", subject="Bees", *, sign=True, age=timedelta(), **headers):
        """A mail that was written *age* ago, signed by the person's domain."""
        id = f"<{next(_NUMBERS)}.{self.address}>"
        lines = {
            "From": f"Somebody <{self.address}>",
            "To": to,
            "Subject": subject,
            "Date": format_datetime(now() - age),
            "Message-ID": id,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        raw = f"{head}\r\n{text}\r\n".encode()
        wire = signed(raw, d=self.domain, key=rsa_key(self.domain), h=SIGNED) if sign else raw
        return Letter(wire, self.address, to, id)

    def answers(self, ours, text, **more):
        """What the person's program makes of a press on Reply."""
        known = ours["Message-ID"]
        quoted = f"{text}\r\n\r\nOn Friday mailbot wrote:\r\n> it is ready"
        return self.writes(ours["Reply-To"], quoted, ours["Subject"], In_Reply_To=known, References=known, **more)


def read(wire):
    """A mail as a person's program reads it."""
    return email.message_from_bytes(wire, policy=email.policy.default)


def project(ours):
    """The project and the revision that the Message-ID of a mail of ours names."""
    return tuple(ours["Message-ID"].strip("<>").split(".")[:2])


def packed(ours):
    """The files of the package in a mail of ours, by name, as text."""
    (archive,) = [part for part in ours.iter_attachments() if part.get_filename("").endswith(".zip")]
    with zipfile.ZipFile(io.BytesIO(archive.get_content())) as file:
        return {name.partition("/")[2]: file.read(name).decode("utf-8", "replace") for name in file.namelist()}
