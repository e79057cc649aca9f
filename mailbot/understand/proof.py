"""Who wrote it: what SPF, DKIM, DMARC and a trusted provider said, weighed into one Proof.

Trouble with the DNS raises Unsure, and only where it could change the answer: nobody is called a stranger because a
name server is down, and no mail waits for an answer that would change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from mailbot.domain.message import Authentic, Envelope, Proof, Signed
from mailbot.domain.names import Names
from mailbot.understand.addresses import addresses
from mailbot.understand.arc import Arc
from mailbot.understand.dmarc import Dmarc, dmarc_of, kin
from mailbot.understand.gate import Headers
from mailbot.understand.header import first
from mailbot.understand.spf import Spf
from mailbot.understand.zone import Lookup, Unsure

OLDEST: Final = timedelta(days=5)  #: mail servers give up after so long
NEWEST: Final = timedelta(hours=1)  #: by which clocks may differ
MAX_DATE: Final = 100  #: characters of a Date field
MAX_PEOPLE: Final = 1_000  #: addresses of To and Cc that are looked through
TROUBLE: Final = "temperror"
_NOBODY: Final = Arc(result="")
#: A seal that nobody could read yet: what it may cover.
_SEALED: Final = Signed(domain="", result="pass", fields=("date", "to", "cc"))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that was found out about one mail."""

    signatures: tuple[Signed, ...] = ()
    spf: Spf | None = None  #: none: it is not known which host handed the mail in
    vouched: bool = False  #: a trusted provider says that the author passed
    provider: str = ""  #: in its words
    arc: Arc = _NOBODY  #: what a forwarder says


def proof_of(
    headers: Headers, envelope: Envelope, evidence: Evidence, names: Names, lookup: Lookup
) -> tuple[Proof, Authentic]:
    """Weigh *evidence*: the level that it proves, and all that it rests on.

    Raises Unsure when the DNS has trouble and the answer hangs on it; a name that *lookup* has not got is Missing.
    """
    case = _Case(headers, envelope, evidence, names, lookup)
    passed = [one for one in evidence.signatures if one.result == "pass"]
    spf = evidence.spf.domain if evidence.spf and evidence.spf.result == "pass" else ""
    dmarc = case.aligned(passed, spf)
    proof, rests_on, why = case.level(passed, dmarc)
    if proof is not Proof.DKIM and case.could_be(passed, spf).rank > proof.rank:
        raise Unsure(f"who wrote it cannot be said now: {case.trouble()}")
    return proof, Authentic(
        spf=evidence.spf.result if evidence.spf else "",
        spf_domain=evidence.spf.domain if evidence.spf else "",
        dkim=evidence.signatures,
        dmarc=dmarc.result,
        policy=dmarc.policy,
        arc=f"{evidence.arc.result} ({evidence.arc.sealer})" if evidence.arc.author_passed else evidence.arc.result,
        provider=evidence.provider,
        marks=tuple(dict.fromkeys(rests_on)),
        why=why,
    )


