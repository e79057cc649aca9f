"""A mail as a person sees it: who, what about, the words, the page, the files. It is run in a worker.

What the pipeline would refuse to read is shown, too: whoever runs a mailbox wants to see why it was refused.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mailbot.understand.charset import text_of
from mailbot.understand.filename import made_name, safe_name
from mailbot.understand.header import first, message_id, words
from mailbot.understand.html import visible_text
from mailbot.understand.mime import Part, Walk, mail_fields
from mailbot.web.harmless import harmless

HEAD: Final = 65_536  #: bytes of a mail in which its header stands
MAX_WORDS: Final = 200_000  #: characters that are shown
MAX_PICTURES: Final = 5_000_000  #: bytes of all the pictures that a page shows
MAX_FIELD: Final = 1_000
SHOWN: Final = ("From", "To", "Cc", "Date", "Subject", "Reply-To", "Message-ID", "In-Reply-To", "Auto-Submitted")
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def heads(raws: Sequence[bytes]) -> list[dict[str, str]]:
    """The fields of the beginning of each mail that a list shows."""
    return [_head(raw[:HEAD]) for raw in raws]


def letter(raw: bytes) -> dict[str, Any]:
    """Everything but the contents of the files."""
    opened = _Opened(raw)
    page = opened.page
    plain = "\n".join(opened.text_of(part) for part in opened.words)
    return {
        "head": _head(raw),
        "text": (plain.strip() or (visible_text(opened.text_of(page)) if page else ""))[:MAX_WORDS],
        "page": page is not None,
        "files": [
            {"number": number, "name": _name(part, number), "media_type": part.kind, "size": part.size}
            for number, part in enumerate(opened.files)
        ],
        "trouble": opened.trouble,
        "size": len(raw),
    }


def file(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """The name and the content of one file."""
    opened = _Opened(raw)
    if not 0 <= number < len(opened.files):
        return None
    part = opened.files[number]
    return _name(part, number), part.content(raw)


def page(raw: bytes) -> tuple[str, int]:
    """Its page, made harmless, and how many pictures from elsewhere it wanted; empty where it has none."""
    opened = _Opened(raw)
    if opened.page is None:
        return "", 0
    return harmless(opened.text_of(opened.page), dict(opened.pictures()))


def _head(raw: bytes) -> dict[str, str]:
    fields, _ = mail_fields(raw)
    found = {name: words(first(fields, name.lower()), MAX_FIELD) for name in SHOWN}
    return {**found, "Message-ID": message_id(first(fields, "message-id")) or found["Message-ID"]}


def _name(part: Part, number: int) -> str:
    return safe_name(part.filename) or made_name(number + 1, part.kind)


class _Opened:
    """One mail, taken apart."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        fields, body = mail_fields(raw)
        walk = Walk(raw=raw)
        leaves = list(_leaves(walk.tree(fields, body, len(raw))))
        shown = [part for part in leaves if part.disposition != "attachment" and not part.filename]
        self.words = [part for part in shown if part.kind == "text/plain"]
        self.page = next((part for part in shown if part.kind == "text/html"), None)
        self.files = [part for part in leaves if part not in self.words and part is not self.page]
        self.trouble = walk.trouble

    def text_of(self, part: Part) -> str:
        return text_of(part.content(self.raw, 4 * MAX_PICTURES), part.parameters.get("charset", ""))

    def pictures(self) -> Iterator[tuple[str, str]]:
        """Those that came along, by the names that the page has for them."""
        room = MAX_PICTURES
        for part in self.files:
            name = first(part.fields, "content-id").strip(" <>")
            if not name or part.kind not in _PICTURES or part.size > room:
                continue
            content = part.content(self.raw)
            room -= len(content)
            yield name, f"data:{part.kind};base64,{base64.b64encode(content).decode('ascii')}"


def _leaves(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for one in part.parts:
        yield from _leaves(one)
