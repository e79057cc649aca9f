"""What must not be asked, and must not be answered: phrases that an admin names; and signs that no text needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

REMOVED: Final = "[removed]"
WIDE: Final = 8  #: signs between two words of a phrase, at most
_GAP: Final = rf"\s{{1,{WIDE}}}"
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """*text* without control characters, and without those that turn the direction of writing."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def found_in(text: str, phrases: Sequence[str]) -> str:
    """The first of *phrases* in *text*, however it is spaced and written; empty: none."""
    plain = _plain(text)
    return next((one for one in phrases if _plain(one) in plain), "")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Sieve:
    """Blackens *phrases* in a text that comes in pieces; only so much is held back as a phrase may need."""

    def __init__(self, phrases: Sequence[str]) -> None:
        words = [_GAP.join(map(re.escape, one.split())) for one in phrases if one.split()]
        self._form = re.compile("|".join(words), re.IGNORECASE) if words else None
        self._hold = max((len(one) + WIDE * len(one.split()) for one in phrases), default=0)
        self._rest = ""

    def feed(self, text: str) -> str:
        """What may leave now."""
        if self._form is None:
            return text
        self._rest = self._form.sub(REMOVED, self._rest + text)
        free = len(self._rest) - self._hold
        if free <= 0:
            return ""
        out, self._rest = self._rest[:free], self._rest[free:]
        return out

    def end(self) -> str:
        """What was held back."""
        rest, self._rest = self._rest, ""
        return rest
