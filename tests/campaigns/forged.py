"""A million forged mails: nobody is taken for somebody else, and whoever the gate reads, every other reader reads.

Mallory writes them all, from evil.example, with everything there in order; the addresses of others stand everywhere in
them. More than half are well-formed, or the gate alone would be tried. Of each that the gate lets through, the standard
library must read the same one author; of every sixteenth, its newer reader and mail-parser as well, and its signature
is made and verified. Whoever is acted for must be of evil.example.

    python -m tests.campaigns.forged --count 1000000
"""

from __future__ import annotations

import argparse
import email.policy
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.parser import BytesHeaderParser
from email.utils import getaddresses

import mailparser

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Envelope, Proof, Signed
from mailbot.domain.names import Names
from mailbot.understand.dkim import signatures_of
from mailbot.understand.gate import gate
from mailbot.understand.proof import Evidence, proof_of
from mailbot.understand.spf import Spf
from tests.campaigns.forgery import EVIL, forged
from tests.understand.signer import NOW, ed_key, record, signed, zone

BATCH = 2_000
DEEP = 16  #: every so many accepted mails are read by the slow readers, too
H = "from:to:subject:date:message-id"
FIELDS = tuple(H.split(":"))
KEY = ed_key("evil")
NAMES = Names(domain="bot.example", keys=(b"k" * 32,))
ZONE = {
    "_dmarc.evil.example": "v=DMARC1; p=none",
    "_dmarc.acme.example": "v=DMARC1; p=reject",
    f"k._domainkey.{EVIL}": record(KEY),
}
ENVELOPE = Envelope(
    channel="smtp", sender=f"mallory@{EVIL}", recipients=("build@bot.example",), received_at=NOW, peer="203.0.113.66"
)
OLD = BytesHeaderParser(policy=email.policy.compat32)
NEW = BytesHeaderParser(policy=email.policy.default)


@dataclass(frozen=True)
class Found:
    """What one batch showed."""

    counts: Counter
    wrong: str = ""  #: the first counter-example, with its bytes


def same(author, others):
    """Whether another reader sees this one author and nobody else."""
    return len(others) == 1 and _plain(others[0]) == author


def _plain(address):
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def by_email(raw):
    """The authors that the standard library reads, and how many fields it sees."""
    fields = list(OLD.parsebytes(raw).raw_items())
    values = [value for name, value in fields if name.lower() == "from"]
    return [address for _, address in getaddresses(values)], len(fields)


def by_new_email(raw):
    """The authors that its newer reader reads."""
    return [one.addr_spec for value in NEW.parsebytes(raw).get_all("from", []) for one in value.addresses]


def by_mail_parser(raw):
    """The authors that mail-parser reads."""
    return [address for _, address in mailparser.parse_from_bytes(raw).from_]


def read_by(reader, raw):
    """What a reader makes of it; None where it stumbles over an encoded word in a name, as both of them do."""
    try:
        return reader(raw)
    except (HeaderParseError, AttributeError):
        return None


def proof(headers, signatures):
    """What the house makes of it, when SPF and DKIM of evil.example are in order."""
    evidence = Evidence(signatures=signatures, spf=Spf(result="pass", domain=EVIL))
    return proof_of(headers, ENVELOPE, evidence, NAMES, zone(ZONE))[0]


def examined(raw, number):
    """What becomes of one mail: refused, ours (mallory's own), or nobody's; and what is wrong with that."""
    try:
        headers = gate(raw)
    except Unreadable:
        return "refused", ""
    authors, fields = by_email(raw)
    if not same(headers.author, authors) or fields != len(headers.fields):
        return "accepted", f"email reads {authors} and {fields} fields, the gate {headers.author}"
    signatures = (Signed(domain=EVIL, selector="k", result="pass", fields=FIELDS, mark="m"),)
    if number % DEEP == 0:
        for reader in (by_new_email, by_mail_parser):
            read = read_by(reader, raw)
            if read is not None and not same(headers.author, read):
                return "accepted", f"{reader.__name__} reads {read}, the gate {headers.author}"
        wire = raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")
        signatures = signatures_of(signed(wire, d=EVIL, key=KEY, h=H), zone(ZONE), now=NOW, author=headers.author)
        if [one.result for one in signatures] != ["pass"]:
            return "accepted", f"the signature of {EVIL} does not hold: {signatures}"
    level = proof(headers, signatures)
    domain = headers.author.rpartition("@")[2]
    if level.answerable and domain != EVIL and not domain.endswith("." + EVIL):
        return "accepted", f"acted for {headers.author} ({level}), which is not of {EVIL}"
    return ("mallory's" if level.answerable else f"{Proof.NONE}"), ""


def batch(seed, count, mangle=None):
    """Examine *count* mails; *mangle* is a fault that a test puts in."""
    chance = random.Random(seed)
    counts: Counter = Counter()
    for number in range(count):
        raw = forged(chance)
        kind, wrong = (mangle or examined)(raw, number)
        counts[kind] += 1
        if wrong:
            return Found(counts, f"seed {seed}, mail {number}: {wrong}\n{raw!r}")
    return Found(counts)


def told(counts, seconds):
    """The figures, in one line."""
    every = counts.total()
    accepted = every - counts["refused"]
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items()))
    return f"{every:,} mails in {seconds:.0f} s, {accepted / max(every, 1):.0%} well-formed: {kinds}"


def main() -> int:
    """Run it; 1 when somebody was taken for somebody else."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    begun, counts = time.monotonic(), Counter()
    with ProcessPoolExecutor(given.processes) as pool:
        seeds = range(given.seed, given.seed + -(-given.count // BATCH))
        for done, found in enumerate(pool.map(batch, seeds, [BATCH] * len(seeds), chunksize=4), 1):
            counts += found.counts
            if found.wrong:
                pool.shutdown(cancel_futures=True)
                print("WRONG:", found.wrong)
                return 1
            if done % 25 == 0:
                print(told(counts, time.monotonic() - begun), flush=True)
    print("done:", told(counts, time.monotonic() - begun))
    return 0


if __name__ == "__main__":
    sys.exit(main())
