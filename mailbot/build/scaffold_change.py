"""Apply one wish to a project: the first rule that understands it, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build import scaffold_look, scaffold_parts
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
#: What the templates do anyway, by the words that ask for it.
_FEATURES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "tracker": (
        ("export exports exporting csv download downloads downloadable", "the list can be taken out as CSV"),
        ("search searchable find filter searching", "the list can be searched"),
        ("sort sorted sortable sorting order column columns", "a click on a column's name sorts the list"),
        ("edit delete add editing deleting adding change remove new", "entries can be added, edited and deleted"),
        ("total totals sum sums number numbers", "number fields have a total"),
        ("offline", "it works offline: it runs on your own machine and loads nothing from outside"),
        ("save saved saves sqlite database stored store persist keep keeps kept", "entries are kept in a SQLite file"),
        ("docker dockerfile container", "there is a Dockerfile"),
        ("test tests tested unittest", "it has its own tests"),
        ("phone mobile responsive friendly small screen screens tablet", "it fits small screens"),
        ("simple plain minimal clean", "the design is plain"),
    ),
    "page": (
        ("offline static", "it works offline and needs no server: open index.html"),
        ("phone mobile responsive friendly small screen screens tablet", "it fits small screens"),
        ("simple plain minimal clean", "the design is plain"),
        ("docker dockerfile container", "there is a Dockerfile"),
        ("html css", "it is HTML and CSS"),
    ),
}
#: What they do without, by the words that ask for that.
_ABSENT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "tracker": (
        ("internet connection", "it works offline: it runs on your own machine and loads nothing from outside"),
        ("dependencies dependency install installation packages", "it needs Python and nothing else"),
        ("javascript scripts script cookies tracking", "it has no scripts, cookies or tracking"),
    ),
    "page": (
        ("internet connection server", "it works offline and needs no server: open index.html"),
        ("javascript scripts script cookies tracking", "it has no scripts, cookies or tracking"),
    ),
}
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
    for pattern, action in (*scaffold_look.RULES, *scaffold_parts.RULES):
        said = bare(wish, whole=True) if "text" in pattern.groupindex else plain
        if (found := pattern.fullmatch(said)) and (made := action(spec, found)):
            return made
    return (heading_with_text(spec, wish) or _prose(spec, plain) if first else None) or _feature(spec, plain)


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
    table = _ABSENT if words & _NOT else _FEATURES
    rest, said = words - _NOT, list[str]()
    for vocabulary, what in table[spec.template]:
        if meant := rest & set(vocabulary.split()):
            rest -= meant
            said.append(what)
    return (spec, "; ".join(said)) if said and not rest - _FILLERS else None
