"""What stands in a winmail.dat (TNEF, MS-OXTNEF): words and files that Exchange has not put as MIME."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailbot.understand.charset import text_of
from mailbot.understand.html import visible_text
from mailbot.understand.rtf import rtf_text, unpacked

KINDS: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
MAX_FILES: Final = 100
MAX_PROPERTIES: Final = 5_000
MAX_HTML: Final = 2_000_000
_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_RECORD: Final = struct.Struct("<BII")
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_PLAIN, _PACKED, _HTML, _PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_NAME, _LONG_NAME, _TYPE, _CONTENT = 0x3704, 0x3707, 0x370E, 0x3701
_SIZES: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_LATIN: Final = 28590  #: plus the number of a part of ISO 8859
_LATINS: Final = 16
_PAGES: Final = {
    20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 38598: "iso-8859-8", 50220: "iso-2022-jp",
    50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr", 54936: "gb18030", 65001: "utf-8",
}  # fmt: skip
_MANY: Final = 0x1000
_NAMED: Final = 0x8000


@dataclass(kw_only=True)
class File:
    """One file in it."""

    name: str = ""
    kind: str = ""
    content: bytes = b""


@dataclass(kw_only=True)
class Winmail:
    """What was found."""

    plain: str = ""
    html: str = ""
    packed: bytes = b""  #: the same words as packed RTF
    page: str = "cp1252"
    files: list[File] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, out of the best source that has any."""
        if self.plain.strip():
            return self.plain
        if self.html.strip():
            return visible_text(self.html[:MAX_HTML])
        text, wrapped = rtf_text(unpacked(self.packed))
        return visible_text(text) if wrapped else text


def winmail(data: bytes) -> Winmail | None:
    """Read *data*; none: it is no TNEF. Of what is torn, as much as can be read."""
    if not data.startswith(_SIGNATURE):
        return None
    found = Winmail()
    for name, content in _records(data):
        if name == _CODE_PAGE:
            found.page = _codec(content)
        elif name == _BODY:
            found.plain = text_of(content.rstrip(b"\0"), found.page)
        elif name == _PROPERTIES:
            _take_words(found, content)
        elif name == _RENDERING and len(found.files) < MAX_FILES:
            found.files.append(File())
        elif found.files and name in {_TITLE, _DATA, _ATTACHMENT}:
            _take_file(found.files[-1], name, content, found.page)
    found.files = [one for one in found.files if one.name or one.content]
    return found


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record: its name and its content."""
    at = 6
    while at + _RECORD.size <= len(data):
        _, name, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        yield name & 0xFFFF, data[at : at + size]
        at += size + 2


def _take_words(found: Winmail, content: bytes) -> None:
    known = {name: (kind, value) for name, kind, value in _properties(content)}
    if _PAGE in known:
        found.page = _codec(known[_PAGE][1])
    if _PLAIN in known:
        found.plain = _text(*known[_PLAIN], found.page) or found.plain
    if _HTML in known:
        found.html = _text(*known[_HTML], found.page)
    found.packed = known.get(_PACKED, (0, b""))[1]


def _take_file(file: File, name: int, content: bytes, page: str) -> None:
    if name == _TITLE:
        file.name = file.name or _text(_STRING, content, page)
    elif name == _DATA:
        file.content = content
    else:
        known = {name: (kind, value) for name, kind, value in _properties(content)}
        long = known.get(_LONG_NAME) or known.get(_NAME)
        file.name = (_text(*long, page) if long else "") or file.name
        file.kind = _text(*known[_TYPE], page) if _TYPE in known else file.kind
        kind, value = known.get(_CONTENT, (0, b""))
        file.content = file.content or (value[16:] if kind == _OBJECT else value)  # an object says first what it is


def _codec(number: bytes) -> str:
    """The codec of a code page, as Windows numbers them."""
    page = int.from_bytes(number[:4], "little")
    return f"iso-8859-{page - _LATIN}" if 1 <= page - _LATIN <= _LATINS else _PAGES.get(page, f"cp{page}")


def _text(kind: int, value: bytes, page: str) -> str:
    return text_of(value, "utf-16-le" if kind == _WIDE else page).rstrip("\0")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each property: its name, its type, its (first) value; it ends where something is torn or unknown."""
    count = min(int.from_bytes(data[:4], "little"), MAX_PROPERTIES)
    at = 4
    for _ in range(count):
        if at + 4 > len(data):
            return
        kind, name = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if name >= _NAMED else at + 4
        plain = kind & ~_MANY
        several = bool(kind & _MANY) or plain in {_STRING, _WIDE, _OBJECT, _BINARY}
        values = int.from_bytes(data[at : at + 4], "little") if several else 1
        at += 4 * several
        value = b""
        for number in range(min(values, MAX_PROPERTIES)):
            size, at = (_SIZES[plain], at) if plain in _SIZES else (int.from_bytes(data[at : at + 4], "little"), at + 4)
            if at + size > len(data) or (plain not in _SIZES and plain not in {_STRING, _WIDE, _OBJECT, _BINARY}):
                return
            value = value if number else data[at : at + size]
            at += -(-size // 4) * 4
        yield name, plain, value


def _after_name(data: bytes, at: int) -> int:
    """Behind the name of a property that is not known by a number."""
    size = int.from_bytes(data[at + 20 : at + 24], "little")
    return at + 24 + (-(-size // 4) * 4 if int.from_bytes(data[at + 16 : at + 20], "little") else 0)
