"""Files that stand in the text itself, as programs put them there before MIME: uuencode and yEnc."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final

from mailbot.understand.header import base64_bytes

MAX_FILES: Final = 100  #: that are taken out of one text
_BEGIN: Final = re.compile(
    rb"^(?:begin(?P<base64>-base64)? [0-7]{3,4}(?: (?P<name>[^\r\n]{0,250}))?"
    rb"|=ybegin [^\r\n]{0,200}?name=(?P<yname>[^\r\n]{1,250}))\r?\n",
    re.MULTILINE,
)
_UU: Final = re.compile(rb"[ -`]{1,90}")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{1,100}={0,2}")
_LESS_42: Final = bytes((code - 42) % 256 for code in range(256))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One file that stood in a text."""

    name: bytes
    content: bytes


def cut(data: bytes) -> tuple[bytes, list[Taken]]:
    """*data* without the files that stand in it, and these files. What only begins like a file stays text."""
    rest: list[bytes] = []
    files: list[Taken] = []
    end = at = 0
    last = data.rfind(b"\n=yend")
    while len(files) < MAX_FILES and (begin := _BEGIN.search(data, at)):
        content, after = _content(data, begin, last)
        at = begin.end()
        if content is None:
            continue
        rest.append(data[end : begin.start()])
        files.append(Taken(name=(begin["name"] or begin["yname"] or b"").strip(), content=content))
        end = at = after
    return (b"".join([*rest, data[end:]]), files) if files else (data, files)


def _content(data: bytes, begin: re.Match[bytes], last: int) -> tuple[bytes | None, int]:
    """The content of the file that begins there, and where the text goes on; none: it is no file.

    *last* is where the last yEnc ends.
    """
    if begin["yname"]:
        return _yenc(data, begin.end()) if begin.end() <= last + 1 else (None, begin.end())
    pieces: list[bytes] = []
    at = begin.end()
    while at < len(data):
        stop = data.find(b"\n", at)
        following = len(data) if stop < 0 else stop + 1
        line = data[at : min(following, at + 200)].rstrip(b"\r\n")
        if line == (b"====" if begin["base64"] else b"end"):
            return b"".join(pieces), following
        piece = _base64(line) if begin["base64"] else _uu(line)
        if piece is None:
            break
        pieces.append(piece)
        at = following
    return (b"".join(pieces), at) if any(pieces) else (None, at)


def _uu(line: bytes) -> bytes | None:
    """What one line holds; none: it is no such line."""
    if not line.strip():
        return b""
    wanted = -(-((line[0] - 32) & 63) * 8 // 6) + 1
    if not _UU.fullmatch(line) or len(line) > wanted + 5:  # padding to four, and a check letter
        return None
    try:
        return binascii.a2b_uu(line[: -(-(wanted - 1) // 4) * 4 + 1])
    except binascii.Error:
        return None


def _base64(line: bytes) -> bytes | None:
    return base64_bytes(line) if _BASE64.fullmatch(line) else None


def _yenc(data: bytes, at: int) -> tuple[bytes | None, int]:
    stop = data.find(b"\n=yend", at - 1)
    if stop < 0:
        return None, at
    if data.startswith(b"=ypart ", at):
        at = data.find(b"\n", at) + 1
    line_end = data.find(b"\n", stop + 1)
    first, *more = data[at:stop].translate(None, b"\r\n").split(b"=")
    plain = first + b"".join(bytes(((one[0] - 64) % 256,)) + one[1:] for one in more if one)
    return plain.translate(_LESS_42), len(data) if line_end < 0 else line_end + 1
