"""The secret of a token: ``mbt_``, 43 random characters (256 bits), and six of a checksum.

Scanners of secrets know it by its form. What has so much chance in it needs no slow hash.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from typing import Final

PREFIX: Final = "mbt_"
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM: Final = 43  #: characters: 256 bits
_CHECK: Final = 6


def fresh() -> str:
    """A new secret."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return PREFIX + body + _checksum(body)


def well_formed(secret: str) -> bool:
    """Whether the checksum of *secret* holds: a slip of the pen is told from a token that is not known."""
    body, check = secret[len(PREFIX) : -_CHECK], secret[-_CHECK:]
    return secret.startswith(PREFIX) and len(body) == _RANDOM and check == _checksum(body)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode("ascii", "replace")), ""
    for _ in range(_CHECK):
        number, rest = divmod(number, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters
