"""What is asked of another web server, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Permanent

MOST: Final = 10_000_000  #: bytes of an answer
REDIRECTS: Final = 3


class Forbidden(Permanent):
    """An address that we do not go to, or an answer that we do not take; the words are for whoever gave it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call. What is sent goes to the first server only: a redirect is followed with an empty GET."""

    url: str
    method: str = "GET"
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    redirects: int = REDIRECTS  #: how many are followed; none, for what must arrive where it was sent
    most: int = MOST  #: bytes of the answer; 0: how it begins is all that counts, and its body is not read


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """The answer."""

    url: str  #: that gave it, after redirects
    status: int
    headers: Mapping[str, str]  #: names in small letters
    content: bytes
