"""Which words of a page nobody sees: what its styles hide, by an attribute or by a simple rule of a style sheet.

Hidden words are how somebody else's orders get into a mail. What only might hide (a picture behind white words, a
rule for small screens) does not count: losing what a person wrote is worse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MAX_SHEET: Final = 100_000  #: characters of style sheets that are read
MAX_RULES: Final = 1_000
MAX_STYLE: Final = 2_000  #: characters of one element's style
CLOSE: Final = 10  #: steps, of 256, between two shades that nobody tells apart
_OUTSIDE: Final = -400  #: pixels to the left of a page, or above it, where nobody looks
_BRACE: Final = re.compile(r"[{}]")
_SIMPLE: Final = re.compile(r"(?:[a-z][a-z0-9]{0,20})?(?:[.#][a-z_][\w-]{0,80})?")
_NUMBER: Final = re.compile(r"-?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})")
_HEX: Final = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
_RGB: Final = re.compile(r"rgba?\((\d{1,3})[, ]{1,3}(\d{1,3})[, ]{1,3}(\d{1,3})(?:[,/ ]{1,3}([\d.]{1,6}))?\)")
_TELLING: Final = re.compile(
    r"display|visibility|mso-hide|opacity|height|width|font|color|background|indent|position|left|top|clip|transform"
)
_NAMED: Final = {"white": (255,) * 3, "black": (0,) * 3, "snow": (255, 250, 250), "ivory": (255, 255, 240)}

Shade = tuple[int, ...]
_NO_INK: Final[Shade] = ()


class Look(NamedTuple):
    """What an element hands down to those in it."""

    tiny: bool = False  #: its letters have no size
    unseen: bool = False  #: its visibility
    ink: Shade | None = (0, 0, 0)  #: the colour of its letters; none: not known
    paper: Shade | None = (255, 255, 255)  #: what they stand on

    @property
    def faint(self) -> bool:
        """Whether the letters have the colour of what they stand on."""
        if self.ink is _NO_INK:
            return True
        if self.ink is None or self.paper is None:
            return False
        return all(abs(a - b) <= CLOSE for a, b in zip(self.ink, self.paper, strict=True))


@dataclass(kw_only=True)
class Styles:
    """The simple rules of a page's style sheets."""

    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    read: int = 0

    def take(self, sheet: str) -> None:
        """Read one more sheet. Rules inside others (for printing, for small screens) do not count."""
        first, *commented = sheet[: MAX_SHEET - self.read].replace("<!--", " ").replace("-->", " ").lower().split("/*")
        sheet = " ".join((first, *(one.partition("*/")[2] for one in commented)))
        self.read += len(sheet)
        depth, at, selector = 0, 0, ""
        for brace in _BRACE.finditer(sheet):
            if brace[0] == "{":
                selector = sheet[at : brace.start()] if depth == 0 else ""
                depth += 1
            else:
                if depth == 1 and selector:
                    self._rule(selector, sheet[at : brace.start()])
                depth = max(0, depth - 1)
            at = brace.end()

    def of(self, name: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """The declarations for an element, its own attribute's last."""
        found = dict(self.rules.get(name, {})) if self.rules else {}
        if not attributes:
            return found
        if self.rules:
            marks = [f".{one}" for one in attributes.get("class", "").lower().split()[:20]]
            marks += [f"#{one}" for one in (attributes.get("id", "").lower(),) if one]
            for mark in marks:
                found |= self.rules.get(mark, {})
                found |= self.rules.get(name + mark, {})
        return found | _declared(attributes.get("style", ""))

    def _rule(self, selectors: str, text: str) -> None:
        if not _TELLING.search(text):
            return
        declared = _declared(text)
        for one in selectors.split(",")[:20]:
            bare = one.strip()
            if bare and len(self.rules) < MAX_RULES and _SIMPLE.fullmatch(bare):
                self.rules.setdefault(bare, {}).update(declared)


def look_of(before: Look, declared: Mapping[str, str], attributes: Mapping[str, str], name: str) -> Look:
    """How an element looks that stands in one that looks like *before*."""
    if not declared and not attributes:
        return before
    tiny, unseen, ink, paper = before
    size = declared.get("font-size", "")
    if size and (number := _number(size)) is not None:
        tiny = number < (0.2 if size.endswith("em") else 20 if size.endswith("%") else 3)
    if visibility := declared.get("visibility"):
        unseen = visibility in {"hidden", "collapse"}
    if colour := declared.get("color") or (attributes.get("color") if name == "font" else ""):
        ink = _NO_INK if colour == "transparent" else _shade(colour)
    under = declared.get("background-color") or declared.get("background") or attributes.get("bgcolor", "")
    if "background-image" in declared or "background" in attributes or "url(" in under or "gradient" in under:
        paper = None
    elif under and under not in {"transparent", "none", "inherit", "initial"}:
        paper = _shade(under)
    return Look(tiny=tiny, unseen=unseen, ink=ink, paper=paper)


def hides(declared: Mapping[str, str], attributes: Mapping[str, str]) -> bool:
    """Whether nothing in an element is seen, whatever those in it say."""
    if "hidden" in attributes:
        return True
    if not declared:
        return False
    return (
        declared.get("display") == "none"
        or declared.get("mso-hide") == "all"
        or _zero(declared, "opacity")
        or _zero(declared, "max-height")
        or (declared.get("overflow") == "hidden" and (_zero(declared, "height") or _zero(declared, "width")))
        or _outside(declared)
        or declared.get("clip", "").startswith(("rect(0", "rect(1px"))
        or declared.get("clip-path", "").startswith(("inset(50", "inset(100"))
        or declared.get("transform", "").startswith("scale(0)")
    )


def _outside(declared: Mapping[str, str]) -> bool:
    """Whether it stands beside the page."""
    indent = _number(declared.get("text-indent", ""))
    if indent is not None and indent < _OUTSIDE:
        return True
    if declared.get("position") not in {"absolute", "fixed"}:
        return False
    places = (_number(declared.get(side, "")) for side in ("left", "top", "margin-left"))
    return any(place is not None and place < _OUTSIDE for place in places)


def _declared(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in style[:MAX_STYLE].lower().split(";"):
        name, colon, value = one.partition(":")
        if colon:
            found[name.strip()] = " ".join(value.replace("!important", "").split())
    return found


def _number(value: str) -> float | None:
    found = _NUMBER.match(value)
    return float(found[0]) if found else None


def _zero(declared: Mapping[str, str], name: str) -> bool:
    return name in declared and _number(declared[name]) == 0


def _shade(colour: str) -> Shade | None:
    """The red, green and blue of *colour*; none: it is not known."""
    bare = colour.strip().lower()
    if bare in _NAMED:
        return _NAMED[bare]
    if found := _HEX.fullmatch(bare):
        digits = found[1] if len(found[1]) > 3 else "".join(2 * one for one in found[1])  # noqa: PLR2004  (#rgb)
        return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
    if found := _RGB.fullmatch(bare):
        return None if found[4] else tuple(min(255, int(one)) for one in found.groups()[:3])
    return None
