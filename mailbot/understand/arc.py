"""ARC: what a forwarder that we trust says of a mail before it changed it.

Off unless an admin names sealers. dkimpy reads the chain; keys, canonical forms and signatures are those of our own
reading of DKIM, so that its limits hold here as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailbot.domain.errors import Unreadable
from mailbot.understand.canonical import Field, header_of
from mailbot.understand.dkim import Mail, keys_at, signed_content, verify
from mailbot.understand.octets import Octets
from mailbot.understand.results import results_of
from mailbot.understand.signature import KINDS, MAX_SIZE, Rejected, decoded, domain_of, key_name_of, plain_claim
from mailbot.understand.zone import Lookup, Records, Unsure

MAX_SETS: Final = 50  #: RFC 8617
MAX_KEYS: Final = 10  #: names that are looked up for one chain
NAMES: Final = ("arc-seal", "arc-message-signature", "arc-authentication-results")
Tags = dict[bytes, bytes]


@dataclass(frozen=True, kw_only=True)
class Arc:
    """What became of the chain."""

    result: str  #: pass, fail, none, temperror; empty: nobody looked
    why: str = ""
    sealer: str = ""  #: the domain of the newest seal
    author_passed: bool = False  #: a trusted sealer saw DMARC pass for the author's own domain
    fields: tuple[str, ...] = ()  #: the names that the sealer signed, in lower case
    mark: str = ""  #: of the newest seal: the same sealed mail again has the same


def arc_of(raw: Octets, lookup: Lookup, sealers: Collection[str], author: str) -> Arc:
    """What the newest sealer says of *author*; looked at only when it is one of *sealers*."""
    if not sealers:
        return Arc(result="")
    try:
        mail = Mail(raw, *header_of(raw))
    except Unreadable:
        return Arc(result="none")
    newest = _newest(mail.fields)
    if newest.sealer not in sealers:
        return newest
    result, why, seen = chain_of(mail, lookup)
    if result != "pass":
        return replace(newest, result=result, why=why)
    why = _said(seen, author)
    return replace(newest, result="pass", why=why, author_passed=not why, fields=seen["signed"])


def _newest(fields: tuple[Field, ...]) -> Arc:
    """Who seems to have sealed last, before anything is verified."""
    last = (0, "", "")
    for seal in (one for one in fields if one.known == "arc-seal" and len(one.value) <= MAX_SIZE):
        try:
            tags: Tags = parse_tag_value(seal.value)
            made = hashlib.sha256(decoded(tags[b"b"])).hexdigest()
            last = max(last, (int(tags[b"i"]), domain_of(tags), made))
        except (InvalidTagValueList, Rejected, LookupError, ValueError):
            continue
    if not last[0]:
        return Arc(result="none")
    return Arc(result="", why="its newest sealer is not one that is trusted", sealer=last[1], mark=last[2])


def _said(seen: dict[str, Any], author: str) -> str:
    """Why the newest set does not say that DMARC passed for the author; empty when it does."""
    if "from" not in seen["signed"]:
        return "the sealer did not sign From"
    number, _, rest = bytes(seen["aar-value"]).decode("utf-8", "replace").partition(";")
    found = results_of(rest)
    if "".join(number.split()) != f"i={seen['instance']}" or found is None or not found.id:
        return "the sealer's ARC-Authentication-Results is malformed"
    return found.dmarc(author.rpartition("@")[2])


def chain_of(mail: Mail, lookup: Lookup) -> tuple[str, str, dict[str, Any]]:
    """The result of the whole chain (pass, fail, none, temperror), why, and what was seen of its newest set."""
    sealed = [one for one in mail.fields if one.known in NAMES]
    if len(sealed) > MAX_SETS * len(NAMES) or any(len(one.value) > MAX_SIZE for one in sealed):
        return "fail", "its ARC sets are too many or too large", {}
    chain = _Chain(mail, lookup)
    try:
        if chain.newest > MAX_SETS:
            return "fail", f"it has more than {MAX_SETS} ARC sets", {}
        result, seen, why = chain.verify()
    except Unsure as error:
        return "temperror", f"a sealer's key could not be looked up: {error}", {}
    except (dkim.DKIMException, LookupError, ValueError, TypeError):
        return "fail", "its ARC sets are malformed", {}
    return (result or b"none").decode("ascii"), why, {**seen[0], "signed": chain.signed} if seen else {}


class _Chain(dkim.ARC):  # type: ignore[misc]  # dkimpy has no types
    """dkimpy's reading of the sets, with our keys and our canonical forms."""

    def __init__(self, mail: Mail, lookup: Lookup) -> None:
        super().__init__()
        self.headers = [(one.name, one.value) for one in mail.fields]
        self.mail = mail
        self.names: set[str] = set()
        self.signed: tuple[str, ...] = ()  #: the names that the newest message signature signs
        self.lookup = lookup
        self.newest: int = self.sorted_arc_headers()[0]

    def verify_sig(self, sig: Tags, include_headers: list[bytes], sig_header: Any, dnsfunc: object) -> bool:  # noqa: ANN401, ARG002  (dkimpy's own shape)
        """Whether one seal or message signature holds; of message signatures only the newest is asked."""
        where = Field(*sig_header)
        try:
            if where.known == "arc-seal":
                return self._sealed(where, sig, include_headers)
            if int(sig[b"i"]) == self.newest:
                claim = plain_claim(where, sig, domain_of(sig), domain_of(sig))
                verify(claim, self.mail, self._look)
                self.signed = claim.fields
        except Rejected as error:
            if error.result == "temperror":
                raise Unsure(error.why) from None
            return False
        return True

    def _sealed(self, where: Field, sig: Tags, names: list[bytes]) -> bool:
        name = key_name_of(sig, domain_of(sig))
        keys = keys_at(name, KINDS[sig[b"a"]], self._look)
        content = signed_content([one.decode("ascii") for one in names], where, self.mail.fields, relaxed=True)
        return any(key.made(decoded(sig[b"b"]), content) for key in keys)

    def _look(self, name: str, kind: str) -> Records:
        self.names.add(name)
        if len(self.names) > MAX_KEYS:
            raise Rejected("policy", "its ARC sets need more keys than are looked up")
        return self.lookup(name, kind)
