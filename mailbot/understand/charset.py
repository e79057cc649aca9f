"""Text out of bytes whose charset is unknown, misspelt or a lie: a best effort, never an exception."""

from __future__ import annotations

import codecs
import re
from typing import Final

from mailbot.understand.sniff import SAMPLE, sniffed

#: What mails call them -> the codec that reads what such mails really hold (mostly the larger sister, as browsers do).
_MEANT: Final = {
    "ansi_x3.110-1983": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "windows-874": "cp874", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cn-gb": "gb18030",
    "big5": "big5hkscs", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "sjis": "cp932", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "euc-kr": "cp949", "iso-2022-jp": "iso2022_jp_ext", "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8", "unicode": "utf-16", "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "koi8-ru": "koi8-u", "x-euc-jp": "euc-jp", "cp-850": "cp850",
}  # fmt: skip
#: Codecs that are no charset of a mail: some take quadratic time, some run escapes.
_NEVER: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_NAME: Final = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
_ONE_BYTE: Final = frozenset({"cp1252", "cp1254", "iso8859-15", "iso8859-2", "cp1250", "mac-roman"})


def text_of(data: bytes, charset: str = "") -> str:
    """*data* as text; *charset* is what the mail says it is."""
    codec = _codec(charset)
    if codec in {"", "cp1252"} and b"\x1b$" in data[:SAMPLE]:
        codec = sniffed(data) or codec  # it looks like ASCII, and is not
    if codec in {"", *_ONE_BYTE} and (text := _strictly(data, "utf-8")) is not None:
        return text  # what is valid UTF-8 by chance is rarer than a mail that lies
    if codec in {"", "cp1252"}:
        codec = sniffed(data) or "cp1252"  # what programs write that do not know: few mean it
    text = _strictly(data, codec) or _strictly(data, "utf-8")
    if text is not None:
        return text
    text = data.decode(codec, "replace")
    lied = codec == "utf-8" and not any(char > "\x7f" and char != "\N{REPLACEMENT CHARACTER}" for char in text)
    return data.decode(sniffed(data) or "cp1252", "replace") if lied else text


def _codec(charset: str) -> str:
    """The codec's own name; empty when there is none that may be used."""
    name = charset.strip("\"' \t").lower().partition("*")[0]
    if not _NAME.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(_MEANT.get(name, name))
    except LookupError:
        return ""
    return found.name if found._is_text_encoding and found.name not in _NEVER else ""  # noqa: SLF001  (no public name)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
