"""Signatures that the ssh-keygen of every machine verifies: SSHSIG, by an Ed25519 key.

The form is that of OpenSSH's PROTOCOL.sshsig: a blob of length-prefixed strings, in letters between two marks. Ed25519
takes no chance, so the same content by the same key is the same signature, byte for byte what ``ssh-keygen -Y sign``
makes of it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from mailbot.domain.errors import Permanent

NAMESPACE: Final = "mailbot"  #: what a signature is for: one for git or a file of somebody else's is none of ours
KIND: Final = "ssh-ed25519"
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_HASH: Final = b"sha512"
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "-----END SSH SIGNATURE-----\n"
_WIDTH: Final = 70  #: letters of a line, as ssh-keygen writes them
_PUBLIC: Final = re.compile(r"ssh-ed25519 ([A-Za-z0-9+/]{68})(?: .{0,200})?")


@dataclass(frozen=True)
class Signer:
    """A private key that signs packages."""

    pem: bytes = field(repr=False)  #: as OpenSSH writes it, without a password

    def __post_init__(self) -> None:
        """A key that cannot sign is told now, not at the first reply."""
        _ = self._key

    @cached_property
    def public(self) -> str:
        """The public half, as a line of OpenSSH."""
        return f"{KIND} {base64.b64encode(self._blob).decode('ascii')}"

    @property
    def fingerprint(self) -> str:
        """Its short name, as ssh-keygen shows it."""
        return fingerprint(self.public)

    def sign(self, content: bytes, namespace: str = NAMESPACE) -> bytes:
        """The signature of *content*, as a file."""
        name = namespace.encode("ascii")
        signed = _MAGIC + _strings(name, b"", _HASH, hashlib.sha512(content).digest())
        made = _strings(KIND.encode("ascii"), self._key.sign(signed))
        blob = _MAGIC + _VERSION.to_bytes(4, "big") + _strings(self._blob, name, b"", _HASH, made)
        letters = base64.b64encode(blob).decode("ascii")
        lines = (letters[at : at + _WIDTH] + "\n" for at in range(0, len(letters), _WIDTH))
        return "".join((_BEGIN, *lines, _END)).encode("ascii")

    @cached_property
    def _key(self) -> ed25519.Ed25519PrivateKey:
        try:
            key = serialization.load_ssh_private_key(self.pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Permanent(f"the signing key is no private key of OpenSSH without a password: {error}") from error
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise Permanent("the signing key must be Ed25519: ssh-keygen -t ed25519")
        return key

    @cached_property
    def _blob(self) -> bytes:
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return _strings(KIND.encode("ascii"), raw)


def new_signer() -> Signer:
    """A new key."""
    key = ed25519.Ed25519PrivateKey.generate()
    form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    return Signer(key.private_bytes(*form))


def fingerprint(public: str) -> str:
    """The short name of a public key."""
    digest = hashlib.sha256(base64.b64decode(public.split(" ")[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def public_of(line: str) -> str:
    """The public key in a line of OpenSSH, without its comment; empty where there is none."""
    found = _PUBLIC.fullmatch(line.strip())
    return f"{KIND} {found[1]}" if found else ""


def _strings(*values: bytes) -> bytes:
    """Each with its length before it, as SSH writes them."""
    return b"".join(len(one).to_bytes(4, "big") + one for one in values)
