"""What stands in a header field: encoded words, parameters, message ids. Best effort, linear, never an exception."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mailbot.domain.message import MessageId
from mailbot.understand.charset import text_of

Fields = Sequence[tuple[str, str]]  #: name as written, value unfolded; raw 8-bit bytes are surrogate escapes

MAX_PARAMETERS: Final = 50  #: pieces of parameters that are read of one field
#: No piece can run past the next question mark, so hostile input costs no more than its length.
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
#: A Message-ID of at most 512 characters.
_ID: Final = re.compile(r"<[!-;=?-~]{1,510}>")
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_NUMBER: Final = re.compile(r"[0-9]{1,3}")
_RAW: Final = re.compile("[\ud800-\udfff]")
_NO_BASE64: Final = bytes(code for code in range(256) if not re.match(rb"[A-Za-z0-9+/]", bytes((code,))))

_HIDDEN: Final = (
    (0x00, 0x08), (0x0B, 0x0B), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C),
    (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE01EF),
)  # fmt: skip
#: Characters nobody sees (bidi, zero width, tags) go; joiners stay, which Persian and emoji need; half characters show.
_VISIBLE: Final[dict[int, str | None]] = {
    **{code: None for first, last in _HIDDEN for code in range(first, last + 1)},
    **dict.fromkeys((0x0C, 0x85, 0x2028, 0x2029), "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}


def visible(text: str) -> str:
    """*text* with its lines, without characters that a person cannot see."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_VISIBLE)


def first(fields: Fields, name: str) -> str:
    """The value of the first field of that *name*; empty when there is none."""
    return next((value for known, value in fields if known.lower() == name), "")


def words(value: str, limit: int = 2_000, charset: str = "") -> str:
    """A field for people: encoded words decoded, on one line, at most *limit* characters."""
    return " ".join(visible(decoded(value[: limit * 16], charset)).split())[:limit]


def decoded(value: str, charset: str = "") -> str:
    """*value* with its encoded words (RFC 2047) as text, and with raw 8-bit bytes, which are likely of *charset*."""
    pieces: list[str] = []
    run: list[tuple[str, bytes]] = []  # neighbours: a character may be cut between two encoded words
    end = 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        if between.strip(" \t") or not run:
            pieces += [*_texts(run), _plain(between, charset)]
            run = []
        run.append((found[1], _bytes(found[2], found[3])))
        end = found.end()
    return "".join([*pieces, *_texts(run), _plain(value[end:], charset)])


def message_ids(value: str, most: int) -> tuple[MessageId, ...]:
    """The well-formed ids of In-Reply-To or References, the newest (last) *most* of them."""
    found = [MessageId(id[0]) for id in _ID.finditer(value) if "@" in id[0]]
    return tuple(dict.fromkeys(found))[-most:]


def message_id(value: str) -> MessageId:
    """The one id of a Message-ID field; empty when it is not well-formed."""
    value = value.strip(" \t")
    return MessageId(value if _ID.fullmatch(value) and "@" in value else "")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its first word in lower case, and its parameters (RFC 2231)."""
    pieces = _pieces(value)
    head, _, more = next(pieces, "").strip().partition(" ")  # some programs forget the semicolon
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in (more, *pieces):
        name, equals, raw = piece.partition("=")
        name, raw = name.strip().lower(), _unquoted(raw.strip())
        base, star, rest = name.partition("*")
        if not equals or not base:
            continue
        number = rest.rstrip("*")
        if star and (not number or _NUMBER.fullmatch(number)):
            parts.setdefault(base, {}).setdefault(int(number or 0), (raw, rest.endswith("*") or not rest))
        else:
            plain.setdefault(name, decoded(raw))
    return head.rstrip(",").lower(), plain | {name: _joined(found) for name, found in parts.items()}


def _pieces(value: str) -> Iterator[str]:
    """*value* cut at each semicolon that stands outside quotes."""
    start, quoted, escaped, count = 0, False, False, 0
    for at, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = quoted
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            yield value[start:at]
            start, count = at + 1, count + 1
            if count > MAX_PARAMETERS:
                return
    yield value[start:]


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw.partition(" (")[0]
    out: list[str] = []
    chars = iter(raw[1:])
    for char in chars:
        if char == '"':
            break
        out.append(next(chars, "") if char == "\\" else char)
    return "".join(out)


def _joined(found: dict[int, tuple[str, bool]]) -> str:
    """The numbered pieces of one parameter; those marked so are percent-encoded, the first names the charset."""
    charset, data = "", b""
    for number in sorted(found):
        raw, encoded = found[number]
        if encoded and number == min(found) and raw.count("'") >= 2:  # noqa: PLR2004  (charset'language'value)
            charset, _, raw = raw.split("'", 2)
        piece = raw.encode("utf-8", "surrogateescape")
        data += _PERCENT.sub(_octet, piece) if encoded else piece
    return text_of(data, charset)


def _octet(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))


def _texts(run: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """Neighbouring encoded words as text; those of one charset are joined before they are read."""
    charset, data = "", b""
    for known, piece in run:
        if known.lower() != charset:
            yield text_of(data, charset)
            charset, data = known.lower(), b""
        data += piece
    yield text_of(data, charset)


def _bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """What *raw* holds; characters outside the alphabet are stepped over, a missing end is made up."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        letters = raw.partition(b"=")[0].translate(None, _NO_BASE64)
        letters = letters[:-1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _plain(text: str, charset: str) -> str:
    """*text* that stands there as it is: UTF-8, unless it holds bytes that are none."""
    return text_of(text.encode("utf-8", "surrogateescape"), charset) if _RAW.search(text) else text
