"""What a scaffolded project is, as one value: kept in its scaffold.json, and every revision is drawn anew from it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

SPEC_FILE: Final = "scaffold.json"
VERSION: Final = 1
KINDS: Final = ("text", "notes", "number", "date", "yesno", "email", "link", "choice")
DARK: Final = ("off", "auto", "on")
PARTS: Final = ("header", "background", "text", "accent", "title", "footer")
NAMES: Final[Mapping[str, str]] = {
    "tracker": "record tracker",
    "page": "static page",
    "tool": "browser tool",
    "viewer": "data viewer",
    "form": "form",
    "cli": "command-line tool",
    "api": "JSON API",
}
#: The templates whose entries have fields, those that have colours, and those whose variants differ.
FIELDED: Final = frozenset({"tracker", "form", "api"})
COLOURED: Final = frozenset({"tracker", "page", "tool", "viewer", "form"})
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "tool": ("todo", "notes", "timer", "calculator", "formula", "converter", "quiz", "drill", "kanban", "poll"),
    "cli": ("records", "report", "words", "rename"),
}
LANGUAGES: Final = ("en", "pl", "fr", "de")  #: that a page can be written in
MAX_FIELDS: Final = 40
MAX_SECTIONS: Final = 30
MAX_OPTIONS: Final = 20
MAX_ITEMS: Final = 100
MAX_COLUMNS: Final = 40
MAX_LABEL: Final = 60
MAX_TITLE: Final = 80
MAX_TEXT: Final = 4000
_HEX: Final = re.compile(r"#[0-9a-f]{6}")
COLUMN_KINDS: Final = ("text", "number", "date")
_SETTING: Final = re.compile(r"[a-z]{1,20}")
_KEY: Final = re.compile(r"f[0-9]{1,4}")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is kept of every record. The key never changes, so a new label loses no data."""

    key: str
    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table that came with the mail. Its source is the name that the file gives it."""

    source: str
    label: str
    kind: str = "text"
    shown: bool = True
    total: bool = False
    comma: bool = False  #: its numbers have a decimal comma


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A whole project."""

    template: str
    title: str
    tagline: str = ""
    noun: str = "record"  #: what one entry is called
    fields: tuple[Field, ...] = ()
    last_key: int = 0  #: keys are never used twice
    sections: tuple[Section, ...] = ()
    contact: tuple[tuple[str, str], ...] = ()  #: email, phone, address -> as written
    colours: tuple[tuple[str, str], ...] = ()  #: part -> #rrggbb
    dark: str = "off"
    language: str = "en"  #: that the page speaks
    variant: str = ""  #: which tool it is, where a template has several
    items: tuple[tuple[str, str], ...] = ()  #: questions and answers, lists of a board, choices of a poll
    columns: tuple[Column, ...] = ()  #: of the table that is shown
    settings: tuple[tuple[str, str], ...] = ()  #: what only some templates know, such as minutes -> 25

    @property
    def fielded(self) -> bool:
        """Whether its entries have fields."""
        return self.template in FIELDED or (self.template, self.variant) == ("cli", "records")

    def setting(self, name: str, default: str = "") -> str:
        """One of the settings."""
        return dict(self.settings).get(name, default)

    def with_setting(self, name: str, value: str) -> Spec:
        """The same project with another value of a setting; an empty one takes it away."""
        known = {key: was for key, was in self.settings if key != name} | ({name: value} if value else {})
        return replace(self, settings=tuple(sorted(known.items())))

    @property
    def name(self) -> str:
        """The template's name, as people read it."""
        return NAMES[self.template]


