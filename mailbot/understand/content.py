"""What a mail holds: the words that are shown as its text, and the files that came with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.understand.gathering import MAX_TEXT, Gathering
from mailbot.understand.header import Fields
from mailbot.understand.mime import Part, Walk
from mailbot.understand.octets import Octets

MAX_CHARSETS: Final = 20  #: parts that are asked for their charset


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was found."""

    text: str
    attachments: tuple[Attachment, ...]
    trouble: str = ""  #: why it could not be taken in whole
    hidden: bool = False  #: its HTML holds words that nobody would see
    charset: str = ""  #: of its words, as it says
    root: Part | None = None  #: its tree of parts; none: it was not read


def content_of(raw: Octets, fields: Fields, body: int) -> Content:
    """Read the content of *raw*, whose header is *fields* and whose body begins at *body*."""
    walk = Walk(raw=raw)
    root = walk.tree(fields, body, len(raw))
    found = Gathering(raw=raw, walk=walk)
    text = found.text(root)
    trouble = walk.trouble or found.trouble(text)
    if len(text) > MAX_TEXT:
        trouble = trouble or (
            f"the text has {len(text):,} characters; {MAX_TEXT:,} is the most I can read, the rest can come as a file"
        )
    return Content(
        text=text[:MAX_TEXT],
        attachments=() if trouble else tuple(found.files),
        trouble=trouble,
        hidden=found.hidden,
        charset=_charset(root),
        root=root,
    )


def _charset(part: Part) -> str:
    """What the first of its words are written in."""
    waiting = [part]
    for _ in range(MAX_CHARSETS):
        if not waiting:
            break
        one = waiting.pop(0)
        if one.kind.startswith("text/") and one.parameters.get("charset"):
            return one.parameters["charset"]
        waiting = [*one.parts[:MAX_CHARSETS], *waiting]
    return ""
