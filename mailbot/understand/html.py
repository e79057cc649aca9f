"""The text of an HTML mail that a person sees: one pass, linear in its size.

The standard library's parser takes quadratic time on tags and comments that never end, so this is a tokenizer of
our own. What is not closed swallows the rest, as it does in a browser. Hidden words are left out: they are how
somebody else's orders get into a mail. What a mail program marks as quoted comes out behind ``> ``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import unescape
from typing import Final

MAX_QUOTES: Final = 9  #: deeper ones are written as this deep
MAX_ATTRIBUTES: Final = 100
_RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "plaintext"})
_UNSEEN: Final = frozenset({"head", "template", "object", "select", "svg", "math", "audio", "video", "canvas"})
_NEVER_SHOWN: Final = _RAW | _UNSEEN
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_CLOSES_ITSELF: Final = frozenset({"p", "li", "tr", "td", "th", "dt", "dd", "option"})
_LINES: Final[AbstractSet[str]] = {
    "address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "header", "hr",
    "li", "main", "nav", "section", "table", "tr", "ul", "ol",
}  # fmt: skip
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"})
_HIDING: Final = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0{1,9})?(?![.\d])|max-height:0(?:px)?(?:;|$)"
    r"|font-size:[0-2](?:\.\d{1,9})?(?:px|pt|;|$)"
)
_NO_QUOTE: Final = re.compile(r"border:(?:none|0|medium none)|border-left:(?:none|0)")
_TAG: Final = re.compile(r"</?([a-zA-Z][^\s/>]{0,60})")
_UNTIL: Final = re.compile(r"[^\"'>]*")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=/\"'>]{1,60})(?:\s{0,50}=\s{0,50}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]{1,2000})))?"
)
_EMPTY_COMMENT: Final = re.compile(r"<!---?>")
_LONG_NUMBER: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
#: Divisions in which mail programs put what is quoted.
_QUOTE_IDS: Final = frozenset(
    {"divrplyfwdmsg", "appendonsend", "isforwardcontent", "mail-editor-reference-message-container"}
)
_QUOTE_CLASSES: Final = frozenset(
    {"yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "gmail_extra_quote"}
)


def visible_text(html: str) -> str:
    """What a person reads of *html*."""
    page = _Page()
    for token in _tokens(html):
        page.take(token)
    return page.text()


def seen_and_hidden(html: str) -> tuple[str, str]:
    """What a person reads of *html*, and the words that its styles hide from them."""
    page = _Page()
    for token in _tokens(html):
        page.take(token)
    return page.text(), " ".join(page.veiled)


@dataclass(frozen=True, kw_only=True)
class _Text:
    text: str


@dataclass(frozen=True, kw_only=True)
class _Start:
    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _End:
    name: str


_Token = _Text | _Start | _End


def _tokens(html: str) -> Iterator[_Token]:
    at = 0
    while at < len(html):
        mark = html.find("<", at)
        if mark < 0:
            yield _Text(text=html[at:])
            return
        if mark > at:
            yield _Text(text=html[at:mark])
        token, at = _markup(html, mark)
        if token is None:
            continue
        yield token
        if isinstance(token, _Start) and token.name in _RAW:
            at = _after_raw(html, at, token.name)


def _markup(html: str, at: int) -> tuple[_Token | None, int]:
    """The token that begins with the ``<`` at *at*, and where the next one begins."""
    if found := _TAG.match(html, at):
        end, name = _end_of_tag(html, found.end()), found[1].lower()
        if html[at + 1] == "/":
            return _End(name=name), end
        return _Start(name=name, attributes=_attributes(html[found.end() : end - 1])), end
    if html.startswith("<!--", at):
        end = html.find("-->", at + 4)
        if short := _EMPTY_COMMENT.match(html, at):
            return None, short.end()
        return None, len(html) if end < 0 else end + 3
    if html.startswith(("<!", "<?", "</"), at):
        end = html.find(">", at + 2)
        return None, len(html) if end < 0 else end + 1
    return _Text(text="<"), at + 1


def _end_of_tag(html: str, at: int) -> int:
    """Behind the ``>`` that ends a tag; one inside quotes does not."""
    while at < len(html):
        at = _UNTIL.match(html, at).end()  # type: ignore[union-attr]  # it matches nothing at the least
        if at >= len(html) or html[at] == ">":
            return at + 1
        close = html.find(html[at], at + 1)
        if close < 0:
            return len(html) + 1
        at = close + 1
    return at + 1


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, one in enumerate(_ATTRIBUTE.finditer(text)):
        if number >= MAX_ATTRIBUTES:
            break
        found.setdefault(one[1].lower(), one[2] or one[3] or one[4] or "")
    return found


def _after_raw(html: str, at: int, name: str) -> int:
    """Behind the words of a script, a style or the like."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)


