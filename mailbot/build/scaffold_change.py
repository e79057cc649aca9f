"""Apply one wish to a project: the first rule that understands it, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build import scaffold_columns, scaffold_items, scaffold_look, scaffold_parts
from mailbot.build.scaffold_features import ABSENT, FEATURES, NOT_OF
from mailbot.build.scaffold_items import question_with_answer
from mailbot.build.scaffold_look import Done, coloured
from mailbot.build.scaffold_parts import heading_with_text
from mailbot.build.scaffold_spec import MAX_TEXT, Spec, clean, clean_lines
from mailbot.build.scaffold_text import bare, parts

LONGEST: Final = 2000  #: characters of a wish that may be understood
_WORD: Final = re.compile(r"[\w']+")
_FILLER_WORDS: Final = (
    "needed the a an it its this that and or to of in on for with from can should must be able i we you they have "
    "has me my our please also all every any each as via by button option possible possibility let lets let's "
    "want need would like is are will do does work works user users way page app site tool list table records "
    "record entries entry items item rows row them make into file files looks look use using run runs running"
)
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_NOT: Final = frozenset({"no", "not", "without", "never", "don't", "doesn't", "cannot", "nothing", "none"})


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A project after some wishes."""

    spec: Spec
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()


def changed(spec: Spec, wish: str, *, first: bool = False) -> Changed:
    """*spec* after one sentence, which may hold several commands; *first*: it belongs to the first request."""
    pieces = parts(wish) if len(wish) <= LONGEST else [wish]
    if len(pieces) > 1 and (whole := _one(spec, wish, first=first)) and '"' in wish:
        return Changed(spec=whole[0], done=(whole[1],))
    done: list[str] = []
    not_done: list[str] = []
    for piece in pieces:
        made = _one(spec, piece, first=first)
        if made is None:
            not_done.append(piece)
        else:
            spec = made[0]
            done.append(made[1])
    return Changed(spec=spec, done=tuple(done), not_done=tuple(not_done) if done else (wish,))


def _one(spec: Spec, wish: str, *, first: bool) -> Done | None:
    plain = bare(wish)
    if not plain or len(plain) > LONGEST:
        return None
    if made := coloured(spec, plain):
        return made
    for pattern, action in _RULES:
        said = bare(wish, whole=True) if "text" in pattern.groupindex else plain
        if (found := pattern.fullmatch(said)) and (made := action(spec, found)):
            return made
    written = heading_with_text(spec, wish) or _prose(spec, plain) if first else None
    return written or question_with_answer(spec, wish) or _feature(spec, plain)


_RULES: Final = (
    *scaffold_look.RULES,
    *scaffold_columns.RULES_OF_ALL,
    *scaffold_columns.RULES,
    *scaffold_items.RULES,
    *scaffold_parts.RULES,
)


def _prose(spec: Spec, wish: str) -> Done | None:
    """In a first request for a page, what its author says of themselves is what the page says."""
    if spec.template != "page" or not _OF_US.match(wish):
        return None
    one = next((one for one in spec.sections if one.heading in {"About", "Profile", "About us", "About me"}), None)
    if one is None:
        return replace(spec, tagline=clean(f"{spec.tagline} {wish}.", MAX_TEXT)), "your words stand under the title"
    text = clean_lines(f"{one.text} {wish}.".strip(), MAX_TEXT)
    sections = tuple(replace(one, text=text) if other is one else other for other in spec.sections)
    return replace(spec, sections=sections), f"{one.heading} has your words"


_OF_US: Final = re.compile(
    r"(?:we|our|my|i am|i'm|i have|i've|i work|i live|i was)\b"
    r"(?! (?:want|need|wish|would|should|must|like|think|hope|also want|prefer))",
    re.IGNORECASE,
)


def _feature(spec: Spec, wish: str) -> Done | None:
    """A wish for what the template does anyway, if every word of it is about that."""
    words = {word.lower() for word in _WORD.findall(wish)}
    table = ABSENT if words & _NOT else FEATURES
    rest, said = words - _NOT, list[str]()
    for vocabulary, what in table[spec.template]:
        if what in NOT_OF.get(spec.variant, ()):
            continue
        if meant := rest & set(vocabulary.split()):
            rest -= meant
            said.append(what)
    return (spec, "; ".join(said)) if said and not rest - _FILLERS else None
