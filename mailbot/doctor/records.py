"""The DNS records that a mailbot of its own domain needs, as an admin pastes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.deliver import SmtpRelay
from mailbot.keys import managed, published, waiting_dkim
from mailbot.ports import Clock
from mailbot.receive import Imap
from mailbot.reply.dkim import DkimKey
from mailbot.reply.dkim_rotation import zone_line
from mailbot.settings import Settings
from mailbot.site import keys_in_use, known_names, letterhead

#: Relays of large providers, by the end of their host name, and what SPF includes for them. They sign by themselves.
INCLUDES: Final = {
    "smtp.gmail.com": "_spf.google.com",
    "smtp-relay.gmail.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "fastmail.com": "spf.messagingengine.com",
    "amazonaws.com": "amazonses.com",
    "mailgun.org": "mailgun.org",
    "sendgrid.net": "sendgrid.net",
    "mtasv.net": "spf.mtasv.net",
}
ADDRESS: Final = "YOUR-ADDRESS"  #: stands for what only the admin knows


@dataclass(frozen=True, kw_only=True)
class Record:
    """One of them."""

    name: str
    kind: str
    value: str
    why: str

    def line(self) -> str:
        """As it stands in a zone; a long text is split into pieces of 255."""
        if self.kind == "TXT":
            return zone_line(self.name, self.value)
        return f"{self.name}. IN {self.kind} {self.value}"


def include_of(host: str) -> str:
    """What SPF includes for a relay of a known provider; empty: nobody's that we know."""
    name = host.lower().rstrip(".")
    return next((spf for end, spf in INCLUDES.items() if name == end or name.endswith(f".{end}")), "")


def takes_mail(settings: Settings) -> bool:
    """Whether mail comes to this machine itself, and not to a mailbox that somebody else keeps."""
    return settings.domain is not None and not all(isinstance(room, Imap) for room in settings.receive)


def host_of(settings: Settings) -> str:
    """What the machine is called that takes the mail, where the DNS does not say it yet."""
    return f"mail.{settings.site_domain}"


def spf_record(settings: Settings) -> str:
    """Who sends for us: the relays, and the machine that takes our mail."""
    hosts = [entry.host for entry in settings.deliver if isinstance(entry, SmtpRelay)]
    includes = dict.fromkeys(f"include:{found}" for host in hosts if (found := include_of(host)))
    foreign = [f"a:{host}" for host in hosts if not include_of(host) and "." in host and not host[-1].isdigit()]
    own = ["mx"] if takes_mail(settings) else []
    return " ".join(["v=spf1", *own, *includes, *dict.fromkeys(foreign), "~all"])


def signing(settings: Settings) -> tuple[DkimKey, ...]:
    """The keys that sign our mails now."""
    return keys_in_use(settings, letterhead(settings, known_names(settings))).current.dkim


def waiting(settings: Settings, clock: Clock) -> tuple[DkimKey, ...]:
    """The keys that wait for their records; none is made here."""
    folder = settings.folder / "keys"
    if not any(one.waits for one in managed(folder)):
        return ()
    return waiting_dkim(folder, settings.site_domain, clock())


def records(settings: Settings, keys: Sequence[DkimKey]) -> list[Record]:
    """All of them; *keys* sign our mails, or are about to."""
    return list(_records(settings, keys)) if settings.domain else []


def _records(settings: Settings, keys: Sequence[DkimKey]) -> Iterator[Record]:
    domain, host = settings.site_domain, host_of(settings)
    if takes_mail(settings):
        yield Record(name=domain, kind="MX", value=f"10 {host}.", why="mail for the domain comes to this machine")
        yield Record(name=host, kind="A", value=ADDRESS, why="its IPv4 address (AAAA for IPv6); its PTR names it again")
    if settings.web:
        words = "the HTTP door, where it is to be seen from outside"
        yield Record(name=f"mailbot.{domain}", kind="A", value=ADDRESS, why=words)
    yield Record(name=domain, kind="TXT", value=spf_record(settings), why="SPF: who may send for the domain")
    for key in keys:
        yield Record(
            name=key.name, kind="TXT", value=key.record, why=f"DKIM: by which our mails are verified ({key.kind})"
        )
    report = f"mailto:postmaster@{domain}"
    policy = f"v=DMARC1; p=none; rua={report}"
    words = "DMARC: p=none at first; after weeks of clean reports p=quarantine, then p=reject"
    yield Record(name=f"_dmarc.{domain}", kind="TXT", value=policy, why=words)
    if takes_mail(settings):
        value = f"v=TLSRPTv1; rua={report}"
        yield Record(name=f"_smtp._tls.{domain}", kind="TXT", value=value, why="TLS-RPT: tells when TLS to us fails")
    for one in published(settings.folder / "keys")[-1:]:
        words = "the key by which the packages of our answers are verified"
        yield Record(name=f"_mailbot.{domain}", kind="TXT", value=one.record(), why=words)
