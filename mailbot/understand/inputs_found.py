"""What the extractors share: the shape of what they find, their limits, and words for it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.understand.charset import text_of
from mailbot.understand.header import visible, words

MAX_TEXT: Final = 12_000  #: characters of one input that a model may read
MAX_COLUMNS: Final = 500  #: of a table; cells behind them are left out
MAX_FILES: Final = 800  #: that are taken out of one archive
MAX_FILE: Final = 5_000_000  #: bytes of one of them
MAX_FILES_BYTES: Final = 20_000_000  #: bytes of all of them
MAX_LISTED: Final = 5  #: names in a note
MAX_NAME: Final = 40  #: characters of one of them
_HEAD: Final = 16 * MAX_TEXT  #: bytes that are read for a text: four a character, and what is not seen
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Letters of central Europe inside a word: as Western letters, these bytes are signs that no word holds.
_CENTRAL: Final = re.compile(rb"[A-Za-z][\xb9\xb3\xbf\x9f][a-z]|[A-Za-z]\xb9\b(?![\w\xb9])|[\xa3\xaf\x8c][a-z]{2}")
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\f\r\x08\x1b")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one extractor found."""

    kind: str
    note: str
    used: bool = True
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: int = 0
    files: tuple[Attachment, ...] = ()
    base: str = ""  #: of a bundle: the commit that it builds upon


def unused(kind: str, note: str) -> Found:
    """Nothing of it is used; *note* says why, and what helps."""
    return Found(kind=kind, note=note, used=False)


def counted(number: int, thing: str) -> str:
    """*number* and its *thing*: 1 row, 1,000 rows."""
    if number != 1:
        thing = thing[:-1] + "ies" if thing.endswith("y") and thing[-2] not in "aeiou" else thing + "s"
    return f"{number:,} {thing}"


def listed(names: Iterable[str], most: int = MAX_LISTED) -> str:
    """The first *most* of *names* on one line, and how many more there are."""
    shown = [words(name, MAX_NAME + 1) for name in names]
    cut = [name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…" for name in shown[:most]]
    more = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return ", ".join(cut) + more


def megabytes(size: int) -> str:
    """*size* in bytes, for people."""
    if size < 1_000_000:  # noqa: PLR2004  (a megabyte)
        return f"{-(-size // 1000):,} kB"
    return f"{-(-size // 1_000_000):,} MB"


def shortened(text: str, most: int = MAX_TEXT) -> str:
    """*text* in which everything can be seen, at most *most* characters, saying so when it is cut."""
    seen = visible(text[: most * 2]).strip("\n")
    if len(seen) <= most and len(text) <= most * 2:
        return seen
    return seen[:most].rstrip() + "\n[the rest is left out]"


def encoding_of(content: bytes) -> str:
    """The codec that reads *content*: what its first bytes say, what fits, or the usual one of old programs."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return codec
    if wide := _wide(content[:4_000]):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return "cp1250" if _CENTRAL.search(content[:_HEAD]) else "cp1252"
    return "utf-8"


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: most text has zeros in every other byte."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half and odd > half * 0.7 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if half and even > half * 0.7 and odd < half * 0.05 else ""


def is_text(content: bytes) -> bool:
    """Whether *content* looks like words and not like a program's data."""
    head = content[:_HEAD]
    if encoding_of(head).startswith(("utf-16", "utf-32")):
        return True
    return len(head.translate(None, _CONTROLS)) >= len(head) * 0.999


def words_of(content: bytes) -> str:
    """The first words of a text file, whatever its charset."""
    head = content[:_HEAD]
    codec = encoding_of(head)
    if codec == "cp1252":
        return text_of(head)
    return codecs.getincrementaldecoder(codec)("replace").decode(head)
