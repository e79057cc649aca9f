"""Our DKIM signatures, by RSA and by Ed25519: dkimpy's parts, keys by cryptography, and the time from the caller.

dkimpy's own sign() takes its time from the wall clock, where the same mail must give the same
bytes; its RSA is pure Python (12 times slower) and its relaxed body reads the body twice
with a regular expression (10 MB: 0.7 s), so the body is hashed as for reading signatures.
Everything else is dkimpy's. Every header that a forger could add a second time is signed once
more than it stands in the mail.

Each key makes a signature of its own: RSA is what every receiver verifies, Ed25519 (RFC 8463) what some do already.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from dkim.canonicalization import CanonicalizationPolicy

from mailbot.domain.errors import Permanent
from mailbot.understand.canonical import body_hash, header_of

BITS: Final = 2048
RSA: Final = "rsa"
ED25519: Final = "ed25519"
_Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
SIGNED: Final = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"auto-submitted",
)  # fmt: skip
_RELAXED: Final = b"relaxed/relaxed"


@dataclass(frozen=True, kw_only=True)
class DkimKey:
    """A private key and where its public half stands in the DNS: ``<selector>._domainkey.<domain>``."""

    domain: str
    selector: str
    pem: bytes = field(repr=False)  #: PEM, RSA of 2048 bits or more, or Ed25519

    def __post_init__(self) -> None:
        """A key that cannot sign is told now, not at the first reply."""
        _loaded(self.pem)

    @property
    def kind(self) -> str:
        """As a= and k= name it."""
        return RSA if isinstance(_loaded(self.pem), rsa.RSAPrivateKey) else ED25519

    @property
    def name(self) -> str:
        """Where its public half stands in the DNS."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What stands there."""
        return dns_record(self.pem)


def new_key(kind: str = RSA) -> tuple[bytes, str]:
    """A new private key as PEM, and the DNS record (type TXT) that goes with it."""
    key: _Private = (
        rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        if kind == RSA
        else ed25519.Ed25519PrivateKey.generate()
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem, dns_record(pem)


def dns_record(private: bytes) -> str:
    """The text of the DNS record for this private key."""
    key = _loaded(private)
    if isinstance(key, rsa.RSAPrivateKey):
        form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return f"v=DKIM1; k=rsa; p={base64.b64encode(key.public_key().public_bytes(*form)).decode('ascii')}"
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode('ascii')}"


def sign(wire: bytes, key: DkimKey, at: datetime) -> bytes:
    """*wire* with our signature before it. The same input gives the same bytes."""
    return sign_by(wire, (key,), at)


def sign_by(wire: bytes, keys: Sequence[DkimKey], at: datetime) -> bytes:
    """*wire* with a signature of each of *keys* before it; none of them covers another."""
    if not keys:
        return wire
    present, body = header_of(wire)
    headers = [(one.name, one.value) for one in present]
    hashed = base64.b64encode(body_hash(wire, body, relaxed=True))
    return b"".join([*(_signature(headers, hashed, key, at) for key in keys), wire])


def _signature(headers: Sequence[tuple[bytes, bytes]], body: bytes, key: DkimKey, at: datetime) -> bytes:
    """The field of one signature."""
    policy = CanonicalizationPolicy.from_c_value(_RELAXED)
    signed = _oversigned([name.lower() for name, _ in headers])
    fields = {
        b"v": b"1",
        b"a": f"{key.kind}-sha256".encode("ascii"),
        b"c": _RELAXED,
        b"d": key.domain.encode("ascii"),
        b"s": key.selector.encode("ascii"),
        b"t": str(int(at.timestamp())).encode("ascii"),
        b"h": b":".join(signed),
        b"bh": body,
        b"b": b"",
    }
    digest = _Collected()
    unsigned = (b"DKIM-Signature", b" " + _folded(fields))
    dkim.hash_headers(digest, policy, policy.canonicalize_headers(headers), signed, unsigned, fields)
    fields[b"b"] = base64.b64encode(_made(_loaded(key.pem), digest.content))
    return b"DKIM-Signature: " + _folded(fields) + b"\r\n"


def _made(key: _Private, content: bytes) -> bytes:
    """Ed25519 signs the sum (RFC 8463, section 3), RSA makes it itself."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(hashlib.sha256(content).digest())


class _Collected:
    """Stands where dkimpy wants a hash: cryptography hashes what it signs."""

    def __init__(self) -> None:
        self.content = b""

    def update(self, more: bytes) -> None:
        self.content += more


def _oversigned(present: list[bytes]) -> list[bytes]:
    """Each name once more than it is there, so that a second one breaks the signature."""
    counts = Counter(present)
    return [name for name in SIGNED for _ in range(counts[name] + 1)]


def _folded(fields: dict[bytes, bytes]) -> bytes:
    """The tags, on lines of at most 76; b= last, so that filling it in moves nothing that was signed."""
    lines: list[bytes] = []
    current, first = b"", len(b"DKIM-Signature: ")
    for name, value in fields.items():
        for piece in _pieces(name + b"=" + value + (b"" if name == b"b" else b";")):
            if current and len(current) + 1 + len(piece) > 74 - (0 if lines else first):
                lines.append(current)
                current = b""
            current += b" " + piece if current else piece
    return b"\r\n ".join([*lines, current])


def _pieces(tag: bytes) -> list[bytes]:
    """A long tag in pieces that may stand on lines of their own: h= after a colon, base64 anywhere."""
    if tag.startswith(b"h="):
        names = tag.split(b":")
        return [name + b":" for name in names[:-1]] + names[-1:]
    return [tag[at : at + 70] for at in range(0, len(tag), 70)]


@lru_cache(maxsize=8)
def _loaded(private: bytes) -> _Private:
    """The key; loading it takes longer than signing with it."""
    try:
        key = serialization.load_pem_private_key(private, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Permanent(f"the DKIM key is no private key in PEM without a password: {error}") from error
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < BITS:
        raise Permanent(f"the DKIM key must be RSA of {BITS} bits or more, which every receiver can check, or Ed25519")
    return key
