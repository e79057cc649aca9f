"""Our DKIM signature: dkimpy's parts, RSA by cryptography, and the time from the caller.

dkimpy's own sign() takes its time from the wall clock, where the same mail must give the same
bytes; its RSA is pure Python (12 times slower) and its relaxed body reads the body twice
with a regular expression (10 MB: 0.7 s), so the body is hashed as for reading signatures.
Everything else is dkimpy's. Every header that a forger could add a second time is signed once
more than it stands in the mail.
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from dkim.canonicalization import CanonicalizationPolicy

from mailbot.domain.errors import Permanent
from mailbot.understand.canonical import body_hash, header_of

BITS: Final = 2048
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
    pem: bytes = field(repr=False)  #: PEM, RSA of 2048 bits or more

    def __post_init__(self) -> None:
        """A key that cannot sign is told now, not at the first reply."""
        _loaded(self.pem)


def new_key() -> tuple[bytes, str]:
    """A new private key as PEM, and the DNS record (type TXT) that goes with it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem, dns_record(pem)


def dns_record(private: bytes) -> str:
    """The text of the DNS record for this private key."""
    public = _loaded(private).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode('ascii')}"


def sign(wire: bytes, key: DkimKey, at: datetime) -> bytes:
    """*wire* with our signature before it. The same input gives the same bytes."""
    policy = CanonicalizationPolicy.from_c_value(_RELAXED)
    present, body = header_of(wire)
    headers = [(one.name, one.value) for one in present]
    signed = _oversigned([name.lower() for name, _ in headers])
    fields = {
        b"v": b"1",
        b"a": b"rsa-sha256",
        b"c": _RELAXED,
        b"d": key.domain.encode("ascii"),
        b"s": key.selector.encode("ascii"),
        b"t": str(int(at.timestamp())).encode("ascii"),
        b"h": b":".join(signed),
        b"bh": base64.b64encode(body_hash(wire, body, relaxed=True)),
        b"b": b"",
    }
    digest = _Collected()
    unsigned = (b"DKIM-Signature", b" " + _folded(fields))
    dkim.hash_headers(digest, policy, policy.canonicalize_headers(headers), signed, unsigned, fields)
    signature = _loaded(key.pem).sign(digest.content, padding.PKCS1v15(), hashes.SHA256())
    fields[b"b"] = base64.b64encode(signature)
    return b"DKIM-Signature: " + _folded(fields) + b"\r\n" + wire


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
def _loaded(private: bytes) -> rsa.RSAPrivateKey:
    """The key; loading it takes longer than signing with it."""
    try:
        key = serialization.load_pem_private_key(private, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Permanent(f"the DKIM key is no private key in PEM without a password: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < BITS:
        raise Permanent(f"the DKIM key must be RSA of {BITS} bits or more, which every receiver can check")
    return key
