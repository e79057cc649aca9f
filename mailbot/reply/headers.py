"""Header fields that every receiver reads as we meant them.

The standard library raises on one hostile subject in eight (it was measured), so a
field is written here: what a person can see of the value, as plain words where that
is safe, else in encoded words of RFC 2047, folded; nothing in a value can end a line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.domain.message import MessageId
from mailbot.reply.words import line

MAX_LINE: Final = 76  #: RFC 2047, 2: of a line that holds an encoded word
MAX_VALUE: Final = 900  #: characters of one unstructured value
MAX_REFERENCES: Final = 20
MAX_REFERENCES_LENGTH: Final = 900
_NAME: Final = re.compile(r"[!-9;-~]{1,50}")  #: longer ones leave no room for an encoded word
_WORDS: Final = re.compile(r"[!-~]{1,72}(?: [!-~]{1,72})*")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,510}>")
#: Letters beyond ASCII in the local part are RFC 6531's; such a mail needs a relay with SMTPUTF8.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u00a1-\U0010ffff-]{1,64}@[A-Za-z0-9.:\[\]-]{1,255}")


def unstructured(name: str, value: str) -> bytes:
    """A field whose value is words for a person: a subject."""
    text = line(value, MAX_VALUE)
    if not text or (_WORDS.fullmatch(text) and "=?" not in text):
        return _folded(name, text.split(" "))
    words = _encoded(text, MAX_LINE - len(name) - 2)
    return _folded(name, list(words))


def structured(name: str, *words: str) -> bytes:
    """A field of our own making, folded between *words*; a word that could end the line is a bug."""
    for word in words:
        if not word.isascii() or not word.isprintable():
            raise AssertionError(f"not fit for a header: {word!r}")
    return _folded(name, words)


def address(name: str, value: str) -> bytes:
    """A field with one address and nothing else."""
    if not fits(value):
        raise AssertionError(f"not an address: {value!r}")
    return _folded(name, [value])


def fits(value: str) -> bool:
    """Whether *value* is one address that can stand in a header without quotes."""
    return _ADDRESS.fullmatch(value) is not None and line(value, 400) == value


def parameter(name: str, value: str) -> Iterator[str]:
    """A MIME parameter: quoted, or by RFC 2231 where it is not plain ASCII."""
    text = line(value, 100)
    if text.isascii() and len(text) <= MAX_LINE - len(name) - 6:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{name}="{quoted}"'
        return
    pieces = list(_pieces([_percent(char) for char in text], 50))
    for number, piece in enumerate(pieces):
        start, end = ("utf-8''" if number == 0 else ""), (";" if number < len(pieces) - 1 else "")
        yield f"{name}*{number}*={start}{piece}{end}" if len(pieces) > 1 else f"{name}*={start}{piece}"


def known_id(value: str) -> bool:
    """Whether *value* is a Message-ID that can be repeated in a header."""
    return _MESSAGE_ID.fullmatch(value) is not None


def references(earlier: Sequence[MessageId], parent: MessageId) -> tuple[MessageId, ...]:
    """The thread so far, *parent* last: its first mail and as many of the newest as there is room for."""
    ids = [id for id in dict.fromkeys((*(i for i in earlier if i != parent), parent)) if known_id(id)]
    if not ids:
        return ()
    room = MAX_REFERENCES_LENGTH - len(ids[-1]) - 1
    first = ids[:1] if len(ids) > 1 and len(ids[0]) < room else []
    room -= sum(len(id) + 1 for id in first)
    newest: list[MessageId] = []
    for id in reversed(ids[1:-1]):
        room -= len(id) + 1
        if room < 0 or len(newest) + 2 >= MAX_REFERENCES:
            break
        newest.insert(0, id)
    return (*first, *newest, ids[-1])


def _encoded(text: str, room: int) -> Iterator[str]:
    """Encoded words, cut between characters: half a character is none in most readers."""
    chars = [char.encode() for char in text]
    while chars:
        size = taken = 0
        most = min(room, MAX_LINE - 1) - len("=?utf-8?B??=")
        while taken < len(chars) and size + len(chars[taken]) <= most // 4 * 3:
            size += len(chars[taken])
            taken += 1
        yield f"=?utf-8?B?{base64.b64encode(b''.join(chars[:taken])).decode('ascii')}?="
        chars, room = chars[taken:], MAX_LINE - 1


def _folded(name: str, words: Sequence[str]) -> bytes:
    if not _NAME.fullmatch(name):
        raise AssertionError(f"not a header's name: {name!r}")
    lines, current = [], f"{name}:"
    for word in words:
        if len(current) + 1 + len(word) > MAX_LINE and current != f"{name}:":
            lines.append(current)
            current = ""
        current += f" {word}"
    return "\r\n".join([*lines, current]).encode() + b"\r\n"


def _pieces(parts: Sequence[str], most: int) -> Iterator[str]:
    current = ""
    for part in parts:
        if len(current) + len(part) > most:
            yield current
            current = ""
        current += part
    yield current


def _percent(char: str) -> str:
    if char.isascii() and (char.isalnum() or char in "-._~"):
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode())
