"""Take a mail apart: a file, an mbox, a Maildir or standard input in, its parts out. Linear in its length.

The standard library's parser is not used for the body: it takes seconds for a large mail and recurses as deep as the
mail says. Here a body is cut at its boundaries, at most MAX_DEPTH times.
"""

from __future__ import annotations

import binascii
import email
import email.policy
import quopri
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from pathlib import PurePosixPath
from typing import Iterator

from mailbot.client.trouble import MAX_MAILS, Trouble

MAX_DEPTH = 10  #: parts in parts
MAX_PARTS = 200
MAX_HEAD = 1_000_000  #: bytes of one header
MAX_FIELD = 4_000  #: letters of a field that is taken apart: the library takes the square of it
_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,1000}\n")
_MARK = b"\xef\xbb\xbf"  #: of UTF-8
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,75}:")


@dataclass(frozen=True)
class Part:
    """One part that holds no further parts."""

    name: str  #: of the file; empty: it is none
    kind: str  #: text/plain and so on, in lower case
    content: bytes
    charset: str = ""
    damaged: str = ""  #: what is wrong with it, in words
    inline: bool = False  #: a picture that the html shows


@dataclass(frozen=True)
class Mail:
    """A mail taken apart."""

    raw: bytes
    head: Message
    parts: tuple[Part, ...]
    damaged: tuple[str, ...] = ()  #: what is wrong with the mail as a whole

    def field(self, name: str) -> str:
        """A field of its header in plain words; empty where there is none."""
        return words_of(str(self.head.get(name, "")))

    @property
    def text(self) -> str:
        """Its words for reading: every part of plain text that is no file."""
        return "\n".join(decoded(one) for one in self.parts if one.kind == "text/plain" and not one.name)


def mails(raw: bytes) -> list[bytes]:
    """The mails in *raw*: those of an mbox, else the one that it is."""
    raw = (raw[len(_MARK) :] if raw.startswith(_MARK) else raw).lstrip(b"\r\n")  # what editors put before it
    if not raw.startswith(b"From "):
        return [raw]
    starts = list(_FROM_LINE.finditer(raw))
    if len(starts) > MAX_MAILS:
        raise Trouble(
            f"the mbox holds {len(starts)} mails; {MAX_MAILS} is the most. Save the ones you mean by themselves."
        )
    ends = [one.start() for one in starts[1:]] + [len(raw)]
    return [_QUOTED_FROM.sub(rb"\1", raw[one.end() : end]) for one, end in zip(starts, ends)]


def parse(raw: bytes) -> Mail:
    """Take one mail apart; what is no mail is Trouble."""
    if not _FIELD.match(raw):
        raise Trouble("this is no mail: it does not begin with a header. Save the mail as .eml and give that file.")
    head, body = _split(raw)
    reading = _Reading()
    reading.read(head, body, 0)
    return Mail(raw=raw, head=head, parts=tuple(reading.parts), damaged=tuple(dict.fromkeys(reading.damaged)))


class _Reading:
    """What has been found so far, and what is wrong with it."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.damaged: list[str] = []

    def read(self, head: Message, body: bytes, depth: int) -> None:
        """Cut what holds parts, keep what does not."""
        kind = head.get_content_type()
        boundary = head.get_boundary() if kind.startswith("multipart/") else None
        if len(self.parts) >= MAX_PARTS or depth > MAX_DEPTH:
            raise Trouble(
                f"the mail has more than {MAX_PARTS} parts, or parts more than {MAX_DEPTH} deep; none of ours has."
            )
        if boundary:
            for piece in self._pieces(body, boundary):
                self.read(*_split(piece), depth + 1)
        elif kind == "message/rfc822":
            self.read(*_split(_body(head, body)[0]), depth + 1)
        else:
            self.parts.append(_part(head, kind, body))

    def _pieces(self, body: bytes, boundary: str) -> Iterator[bytes]:
        mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
        start = -1
        for found in re.finditer(rb"--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)", body):
            if found.start() and body[found.start() - 1 : found.start()] != b"\n":
                continue
            if start >= 0:
                yield _before_line(body[start : found.start()])
            start = found.end()
            if found[1]:
                return
        self.damaged.append("it is cut off: its last boundary is missing")
        if start >= 0:
            yield body[start:]


def _before_line(piece: bytes) -> bytes:
    """Without its last line end, which belongs to the boundary."""
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1]


def _split(raw: bytes) -> tuple[Message, bytes]:
    """Header and body."""
    end = _HEAD_END.search(raw)
    top, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    if len(top) > MAX_HEAD:
        raise Trouble(f"a header is longer than {MAX_HEAD} bytes; no mail of ours has such a one.")
    head = email.message_from_bytes(top + b"\n\n", policy=email.policy.compat32)
    if any(len(str(head.get(name, ""))) > MAX_FIELD for name in ("Content-Type", "Content-Disposition")):
        raise Trouble(f"a part is described in more than {MAX_FIELD} letters; no part of ours is.")
    return head, body


def _part(head: Message, kind: str, body: bytes) -> Part:
    content, damaged = _body(head, body)
    inline = bool(head.get("Content-ID")) and head.get_content_disposition() != "attachment"
    charset = str(head.get_param("charset") or "")
    return Part(_name(head), kind, content, charset=charset, damaged=damaged, inline=inline)


def _body(head: Message, body: bytes) -> tuple[bytes, str]:
    """The content, and what is wrong with its encoding."""
    how = str(head.get("Content-Transfer-Encoding", "")).strip().lower()
    if how == "base64":
        return unpacked64(body)
    if how == "quoted-printable":
        return quopri.decodestring(body), ""
    return body, "" if how in {"", "7bit", "8bit", "binary"} else f"its encoding {how[:40]!r} is not known"


def unpacked64(text: bytes) -> tuple[bytes, str]:
    """What base64 *text* holds, and what is wrong with it; everything that is no letter of base64 is passed over."""
    pure = text.translate(None, _NOT_BASE64)
    damaged = "its base64 is cut off" if len(pure) % 4 == 1 else ""
    pure = pure[: len(pure) - 1] if damaged else pure
    return binascii.a2b_base64(pure + b"=" * (-len(pure) % 4)), damaged


def _name(head: Message) -> str:
    """The file's name without folders; empty where there is none or it cannot be read."""
    try:
        name = words_of(head.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        return ""
    return PurePosixPath(name.replace("\\", "/")).name.strip()


def words_of(value: str) -> str:
    """A header field in plain words: encoded words read, lines joined."""
    plain = value[:MAX_FIELD].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(plain)
        read = "".join(one if isinstance(one, str) else one.decode(name or "utf-8", "replace") for one, name in pieces)
    except (MessageError, ValueError, LookupError):
        read = plain
    return " ".join(read.split())


def decoded(part: Part) -> str:
    """The words of a part, in whatever charset it names; what cannot be read is replaced."""
    try:
        return part.content.decode(part.charset or "utf-8", "replace")
    except LookupError:
        return part.content.decode("utf-8", "replace")