def clean(text: str, limit: int) -> str:
    """*text* on one line, without characters that cannot be seen."""
    shown = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    plain = "".join(char for char in shown if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return " ".join(plain.split())[:limit].strip()


def clean_lines(text: str, limit: int) -> str:
    """*text* with its lines, each clean."""
    return "\n".join(line for raw in text[:limit].splitlines() if (line := clean(raw, limit)))


def as_json(spec: Spec) -> str:
    """The spec as it stands in scaffold.json."""
    return json.dumps({"version": VERSION} | asdict(spec), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Spec | None:
    """The spec that scaffold.json holds, or None where it holds none that can be drawn."""
    try:
        found = json.loads(text)
        return _spec(found) if isinstance(found, dict) and found.get("version") == VERSION else None
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None  # edited by hand, or of another version: the caller says that it cannot be read


def _spec(found: Mapping[str, object]) -> Spec:
    fields = tuple(_field(entry) for entry in _list(found["fields"], MAX_FIELDS))
    sections = tuple(_section(entry) for entry in _list(found["sections"], MAX_SECTIONS))
    spec = Spec(
        template=_one_of(found["template"], NAMES),
        title=clean(_str(found["title"]), MAX_TITLE),
        tagline=clean(_str(found["tagline"]), MAX_TEXT),
        noun=clean(_str(found["noun"]), MAX_LABEL),
        fields=fields,
        last_key=max([0, *(int(field.key[1:]) for field in fields)]),
        sections=sections,
        contact=tuple((_str(kind), clean(_str(value), MAX_TEXT)) for kind, value in _pairs(found["contact"])),
        colours=tuple((_one_of(part, PARTS), _colour(value)) for part, value in _pairs(found["colours"])),
        dark=_one_of(found["dark"], DARK),
        language=_one_of(found.get("language", "en"), LANGUAGES),
        variant=_variant(found),
        items=tuple((_words(one), _words(two)) for one, two in _pairs(found.get("items", []), MAX_ITEMS)),
        columns=tuple(_column(entry) for entry in _list(found.get("columns", []), MAX_COLUMNS)),
        settings=tuple((_name(key), _words(value)) for key, value in _pairs(found.get("settings", []))),
    )
    last = found.get("last_key")
    kept = last if isinstance(last, int) and spec.last_key <= last < 10_000 else spec.last_key  # noqa: PLR2004  (four digits)
    return replace(spec, last_key=kept)


def _field(entry: Mapping[str, object]) -> Field:
    key = _str(entry["key"])
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    options = tuple(clean(_str(option), MAX_LABEL) for option in _list(entry["options"], MAX_OPTIONS))
    label = clean(_str(entry["label"]), MAX_LABEL)
    return Field(key=key, label=label, kind=_one_of(entry["kind"], KINDS), options=options)


def _section(entry: Mapping[str, object]) -> Section:
    return Section(heading=clean(_str(entry["heading"]), MAX_LABEL), text=clean_lines(_str(entry["text"]), MAX_TEXT))


def _column(entry: Mapping[str, object]) -> Column:
    flags = {name: entry[name] is True for name in ("shown", "total", "comma")}
    source, label = clean(_str(entry["source"]), MAX_LABEL), clean(_str(entry["label"]), MAX_LABEL)
    return Column(source=source, label=label, kind=_one_of(entry["kind"], COLUMN_KINDS), **flags)


def _variant(found: Mapping[str, object]) -> str:
    known = VARIANTS.get(_str(found["template"]))
    return _one_of(found["variant"], known) if known else ""


def _words(value: object) -> str:
    return clean(_str(value), MAX_TEXT)


def _name(value: object) -> str:
    if not _SETTING.fullmatch(_str(value)):
        raise ValueError(value)
    return str(value)


def _list(value: object, most: int) -> list[Mapping[str, object]]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(value)
    return value


def _pairs(value: object, most: int = 20) -> Iterable[tuple[object, object]]:
    return [(one, two) for one, two in _list(value, most)]


def _one_of(value: object, known: Iterable[str]) -> str:
    if value not in set(known):
        raise ValueError(value)
    return str(value)


def _colour(value: object) -> str:
    if not _HEX.fullmatch(_str(value)):
        raise ValueError(value)
    return str(value)


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
