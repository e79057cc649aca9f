"""What the author says of the program itself: its kind, stack, target, features, and files that must stay.

Two forms: field lines ("app_type: dashboard", as the HTTP order calls them, or a whole order as JSON), and words in
sentences. A name with a "no" or "without" before it is not wanted. Nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mailbot.domain.intent import Wants
from mailbot.understand import wants_words as words
from mailbot.understand.brought import FILE
from mailbot.understand.criteria import criteria_of
from mailbot.understand.folded import bare, fold

MAX_READ: Final = 20_000  #: characters in which they are looked for
MAX_NAMED: Final = 30  #: things that one field can name
MAX_NAME: Final = 80
PAGELESS: Final = frozenset({"api", "cli", "script", "bot", "library", "desktop_app", "mobile_app"})

_FENCED: Final = re.compile(r"^[ \t]{0,3}(```|~~~).*?(?:^[ \t]{0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_FIELD: Final = re.compile(r"[\s*_>-]{0,8}([^\W\d][^:\uff1a=\n]{0,40}?)[\s*_]{0,3}[:\uff1a=]\s{0,8}(.*)$")
_BULLET: Final = re.compile(r"\s{0,12}(?:[-*•+]|\d{1,2}[.)])\s{1,8}(\S.*)$")
_SEPARATOR: Final = re.compile(r"\s{0,3}[,;/|•]\s{0,3}|\s(?:and|und|et|oraz|i|\+|&)\s")
#: The fields of an order by HTTP that name things.
_ORDERED: Final = ("app_type", "tech_stack", "deployment_target", "features")
_LABELS: Final[Mapping[str, str]] = {
    bare(one): field for field, text in words.FIELDS.items() for one in text.split("|")
}


def _any(text: str) -> str:
    return "|".join(re.escape(one) for one in text.split("|"))


def _names(table: Mapping[str, str], before: str = "") -> re.Pattern[str]:
    """A pattern of every name in *table*, the longest first; what it found is looked up in _KNOWN."""
    folded = {fold(one) for text in table.values() for one in text.split("|")}
    phrases = sorted(folded, key=lambda one: (-len(one), one))
    return re.compile(rf"(?<![\w.#/@-]){before}(?P<name>{'|'.join(map(re.escape, phrases))})s?(?![\w#@]|[.+-]\w|\+\+)")


def _meaning(table: Mapping[str, str]) -> Mapping[str, str]:
    return {fold(one): name for name, text in table.items() for one in text.split("|")}


_TYPES, _TYPE_NAMES = _names(words.APP_TYPES), _meaning(words.APP_TYPES)
_STACKS, _STACK_NAMES = _names(words.STACK), _meaning(words.STACK)
_INTO: Final = "(?:" + "|".join(fold(one) for one in words.INTO.split("|")) + ") "
_AFTER, _AFTER_NAMES = _names(words.STACK_AFTER, _INTO), _meaning(words.STACK_AFTER)
_TARGETS, _TARGET_NAMES = _names(words.TARGETS), _meaning(words.TARGETS)
_FEATURES, _FEATURE_NAMES = _names(words.FEATURES), _meaning(words.FEATURES)
_NOT: Final = re.compile(rf"(?:^|\W)(?:{_any(fold(words.NOT))})(?: (?:an?|the|any|use of|de|d'|eine?n?))? ?$")
#: What a "no" holds on over.
_OR: Final = re.compile(r"(?: ?/ ?| (?:or|nor|oder|noch|ou|ni|lub|ani) )")
_LOCK: Final = re.compile(rf"(?<!\w)(?:{_any(words.LOCK)})(?!\w)")
_LOCK_AFTER: Final = re.compile(rf"(?<!\w)(?:{_any(words.LOCK_AFTER)})(?!\w)")
_NONE: Final = frozenset({"", "no", "none", "nobody", "false", "any", "nein", "keine", "nie", "brak", "non", "aucun"})
_CLAUSE: Final = re.compile(r"[!?;\n]|\.(?=\s|$)|,\s(?=(?:but|and|aber|und|mais|ale)\s)|\s(?=(?:but|aber|mais|ale)\s)")


def wants_of(text: str, *, lists: bool = True) -> Wants:
    """What *text* says of the program; *lists*: what is numbered in it are criteria."""
    order = _order(text)
    if order is not None:
        return order
    said = _FENCED.sub("\n", text[:MAX_READ])
    fields = _fields(said)
    wants = _in_words(said)
    app_type = _first(fields.get("app_type", ()), _TYPE_NAMES) or wants.app_type
    criteria = criteria_of(text, shown=app_type not in PAGELESS, lists=lists)
    return replace(
        wants,
        app_type=app_type,
        stack=_union(_named_in(fields, ("stack", "database"), {**_AFTER_NAMES, **_STACK_NAMES}), wants.stack),
        target=_first(fields.get("target", ()), _TARGET_NAMES) or wants.target,
        features=_union(_named_in(fields, ("features",), _FEATURE_NAMES), _wants_login(fields), wants.features),
        locked=_union(FILE.findall("\n".join(fields.get("locked", ()))), _locked(said)),
        criteria=criteria.checks,
        more=criteria.more,
    )


def _in_words(text: str) -> Wants:
    """What stands in sentences."""
    folded = [fold(line) for line in text.split("\n")]
    types = list(_wanted(folded, _TYPES, _TYPE_NAMES))
    targets = list(_wanted(folded, _TARGETS, _TARGET_NAMES))
    stack = [*_wanted(folded, _STACKS, _STACK_NAMES), *_wanted(folded, _AFTER, _AFTER_NAMES)]
    return Wants(
        app_type=_surest(types),
        stack=tuple(dict.fromkeys(stack))[:MAX_NAMED],
        target=targets[0] if targets else "",
        features=tuple(dict.fromkeys(_wanted(folded, _FEATURES, _FEATURE_NAMES)))[:MAX_NAMED],
    )


def _surest(types: Sequence[str]) -> str:
    """The kind that is named first; "page" is said of anything, so another one counts more."""
    particular = [one for one in types if one != "static_site"]
    return (particular or [*types, ""])[0]


def _wanted(lines: Sequence[str], pattern: re.Pattern[str], names: Mapping[str, str]) -> Iterator[str]:
    """The names in *lines* that have no "no" before them; a "no" holds on over "or" and commas."""
    for line in lines:
        refused = -1
        for found in pattern.finditer(line):
            before = line[max(0, found.start() - 40) : found.start()]
            follows = (
                refused >= 0
                and _OR.fullmatch(line, refused, found.start())
                and "," not in line[refused : found.start()]
            )
            if _NOT.search(before) or follows:
                refused = found.end()
            else:
                yield names[found["name"]]


def _fields(text: str) -> Mapping[str, Sequence[str]]:
    """The field lines: field -> what is named there, on the line itself or in a list below it."""
    found: dict[str, list[str]] = {}
    field = ""
    for line in text.split("\n"):
        item = _BULLET.match(line)
        labelled = _FIELD.match(line) if len(line) < MAX_READ else None
        label = _LABELS.get(bare(labelled[1])) if labelled else None
        if label and labelled:
            field = label
            found.setdefault(field, []).extend(_named(labelled[2]))
        elif item and field:
            found[field].append(item[1].strip()[:MAX_NAME])
        elif line.strip():
            field = ""
    return found


def _named(value: str) -> list[str]:
    pieces = (one.strip(" .*_\"'`[]()") for one in _SEPARATOR.split(value[:1_000]))
    return [one[:MAX_NAME] for one in pieces if one][:MAX_NAMED]


def _named_in(fields: Mapping[str, Sequence[str]], which: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What these fields name: in our words where we know them; "none" names nothing."""
    said = (fold(one) for field in which for one in fields.get(field, ()))
    return [names.get(one, one) for one in said if one not in _NONE]


