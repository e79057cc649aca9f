"""DKIM signatures: which domains stand for a mail, and which only seem to.

All of it costs linear time, at most five keys, and one hash of the body for each of DKIM's two forms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Signed
from mailbot.understand.canonical import Field, body_hash, header_of
from mailbot.understand.keys import Key, Unusable, key_of, looks_like_key
from mailbot.understand.octets import Octets
from mailbot.understand.signature import (
    KINDS,
    MAX_FOLDS,
    MAX_SIZE,
    Claim,
    Rejected,
    claim_of,
    decoded,
    domain_of,
    forms_of,
    in_time,
    tags_of,
    without_b,
)
from mailbot.understand.zone import Lookup, Unsure

MAX_SIGNATURES: Final = 10  #: that are read
MAX_TRIES: Final = 5  #: that are verified: each may cost a look-up
MAX_RECORDS: Final = 3  #: keys of one name that are tried
_MANY: Final = "the mail has more signatures than are looked at"


@dataclass(frozen=True)
class Mail:
    """A mail that signatures are verified against; its body is hashed once in each form."""

    source: Octets
    fields: tuple[Field, ...]
    body: int
    hashes: dict[bool, bytes] = field(default_factory=dict)

    def body_hash(self, *, relaxed: bool) -> bytes:
        """The hash of the body in one of the two forms."""
        if relaxed not in self.hashes:
            self.hashes[relaxed] = body_hash(self.source, self.body, relaxed=relaxed)
        return self.hashes[relaxed]

    def named(self, name: str) -> list[Field]:
        """All fields of one name, from the top."""
        return [one for one in self.fields if one.known == name]


def signatures_of(raw: Octets, lookup: Lookup, *, now: datetime, author: str = "") -> tuple[Signed, ...]:
    """What became of the first ten signatures of *raw*, as they stand in it.

    *now* is when the mail came: a signature may have expired. Those of the *author*'s domain are verified first. A
    name that the Lookup has not got comes through as Missing; trouble with the DNS becomes temperror.
    """
    try:
        mail = Mail(raw, *header_of(raw))
    except Unreadable:
        return ()
    read = [_read(one) for one in mail.named("dkim-signature")[:MAX_SIGNATURES]]
    tried = _first(read, author)
    return tuple(
        one
        if isinstance(one, Signed)
        else (_judged(one, mail, lookup, now) if one in tried else one.signed("policy", _MANY))
        for one in read
    )


def keys_needed(raw: Octets, author: str = "") -> tuple[str, ...]:
    """The names whose TXT records signatures_of() will ask for; the same *author* gives the same names."""
    try:
        fields, _ = header_of(raw)
    except Unreadable:
        return ()
    found = [one for one in fields if one.known == "dkim-signature"][:MAX_SIGNATURES]
    return tuple(dict.fromkeys(one.key_name for one in _first([_read(one) for one in found], author)))


def _first(read: Sequence[Signed | Claim], author: str) -> list[Claim]:
    """The few that are verified: the author's own domain before its neighbours, those before strangers."""
    domain = author.rpartition("@")[2].lower()

    def distance(claim: Claim) -> int:
        near = domain.endswith("." + claim.domain) or claim.domain.endswith("." + domain)
        return 0 if claim.domain == domain else 1 if near else 2

    return sorted((one for one in read if isinstance(one, Claim)), key=distance)[:MAX_TRIES]


def _read(where: Field) -> Claim | Signed:
    """One field as a claim; or what is wrong with it, without asking anybody."""
    if len(where.value) > MAX_SIZE or where.value.count(b"\n") > MAX_FOLDS:
        return Signed(domain="", result="policy", why=f"the signature is larger than {MAX_SIZE:,} bytes")
    domain = ""
    try:
        tags = tags_of(where.value)
        domain = domain_of(tags)
        return claim_of(where, tags)
    except Rejected as error:
        return Signed(domain=domain, result=error.result, why=error.why)


def _judged(claim: Claim, mail: Mail, lookup: Lookup, now: datetime) -> Signed:
    try:
        in_time(claim.tags, now)
        verify(claim, mail, lookup)
    except Rejected as error:
        return claim.signed(error.result, error.why)
    return claim.signed("pass")


def verify(claim: Claim, mail: Mail, lookup: Lookup) -> None:
    """Raise Rejected unless the signature holds for *mail*, by a key that counts."""
    keys = keys_at(claim.key_name, KINDS[claim.tags[b"a"].lower()], lookup)
    head_relaxed, body_relaxed = forms_of(claim.tags)
    if 0 < claim.fields.count("from") < len(mail.named("from")):
        raise Rejected("policy", "it does not sign every From")
    if mail.body_hash(relaxed=body_relaxed) != decoded(claim.tags[b"bh"]):
        raise Rejected("fail", "the body was changed")
    content = signed_content(claim.fields, claim.where, mail.fields, relaxed=head_relaxed)
    by = next((key for key in keys if key.made(claim.signature, content)), None)
    if by is None:
        raise Rejected("fail", "a signed header was changed, or another key signed it")
    if by.testing:
        raise Rejected("policy", "its domain is only trying DKIM out (t=y)")
    if by.strict and claim.within != claim.domain:
        raise Rejected("policy", "its key is not for subdomains (t=s)")


def keys_at(name: str, kind: str, lookup: Lookup) -> list[Key]:
    """The keys of one kind at *name*; raise Rejected when there is none that counts."""
    try:
        records = [one for one in lookup(name, "TXT").values if looks_like_key(one)]
    except Unsure as error:
        raise Rejected("temperror", f"its key could not be looked up: {error}") from None
    trouble = Unusable("its domain has no such key")
    keys: list[Key] = []
    for record in records[:MAX_RECORDS]:
        try:
            key = key_of(record)
        except Unusable as error:
            trouble = error
        else:
            keys += [key] if key.kind == kind else []
            trouble = Unusable("its key is of another kind than the signature")
    if not keys:
        raise Rejected("policy" if trouble.weak else "permerror", str(trouble))
    return keys


def signed_content(names: Sequence[str], where: Field, fields: Sequence[Field], *, relaxed: bool) -> bytes:
    """What a signature signs: the fields of these *names*, from the bottom, then itself without its b=."""
    present: defaultdict[str, list[Field]] = defaultdict(list)
    for one in fields:
        present[one.known].append(one)
    chosen = [present[name].pop() for name in names if present.get(name)]
    return b"".join(one.canonical(relaxed=relaxed) for one in chosen) + without_b(where, relaxed=relaxed)
