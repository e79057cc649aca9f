"""DKIM keys as they stand in the DNS: read within limits, asked whether a signature is theirs."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from dkim.crypto import UnparsableKeyError, parse_public_key
from dkim.util import InvalidTagValueList, parse_tag_value

MAX_RECORD: Final = 2_048  #: bytes
BITS: Final = (1_024, 4_096)
MAX_EXPONENT: Final = 2**33
ED25519: Final = 32  #: bytes of such a key
Public = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, kw_only=True)
class Key:
    """One public key and what its owner says of it."""

    public: Public
    testing: bool = False  #: t=y: a mail that it signs is to be treated as unsigned
    strict: bool = False  #: t=s: i= must name the domain itself

    @property
    def kind(self) -> str:
        """As a= names it."""
        return "rsa" if isinstance(self.public, rsa.RSAPublicKey) else "ed25519"

    def made(self, signature: bytes, content: bytes) -> bool:
        """Whether *signature* over the SHA-256 of *content* is by this key."""
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                self.public.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
            else:
                digest = hashes.Hash(hashes.SHA256())
                digest.update(content)
                self.public.verify(signature, digest.finalize())
        except InvalidSignature:
            return False
        return True


class Unusable(Exception):
    """A key record that must not be used; *weak*: it is well-formed, but too weak."""

    def __init__(self, why: str, *, weak: bool = False) -> None:
        super().__init__(why)
        self.weak = weak


def looks_like_key(record: bytes) -> bool:
    """Whether a TXT record can be meant as a key at all."""
    return record.lstrip().startswith(b"v=DKIM1") or b"p=" in record


@lru_cache(maxsize=256)
def key_of(record: bytes) -> Key:
    """The key in a TXT record; raise Unusable with the reason."""
    if len(record) > MAX_RECORD:
        raise Unusable(f"its key record has {len(record):,} bytes; {MAX_RECORD:,} is the most")
    try:
        tags: dict[bytes, bytes] = parse_tag_value(record)
    except InvalidTagValueList:
        raise Unusable("its key record is malformed") from None
    if tags.get(b"v", b"DKIM1") != b"DKIM1":
        raise Unusable("its key record is of another version")
    if b"h" in tags and b"sha256" not in _words(tags[b"h"]):
        raise Unusable("its key is not for sha256")
    if not {b"*", b"email"} & _words(tags.get(b"s", b"*")):
        raise Unusable("its key is not for mail")
    flags = _words(tags.get(b"t", b""))
    return Key(public=_public(tags), testing=b"y" in flags, strict=b"s" in flags)


def _words(value: bytes) -> frozenset[bytes]:
    return frozenset(word.strip().lower() for word in value.split(b":"))


def _public(tags: dict[bytes, bytes]) -> Public:
    try:
        data = base64.b64decode(b"".join(tags.get(b"p", b"").split()), validate=True)
    except binascii.Error:
        raise Unusable("its key is no base64") from None
    if not data:
        raise Unusable("its key was revoked")
    kind = tags.get(b"k", b"rsa").lower()
    if kind == b"rsa":
        return _rsa(data)
    if kind != b"ed25519" or len(data) != ED25519:
        raise Unusable("its key is of a kind that is not known")
    return ed25519.Ed25519PublicKey.from_public_bytes(data)


def _rsa(data: bytes) -> rsa.RSAPublicKey:
    """An RSA key, measured before it is made: hostile ones are costly."""
    try:
        found = parse_public_key(data)
        modulus, exponent = int(found["modulus"]), int(found["publicExponent"])
    except (UnparsableKeyError, LookupError, ValueError, TypeError):
        raise Unusable("its key is malformed") from None
    if not BITS[0] <= modulus.bit_length() <= BITS[1] or not 1 < exponent < MAX_EXPONENT:
        words = f"its key has {modulus.bit_length():,} bits; {BITS[0]:,} to {BITS[1]:,} count, with a small exponent"
        raise Unusable(words, weak=True)
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise Unusable("its key is malformed") from None