@dataclass(frozen=True)
class _Case:
    """One mail and what is known of it."""

    headers: Headers
    envelope: Envelope
    evidence: Evidence
    names: Names
    lookup: Lookup

    @property
    def domain(self) -> str:
        """The author's."""
        return self.headers.author.rpartition("@")[2]

    def aligned(self, signatures: Sequence[Signed], spf: str, *, hopeful: bool = False) -> Dmarc:
        """Who of them speaks for the author. While the DNS has trouble: the very same domain; *hopeful*: all kin."""
        domains = tuple(dict.fromkeys(one.domain for one in signatures))
        try:
            return dmarc_of(self.domain, spf or None, domains, self.lookup)
        except Unsure:
            near = kin if hopeful else str.__eq__
            spoken = tuple(one for one in domains if near(one, self.domain))
            return Dmarc(
                result=TROUBLE,
                org=self.domain,
                spf_aligned=near(spf, self.domain),
                dkim_aligned=spoken,
            )

    def level(self, signatures: Sequence[Signed], dmarc: Dmarc) -> tuple[Proof, Sequence[str], str]:
        """The level, the marks of what it rests on, and why, in words."""
        ours = [one for one in signatures if one.domain in dmarc.dkim_aligned]
        fresh = [one for one in ours if not self.stale(one)]
        stale = self.stale(ours[0]) if ours and not fresh else ""
        marks = [one.mark for one in fresh]
        signed = f"it is signed by {' and '.join(dict.fromkeys(one.domain for one in fresh))}"
        if any(self._whole(one) for one in fresh):
            return Proof.DKIM, marks, signed
        # What a provider saw pass may be the very signature that is out of date, or was meant for somebody else.
        if self.evidence.vouched and not stale:
            return Proof.DKIM, marks, f"a trusted provider says that its author passed: {self.evidence.provider}"
        if fresh:
            return Proof.DKIM_WEAK, marks, f"{signed}, but not its Subject"
        if dmarc.spf_aligned and self.evidence.spf:
            host = f"{self.envelope.peer} may send for {self.evidence.spf.domain} (SPF)"
            return Proof.SPF, (), f"{host}; its signature counts for nothing: {stale}" if stale else host
        arc = self.evidence.arc
        if arc.author_passed and not self.stale(Signed(domain=arc.sealer, result="pass", fields=arc.fields)):
            return Proof.SPF, [arc.mark], f"{arc.sealer} says that its author passed (ARC)"
        return Proof.NONE, (), stale or self._nothing()

    def could_be(self, passed: Sequence[Signed], spf: str) -> Proof:
        """The best level that the mail could have once the DNS answers again."""
        found = self.evidence.spf
        waiting = [one for one in self.evidence.signatures if one.result == TROUBLE]
        spf = found.domain if found and found.result == TROUBLE else spf
        hoped = self.level([*passed, *waiting], self.aligned([*passed, *waiting], spf, hopeful=True))[0]
        sealed = self.evidence.arc.result == TROUBLE and not self.stale(_SEALED)
        return max(hoped, Proof.SPF, key=lambda proof: proof.rank) if sealed else hoped

    def trouble(self) -> str:
        """What the DNS could not say."""
        spf = self.evidence.spf
        found = [one.why for one in self.evidence.signatures if one.result == TROUBLE]
        found += [spf.why] if spf and spf.result == TROUBLE else []
        found += [self.evidence.arc.why] if self.evidence.arc.result == TROUBLE else []
        return "; ".join(dict.fromkeys(found)) or f"the DMARC records of {self.domain} cannot be looked up"

    def stale(self, signature: Signed) -> str:
        """Why this may be an old mail that somebody sends again, to somebody it was not meant for; empty: it is not.

        A signature says who wrote the mail, not that they wrote it now, nor to us.
        """
        date = _date(first(self.headers.fields, "date")) if "date" in signature.fields else None
        if date is None:
            return "its signature does not say when it was written"
        if not self._of_these_days(date):
            return f"its signed date, {date:%Y-%m-%d %H:%M %z}, is not of these days"
        # A thread address is a secret between us and its people. An envelope that was read off the mail shows no
        # more than the mail does.
        if self.envelope.channel != "imap" and any(map(self.names.project_of_address, self.envelope.recipients)):
            return ""
        people = [name for name in ("to", "cc") if name in signature.fields]
        meant = {_bare(one) for name in people for one in addresses(first(self.headers.fields, name), MAX_PEOPLE)}
        if meant.isdisjoint(map(_bare, self.envelope.recipients)):
            return "its signed To and Cc do not name the address that it came to"
        return ""

    def _of_these_days(self, date: datetime) -> bool:
        """Whether it was written shortly before it came. A mailbox may have kept it since; a copy comes anew there."""
        now, arrived = self.envelope.received_at, self.envelope.arrived_at
        came = {now, min(now, arrived or now)}
        return any(at - OLDEST <= date <= at + NEWEST for at in came)

    def _whole(self, signature: Signed) -> bool:
        """Whether the Subject is the author's: signed, or not there."""
        return "subject" in signature.fields or not first(self.headers.fields, "subject")

    def _nothing(self) -> str:
        """Why nothing is proven."""
        spf = self.evidence.spf
        signatures = self.evidence.signatures
        tried = [f"the signature of {one.domain or 'nobody'}: {one.why or one.result}" for one in signatures]
        tried += [f"SPF for {spf.domain}: {spf.result}" if spf.domain else spf.why] if spf else []
        tried += [self.evidence.provider] if self.evidence.provider else []
        tried += [f"ARC: {self.evidence.arc.why}"] if self.evidence.arc.why else []
        return f"nothing proves that it is from {self.domain} ({'; '.join(tried[:5]) or 'it is not signed'})"


def _bare(address: str) -> str:
    """*address* for comparing: without its tag, in lower case."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _date(value: str) -> datetime | None:
    """When a Date field says; None: it says nothing that can be read."""
    try:
        found = parsedate_to_datetime(value) if len(value) <= MAX_DATE else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