def _wants_login(fields: Mapping[str, Sequence[str]]) -> list[str]:
    """A field for the login says that there is to be one, unless it says no."""
    said = [fold(one) for one in fields.get("auth", ())]
    return ["authentication"] if said and not _NONE & set(said) else []


def _first(said: Sequence[str], names: Mapping[str, str]) -> str:
    """The one that a field names: ours where we know it, else in its own words."""
    if not said:
        return ""
    name = fold(said[0])
    return names.get(name, names.get(name.replace("_", " "), re.sub(r"[\s-]+", "_", name)))


def _union(*groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group if one))[:MAX_NAMED]


def _locked(text: str) -> tuple[str, ...]:
    """The files of which a clause says that they stay as they are."""
    found: list[str] = []
    for clause in _CLAUSE.split(text):
        small = clause.lower()
        files = list(FILE.finditer(clause))
        if not files:
            continue
        lock, after = _LOCK.search(small), _LOCK_AFTER.search(small)
        if lock:
            found += [one[0] for one in files if one.start() > lock.start()] or [one[0] for one in files]
        elif after:
            found += [one[0] for one in files if one.start() < after.start()]
    return tuple(dict.fromkeys(found))[:MAX_NAMED]


def _order(text: str) -> Wants | None:
    """A whole order, as the HTTP interface takes it, pasted as JSON."""
    shown = text.strip()
    if not (shown.startswith("{") and shown.endswith("}")) or len(shown) > MAX_READ:
        return None
    try:
        order = json.loads(shown)
    except (ValueError, RecursionError):
        return None  # then it is a text like any other
    if not isinstance(order, dict) or not order.keys() & {*_ORDERED, "requirements", "parameters"}:
        return None
    parameters = order.get("parameters")
    named = {name: order[name] for name in _ORDERED if name in order}
    named |= parameters if isinstance(parameters, dict) else {}
    needs = order.get("requirements", [])
    listed = needs if isinstance(needs, list) else [needs]
    lines = [f"{name}: {_joined(value)}" for name, value in list(named.items())[:MAX_NAMED]]
    return wants_of("\n".join([*lines, "requirements:", *(f"- {_joined(one)}" for one in listed)]))


def _joined(value: object) -> str:
    """A value of JSON on one line."""
    if isinstance(value, list):
        return ", ".join(_joined(one) for one in value[:MAX_NAMED] if not isinstance(one, list | dict))
    return " ".join(str(value).split())[:300] if isinstance(value, str | int | float | bool) else ""
