# ruff: noqa: RUF001  (letters of many languages)
"""One line as it is compared with known words: small letters, no accents, no signs that nobody sees.

People leave accents out, telephones put invisible signs in, and full-width letters are the same letters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Letters whose stroke is no accent of its own, so that taking accents away leaves them.
_STROKES: Final = str.maketrans("łøđıħŧœæ’‘ʼ´`", "lodihtoa'''''")
#: Signs that turn the direction of what follows: what a person sees is not what is written.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENDS: Final = " .!?:;,\"'“”„»«*_-–—…。！？、，¡¿।،؟()"


def turned(line: str) -> bool:
    """Whether signs in *line* change the order in which it is shown: then it means nothing that we can be sure of."""
    return _TURNING.search(line) is not None


def fold(line: str) -> str:
    """*line* in small letters, without accents and unseen signs, its spaces single."""
    if line.isascii():
        return " ".join(line.lower().split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", line).lower().replace("ß", "ss"))
    seen = "".join(char for char in apart if unicodedata.category(char) not in {"Mn", "Cf"})
    return " ".join(unicodedata.normalize("NFC", seen).translate(_STROKES).split())


def bare(line: str) -> str:
    """The folded line without the punctuation around it."""
    return fold(line).strip(_ENDS)
