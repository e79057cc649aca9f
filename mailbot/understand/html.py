"""The text of an HTML mail that a person sees, with what mail programs mark as quoted behind ``> ``.

Hidden words are left out: they are how somebody else's orders get into a mail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final, NamedTuple

from mailbot.understand.html_lines import Paper
from mailbot.understand.html_quotes import Place, place_of
from mailbot.understand.html_style import Look, Styles, hides, look_of
from mailbot.understand.html_tokens import RAW, Kind, tokens

MAX_TOKENS: Final = 150_000  #: words and tags that are read; large mails have some 50,000
_UNSEEN: Final = frozenset({"head", "template", "object", "select", "svg", "math", "audio", "video", "canvas"})
_NEVER_SHOWN: Final = RAW | _UNSEEN
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_CLOSES_ITSELF: Final = frozenset({"p", "li", "tr", "td", "th", "dt", "dd", "option"})
_LAYOUT: Final[Mapping[str, str]] = {
    "br": "br", "td": "cell", "th": "cell", "li": "item",
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"), "paragraph"),
    **dict.fromkeys(
        ("address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "header", "hr",
         "main", "nav", "section", "table", "tr", "ul", "ol"), "line",
    ),
}  # fmt: skip
#: Elements that alone change nothing: without an attribute they need not be remembered.
_PLAIN: Final = frozenset(
    {"b", "i", "u", "a", "em", "strong", "span", "font", "small", "big", "tt", "code", "s", "tbody"}
)
_LONG_NUMBER: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_NOTHING: Final[dict[str, str]] = {}


class Seen(NamedTuple):
    """What a page says."""

    text: str  #: to a person
    hidden: str  #: to nobody: the words that its styles hide
    whole: bool = True  #: it was read to its end


def read(html: str) -> Seen:
    """What *html* says, seen and hidden."""
    styles = Styles()
    page = _Page(styles=styles)
    whole = page.read(html)
    text = page.text()
    if page.faint and not page.paper.own_words():  # who writes in white alone writes in a dark window
        page = _Page(styles=styles, shades=False)
        page.read(html)
        text = page.text()
    return Seen(text=text, hidden=" ".join(page.veiled), whole=whole)


def visible_text(html: str) -> str:
    """What a person reads of *html*."""
    return read(html).text


def seen_and_hidden(html: str) -> tuple[str, str]:
    """What a person reads of *html*, and the words that its styles hide from them."""
    text, hidden, _ = read(html)
    return text, hidden


class _Open(NamedTuple):
    """An element that has not ended."""

    name: str
    hidden: bool
    place: Place | None
    look: Look  #: outside of it


@dataclass(kw_only=True)
class _Page:
    """What has been read so far."""

    styles: Styles
    shades: bool = True  #: colours count
    paper: Paper = field(default_factory=Paper)
    veiled: list[str] = field(default_factory=list)  #: words under a style that hides
    faint: bool = False  #: some of them only by their colour
    open: list[_Open] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    look: Look = field(default_factory=Look)

    def read(self, html: str) -> bool:
        """Take in *html*; whether that was possible to its end."""
        for number, (kind, value, attributes) in enumerate(tokens(html)):
            if kind is Kind.TEXT:
                self._text(value)
            elif kind is Kind.START:
                self._start(value, attributes)
            elif kind is Kind.END:
                self._end(value)
            else:
                self.styles.take(value)
            if number >= MAX_TOKENS:
                return False
        return True

    def text(self) -> str:
        return self.paper.text()

    def _text(self, text: str) -> None:
        if self.hidden:
            if not any(self.count[name] for name in _NEVER_SHOWN):
                self.veiled.append(text.strip())
            return
        look = self.look
        if look.tiny or look.unseen or (self.shades and look.faint):
            self.faint = self.faint or not (look.tiny or look.unseen)
            self.veiled.append(text.strip())
            return
        words = unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text)) if "&" in text else text
        if not self.paper.pre:
            self.paper.write(_SPACE.sub(" ", words))
            return
        first, *more = words.split("\n")
        self.paper.write(first)
        for one in more:
            self.paper.flush()
            self.paper.write(one)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _PLAIN and not attributes and not self.count[name] and name not in self.styles.rules:
            return
        if name == "body":
            self._end("head")  # many forget to
        if name in _CLOSES_ITSELF and self.open and self.open[-1].name == name:
            self._end(name)
        self._layout(name)
        plain = not attributes and name not in {"blockquote", "includetail"}
        place = None if plain or self.hidden else place_of(name, attributes)
        if name in _VOID:
            if place is Place.REST:
                self.paper.begin(place)
                self.paper.end(place)
            return
        declared = self.styles.of(name, attributes) if attributes or self.styles.rules else _NOTHING
        hidden = name in _NEVER_SHOWN or hides(declared, attributes)
        place = None if hidden else place
        if place:
            self.paper.begin(place)
        self.count[name] += 1
        self.paper.pre += name == "pre"
        self.hidden += hidden
        self.open.append(_Open(name, hidden, place, self.look))
        if declared or attributes:
            self.look = look_of(self.look, declared, attributes, name)

    def _end(self, name: str) -> None:
        if not self.count[name]:
            return
        self._layout(name, end=True)
        last = ""
        while self.open and last != name:
            last, hidden, place, self.look = self.open.pop()
            if place:
                self.paper.end(place)
            self.count[last] -= 1
            self.paper.pre -= last == "pre"
            self.hidden -= hidden
        if name == "blockquote" and not self.hidden:
            self.paper.stop(blank=True)

    def _layout(self, name: str, *, end: bool = False) -> None:
        kind = _LAYOUT.get(name)
        if kind is None or self.hidden:
            return
        if kind == "paragraph":
            self.paper.stop(blank=not (end and name == "blockquote"))  # the empty line comes behind the quote
        elif kind == "br":
            if not end:
                self.paper.flush()
        elif kind != "cell":
            self.paper.stop(blank=False)
            if kind == "item" and not end:
                self.paper.write("- ")
        elif end:
            self.paper.write(" ")
