"""The tree of parts of a mail, found by offset, with limits on their number and depth.

The standard library's parser compares every line with the boundary of every level it is in, without a limit on
levels: a mail of a few megabytes can keep it busy for minutes. So the boundaries are sought here, each in its own part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.understand.header import Fields, first, parameters
from mailbot.understand.octets import Octets
from mailbot.understand.transfer import coding, undone

MAX_PARTS: Final = 100
MAX_DEPTH: Final = 10
MAX_PART_FIELDS: Final = 200
MAX_PART_FIELD: Final = 32 * 1024
MOST: Final = 200_000_000  #: bytes of one content, where the caller has no limit of its own
MAX_GUESSED: Final = 64 * 1024  #: bytes in which a delimiter is sought that was not announced
#: A line that stands where a delimiter would, and a field of a part behind it.
_GUESSED: Final = re.compile(rb"^--([^\r\n]{1,200})\r?\nContent-[A-Za-z-]{1,40}[ \t]?:", re.MULTILINE | re.IGNORECASE)
_MAILBOX_LINE: Final = re.compile(rb">?From [^\r\n]{1,998}\r?\n")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a mail: a leaf with content, or a multipart with parts."""

    fields: Fields
    kind: str  #: its media type, in lower case
    parameters: dict[str, str]
    disposition: str  #: inline, attachment or empty
    filename: str  #: as the sender wrote it: not safe
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    broken: bool = False  #: it says that it has parts, and has none: its words are all there is

    def content(self, raw: Octets, most: int = MOST) -> bytes:
        """The content, with its transfer encoding undone; of one larger than *most*, a little more than that."""
        return undone(first(self.fields, "content-transfer-encoding"), raw, self.start, self.end, most)

    @property
    def size(self) -> int:
        """About how many bytes its content has, before it is decoded."""
        encoded = self.end - self.start
        return encoded * 3 // 4 if self.coding == "base64" else encoded

    @property
    def coding(self) -> str:
        """The name of its transfer encoding."""
        return coding(first(self.fields, "content-transfer-encoding"))


@dataclass(kw_only=True)
class Walk:
    """One reading of one mail: it counts the parts, and stops at the limits."""

    raw: Octets
    count: int = 0
    trouble: str = ""  #: why not everything was read

    def tree(self, fields: Fields, start: int, end: int, depth: int = 0, kind: str = "text/plain") -> Part:
        """The part whose body is raw[start:end]; *kind* is what it is when it does not say."""
        self.count += 1
        named, found = parameters(first(fields, "content-type"))
        disposition, more = parameters(first(fields, "content-disposition"))
        match = _TYPE.match(named)
        known = match[0] if match else kind
        if not depth and not first(fields, "content-type") and self._looks_multipart(start, end):
            known = "multipart/mixed"  # the fields that say so were lost on the way
        parts = self._parts_of(known, found.get("boundary", ""), start, end, depth)
        broken = known.startswith("multipart/") and not parts and not self.trouble
        return Part(
            fields=fields,
            kind="text/plain" if broken else known,
            parameters=found,
            disposition=disposition,
            filename=more.get("filename") or found.get("name", ""),
            start=start,
            end=end,
            parts=parts,
            broken=broken,
        )

    def _looks_multipart(self, start: int, end: int) -> bool:
        top = self.raw[start : min(end, start + 1_000)].lstrip(b"\r\n")
        return _GUESSED.match(top) is not None

    def _parts_of(self, kind: str, boundary: str, start: int, end: int, depth: int) -> tuple[Part, ...]:
        """The parts behind the delimiter that was announced; where it never comes, behind the one that does."""
        if not kind.startswith("multipart/"):
            return ()
        parts = self._parts(kind, boundary.encode("utf-8", "surrogateescape"), start, end, depth) if boundary else ()
        if parts or self.trouble:
            return parts
        guessed = _GUESSED.search(self.raw[start : min(end, start + MAX_GUESSED)])
        return self._parts(kind, guessed[1].rstrip(b" \t"), start, end, depth) if guessed else ()

    def _parts(self, kind: str, boundary: bytes, start: int, end: int, depth: int) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            self.trouble = f"its parts are nested more than {MAX_DEPTH} deep; {MAX_DEPTH} is the most I can take"
            return ()
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts: list[Part] = []
        for first_byte, last in _sections(self.raw, boundary, start, end):
            if self.count >= MAX_PARTS:
                self.trouble = f"it has more than {MAX_PARTS} parts; {MAX_PARTS} is the most I can take"
                break
            fields, body = part_fields(self.raw, first_byte, last)
            parts.append(self.tree(fields, body, last, depth + 1, default))
        return tuple(parts)


def mail_fields(raw: Octets) -> tuple[Fields, int]:
    """The header of a mail that no gate has seen (one in another mail, or out of a file), and where its body begins."""
    at = 0
    while at < len(raw):
        stop = raw.find(b"\n", at)
        following = len(raw) if stop < 0 else stop + 1
        line = raw[at : min(following, at + MAX_PART_FIELD)]
        if line.strip() and not _MAILBOX_LINE.fullmatch(line):
            break
        at = following
    return part_fields(raw, at, len(raw))


def part_fields(raw: Octets, at: int, end: int) -> tuple[Fields, int]:
    """The header of a part, as far as it looks like one, and where its body begins."""
    fields: list[tuple[str, list[bytes]]] = []
    while at < end and len(fields) < MAX_PART_FIELDS:
        stop = raw.find(b"\n", at, end)
        following = end if stop < 0 else stop + 1
        line = raw[at : min(following, at + MAX_PART_FIELD)].rstrip(b"\r\n")
        if not line:
            return _joined(fields), following
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line)
        elif found := _FIELD.match(line):
            fields.append((found[1].decode("ascii"), [line[found.end() :]]))
        else:
            return _joined(fields), at  # no empty line before its body
        at = following
    return _joined(fields), at


def _joined(fields: list[tuple[str, list[bytes]]]) -> Fields:
    return [
        (name, b"".join(lines)[:MAX_PART_FIELD].decode("utf-8", "surrogateescape").strip(" \t"))
        for name, lines in fields
    ]


def _sections(raw: Octets, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each part between the delimiter lines begins and ends."""
    begun = -1
    for line_start, line_end, closing in _delimiters(raw, b"--" + boundary, start, end):
        if begun >= 0:
            yield begun, _before_line_end(raw, begun, line_start)
        begun = -1 if closing else line_end
        if closing:
            return
    if 0 <= begun < end:
        yield begun, end


def _delimiters(raw: Octets, delimiter: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: where it begins, where the next line begins, whether it closes."""
    at = start
    while (found := raw.find(delimiter, at, end)) >= 0:
        stop = raw.find(b"\n", found, end)
        following = end if stop < 0 else stop + 1
        rest = raw[found + len(delimiter) : min(following, found + len(delimiter) + 200)].strip()
        if (found == start or raw[found - 1 : found] == b"\n") and rest in {b"", b"--"}:
            yield found, following, rest == b"--"
        at = following


def _before_line_end(raw: Octets, start: int, end: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end
