# ruff: noqa: RUF001  (letters of many languages)
"""A plain yes, and nothing else: what may follow a question that cannot be taken back."""

from __future__ import annotations

from typing import Final

from mailbot.understand.folded import bare

MAX_YES: Final = 60  #: characters of the line that says it
_WORDS: Final = (
    "yes|yes please|yes do it|yes erase|yes erase it|yes erase everything|yes forget me|"
    "tak|tak proszę|tak usuń|tak usuń wszystko|oui|oui s'il vous plaît|oui effacez|oui effacez tout|ja|"
    "ja bitte|ja löschen|ja alles löschen|sí|sì|sim|ano|áno|igen|da|да|так|evet|taip|jah|jā|ναι|是|はい|네"
)
_YES: Final = frozenset(map(bare, _WORDS.split("|")))


def says_yes(text: str) -> bool:
    """Whether the first line with words in it is a yes; what stands below may be a signature."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return len(first) <= MAX_YES and bare(first.replace(",", " ")) in _YES
