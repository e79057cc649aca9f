"""The page of a stranger's mail, made harmless: it is looked at in a browser, and nothing of it runs or is fetched.

It is read as browsers read it, and written anew from the few tags and attributes that mails need. That is the second
wall; the first is the frame without rights that it is shown in, and what that frame's own policy lets it load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import tinyhtml5

from mailbot.domain.errors import Unreadable

MAX_PAGE: Final = 300_000  #: characters that are read; the worst of them take some seconds
MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 200  #: beyond it, what is inside stands beside
MAX_OPEN: Final = 1_000  #: elements that are open at the same time: reading takes the square of their number
MAX_VALUE: Final = 20_000  #: characters of an attribute that is no picture
_TAGS_TEXT: Final = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p "
    "pre q s samp section small span strike strong style sub summary sup table tbody td tfoot th thead time tr tt u "
    "ul var wbr"
)
_TAGS: Final = frozenset(_TAGS_TEXT.split())
#: Dropped with all that is in them; of any other tag only the tag is.
_WHOLE_TEXT: Final = (
    "applet audio base canvas embed frame frameset iframe link math meta noembed noframes noscript object param "
    "plaintext portal script select source svg template textarea title track video xmp"
)
_WHOLE: Final = frozenset(_WHOLE_TEXT.split())
_ATTRIBUTES_TEXT: Final = (
    "align alt bgcolor border cellpadding cellspacing class color cols colspan dir face headers height hspace id "
    "lang nowrap role rowspan rules scope size span start style summary title type valign vspace width"
)
_ATTRIBUTES: Final = frozenset(_ATTRIBUTES_TEXT.split())
_OPENS: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,19})")
#: What has no end, or ends by itself when the next one begins.
_CLOSED_TEXT: Final = (
    "area base br col dd dt embed hr img input li link meta option p param rp rt source tbody td tfoot th thead tr "
    "track wbr"
)
_CLOSED: Final = frozenset(_CLOSED_TEXT.split())
_IMPORT: Final = re.compile(r"@import[^;{}]{0,2000}[;}]?", re.IGNORECASE)
_LOADS: Final = re.compile(r"(?:url|src|image-set|image|cross-fade|element)\s*\(", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]{1,2000}", re.IGNORECASE)
_DATA: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]{1,10000000}", re.IGNORECASE)
_HEAD: Final = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A mail</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    "<style>body{{font:16px/1.5 system-ui,sans-serif;margin:1rem;overflow-wrap:anywhere}}img{{max-width:100%}}</style>"
    "</head>"
)


def harmless(page: str, pictures: Mapping[str, str]) -> tuple[str, int]:
    """*page* without what could act, with the *pictures* that came along (id -> data: address) in their places.

    Also says how many pictures from elsewhere it asked for, which nobody gets. Raises Unreadable when it is too deep.
    """
    if _depth(page[:MAX_PAGE]) > MAX_OPEN:
        raise Unreadable(f"its page has more than {MAX_OPEN:,} elements inside one another")
    root = tinyhtml5.parse(page[:MAX_PAGE], namespace_html_elements=False)
    made = _Page(pictures)
    body = made.copied(root)
    lang = re.sub(r"[^A-Za-z-]", "", str(root.get("lang") or ""))[:20] or "en"
    return _HEAD.format(lang=lang) + tostring(body, encoding="unicode", method="html") + "</html>", made.elsewhere


def _depth(page: str) -> int:
    """About how many elements are open at the same time, at most."""
    depth = most = 0
    for found in _OPENS.finditer(page):
        if found[2].lower() not in _CLOSED:
            depth += -1 if found[1] else 1
            most = max(most, depth)
    return most


class _Page:
    """One page that is written anew."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self._pictures = pictures
        self.elsewhere = 0
        self._nodes = 0

    def copied(self, root: Element) -> Element:
        """The body, with the styles of the head."""
        body = Element("body")
        work = [(root, body, 0)]
        while work:
            source, into, depth = work.pop()
            _text(into, _style(source.text or "") if source.tag == "style" else source.text)
            for child in source:
                self._child(child, into, depth, work)
        return body

    def _child(self, child: Element, into: Element, depth: int, work: list[tuple[Element, Element, int]]) -> None:
        self._nodes += 1
        tag = str(child.tag)  # of a comment the library makes a function, and names of other languages have a brace
        if self._nodes <= MAX_NODES and "}" not in tag and tag[0] != "<" and tag not in _WHOLE:
            if tag in _TAGS:
                made = SubElement(into, tag, dict(self._attributes(tag, child)))
                if depth < MAX_DEPTH:
                    work.append((child, made, depth + 1))
            else:  # its place is kept by one that says nothing, so that the order stays
                work.append((child, SubElement(into, "span" if tag != "body" else "div"), depth))
                for name, value in self._attributes(tag, child):
                    into[-1].set(name, value)
        _text(into, child.tail)

    def _attributes(self, tag: str, source: Element) -> Iterator[tuple[str, str]]:
        for name, value in source.attrib.items():
            if name in _ATTRIBUTES and len(value) <= MAX_VALUE:
                yield name, _style(value) if name == "style" else value
        if tag == "a" and (link := _LINK.fullmatch(source.get("href", "").strip())):
            yield from (("href", link[0]), ("target", "_blank"), ("rel", "noopener noreferrer"))
        if tag == "img":
            yield from self._picture(source)

    def _picture(self, source: Element) -> Iterator[tuple[str, str]]:
        wanted = source.get("src", "").strip()
        if wanted.lower().startswith("cid:"):
            wanted = self._pictures.get(wanted[4:], "")
        if _DATA.fullmatch(wanted):
            yield "src", wanted
        elif wanted:
            self.elsewhere += 1
        if source.get("alt") is None:
            yield "alt", ""


def _style(text: str) -> str:
    """Styles that load nothing."""
    return _LOADS.sub("none(", _IMPORT.sub("@none;", text.replace("\\", "")))


def _text(into: Element, words: str | None) -> None:
    """Words behind what *into* holds already."""
    if not words:
        return
    if len(into):
        into[-1].tail = (into[-1].tail or "") + words
    else:
        into.text = (into.text or "") + words
