"""HTML as words and tags: one pass, linear in its size.

The standard library's parser takes quadratic time on tags and comments that never end, so this is a tokenizer of
our own. What is not closed swallows the rest, as it does in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

MAX_ATTRIBUTES: Final = 100
#: Elements whose words are no markup, and are not shown.
RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "plaintext"})
_TAG: Final = re.compile(r"</?([a-zA-Z][^\s/>]{0,60})")
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]")
_UNTIL: Final = re.compile(r"[^\"'>]*")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=/\"'>]{1,60})(?:\s{0,50}=\s{0,50}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]{1,2000})))?"
)
_EMPTY_COMMENT: Final = re.compile(r"<!---?>")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    START = "start"
    END = "end"
    STYLE = "style"  #: the words of a style sheet


class Token(NamedTuple):
    """One piece of a page."""

    kind: Kind
    value: str  #: the words, or the name of the element
    attributes: Mapping[str, str] = _NONE


def tokens(html: str) -> Iterator[Token]:
    """The pieces of *html*, in their order."""
    at = 0
    while at < len(html):
        found = _MARKUP.search(html, at)
        if found is None:
            yield Token(Kind.TEXT, html[at:])
            return
        if found.start() > at:
            yield Token(Kind.TEXT, html[at : found.start()])
        token, at = _markup(html, found.start())
        if token is None:
            continue
        yield token
        if token.kind is Kind.START and token.value in RAW:
            begins, at = at, _after_raw(html, at, token.value)
            if token.value == "style":
                yield Token(Kind.STYLE, html[begins:at])


def _markup(html: str, at: int) -> tuple[Token | None, int]:
    """The token that begins with the ``<`` at *at*, and where the next one begins."""
    if found := _TAG.match(html, at):
        name, end = found[1].lower(), found.end()
        if html.startswith(">", end):
            return Token(Kind.END if html[at + 1] == "/" else Kind.START, name), end + 1
        close = _end_of_tag(html, end)
        if html[at + 1] == "/":
            return Token(Kind.END, name), close
        return Token(Kind.START, name, _attributes(html[end : close - 1])), close
    if html.startswith("<!--", at):
        if short := _EMPTY_COMMENT.match(html, at):
            return None, short.end()
        end = html.find("-->", at + 4)
        return None, len(html) if end < 0 else end + 3
    end = html.find(">", at + 2)
    return None, len(html) if end < 0 else end + 1


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


def _attributes(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, one in enumerate(_ATTRIBUTE.finditer(text)):
        if number >= MAX_ATTRIBUTES:
            break
        found.setdefault(one[1].lower(), one[2] or one[3] or one[4] or "")
    return found or _NONE


def _after_raw(html: str, at: int, name: str) -> int:
    """Behind the words of a script, a style or the like."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)
