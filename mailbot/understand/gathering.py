"""The words and the files of a mail, taken out of its tree of parts one by one, and counted.

What a program has wrapped around them (a signature, winmail.dat, a Macintosh's two halves, uuencode) is taken off, so
that the same words and files come out whoever sent them. A mail in a mail stays a file: its words are not the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.understand import apple, cms, tnef
from mailbot.understand.armour import sealed, unwrapped
from mailbot.understand.charset import text_of
from mailbot.understand.encoded import cut
from mailbot.understand.enriched import enriched_text
from mailbot.understand.filename import made_name, safe_name, unique
from mailbot.understand.flowed import unflowed
from mailbot.understand.header import visible
from mailbot.understand.html import MAX_TOKENS, read
from mailbot.understand.mime import MAX_PARTS, Part, Walk, mail_fields
from mailbot.understand.octets import Octets
from mailbot.understand.transfer import is_prose

MAX_DECODED: Final = 25_000_000  #: bytes of all content, decoded
MAX_TEXT: Final = 1_000_000  #: characters that are read as words
MAX_HTML: Final = 2_000_000  #: characters of HTML that are read for its words
MAX_TEXT_BYTES: Final = 4 * MAX_TEXT  #: of one part that are looked at for its words
MAX_HTML_BYTES: Final = 4 * MAX_HTML
MAX_OPENED: Final = 3  #: blocks in blocks that are opened
SAMPLE: Final = 1_000  #: bytes by which base64 is told from a program that lies
STAND_IN: Final = 3  #: times as long as its plain version HTML must be before the plain one can be a mere notice
_PLAIN: Final = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_ENRICHED: Final = frozenset({"text/enriched", "text/richtext"})
_BODY: Final = _PLAIN | _ENRICHED | {"text/html"}
_VARIANTS: Final = frozenset({"text/x-amp-html", "text/watch-html"})  #: versions for programs that are not ours
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_BLOCKS: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENCRYPTED: Final = "application/pgp-encrypted"
_META: Final = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_WORDS: Final = re.compile(r"\w{2,}")
_LETTER: Final = re.compile(r"\w")
_SEALED: Final = "it is encrypted, and I have no key to read it: what comes unencrypted I can read"
_TORN: Final = "\N{REPLACEMENT CHARACTER}"  #: stands where something could not be read
_PARTIAL: Final = "it is one piece of a mail that was cut into several: I do not join them, but can read it in one"


@dataclass(kw_only=True)
class Gathering:
    """What has been taken out of the tree so far."""

    raw: Octets
    walk: Walk
    files: list[Attachment] = field(default_factory=list)
    hidden: bool = False  #: HTML holds words that nobody would see
    _names: set[str] = field(default_factory=set)
    _decoded: int = 0
    _opened: int = 0
    _long: str = ""
    _closed: str = ""  #: why no words could be read, where there are none
    _spare: list[str] = field(default_factory=list)  #: words that count where there are no others

    def text(self, root: Part) -> str:
        """All the words under *root*; some programs give the mail's own words the name of a file, or wrap them up."""
        text = _together(self._texts(root))
        return text or next((one.strip("\n") for one in self._spare if one.strip()), "")

    def trouble(self, text: str) -> str:
        """Why not all could be taken in, where *text* is what was found; empty: it could."""
        if self._decoded > MAX_DECODED:
            million = 1_000_000
            return (
                f"the content is {-(-self._decoded // million)} MB; {MAX_DECODED // million} MB is the most I can take"
            )
        return self._long or ("" if text else self._closed)

    def _texts(self, part: Part) -> Iterator[str]:
        """The texts under *part*, in their order; what is no text becomes a file."""
        if part.kind in _BLOCKS or part.filename.lower().endswith(".p7m"):
            yield from self._block(part)
        elif part.parts:
            yield from self._parts(part)
        elif _is_body(part):
            yield self._text(part)
        elif not part.kind.startswith("multipart/"):
            self._file(part)

    def _parts(self, part: Part) -> Iterator[str]:
        if part.kind == "multipart/alternative":
            yield self._chosen(part)
        elif part.kind == "multipart/appledouble":
            self._two_halves(part)
        elif part.kind == "multipart/encrypted" and any(one.kind == _ENCRYPTED for one in part.parts):
            self._closed = _SEALED
        else:
            for one in part.parts:
                if part.kind != "multipart/signed" or one.kind not in _SIGNATURES:
                    yield from self._texts(one)

    def _chosen(self, part: Part) -> str:
        """The one version that is read: the first plain one with words in it, unless the last one is plainly better."""
        known = [one for one in part.parts if one.kind not in _VARIANTS] or part.parts
        versions = [(one, _together(self._texts(one))) for one in known]
        versions = [(one, text) for one, text in versions if text.strip()]
        versions = [(one, text) for one, text in versions if not one.broken] or versions
        if not versions:
            return ""
        last = versions[-1][1]
        plain = next((text for one, text in versions if _plain(one)), last)
        torn = _TORN in plain and _TORN not in last
        return last if torn or _stands_in(plain, last) else plain

    def _text(self, part: Part) -> str:
        data = self._words(part)
        charset = part.parameters.get("charset", "")
        if part.kind == "text/html":
            return self._html(data, charset)
        data, files = cut(data)
        for one in files:
            self._keep(text_of(one.name), "application/octet-stream", one.content)
        text = visible(text_of(data, charset))
        if part.kind in _ENRICHED:
            return enriched_text(text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        if sealed(text):
            self._closed = _SEALED
            return ""
        return unwrapped(text)

    def _html(self, data: bytes, charset: str) -> str:
        if not charset and (named := _META.search(data[:2_000])):
            charset = named[1].decode("ascii")
        html = text_of(data, charset)
        if len(html) > MAX_HTML:
            self._long = self._long or f"its HTML has {len(html):,} characters; {MAX_HTML:,} is the most I can read"
        seen, veiled, whole = read(html[:MAX_HTML])
        if not whole:
            self._long = self._long or f"its HTML has more than {MAX_TOKENS:,} pieces; the rest can come as a file"
        self.hidden = self.hidden or _LETTER.search(visible(unescape(veiled))) is not None
        return visible(seen)

    def _words(self, part: Part) -> bytes:
        """The bytes that are read as words; what is far too long is neither decoded nor kept in whole."""
        most = MAX_HTML_BYTES if part.kind == "text/html" else MAX_TEXT_BYTES
        if part.coding == "base64" and is_prose(self.raw[part.start : min(part.end, part.start + SAMPLE)]):
            data = self.raw[part.start : min(part.end, part.start + most + 1)]  # it was never encoded
        else:
            data = part.content(self.raw, most)
        if len(data) <= most:
            self._decoded += len(data)
            return data
        self._decoded += max(len(data), part.size)
        self._long = f"the text of one part has more than {most:,} bytes; the rest can come as a file"
        return data[: data.rfind(b"\n", 0, most) + 1 or most]  # no character is cut in two

    def _content(self, part: Part) -> bytes:
        most = max(0, MAX_DECODED - self._decoded)
        data = part.content(self.raw, most)
        self._decoded += len(data) if len(data) <= most else max(len(data), part.size)
        return data

    def _file(self, part: Part) -> None:
        data = self._content(part)
        kind, name = part.kind, part.filename
        if part.kind == "message/partial":
            self._closed = _PARTIAL
        if part.kind in _BODY and part.disposition != "attachment":
            self._spare.append(self._spare_words(part, data))
        if (part.kind in tnef.KINDS or name.lower() == "winmail.dat") and self._winmail(data):
            return
        if part.kind in apple.KINDS:
            content, known = apple.forks(data)
            data, name = data if content is None else content, name or text_of(known)
        self._keep(name, kind, data)

    def _spare_words(self, part: Part, data: bytes) -> str:
        charset = part.parameters.get("charset", "")
        if part.kind == "text/html":
            return self._html(data[:MAX_HTML_BYTES], charset)
        return visible(text_of(data[:MAX_TEXT_BYTES], charset))

    def _two_halves(self, part: Part) -> None:
        """A Macintosh's file: one half is what its system knows of it, the other is the file."""
        names = [one.filename for one in part.parts if one.filename]
        for one in part.parts:
            if one.kind not in apple.KINDS:
                self._keep(one.filename or next(iter(names), ""), one.kind, self._content(one))

    def _winmail(self, data: bytes) -> bool:
        found = tnef.winmail(data)
        if not found:
            return False
        self._spare.append(visible(found.text))
        for one in found.files:
            self._keep(one.name, one.kind.lower() or "application/octet-stream", one.content)
        return True

    def _block(self, part: Part) -> Iterator[str]:
        """What stands in a block that was signed as a whole."""
        data = self._content(part)
        block = cms.opened(data)
        if block.signed and self._opened < MAX_OPENED:
            self._opened += 1
            outside, self.raw = self.raw, block.signed
            fields, body = mail_fields(block.signed)
            inside = Walk(raw=block.signed, count=self.walk.count)
            yield from self._texts(inside.tree(fields, body, len(block.signed)))
            self.raw, self.walk.count = outside, inside.count
            self.walk.trouble = self.walk.trouble or inside.trouble
        else:
            self._closed = _SEALED if block.sealed else self._closed
            self._keep(part.filename, part.kind, data)

    def _keep(self, name: str, kind: str, data: bytes) -> None:
        if self._decoded > MAX_DECODED:
            return
        if len(self.files) >= MAX_PARTS:
            self._long = self._long or f"it has more than {MAX_PARTS} files; {MAX_PARTS} is the most I can take"
            return
        name = unique(safe_name(name) or made_name(len(self.files) + 1, kind), self._names)
        self._names.add(name.casefold())
        self.files.append(Attachment(name=name, media_type=kind, content=data))


def _together(texts: Iterator[str]) -> str:
    return "\n\n".join(piece for piece in (one.strip("\n") for one in texts) if piece)


def _is_body(part: Part) -> bool:
    return part.kind in _BODY and part.disposition != "attachment" and not part.filename


def _plain(part: Part) -> bool:
    """Whether no HTML is under *part*."""
    return part.kind != "text/html" and all(map(_plain, part.parts))


def _stands_in(plain: str, rich: str) -> bool:
    """Whether the plain version says nothing of what the mail says, only that there is a better one."""
    if len(plain) * STAND_IN > len(rich):
        return False
    said = set(_WORDS.findall(plain.lower()))
    return len(said & set(_WORDS.findall(rich.lower()))) * 2 < len(said)