@dataclass(kw_only=True)
class _Page:
    """What has been read so far."""

    lines: list[str] = field(default_factory=list)
    veiled: list[str] = field(default_factory=list)  #: words under a style that hides
    line: list[str] = field(default_factory=list)
    open: list[tuple[str, bool, bool]] = field(default_factory=list)  #: name, whether hidden, whether quoted
    count: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    quotes: int = 0
    pre: int = 0

    def take(self, token: _Token) -> None:
        match token:
            case _Text(text=text):
                self._text(text)
            case _Start(name=name, attributes=attributes):
                self._start(name, attributes)
            case _:
                self._end(token.name)

    def text(self) -> str:
        self._break(blank=False)
        return "\n".join(self.lines).strip("\n")

    def _text(self, text: str) -> None:
        if self.hidden:
            if not any(self.count[name] for name in _NEVER_SHOWN):
                self.veiled.append(text.strip())
            return
        words = unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text))
        if not self.pre:
            self.line.append(_SPACE.sub(" ", words))
            return
        first, *more = words.split("\n")
        self.line.append(first)
        for one in more:
            self._flush()
            self.line.append(one)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "body":
            self._end("head")  # many forget to
        if self.open and self.open[-1][0] == name and name in _CLOSES_ITSELF:
            self._end(name)
        self._layout(name)
        if name in _VOID:
            return
        hidden = name in _UNSEEN or name in _RAW or _hides(attributes)
        quoted = not hidden and _quotes(name, attributes)
        if quoted:
            self._break(blank=False)
        self._count(name, hidden=hidden, quoted=quoted, step=1)
        self.open.append((name, hidden, quoted))

    def _end(self, name: str) -> None:
        if not self.count[name]:
            return
        self._layout(name, end=True)
        last = ""
        while self.open and last != name:
            last, hidden, quoted = self.open.pop()
            if quoted:
                self._break(blank=False)
            self._count(last, hidden=hidden, quoted=quoted, step=-1)
        if name == "blockquote" and not self.hidden:
            self._break(blank=True)

    def _count(self, name: str, *, hidden: bool, quoted: bool, step: int) -> None:
        self.count[name] += step
        self.hidden += step * hidden
        self.quotes += step * quoted
        self.pre += step * (name == "pre")

    def _layout(self, name: str, *, end: bool = False) -> None:
        if self.hidden:
            return
        if name == "br" and not end:
            self._flush()
        elif name in _PARAGRAPHS:
            self._break(blank=not (end and name == "blockquote"))  # the empty line comes behind the quote
        elif name in _LINES:
            self._break(blank=False)
            if name == "li" and not end:
                self.line.append("- ")
        elif name in {"td", "th"} and end:
            self.line.append(" ")

    def _break(self, *, blank: bool) -> None:
        """End the line, if there is one; *blank*: leave one empty line after it."""
        if "".join(self.line).strip():
            self._flush()
        self.line.clear()
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.quotes, MAX_QUOTES))

    def _flush(self) -> None:
        words = "".join(self.line)
        self.line.clear()
        prefix = "> " * min(self.quotes, MAX_QUOTES)
        self.lines.append(prefix + (words.rstrip() if self.pre else words.strip()))


def _hides(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    return bool(_HIDING.search(_SPACE.sub("", attributes.get("style", "")[:2_000]).lower()))


def _quotes(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a mail program has put the words of somebody else into this element."""
    if attributes.get("id", "").lower() in _QUOTE_IDS or not _QUOTE_CLASSES.isdisjoint(
        attributes.get("class", "").lower().split()
    ):
        return True
    if name != "blockquote":
        return False
    return attributes.get("type", "").lower() == "cite" or not _NO_QUOTE.search(
        _SPACE.sub(" ", attributes.get("style", "")[:2_000]).lower().replace(": ", ":")
    )
