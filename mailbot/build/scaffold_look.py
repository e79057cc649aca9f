"""Wishes about words and looks: title, tagline, colours, dark mode, one wording for another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from mailbot.build.scaffold_colours import colour
from mailbot.build.scaffold_fields import kind_of
from mailbot.build.scaffold_spec import COLOURED, MAX_TEXT, MAX_TITLE, Spec, clean, clean_lines

#: A wish that was understood: the project as it then is, and what was done, in words.
Done = tuple[Spec, str]
Rule = tuple[re.Pattern[str], Callable[[Spec, re.Match[str]], Done | None]]

_CALLED: Final[Mapping[str, str]] = {
    "header": "header banner top navbar nav menu navigation bar",
    "background": "background page body backdrop site",
    "text": "text font letters writing texts words",
    "accent": "accent accents button buttons link links highlights",
    "title": "title heading headings headline headlines titles",
    "footer": "footer bottom",
}
_PARTS: Final[Mapping[str, str]] = {word: part for part, words in _CALLED.items() for word in words.split()}
_THEME: Final = frozenset(
    {"it", "theme", "colour", "color", "colours", "colors", "scheme", "palette", "everything", "in"}
)
_FILLER_WORDS: Final = (
    "the a an of to be is are should must shall make turn paint set change use with as its all my our for please "
    "and into have has give get become both whole main this that look want like on"
)
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_BACKGROUND_OF: Final = re.compile(
    r"\bbackground (?:colou?r )?of (?:the )?|(?<=header|button|footer|banner) background\b", re.IGNORECASE
)
_TOKEN: Final = re.compile(r"#[0-9a-f]{3,8}\b|rgb\([\d, ]{5,20}\)|[\w#]+(?:-\w+)*", re.IGNORECASE)
_SHADE_WORDS: Final = (
    "light pale dark deep medium navy sky royal forest sea steel slate midnight hot olive lime spring dodger "
    "cornflower powder baby sandy saddle rosy indian alice antique blanched burly cadet dim floral ghost green "
    "lawn lemon mint misty old orange peach rebecca white yellow blue"
)
_SHADES: Final = frozenset(_SHADE_WORDS.split())
_QUOTED: Final = r"(?:\"(?P<{0}q>[^\"]{{1,400}})\"|'(?P<{0}s>[^']{{1,400}})'|(?P<{0}>.{{1,400}}))"
_THING: Final = r"(?:of (?:the |my |our )?(?:page|site|website|app|project|tool|tracker|whole thing) )?"


def _named(found: re.Match[str], group: str) -> str:
    return (found[f"{group}q"] or found[f"{group}s"] or found[group] or "").strip()


def _title(spec: Spec, found: re.Match[str]) -> Done | None:
    title = clean(_named(found, "new"), MAX_TITLE)
    if _about_a_field(spec, title, found):
        return None
    return (replace(spec, title=title), f'the title is "{title}"') if title else None


def _about_a_field(spec: Spec, title: str, found: re.Match[str]) -> bool:
    """``title should be a number``, ``rename name to title``: where a field has that name, it is meant."""
    named = found.groupdict()
    renamed = (named.get("verb") or "").lower() == "rename" and named["what"].lower()
    typed = spec.fielded and kind_of(title) is not None and not found["newq"]
    return typed or any(field.label.lower() == renamed for field in spec.fields)


def _tagline(spec: Spec, found: re.Match[str]) -> Done | None:
    if spec.template not in {"page", "tool", "viewer", "form"}:
        return None
    line = clean(_named(found, "new"), MAX_TEXT)
    return (replace(spec, tagline=line), f'under the title stands "{line[:80]}"') if line else None


def _reworded(spec: Spec, found: re.Match[str]) -> Done | None:
    """One wording for another, wherever a person reads it."""
    old, new = clean(found["old"], MAX_TEXT), clean(found["new"], MAX_TEXT)

    def changed(text: str) -> str:
        return text.replace(old, new)

    after = replace(
        spec,
        title=clean(changed(spec.title), MAX_TITLE) or spec.title,
        tagline=changed(spec.tagline)[:MAX_TEXT],
        fields=tuple(replace(field, label=changed(field.label) or field.label) for field in spec.fields),
        sections=tuple(
            replace(one, heading=changed(one.heading) or one.heading, text=clean_lines(changed(one.text), MAX_TEXT))
            for one in spec.sections
        ),
        contact=tuple((kind, changed(value)) for kind, value in spec.contact),
        items=tuple((changed(one), changed(two)) for one, two in spec.items),
    )
    return (after, f'"{old[:60]}" now reads "{new[:60]}"') if old and after != spec else None


def _dark(state: str, words: str) -> Callable[[Spec, re.Match[str]], Done | None]:
    def rule(spec: Spec, _found: re.Match[str]) -> Done | None:
        return (replace(spec, dark=state), words) if spec.template in COLOURED else None

    return rule


def rule(action: Callable[[Spec, re.Match[str]], Done | None], *pattern: str) -> Rule:
    """A wish in words: *pattern* must match all of it."""
    return re.compile("".join(pattern), re.IGNORECASE | re.DOTALL), action


_NEW: Final = _QUOTED.format("new")
_ADD: Final = r"(?:(?:add|enable|include|support|offer|use|have|with|turn on|switch on|give it)\s+)?"
_IT: Final = r"(?:it|this|the (?:page|site|website|app|project|tool|tracker))"
_AUTO: Final = "dark mode follows the reader's own setting"
RULES: Final[tuple[Rule, ...]] = (
    rule(
        _dark("off", "dark mode is off"),
        r"(?:(?:turn|switch) off|remove|disable|no|without)(?: the)? dark (?:mode|theme)(?: off)?",
    ),
    rule(_dark("on", "it is always dark"), rf"(?:make )?(?:{_IT} )?(?:should )?(?:always )?(?:be )?dark"),
    rule(
        _dark("auto", _AUTO),
        _ADD,
        r"(?:an? |the )?(?:dark|night)[ -](?:mode|theme)(?: support)?(?: (?:on|too|option))?",
    ),
    rule(
        _title,
        r"(?P<verb>change|set|rename|make|update)(?: the)? (?P<what>title|name|headline|heading) ",
        rf"{_THING}(?:to|into|be|read|say)?:? ?{_NEW}",
    ),
    rule(
        _title,
        r"(?:the )?(?:title|name|headline) ",
        rf"{_THING}(?:should|must|shall)?(?: be| is| read| say)?:? ?{_NEW}",
    ),
    rule(_title, rf"(?:title|name|headline)\s*[:=]\s*{_NEW}"),
    rule(_title, rf"(?:call|name|title|rename) {_IT}(?: to)? {_NEW}"),
    rule(
        _tagline,
        r"(?:(?:add|set|change|make|use) )?(?:an? |the )?(?:subtitle|tagline|slogan|motto)",
        rf"(?: to| is| should be)?[:=]?\s*{_NEW}",
    ),
    rule(
        _reworded,
        r"(?:change|replace|correct)(?: the (?:text|words?|wording))? ",
        r"\"(?P<old>[^\"]{1,400})\" (?:to|with|by|into|for) \"(?P<new>[^\"]{0,400})\"",
    ),
)


def coloured(spec: Spec, wish: str) -> Done | None:
    """A wish about colours, if every word of it is about colours."""
    tokens = list(_tokens(_BACKGROUND_OF.sub(" ", wish)))
    if not tokens or any(kind == "?" for kind, _, _ in tokens):
        return None
    colours = [(value, words) for kind, value, words in tokens if kind == "colour"]
    parts = [value for kind, value, _ in tokens if kind == "part"]
    themed = any(kind == "theme" for kind, _, _ in tokens)
    pairs = _pairs([kind for kind, _, _ in tokens if kind in {"colour", "part"}], parts, colours, themed=themed)
    absent = {"footer"} if spec.template in {"tracker", "form"} else set[str]()
    if not pairs or spec.template not in COLOURED or absent & {part for part, _, _ in pairs}:
        return None
    known = dict(spec.colours) | {part: value for part, value, _ in pairs}
    said = ", ".join(f"the {_SHOWN.get(part, part)} is {words}" for part, _, words in pairs)
    return replace(spec, colours=tuple(sorted(known.items()))), said


_USUAL: Final = (("header", "accent"), ("header", "background"), ("header", "background", "accent"))
_SHOWN: Final = {"accent": "colour of buttons and links", "title": "colour of headings", "text": "text"}


def _pairs(
    order: list[str], parts: list[str], colours: list[tuple[str, str]], *, themed: bool
) -> list[tuple[str, str, str]]:
    """Which part gets which colour."""
    if not parts and colours and themed:
        parts = [["header", "accent"], ["header", "background"], ["header", "background", "accent"]][
            min(len(colours), 3) - 1
        ]
    elif len(colours) > 1 and order not in (["part", "colour"] * len(colours), ["colour", "part"] * len(colours)):
        return []
    if len(colours) == 1:
        colours = colours * len(parts)
    if len(colours) != len(parts):
        return []
    return [(part, value, words) for part, (value, words) in zip(parts, colours, strict=True)]


def _tokens(wish: str) -> Iterator[tuple[str, str, str]]:
    """Each word as a colour, a part of the page, a filler, or ``?``."""
    words = [found[0].lower() for found in _TOKEN.finditer(wish)][:40]
    at = 0
    while at < len(words):
        pair = " ".join(words[at : at + 2])
        value = colour(pair) if words[at] in _SHADES and at + 1 < len(words) else None
        if value:
            yield "colour", value, pair
            at += 2
            continue
        yield _token(words[at])
        at += 1


def _token(word: str) -> tuple[str, str, str]:
    if value := colour(word):
        return "colour", value, word
    if word in _PARTS:
        return "part", _PARTS[word], word
    if word in _THEME:
        return "theme", word, word
    return ("filler" if word in _FILLERS else "?"), word, word
