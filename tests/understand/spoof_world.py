"""The world of the spoofed mails: its DNS, its people, and the whole of what finds out who wrote a mail.

ana@acme.example is the victim. mallory owns evil.example with its host, key and records, and everything that mallory
sends is in order for evil.example.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mailbot.domain.errors import Broken
from mailbot.domain.message import Envelope, Proof
from mailbot.domain.names import Names
from mailbot.receive.authenticate import Authenticator
from mailbot.understand.results import Provider, Trust
from mailbot.understand.zone import Records
from tests.understand.signer import NOW, record, rsa_key, signed

ANA, MALLORY = "ana@acme.example", "mallory@evil.example"
EVIL = {"d": "evil.example", "key": rsa_key("evil")}
HOST, EVIL_HOST = "198.51.100.7", "203.0.113.66"
DATE = b"Sat, 21 Nov 2026 11:58:00 +0000"
TXT = {
    "acme.example": f"v=spf1 ip4:{HOST} -all",
    "_dmarc.acme.example": "v=DMARC1; p=reject",
    "k._domainkey.acme.example": record(rsa_key()),
    "k._domainkey.mail.acme.example": record(rsa_key()),
    "open.example": f"v=spf1 ip4:{HOST} -all",
    "k._domainkey.mail.open.example": record(rsa_key()),
    "_dmarc.strict.example": "v=DMARC1; p=reject; adkim=s; aspf=s",
    "k._domainkey.mail.strict.example": record(rsa_key()),
    "mail.strict.example": f"v=spf1 ip4:{EVIL_HOST} -all",
    "plusall.example": "v=spf1 +all",
    "wide.example": "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all",
    "_dmarc.wide.example": "v=DMARC1; p=reject",
    "k._domainkey.trying.example": record(rsa_key(), "t=y; "),
    "k._domainkey.weak.example": record(rsa_key("odd", 1024, 3)).replace("k=rsa", "h=sha1; k=rsa"),
    "evil.example": f"v=spf1 ip4:{EVIL_HOST} -all",
    "_dmarc.evil.example": "v=DMARC1; p=none",
    "k._domainkey.evil.example": record(rsa_key("evil")),
    "acme.example.evil.example": f"v=spf1 ip4:{EVIL_HOST} -all",
    "k._domainkey.acme.example.evil.example": record(rsa_key("evil")),
    "k._domainkey.xn--cme-8cd.example": record(rsa_key("evil")),
    "xacme.example": f"v=spf1 ip4:{EVIL_HOST} -all",
    "k._domainkey.xacme.example": record(rsa_key("evil")),
    "k._domainkey.lists.example": record(rsa_key("lists")),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One mail as it came, and what is to be made of it."""

    name: str
    raw: bytes
    level: Proof = Proof.NONE
    author: str = MALLORY  #: who it may at most be acted for
    envelope: dict = field(default_factory=dict)


class World:
    """The DNS, and no process to spare."""

    async def look(self, name, kind):
        found = TXT.get(name) if kind == "TXT" else None
        return Records((found.encode(),)) if found else Records(exists=any(one.endswith(name) for one in TXT))

    def kept(self, name, kind):
        """No answer is remembered."""

    async def run(self, function, *args):
        raise Broken("no mail here is large")


async def proven(case):
    """What the house finds out about the mail."""
    world = World()
    names = Names(domain="bot.example", keys=(b"k" * 32,))
    trust = {"gmail": Trust(provider=Provider.GMAIL), "m365": Trust(provider=Provider.MICROSOFT365)}
    prover = Authenticator(world, world, names, trust, ("lists.example",))
    envelope = Envelope(
        channel="smtp", sender=MALLORY, recipients=("build@bot.example",), received_at=NOW, peer=EVIL_HOST
    )
    return await prover.prove(case.raw, replace(envelope, **case.envelope))


def mail(*fields, to=b"build@bot.example", date=DATE, subject=b"A page", body=b"Hello\r\n"):
    """A mail that begins with these fields."""
    rest = b"To: " + to + b"\r\nSubject: " + subject + b"\r\nDate: " + date + b"\r\nMessage-ID: <1@x.example>\r\n\r\n"
    return b"".join(one + b"\r\n" for one in fields) + rest + body


def by_mallory(value, *more):
    """A From field, in a mail that mallory's domain has signed."""
    value = value if isinstance(value, bytes) else value.encode()
    return signed(mail(b"From: " + value, *more), **EVIL)
