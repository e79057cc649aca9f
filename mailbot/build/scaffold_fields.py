"""Fields as people list them: ``title, pages: number, bought (date) and read yes/no``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.build.scaffold_spec import MAX_LABEL, MAX_OPTIONS, Field, clean

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "string", "words", "free text"),
    "notes": ("notes", "note", "long text", "multiline", "memo", "paragraph", "textarea"),
    "number": ("number", "numeric", "integer", "int", "decimal", "float", "money", "currency", "num"),
    "date": ("date", "day"),
    "yesno": ("yes/no", "yes or no", "y/n", "yesno", "yes-no", "boolean", "bool", "checkbox", "tick box", "tickbox",
              "true/false", "flag"),
    "email": ("email", "e-mail", "mail address", "email address"),
    "link": ("link", "url", "website", "web address"),
}  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {word: kind for kind, words in _KINDS.items() for word in words}
KIND: Final = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
#: Names that end in a kind's word but mean a text: nobody adds up phone numbers.
_IDENTIFIERS: Final = re.compile(
    r"(?:phone|telephone|mobile|cell|fax|serial|invoice|order|account|card|house|room|part|model|reference|ref|id"
    r"|tracking|ticket|passport|license|licence|registration|vat|tax|customer|member|flight|plate|article|item|free"
    r"|plain|long) \w+",
    re.IGNORECASE,
)
_NUMBERS: Final = (
    "price|amount|cost|costs|quantity|qty|count|pages|year|rating|age|weight|height|distance|total|salary|score|hours"
    "|minutes|kilometres|km|kg|stock|percentage|value|budget|calories"
)
_BEFORE: Final = "(?:.{0,40} )?"
_GUESSES: Final[tuple[tuple[str, str], ...]] = (
    ("date", rf"{_BEFORE}(?:date|birthday|deadline|due|born|bought on|day)|(?:due|start|end|expiry) .{{0,20}}on"),
    ("number", rf"{_BEFORE}(?:{_NUMBERS})(?: (?:in|per|from|out of) .{{1,20}})?"),
    ("email", rf"{_BEFORE}e-?mail(?: address)?"),
    ("link", rf"{_BEFORE}(?:url|link|website|homepage)"),
    ("notes", rf"{_BEFORE}(?:notes?|comments?|remarks?|description|details|summary|review)"),
    (
        "yesno",
        rf".{{1,40}}\?|{_BEFORE}(?:done|paid|finished|completed|seen|watched|read|active|available|returned|sold)",
    ),
)
_TYPED: Final = re.compile(
    r"(?P<label>.+?)\s*(?::|=|\bas\b(?: an?)?|\(|\[| [-\u2013] |\bis an?\b)\s*"
    rf"(?:an?\s+)?(?P<kind>{KIND})\s*(?:field)?[)\]]?",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(rf"(?P<label>.+?)[\s,]+\(?(?P<kind>{KIND})\)?", re.IGNORECASE)
_PREFIX: Final = re.compile(rf"(?:an? )?(?P<kind>{KIND})(?: field)? (?:called|named|for) (?P<label>.+)", re.IGNORECASE)
_WHETHER: Final = re.compile(
    r"(?:whether(?: or not)?|if)(?: (?:it|they|i|he|she|we|you))?"
    r"(?: (?:is|are|was|were|have|has|am|been)){0,2} (?P<label>.+)",
    re.IGNORECASE,
)
_CHOICE: Final = re.compile(
    r"(?P<label>[^:(\[]{1,60}?)\s*(?:[:(\[]|\b(?:is )?(?:one of|either)\b)\s*"
    r"(?:one of|either|choice of|choice:?|options?:?)?\s*(?P<options>[^()\[\]]{3,400}?)\s*[)\]]?",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(
    r"(?:an?|the|its|their|his|her|my|our|some|one field|fields?|columns?)\s+(?:for\s+|called\s+|named\s+)?",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    r"(?:show|export|import|sort|filter|search|add|make|send|print|draw|plot|calculate|compute|let|allow|be|can|should|must"
    r"|use|display|upload|download|notify|remind|warn|group|edit|delete|remove|login|log in|it|i|we|they|there|please"
    r"|where|which|that)\b",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"^\s*(?:and|or|plus)\s+", re.IGNORECASE)
MAX_ITEM: Final = 500  #: characters of one item that are read
_MAX_WORDS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list of fields as it was read."""

    fields: tuple[Field, ...]
    guessed: tuple[str, ...] = ()  #: kinds that were taken from a name alone
    left: tuple[str, ...] = ()  #: items that are no fields


