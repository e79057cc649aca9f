"""The gate: whether this is one mail of one author, which every mail program would read alike.

A mail on which two programs can disagree (where its header ends, which From counts) can make us act for somebody
who never wrote it. So whatever is not plainly shaped is refused here, before any of it is believed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Address
from mailbot.understand.addresses import mailbox
from mailbot.understand.header import Fields, first, words
from mailbot.understand.octets import Octets

MAX_HEADER: Final = 256 * 1024  #: bytes of the whole header block
MAX_FIELDS: Final = 1_000
MAX_FIELD: Final = 32 * 1024  #: bytes of one field, its folds included
#: At most one of each: where there are two, programs differ in which they take.
SINGLE: Final = (
    "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "auto-submitted",
)  # fmt: skip
_NAME: Final = re.compile(rb"[!-9;-~]+")
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Headers:
    """The header of a mail that passed."""

    fields: Fields
    author: Address  #: the one mailbox of From
    name: str  #: its display name, shown and never trusted
    body: int  #: where the body begins


def gate(raw: Octets) -> Headers:
    """Read the header of *raw*; raise Unreadable, with words for an admin, when its shape is not plain."""
    block, end, body = _block(raw)
    fields = _fields(block.split(end))
    counts = Counter(name.lower() for name, _ in fields)
    if counts["from"] != 1:
        raise Unreadable(f"it has {counts['from'] or 'no'} From fields; one author is needed")
    for name in SINGLE:
        if counts[name] > 1:
            raise Unreadable(f"it has {counts[name]} {name.title()} fields; one is the most")
    name, author = mailbox(first(fields, "from"))
    return Headers(fields=fields, author=author, name=words(name, 200), body=body)


def _block(raw: Octets) -> tuple[bytes, bytes, int]:
    """The header block, its line end, and where the body begins."""
    newline = raw.find(b"\n", 0, MAX_HEADER + 2)
    end = b"\r\n" if newline > 0 and raw[newline - 1 : newline] == b"\r" else b"\n"
    if end == b"\n" and raw.find(b"\r\n") >= 0:
        raise Unreadable("its lines end partly in CR LF and partly in a bare LF")
    stop = raw.find(end * 2, 0, MAX_HEADER + 2 * len(end))
    if stop < 0 and len(raw) > MAX_HEADER:
        raise Unreadable(f"its header is larger than {MAX_HEADER:,} bytes")
    block = raw[:] if stop < 0 else raw[:stop]
    body = len(raw) if stop < 0 else stop + 2 * len(end)
    if b"\0" in block:
        raise Unreadable("its header holds a NUL")
    endings = block.count(end)
    if block.count(b"\n") != endings or block.count(b"\r") != (endings if end == b"\r\n" else 0):
        raise Unreadable("its header holds a CR or LF that is no line end")
    return block.removesuffix(end), end, body


def _fields(lines: list[bytes]) -> list[tuple[str, str]]:
    """The fields, unfolded."""
    fields: list[tuple[bytes, list[bytes]]] = []
    for number, line in enumerate(lines, 1):
        if line[:1] in {b" ", b"\t"}:
            if not fields:
                raise Unreadable("its first line is a continuation of nothing")
            fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise Unreadable(f"line {number} of its header is no field: {_shown(line)}")
        fields.append((name, [value]))
        if len(fields) > MAX_FIELDS:
            raise Unreadable(f"its header has more than {MAX_FIELDS:,} fields")
    return [(name.decode("ascii"), _unfolded(name, values)) for name, values in fields]


def _unfolded(name: bytes, values: list[bytes]) -> str:
    size = len(name) + 1 + sum(map(len, values)) + 2 * (len(values) - 1)
    if size > MAX_FIELD:
        raise Unreadable(f"its field {_shown(name)} has {size:,} bytes; {MAX_FIELD:,} is the most")
    if name.lower() == b"from" and _folded_in_quotes(values):
        raise Unreadable("its From field is folded inside a quoted name, where some programs stop reading it")
    return b"".join(values).decode("utf-8", "surrogateescape").strip(" \t")


def _folded_in_quotes(lines: list[bytes]) -> bool:
    """Whether a line ends while a quote is open: the standard library ends the quote there, and reads the name on."""
    if len(lines) == 1:
        return False
    quotes = 0
    for line in lines[:-1]:
        quotes += _ESCAPED.sub(b"", line).count(b'"')
        if quotes % 2 or line.endswith(b"\\"):
            return True
    return False


def _shown(line: bytes) -> str:
    return repr(line[:40].decode("ascii", "replace"))
