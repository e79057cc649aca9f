"""One DKIM signature as it was read: its tags, within the rules, before any key is asked.

dkimpy's tag lists stand behind a stricter reading: a signature that leaves out the author or a part of the body, or
that rests on a broken hash, verifies in many programs and counts for nothing here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dkim.util import InvalidTagValueList, parse_tag_value

from mailbot.domain.message import Signed
from mailbot.understand.addresses import is_domain
from mailbot.understand.canonical import Field

MAX_SIZE: Final = 8 * 1024  #: bytes of one signature
MAX_FOLDS: Final = 200
MAX_NAME: Final = 253
MAX_LABEL: Final = 63
SKEW: Final = timedelta(hours=1)  #: by which clocks may differ
FORMS: Final = {b"simple": False, b"relaxed": True}
KINDS: Final = {b"rsa-sha256": "rsa", b"ed25519-sha256": "ed25519"}
_LABEL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Rejected(Exception):
    """A signature that counts for nothing."""

    def __init__(self, result: str, why: str) -> None:
        super().__init__(why)
        self.result, self.why = result, why


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """A signature as it was read, before any key is asked."""

    where: Field
    tags: dict[bytes, bytes]
    domain: str
    within: str  #: the domain of i=: the same or below it
    key_name: str  #: where its key stands in the DNS
    fields: tuple[str, ...]  #: the names of h=, in lower case
    signature: bytes

    @property
    def selector(self) -> str:
        """Which of the domain's keys it is."""
        return self.key_name.removesuffix(f"._domainkey.{self.domain}")

    @property
    def mark(self) -> str:
        """The same for the same signed mail, however its base64 is written."""
        return hashlib.sha256(self.domain.encode("ascii") + b"\n" + self.signature).hexdigest()

    def signed(self, result: str, why: str = "") -> Signed:
        """What became of it."""
        return Signed(
            domain=self.domain, selector=self.selector, result=result, why=why, fields=self.fields, mark=self.mark
        )


def claim_of(where: Field, tags: dict[bytes, bytes]) -> Claim:
    """A signature within the rules; raise Rejected with the rule it breaks."""
    if tags.get(b"v") != b"1":
        raise Rejected("permerror", "it has no v=1")
    if b"dns/txt" not in [one.strip() for one in tags.get(b"q", b"dns/txt").split(b":")]:
        raise Rejected("permerror", "its key is not in the DNS")
    domain = domain_of(tags)
    claim = plain_claim(where, tags, domain, _within(tags, domain))
    if "from" not in claim.fields:
        raise Rejected("policy", "it does not sign From")
    if b"l" in tags:
        raise Rejected("policy", "it signs only a part of the body (l=)")
    return claim


def plain_claim(where: Field, tags: dict[bytes, bytes], domain: str, within: str) -> Claim:
    """What a signature of DKIM and one of ARC have in common."""
    if missing := [name for name in (b"a", b"b", b"bh", b"h", b"s") if name not in tags]:
        raise Rejected("permerror", f"it has no {missing[0].decode('ascii')}=")
    if tags[b"a"].lower() not in KINDS:
        raise Rejected("policy", f"{_shown(tags[b'a'])} is not safe; rsa-sha256 and ed25519-sha256 are")
    forms_of(tags)
    decoded(tags[b"bh"])
    fields = tuple(name for one in tags[b"h"].split(b":") if (name := one.strip().lower().decode("latin-1")))
    return Claim(
        where=where,
        tags=tags,
        domain=domain,
        within=within,
        key_name=key_name_of(tags, domain),
        fields=fields,
        signature=decoded(tags[b"b"]),
    )


def tags_of(value: bytes) -> dict[bytes, bytes]:
    """The tags of a signature; raise Rejected when they are malformed."""
    try:
        tags: dict[bytes, bytes] = parse_tag_value(value)
    except InvalidTagValueList:
        raise Rejected("permerror", "its tags are malformed") from None
    return tags


def forms_of(tags: dict[bytes, bytes]) -> tuple[bool, bool]:
    """Whether header and body are relaxed."""
    head, _, body = tags.get(b"c", b"simple/simple").lower().partition(b"/")
    if head not in FORMS or (body or b"simple") not in FORMS:
        raise Rejected("permerror", f"its c={_shown(tags[b'c'])} is not known")
    return FORMS[head], FORMS[body or b"simple"]


def decoded(value: bytes) -> bytes:
    """What base64 with blanks in it says; raise Rejected when it is none."""
    try:
        return base64.b64decode(b"".join(value.split()), validate=True)
    except binascii.Error:
        raise Rejected("permerror", "it holds what is no base64") from None


def without_b(where: Field, *, relaxed: bool) -> bytes:
    """A signature field as it signs itself: b= is empty, and no line end follows."""
    pieces = where.value.removesuffix(b"\r\n").split(b";")
    emptied = [one[: one.index(b"=") + 1] if one.partition(b"=")[0].strip() == b"b" else one for one in pieces]
    return Field(where.name, b";".join(emptied) + b"\r\n").canonical(relaxed=relaxed).removesuffix(b"\r\n")


def in_time(tags: dict[bytes, bytes], now: datetime) -> None:
    """Raise Rejected when the signature is from the future or has expired."""
    made, until = _number(tags, b"t"), _number(tags, b"x")
    if made is not None and made > (now + SKEW).timestamp():
        raise Rejected("policy", "it was made in the future")
    if until is not None and (until < (now - SKEW).timestamp() or until < (made or 0)):
        raise Rejected("policy", "it has expired")


def domain_of(tags: dict[bytes, bytes]) -> str:
    """The domain that signed; raise Rejected when d= is no plain domain."""
    domain = tags.get(b"d", b"").decode("latin-1").lower()
    if not is_domain(domain):
        raise Rejected("permerror", f"its domain {_shown(tags.get(b'd', b''))} is none")
    return domain


def key_name_of(tags: dict[bytes, bytes], domain: str) -> str:
    """Where the key stands in the DNS; raise Rejected when s= is no plain selector."""
    value = tags.get(b"s", b"")
    text = value.decode("latin-1").lower()
    labels = text.split(".")
    if not all(0 < len(one) <= MAX_LABEL and _LABEL.issuperset(one) for one in labels):
        raise Rejected("permerror", f"its selector {_shown(value)} is none")
    name = f"{text}._domainkey.{domain}"
    if len(name) > MAX_NAME:
        raise Rejected("permerror", "the name of its key is too long")
    return name


def _within(tags: dict[bytes, bytes], domain: str) -> str:
    within = tags.get(b"i", b"@" + tags[b"d"]).decode("latin-1").rpartition("@")[2].lower()
    if within != domain and not (within.endswith("." + domain) and is_domain(within)):
        raise Rejected("permerror", "its i= is of another domain than its d=")
    return within


def _number(tags: dict[bytes, bytes], name: bytes) -> int | None:
    value = tags.get(name)
    if value is None:
        return None
    if not value.isdigit() or len(value) > 12:  # noqa: PLR2004  (RFC 6376 asks for no more digits)
        raise Rejected("permerror", f"its {name.decode('ascii')}= is no time")
    return int(value)


def _shown(value: bytes) -> str:
    return repr(value[:40].decode("ascii", "replace"))
