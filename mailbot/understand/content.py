"""What a mail holds: the words that are shown as its text, and the files that came with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.understand.charset import text_of
from mailbot.understand.header import Fields, visible, words
from mailbot.understand.html import visible_text
from mailbot.understand.mime import Part, Walk
from mailbot.understand.octets import Octets

MAX_DECODED: Final = 25_000_000  #: bytes of all content, decoded
MAX_TEXT: Final = 1_000_000  #: characters that are read as words
MAX_HTML: Final = 2_000_000  #: characters of HTML that are read for its words
MAX_TEXT_BYTES: Final = 4 * MAX_TEXT  #: of one part that are looked at for its words
MAX_HTML_BYTES: Final = 4 * MAX_HTML
MAX_NAME: Final = 120  #: characters of a file's name
_BODY: Final = frozenset({"text/plain", "text/html", "text/markdown", "text/x-markdown", "text/enriched"})
_ENDINGS: Final = {
    "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics", "message/rfc822": ".eml",
    "application/json": ".json", "application/pdf": ".pdf", "application/zip": ".zip", "image/png": ".png",
    "image/jpeg": ".jpg", "image/gif": ".gif", "text/x-patch": ".patch", "text/x-diff": ".diff",
}  # fmt: skip
_META: Final = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[<>:\"|?*\x00-\x1f]")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was found."""

    text: str
    attachments: tuple[Attachment, ...]
    trouble: str = ""  #: why it could not be taken in whole
    root: Part | None = None  #: its tree of parts; none: it was not read


def content_of(raw: Octets, fields: Fields, body: int) -> Content:
    """Read the content of *raw*, whose header is *fields* and whose body begins at *body*."""
    walk = Walk(raw=raw)
    root = walk.tree(fields, body, len(raw))
    found = _Gathering(raw=raw)
    text = "\n\n".join(piece for piece in (one.strip("\n") for one in found.texts(root)) if piece)
    text = text or found.named_text
    trouble = walk.trouble or found.trouble()
    if len(text) > MAX_TEXT:
        trouble = trouble or (
            f"the text has {len(text):,} characters; {MAX_TEXT:,} is the most I can read, the rest can come as a file"
        )
    return Content(text=text[:MAX_TEXT], attachments=() if trouble else tuple(found.files), trouble=trouble, root=root)


@dataclass(kw_only=True)
class _Gathering:
    """What has been taken out of the tree so far."""

    raw: Octets
    files: list[Attachment] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    decoded: int = 0
    long: str = ""
    named_text: str = ""  #: of the first file that is to be shown as text: some programs name the mail's own words

    def trouble(self) -> str:
        if self.decoded > MAX_DECODED:
            million = 1_000_000
            return (
                f"the content is {-(-self.decoded // million)} MB; {MAX_DECODED // million} MB is the most I can take"
            )
        return self.long

    def texts(self, part: Part) -> Iterator[str]:
        """The texts under *part*, in their order; what is no text becomes a file."""
        if part.kind == "multipart/alternative" and part.parts:
            yield self._chosen(part)
        elif part.parts:
            for one in part.parts:
                yield from self.texts(one)
        elif _is_body(part):
            yield self._text(part)
        elif not part.kind.startswith("multipart/"):
            self._file(part)

    def _chosen(self, part: Part) -> str:
        """The one version that is read: the first plain one with words in it, else the last with words."""
        versions = [(_plain(one), "\n\n".join(self.texts(one))) for one in part.parts]
        with_words = [(plain, text) for plain, text in versions if text.strip()]
        plain = next((text for plain, text in with_words if plain), None)
        return plain if plain is not None else with_words[-1][1] if with_words else ""

    def _text(self, part: Part) -> str:
        data = self._words(part)
        charset = part.parameters.get("charset", "")
        if part.kind != "text/html":
            text = visible(text_of(data, charset))
            flowed = part.parameters.get("format", "").lower() == "flowed"
            return unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes") if flowed else text
        if not charset and (named := _META.search(data[:2_000])):
            charset = named[1].decode("ascii")
        html = text_of(data, charset)
        if len(html) > MAX_HTML:
            self.long = self.long or f"its HTML has {len(html):,} characters; {MAX_HTML:,} is the most I can read"
        return visible(visible_text(html[:MAX_HTML]))

    def _words(self, part: Part) -> bytes:
        """The bytes that are read as words; what is far too long is neither decoded nor kept in whole."""
        most = MAX_HTML_BYTES if part.kind == "text/html" else MAX_TEXT_BYTES
        data = part.content(self.raw, most)
        if len(data) <= most:
            self.decoded += len(data)
            return data
        self.decoded += max(len(data), part.size)
        self.long = f"the text of one part has more than {most:,} bytes; the rest can come as a file"
        return data[: data.rfind(b"\n", 0, most) + 1 or most]  # no character is cut in two

    def _file(self, part: Part) -> None:
        most = max(0, MAX_DECODED - self.decoded)
        data = part.content(self.raw, most)
        self.decoded += len(data) if len(data) <= most else max(len(data), part.size)
        if part.kind == "text/plain" and part.disposition != "attachment" and not self.named_text:
            self.named_text = visible(text_of(data[:MAX_TEXT_BYTES], part.parameters.get("charset", "")))
        if self.decoded <= MAX_DECODED:
            name = self._unique(safe_name(part.filename) or f"attachment-{len(self.files) + 1}{_ending(part)}")
            self.files.append(Attachment(name=name, media_type=part.kind, content=data))

    def _unique(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        number = 1
        while name.casefold() in self.names:
            number += 1
            name = f"{stem} ({number}){ending}"
        self.names.add(name.casefold())
        return name


def safe_name(raw: str) -> str:
    """The last piece of a file's name, fit to be shown; empty when nothing of it is."""
    name = words(raw.replace("\\", "/").rpartition("/")[2], MAX_NAME * 4)
    name = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 10 else ""  # noqa: PLR2004  (longer is no ending)
    return name[: MAX_NAME - len(ending)].rstrip(". ") + ending


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Join the lines that a mail program broke on its own (RFC 3676)."""
    out: list[str] = []
    open_depth = -1  #: how deep the unfinished line is quoted; -1: none is unfinished
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        soft = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if soft and delsp else bare
        if depth == open_depth and bare != "-- ":
            out.append(kept)
        else:
            out += ["\n" if out else "", ">" * depth + (" " if depth else ""), kept]
        open_depth = depth if soft else -1
    return "".join(out)


def _is_body(part: Part) -> bool:
    return part.kind in _BODY and part.disposition != "attachment" and not part.filename


def _plain(part: Part) -> bool:
    """Whether no HTML is under *part*."""
    return part.kind != "text/html" and all(map(_plain, part.parts))


def _ending(part: Part) -> str:
    return _ENDINGS.get(part.kind, ".bin")
