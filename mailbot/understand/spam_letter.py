"""A mail as the spam filter sees it: its beginning only, so that a mail of any size costs the same.

Nothing is refused here and nothing is believed: a mail that the gate would not let in can be looked at as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from mailbot.understand.charset import text_of
from mailbot.understand.header import Fields, decoded, first
from mailbot.understand.html import seen_and_hidden
from mailbot.understand.mime import Part, Walk, part_fields
from mailbot.understand.octets import Octets

MAX_SEEN: Final = 2_000_000  #: bytes of the mail
MAX_TEXT: Final = 32_000  #: characters of words
MAX_HTML: Final = 96_000  #: characters of HTML
MAX_TAGS: Final = 3_000
MAX_LINKS: Final = 100
MAX_FILES: Final = 30
MAX_VALUE: Final = 1_000  #: characters of one header field
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^<>]{0,1000})>?")
_HREF: Final = re.compile(r"\b(?:href|src|action|background)\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]{1,400})", re.IGNORECASE)
_URL: Final = re.compile(r"\b(?:https?://|ftp://|www\.)[^\s<>\"'()\[\]{}]{1,400}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One start tag of HTML."""

    name: str
    attributes: str  #: as written


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is looked at."""

    fields: Fields
    plain: str = ""  #: words of the plain parts
    shown: str = ""  #: words of the HTML parts that a person sees
    hidden: str = ""  #: words of the HTML parts that a style hides
    html: str = ""  #: the beginning of the HTML
    shape: str = ""  #: the kinds of its parts, in their order; one that says it has parts, and has none, is marked
    charsets: tuple[str, ...] = ()
    lies: bool = False  #: a text is not in the charset that it names
    encodings: tuple[str, ...] = ()  #: transfer encodings of its texts
    files: tuple[str, ...] = ()  #: names of what is no text, as the sender wrote them

    def value(self, name: str) -> str:
        """The first field of that *name*, its encoded words decoded."""
        return decoded(first(self.fields, name)[: MAX_VALUE * 4])[:MAX_VALUE]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its fields, in lower case."""
        return frozenset(name.lower()[:60] for name, _ in self.fields)

    @cached_property
    def subject(self) -> str:
        return self.value("subject")

    @cached_property
    def text(self) -> str:
        """The words that a person reads."""
        return f"{self.plain}\n{self.shown}"[:MAX_TEXT]

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """The start tags of the HTML."""
        found = (Tag(name=one[2].lower(), attributes=one[3]) for one in _TAG.finditer(self.html) if not one[1])
        return tuple(tag for tag, _ in zip(found, range(MAX_TAGS), strict=False))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Where it wants to lead, each place once."""
        inside = (one[1] for tag in self.tags for one in _HREF.finditer(tag.attributes))
        places = dict.fromkeys([*inside, *(one[0].rstrip(".,;:!?") for one in _URL.finditer(self.text))])
        return tuple(places)[:MAX_LINKS]


def letter_of(whole: Octets) -> Letter:
    """Look at *whole*, whatever it is."""
    raw = bytes(whole[:MAX_SEEN])
    if raw.startswith(b"From "):  # a line that some mailbox files put before a mail
        raw = raw.partition(b"\n")[2]
    fields, body = part_fields(raw, 0, len(raw))
    look = _Look(raw=raw)
    for part in _leaves(Walk(raw=raw).tree(fields, body, len(raw))):
        look.take(part)
    return Letter(
        fields=fields,
        plain="\n".join(look.plain)[:MAX_TEXT],
        shown="\n".join(look.shown)[:MAX_TEXT],
        hidden="\n".join(look.hidden)[:MAX_TEXT],
        html="\n".join(look.html)[:MAX_HTML],
        shape=",".join(look.kinds[:8]),
        charsets=tuple(dict.fromkeys(look.charsets)),
        lies=look.lies,
        encodings=tuple(dict.fromkeys(look.encodings)),
        files=tuple(look.files),
    )


def _lies(content: bytes, charset: str) -> bool:
    try:
        content.isascii() or content.decode(charset or "ascii")
    except (UnicodeError, LookupError, ValueError):  # no such charset, or other bytes
        return True
    return False


def _leaves(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for one in part.parts:
        yield from _leaves(one)


@dataclass(kw_only=True)
class _Look:
    """What was seen so far."""

    raw: bytes
    plain: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    charsets: list[str] = field(default_factory=list)
    encodings: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    lies: bool = False
    left: int = MAX_HTML  #: characters that are still read

    def take(self, part: Part) -> None:
        self.kinds.append(f"{part.kind}!" if part.broken else part.kind)
        if part.filename and len(self.files) < MAX_FILES:
            self.files.append(part.filename[:200])
        if not part.kind.startswith("text/") or part.disposition == "attachment" or self.left <= 0:
            return
        self.encodings.append(first(part.fields, "content-transfer-encoding").strip().lower()[:20])
        charset = part.parameters.get("charset", "").lower()[:40]
        self.charsets.append(charset)
        # Four bytes for a character at most; quoted-printable writes three for one.
        beginning = replace(part, end=min(part.end, part.start + 4 * self.left))
        content = beginning.content(self.raw)[: 3 * self.left]
        self.lies = self.lies or _lies(content, charset)
        text = text_of(content, charset)[: self.left]
        self.left -= len(text)
        if part.kind in _HTML or (
            not self.plain and text[:200].lstrip().lower().startswith(("<html", "<!doctype html"))
        ):
            self._take_html(text)
        else:
            self.plain.append(text)

    def _take_html(self, html: str) -> None:
        shown, hidden = seen_and_hidden(html)
        self.html.append(html)
        self.shown.append(shown)
        self.hidden.append(hidden)
