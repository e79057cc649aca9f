"""Pictures: their kind and size, out of their first bytes. Nothing is drawn, and no words in them are read."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import Found

MAX_SIDE: Final = 20_000  #: pixels
MAX_PIXELS: Final = 100_000_000
_SEGMENTS: Final = 1_000  #: of a JPEG, that are looked at
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SVG_SIDE: Final = re.compile(r"<svg\b[^>]{0,2000}", re.IGNORECASE)
_SIDE: Final = re.compile(r"\b(width|height)\s{0,9}=\s{0,9}[\"']\s{0,9}(\d{1,7})(?:\.\d{1,9})?(?:px)?\s{0,9}[\"']")
_VIEW: Final = re.compile(
    r"\bviewBox\s{0,9}=\s{0,9}[\"']\s{0,9}\S{1,20}[\s,]+\S{1,20}[\s,]+(\d{1,7})\S{0,12}[\s,]+(\d{1,7})"
)


def read_picture(content: bytes, kind: str) -> Found:
    """A picture of *kind*, such as PNG."""
    width, height = _size(content, kind)
    if not width or not height:
        raise Unreadable(f"its size cannot be found: the {kind} is broken; send it again, or as a JPEG or PNG")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Unreadable(f"{width:,} x {height:,} pixels are too many; send it at {MAX_SIDE // 10:,} pixels or less")
    note = f"{kind} picture of {width:,} x {height:,} pixels; I do not see what it shows, so say it in words"
    return Found(kind="image", note=note, text=f"[{kind} picture, {width} x {height} pixels; its content is not known]")


def _size(content: bytes, kind: str) -> tuple[int, int]:
    try:
        return _SIZES.get(kind, _boxed)(content)
    except (struct.error, IndexError):
        return 0, 0


def _png(content: bytes) -> tuple[int, int]:
    return _two(">II", content, 16)


def _gif(content: bytes) -> tuple[int, int]:
    return _two("<HH", content, 6)


def _bmp(content: bytes) -> tuple[int, int]:
    width, height = _two("<ii", content, 18)
    return width, abs(height)


def _ico(content: bytes) -> tuple[int, int]:
    return content[6] or 256, content[7] or 256


def _two(form: str, content: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, content, at)
    return first, second


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(_SEGMENTS):
        while content[at] == 0xFF and content[at + 1] == 0xFF:  # noqa: PLR2004  (filling)
            at += 1
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = _two(">HH", content, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    return 0, 0


def _webp(content: bytes) -> tuple[int, int]:
    if len(content) < 30:  # noqa: PLR2004  (the end of the longest of the three heads)
        return 0, 0
    match content[12:16]:
        case b"VP8X":
            return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = _two("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF


def _boxed(content: bytes) -> tuple[int, int]:
    """HEIC and AVIF: the box that says how large it is."""
    at = content.find(b"ispe", 0, 100_000)
    return _two(">II", content, at + 8) if at >= 0 else (0, 0)


def _svg(content: bytes) -> tuple[int, int]:
    found = _SVG_SIDE.search(content[:100_000].decode("utf-8", "replace"))
    if not found:
        return 0, 0
    sides = {side[1]: int(side[2]) for side in _SIDE.finditer(found[0])}
    if view := _VIEW.search(found[0]):
        return sides.get("width", int(view[1])), sides.get("height", int(view[2]))
    return sides.get("width", 300), sides.get("height", 150)  # what browsers take


_SIZES: Final[Mapping[str, Callable[[bytes], tuple[int, int]]]] = {
    "PNG": _png, "GIF": _gif, "BMP": _bmp, "JPEG": _jpeg, "WebP": _webp, "SVG": _svg, "ICO": _ico,
}  # fmt: skip
