"""Which charset words are in that do not say it: told by what only that charset has, or by its commonest letters."""

from __future__ import annotations

import re
from typing import Final

SAMPLE: Final = 20_000  #: bytes that are looked at
_MARKS: Final = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_ESCAPES: Final = ((re.compile(rb"\x1b\$[@B]"), "iso2022_jp_ext"), (re.compile(rb"\x1b\$\)C"), "iso2022_kr"))
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_LETTERS: Final = re.compile(rb"[A-Za-z\x80-\xff]")
_KANA: Final = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x41\x42\x5b]")
_FEW: Final = 6  #: letters above ASCII by which nothing can be told
_MANY: Final = 0.4  #: of all letters that are above ASCII in words of another script
_MOST: Final = 0.7  #: of these that are small letters in Cyrillic words
_COMMON: Final = 0.2  #: of these that are the three commonest of them; Greek and Hebrew have far fewer at these places
_VOWELS: Final = "\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER I}"
_SMALL_1251: Final = bytes(range(0xE0, 0x100))
_SMALL_KOI8: Final = bytes(range(0xC0, 0xE0))


def sniffed(data: bytes) -> str:
    """The codec that reads *data*; empty where nothing tells."""
    data = data[:SAMPLE]
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec
    for escape, codec in _ESCAPES:
        if escape.search(data):
            return codec
    high = b"".join(_HIGH.findall(data))
    if len(high) < _FEW or len(high) < _MANY * len(_LETTERS.findall(data)):
        return ""
    if len(_KANA.findall(data)) * 4 > len(high):
        return "cp932"
    return _cyrillic(high)


def _cyrillic(high: bytes) -> str:
    for codec, small in (("cp1251", _SMALL_1251), ("koi8-r", _SMALL_KOI8)):
        lower = len(high) - len(high.translate(None, small))
        often = len(high) - len(high.translate(None, _VOWELS.encode(codec)))
        if lower > _MOST * len(high) and often > _COMMON * len(high):
            return codec
    return ""
