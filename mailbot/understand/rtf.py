"""The words of an RTF text, also of one that Outlook has packed (LZFu, MS-OXRTFCP) and of HTML wrapped in it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Final

from mailbot.understand.charset import text_of

MAX_UNPACKED: Final = 400_000  #: bytes that are unpacked of one text
_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW: Final = 4096
_HEAD: Final = struct.Struct("<II4s")
_START: Final = 16
_TOKEN: Final = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SILENT: Final = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr", "footerl",
    "footerr", "generator", "listtable", "listoverridetable", "themedata", "datastore", "fldinst", "xmlnstbl",
})  # fmt: skip
_SAYS: Final = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "emdash": "\u2014",
    "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
    "bullet": "\u2022", "emspace": " ", "enspace": " ",
}  # fmt: skip
_SIGNS: Final = {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}


def unpacked(data: bytes) -> bytes:
    """The RTF that Outlook has packed; of what is torn, as much as can be read."""
    if len(data) < _START:
        return b""
    _, size, kind = _HEAD.unpack_from(data)
    if kind == b"MELA":
        return data[_START : _START + min(size, MAX_UNPACKED)]
    return _lzfu(data, min(size, MAX_UNPACKED)) if kind == b"LZFu" else b""


def _lzfu(data: bytes, size: int) -> bytes:
    out = bytearray(_DICTIONARY)  # the window is the last 4,096 bytes of it, counted from its start
    before = len(_DICTIONARY)
    at, most = _START, before + size
    while at < len(data) and len(out) < most:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= most:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(out[before:])
            offset, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
            at += 2
            distance = (len(out) - offset) % _WINDOW or _WINDOW
            if offset == len(out) % _WINDOW:
                return bytes(out[before:most])  # it points at its own place: the end
            for _ in range(length):
                out.append(out[-distance] if distance <= len(out) else 0)
    return bytes(out[before:most])


@dataclass(kw_only=True)
class _Group:
    """What holds until the next closing brace."""

    silent: bool = False
    skips: int = 1  #: letters that stand behind each character for old programs
    html: bool = False  #: a tag of the HTML that is wrapped in it
    rtf_only: bool = False


@dataclass(kw_only=True)
class _Reader:
    wrapped: bool  #: it is HTML
    out: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  #: letters of the code page, until they are text
    open: list[_Group] = field(default_factory=lambda: [_Group()])
    page: str = "cp1252"
    skip: int = 0
    starred: bool = False

    def say(self, text: str) -> None:
        group = self.open[-1]
        if self.skip and text:
            gone = min(self.skip, len(text))
            self.skip -= gone
            text = text[gone:]
        if text and not (group.silent or group.rtf_only):
            self.flush()
            self.out.append(text)

    def plain(self, text: str) -> None:
        if text.isascii():
            self.say(text)
            return
        for char in text:
            self.octet(ord(char))

    def octet(self, code: int) -> None:
        group = self.open[-1]
        if self.skip:
            self.skip -= 1
        elif not (group.silent or group.rtf_only):
            self.raw.append(code)

    def flush(self) -> None:
        if self.raw:
            self.out.append(text_of(bytes(self.raw), self.page))
            self.raw.clear()

    def brace(self, which: str) -> None:
        self.skip = 0
        if which == "{":
            last = self.open[-1]
            self.open.append(
                _Group(silent=last.silent, skips=last.skips, html=last.html, rtf_only=last.rtf_only)
                if len(self.open) < _WINDOW
                else last
            )
        elif len(self.open) > 1:
            self.open.pop()

    def word(self, name: str, number: str | None) -> None:
        group, starred, self.starred = self.open[-1], self.starred, False
        if name == "htmltag" and self.wrapped:
            group.html, group.silent = True, False
        elif name == "htmlrtf":
            group.rtf_only = self.wrapped and number != "0"
        elif name in _SILENT or (starred and name != "mhtmltag") or name == "mhtmltag":
            group.silent = True
        elif name == "u" and number:
            self.say(chr(int(number) % 65536))
            self.skip = group.skips
        elif name == "uc" and number:
            group.skips = min(abs(int(number)), 10)
        elif name == "ansicpg" and number:
            self.page = f"cp{number}"
        elif name in _SAYS:
            self.say("" if group.html and name == "par" else _SAYS[name])


def rtf_text(data: bytes) -> tuple[str, bool]:
    """The text of an RTF, and whether it is the HTML that was wrapped in it."""
    text = data[:MAX_UNPACKED].decode("latin-1")
    reader = _Reader(wrapped="\\fromhtml" in text[:1_000])
    for token in _TOKEN.finditer(text):
        _take(reader, token)
    reader.flush()
    said = "".join(reader.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return said, reader.wrapped


def _take(reader: _Reader, token: re.Match[str]) -> None:
    if token["word"]:
        reader.word(token["word"], token["number"])
    elif token["hex"]:
        reader.octet(int(token["hex"], 16))
    elif token["sign"] == "*":
        reader.starred = True
    elif token["sign"]:
        reader.say(_SIGNS.get(token["sign"], ""))
    elif token["brace"]:
        reader.brace(token["brace"])
    elif token["text"]:
        reader.plain(token["text"])
