"""A link to a package that expires by itself, and that nobody can make but us.

The path names what is downloaded, the query when that ends and our signature over both. The web door counts the
downloads; looking at a link changes nothing, since scanners of mail follow every link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LIFETIME: Final = timedelta(days=7)
MAX_DOWNLOADS: Final = 20  #: of one link
MAX_PATH: Final = 400  #: characters of a path that is looked at
_PATH: Final = re.compile(r"/get/([a-z2-7]{20})/([0-9]{1,6})/([A-Za-z0-9][A-Za-z0-9._-]{0,119})")
_EXPIRY: Final = re.compile(r"[0-9]{1,12}")
_SIGN: Final = re.compile(r"[a-z2-7]{26}")
_LETTERS: Final = 26  #: 130 bits of the signature


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What a link of ours that still holds leads to."""

    request: str
    revision: int
    name: str  #: of the file
    until: datetime


def link(public_url: str, request: str, revision: int, name: str, *, at: datetime, key: bytes) -> str:
    """The address of the package *name* of *revision*, made by *request*, for a week from *at*."""
    path = f"/get/{request}/{revision}/{name}"
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} cannot be linked to")
    expiry = int((at + LIFETIME).timestamp())
    return f"{public_url.rstrip('/')}{path}?until={expiry}&sign={_sign(path, expiry, key)}"


def verified(path: str, until: str, sign: str, *, now: datetime, keys: Sequence[bytes]) -> Linked | None:
    """What the link with this path, expiry and signature leads to; none: it is not ours, or over."""
    found = _PATH.fullmatch(path) if len(path) <= MAX_PATH else None
    if not found or not _EXPIRY.fullmatch(until) or not _SIGN.fullmatch(sign):
        return None
    expiry = int(until)
    if now.timestamp() >= expiry or not any(hmac.compare_digest(_sign(path, expiry, key), sign) for key in keys):
        return None
    return Linked(request=found[1], revision=int(found[2]), name=found[3], until=datetime.fromtimestamp(expiry, tz=UTC))


def _sign(path: str, expiry: int, key: bytes) -> str:
    digest = hmac.new(key, f"link:{path}:{expiry}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:_LETTERS]