def listed(text: str, last_key: int = 0, known: Iterable[Field] = ()) -> Listed:
    """The fields that *text* lists; their keys go on after *last_key*, and a label in *known* is not taken twice."""
    taken = {field.label.casefold() for field in known}
    fields: list[Field] = []
    guessed: list[str] = []
    left: list[str] = []
    for item in items(text):
        found = field_of(item)
        if found is None:
            left.append(item)
        elif found.label.casefold() not in taken:
            taken.add(found.label.casefold())
            fields.append(
                Field(key=f"f{last_key + len(fields) + 1}", label=found.label, kind=found.kind, options=found.options)
            )
            guessed += [found.label] if found.guessed else []
    return Listed(fields=tuple(fields), guessed=tuple(guessed), left=tuple(left))


@dataclass(frozen=True, kw_only=True)
class _Found:
    label: str
    kind: str
    options: tuple[str, ...] = ()
    guessed: bool = False


def items(text: str) -> list[str]:
    """The items of a list; a comma in brackets or quotes does not part."""
    found, depth, start, quoted = [], 0, 0, False
    for at, char in enumerate(text):
        depth = max(0, depth + (char in "([") - (char in ")]"))
        quoted ^= char == '"'
        if char in ",;\n" and not depth and not quoted:
            found.append(text[start:at])
            start = at + 1
    found.append(text[start:])
    pieces = [piece for item in found for piece in _and(item)]
    return [
        piece
        for item in pieces
        if (piece := re.sub(r"^\s*(?:and|or|plus)\s+", "", item, flags=re.IGNORECASE).strip(" .!"))
    ]


def field_of(item: str) -> _Found | None:
    """One item of a list as a field, or None where it is something else."""
    plain = item.strip().rstrip(".!")[:MAX_ITEM]
    for pattern in (_PREFIX, _TYPED, _SUFFIX):
        found = pattern.fullmatch(plain)
        if found and not (pattern is _SUFFIX and _IDENTIFIERS.fullmatch(plain)):
            return _typed(found["label"], found["kind"], plain, suffix=pattern is _SUFFIX)
    if found := _WHETHER.fullmatch(plain):
        label = _label(found["label"])
        return _Found(label=label, kind="yesno") if label else None
    if (found := _CHOICE.fullmatch(plain)) and len(options := _options(found["options"])) > 1:
        label = _label(found["label"])
        return _Found(label=label, kind="choice", options=options) if label else None
    label = _label(plain)
    if not label:
        return None
    kind = guess(label)
    return _Found(label=label.rstrip("? ") or label, kind=kind, guessed=kind != "text" and label.lower() not in _WORDS)


def kind_of(words: str) -> str | None:
    """The kind that *words* name."""
    return _WORDS.get(re.sub(r"^(?:an? |the )|(?: field)$", "", words.strip().lower()))


def guess(label: str) -> str:
    """The kind that a label itself suggests."""
    if _IDENTIFIERS.fullmatch(label):
        return "text"
    return next((kind for kind, pattern in _GUESSES if re.fullmatch(pattern, label, re.IGNORECASE)), "text")


def _typed(label: str, words: str, whole: str, *, suffix: bool) -> _Found | None:
    kind = _WORDS[words.lower()]
    keeps = suffix and kind in {"date", "email", "link", "notes"} and words.lower() not in {"day", "memo"}
    shown = _label(whole if keeps else label)  # "due date" is a name, "price number" is a name and a kind
    return _Found(label=shown, kind=kind) if shown else None


def _label(text: str) -> str:
    plain = text.strip().strip("\"'`*_")
    while found := _ARTICLE.match(plain):
        plain = plain[found.end() :]
    label = clean(plain.strip(" \"'`*_:"), MAX_LABEL + 1)
    if not label or len(label) > MAX_LABEL or len(label.split()) > _MAX_WORDS or _VERB.match(label):
        return ""
    return label[0].upper() + label[1:] if any(char.isalnum() for char in label) else ""


def _options(text: str) -> tuple[str, ...]:
    pieces: Sequence[str] = re.split(r"\s*[,/|]\s*|\s+or\s+", text)
    options = [option for piece in pieces if (option := clean(piece.strip(" \"'"), MAX_LABEL))]
    return tuple(dict.fromkeys(options))[:MAX_OPTIONS] if all(len(o.split()) <= _MAX_WORDS for o in options) else ()


def _and(item: str) -> list[str]:
    """The two sides of an *and*, where both can be fields."""
    found = re.search(r"\s(?:and|plus|&)\s(?![^(\[]*[)\]])", item)
    if not found or '"' in item:
        return [item]
    return [item[: found.start()], *_and(item[found.end() :])]
