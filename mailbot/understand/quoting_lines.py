# ruff: noqa: RUF001  (quote marks of many scripts)
"""A text as the lines that quoting looks at: those with words, and where blank ones stand between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_LINE: Final = 600  #: longer lines are nobody's "On ... wrote:"
_QUOTE: Final = (">", "＞")
_BEFORE: Final = (*_QUOTE, " ", "\t", "\u00a0")
_UNSEEN: Final = dict.fromkeys(
    (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x0307)
)


@dataclass(kw_only=True)
class Lines:
    """The lines of a text that are not blank, each as it stands there."""

    texts: Sequence[str]
    gaps: Sequence[bool]  #: whether a blank line stands above it
    quoted: list[bool] = field(default_factory=list)  #: whether it begins with a quote mark

    def __post_init__(self) -> None:
        self.quoted = [_is_quoted(line) for line in self.texts]

    def __len__(self) -> int:
        return len(self.texts)

    def quoted_at(self, at: int) -> bool:
        """Whether there is a line *at*, and it is quoted."""
        return at < len(self.texts) and self.quoted[at]

    def after_quote(self, at: int) -> int:
        """Behind the line *at* and the quoted ones that follow it."""
        at += 1
        while at < len(self.quoted) and self.quoted[at]:
            at += 1
        return at

    def gap_at(self, at: int) -> bool:
        """Whether the line *at* has a blank one above it, or the text has ended."""
        return at >= len(self.texts) or self.gaps[at]

    def joined(self, numbers: Sequence[int], *, left_out: str = "\n") -> str:
        """The lines of these *numbers*, with one blank line where some were, and *left_out* where others stood."""
        pieces: list[str] = []
        before = -1
        for number in numbers:
            if pieces:
                pieces.append("\n\n" if self.gaps[number] else "\n" if number == before + 1 else left_out)
            pieces.append(self.texts[number])
            before = number
        return "".join(pieces)


def lines_of(text: str) -> Lines:
    """The lines of *text*."""
    texts: list[str] = []
    gaps: list[bool] = []
    blank = False
    for line in text.split("\n"):
        if not line or line.isspace():
            blank = True
            continue
        texts.append(line)
        gaps.append(blank)
        blank = False
    return Lines(texts=texts, gaps=gaps)


def lower(line: str) -> str:
    """*line* in small letters, without signs of direction and without the dot that Turkish capitals leave behind."""
    line = line.lower()
    return line if line.isascii() else line.translate(_UNSEEN).replace("\u00a0", " ").replace("\u202f", " ")


def anyone(phrases: Sequence[str]) -> str:
    """A pattern for any of *phrases*, the longest first."""
    return "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))


def _is_quoted(line: str) -> bool:
    if line[0] not in _BEFORE:
        return False
    bare = line.lstrip()
    if not bare.startswith(_QUOTE) or line.startswith(">From "):  # the latter is how mailboxes write a line of words
        return False
    return not (bare.startswith(">>") and bare.rstrip().endswith("<<"))  # arrows around words
