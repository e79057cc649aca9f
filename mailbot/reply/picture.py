"""The picture of a page that a reply shows: what it is, and what it says to those who cannot see it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from mailbot.domain.reply import Picture
from mailbot.domain.request import Built
from mailbot.reply.occasion import Occasion

MOST: Final = 100_000  #: bytes; a larger one would make every reply heavy, so it is left out
_KINDS: Final[Mapping[str, tuple[bytes, bytes]]] = {
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}
_SECOND: Final = slice(8, 12)  #: where the second mark stands


def picture(event: Built, about: Occasion) -> Picture | None:
    """The picture that the checks took of this revision, if it is one that a mail program shows."""
    content = event.draft.report.picture
    kind = kind_of(content)
    if not kind or len(content) > MOST:
        return None
    title = about.line(event.draft.title, 60) or about.title
    return Picture(
        id=f"{hashlib.sha256(content).hexdigest()[:20]}@{about.letterhead.names.domain}",
        media_type=kind,
        content=content,
        alt=about.tongue.say('How v%(number)s of "%(title)s" looks in a browser', number=event.number, title=title),
    )


def kind_of(content: bytes) -> str:
    """The media type that *content* begins as; empty for anything that is no picture."""
    for kind, (first, second) in _KINDS.items():
        if content.startswith(first) and content[_SECOND].startswith(second):
            return kind
    return ""
