"""Files as a Macintosh sends them: AppleSingle and AppleDouble (RFC 1740)."""

from __future__ import annotations

import struct
from typing import Final

KINDS: Final = frozenset({"application/applefile", "application/applesingle"})
_MAGIC: Final = (b"\x00\x05\x16\x00", b"\x00\x05\x16\x07")
_DATA: Final = 1
_NAME: Final = 3
_HEAD: Final = 26
_ENTRY: Final = struct.Struct(">III")
_MOST: Final = 50  #: entries that are looked at


def forks(data: bytes) -> tuple[bytes | None, bytes]:
    """The file itself, which only AppleSingle has, and its name as far as it is known."""
    content, name = None, b""
    if data.startswith(_MAGIC) and len(data) >= _HEAD:
        count = min(_MOST, int.from_bytes(data[_HEAD - 2 : _HEAD], "big"), (len(data) - _HEAD) // _ENTRY.size)
        for kind, offset, length in (_ENTRY.unpack_from(data, _HEAD + number * _ENTRY.size) for number in range(count)):
            if kind == _DATA:
                content = data[offset : offset + length]
            elif kind == _NAME:
                name = data[offset : offset + min(length, 255)]
    return content, name
