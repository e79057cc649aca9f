"""Wishes about what a project is made of: the fields of a tracker, the sections and contacts of a page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from mailbot.build.scaffold_fields import KIND, field_of, items, kind_of, listed
from mailbot.build.scaffold_look import Done, Rule, rule
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import (
    MAX_FIELDS,
    MAX_LABEL,
    MAX_SECTIONS,
    MAX_TEXT,
    Field,
    Section,
    Spec,
    clean,
    clean_lines,
)  # fmt: skip

_KIND_NAMES: Final = {"yesno": "yes/no", "notes": "long text", "choice": "choice"}
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE: Final = re.compile(r"\+?[\d][\d ()/.-]{5,24}\d")
_NOT_HEADINGS: Final = frozenset(
    {"note", "ps", "p.s", "nb", "n.b", "fyi", "btw", "re", "subject", "from", "to", "cc", "date"}
)
_FIELD: Final = r"(?:fields?|columns?|attributes?|propert(?:y|ies))"
_HEADING_WORDS: Final = 5


def _add_fields(spec: Spec, found: re.Match[str]) -> Done | None:
    read = listed(found["items"], spec.last_key, spec.fields)
    fields = (*spec.fields, *read.fields)
    if not spec.fielded or read.left or not read.fields or len(fields) > MAX_FIELDS:
        return None
    after = replace(spec, fields=fields, last_key=spec.last_key + len(read.fields))
    return after, f"new: {', '.join(described(field) for field in read.fields)}"


def _add_typed(spec: Spec, found: re.Match[str]) -> Done | None:
    """A new field that is only recognised by its kind: ``add price: number``."""
    one = field_of(found["items"])
    return _add_fields(spec, found) if one and one.kind != "text" and not one.guessed else None


def _remove(spec: Spec, found: re.Match[str]) -> Done | None:
    names = items(found["items"])
    gone = [name for raw in names if (name := _known(spec, raw))]
    kept = len(gone) < len(spec.fields) if spec.fielded else spec.template == "page"
    if not gone or len(gone) != len(names) or not kept:
        return None
    folded = {name.casefold() for name in gone}
    if spec.fielded:
        fields = tuple(field for field in spec.fields if field.label.casefold() not in folded)
        return replace(spec, fields=fields), f"{', '.join(gone)} is gone from view; what was entered stays in the data"
    sections = tuple(one for one in spec.sections if one.heading.casefold() not in folded)
    return replace(spec, sections=sections), f"{', '.join(gone)} is gone"


def _rename(spec: Spec, found: re.Match[str]) -> Done | None:
    old, new = _known(spec, found["old"]), clean(_unquoted(found["new"]), MAX_LABEL)
    if not old or not new or _known(spec, new) not in {"", old}:
        return None
    new = new[0].upper() + new[1:]
    fields = tuple(replace(field, label=new) if field.label == old else field for field in spec.fields)
    sections = tuple(replace(one, heading=new) if one.heading == old else one for one in spec.sections)
    return replace(spec, fields=fields, sections=sections), f"{old} is called {new}"


def _retype(spec: Spec, found: re.Match[str]) -> Done | None:
    name, kind = _known(spec, found["old"]), kind_of(found["kind"])
    if not spec.fielded or not name or not kind:
        return None
    fields = tuple(replace(f, kind=kind, options=()) if f.label == name else f for f in spec.fields)
    return replace(spec, fields=fields), f"{name} is a {_KIND_NAMES.get(kind, kind)} field"


def _add_sections(spec: Spec, found: re.Match[str]) -> Done | None:
    names = [clean(_unquoted(_ARTICLE.sub("", name)), MAX_LABEL) for name in items(found["items"])]
    names = [name[0].upper() + name[1:] for name in names if name]
    text = clean_lines(found.groupdict().get("text") or "", MAX_TEXT)
    fresh = [name for name in dict.fromkeys(names) if not _known(spec, name)]
    long = any(len(name.split()) > _HEADING_WORDS for name in names)
    if spec.template != "page" or not fresh or long or len(spec.sections) + len(fresh) > MAX_SECTIONS:
        return None
    made = tuple(Section(heading=name, text=text) for name in fresh)
    return replace(spec, sections=(*spec.sections, *made)), f"new section: {', '.join(fresh)}"


def _write(spec: Spec, found: re.Match[str]) -> Done | None:
    """The text of a section that is there."""
    name, text = _known(spec, found["old"]), clean_lines(_unquoted(found["text"]), MAX_TEXT)
    if spec.template != "page" or not name or not text:
        return None
    sections = tuple(replace(one, text=text) if one.heading == name else one for one in spec.sections)
    return replace(spec, sections=sections), f"{name} has your text"


def _contact(spec: Spec, found: re.Match[str]) -> Done | None:
    text = found["text"]
    ways = dict(spec.contact)
    if spec.template != "page":
        return None
    mail, phone = _EMAIL.search(text), _PHONE.search(text)
    if mail:
        ways["email"] = mail[0]
    if phone:
        ways["phone"] = phone[0].strip()
    if not mail and not phone:
        ways["address"] = clean(_unquoted(text).rstrip(" ."), 200)
    after = replace(spec, contact=tuple(sorted(ways.items())))
    return (after, f"contact: {', '.join(value for _, value in after.contact)}") if any(ways.values()) else None


def heading_with_text(spec: Spec, wish: str) -> Done | None:
    """``Opening hours: Mon to Fri`` in a first request is a section with its text."""
    heading, colon, text = wish.partition(":")
    name, body = clean(heading, MAX_LABEL), clean_lines(text.lstrip(), MAX_TEXT)
    short = 0 < len(name.split()) <= _HEADING_WORDS and name[:1].isalnum() and name.casefold() not in _NOT_HEADINGS
    if spec.template != "page" or not colon or not short or not body or heading.strip().endswith(("http", "https")):
        return None
    if known := _known(spec, name):
        sections = tuple(replace(one, text=body) if one.heading == known else one for one in spec.sections)
        return replace(spec, sections=sections), f"{known} has your text"
    if len(spec.sections) >= MAX_SECTIONS:
        return None
    name = name[0].upper() + name[1:]
    return replace(spec, sections=(*spec.sections, Section(heading=name, text=body))), f"section {name} has your text"


def described(field: Field, language: str = "en") -> str:
    """A field with its kind."""
    kind = "/".join(field.options) or phrase(language, _KIND_NAMES.get(field.kind, field.kind))
    return field.label if field.kind == "text" else f"{field.label} ({kind})"


_ARTICLE: Final = re.compile(r"^(?:the|an?|our|my)\s+|\s+(?:section|part)$", re.IGNORECASE)
_AROUND: Final = re.compile(
    rf"^(?:the|an?|our|my)\s+|^{_FIELD}\s+|^(?:section|part)\s+|\s+(?:{_FIELD}|section|part)$", re.IGNORECASE
)


def _known(spec: Spec, words: str) -> str:
    """The label or heading that *words* mean; empty where there is none."""
    names = [field.label for field in spec.fields] + [one.heading for one in spec.sections]
    wanted = _unquoted(words)
    for _ in range(3):
        if found := next((name for name in names if name.casefold() == wanted.casefold()), ""):
            return found
        wanted = _unquoted(_AROUND.sub("", wanted, count=1))
    return next((name for name in names if name.casefold() == wanted.casefold()), "")


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'").strip()


_ADD: Final = r"(?:add|include|insert)"
_ONE: Final = (
    r"(?:an? |another |the |one more |(?:two|three|four|some|these) |more )?(?:new |more |extra |additional )?"
)
_NAMED: Final = r"(?:called |named |titled |for |about |on |with the (?:name|heading) )?(?:the )?"
_REACH: Final = (
    r"(?:contact|e-?mail|phone|telephone|tel|address|reach (?:me|us)|write (?:me|us)?|call (?:me|us)?)"
    r"(?: details?| address| number| info(?:rmation)?| person)?"
)
RULES: Final[tuple[Rule, ...]] = (
    rule(
        _add_fields,
        rf"(?:(?:{_ADD}|give it|with|track|record)\s+)?(?:also\s+)?{_ONE}{_FIELD}:?\s+{_NAMED}(?P<items>.+)",
    ),
    rule(_add_fields, rf"{_ADD}\s+{_ONE}(?P<items>.+?) (?:as )?(?:an? )?(?:new )?{_FIELD}"),
    rule(_add_fields, rf"(?:{_ADD}\s+)?(?:an? |another )(?P<items>\S.{{0,40}} {_FIELD} (?:called|named|for) .+)"),
    rule(_add_typed, rf"{_ADD}\s+(?:an? |another |the )?(?P<items>.+)"),
    rule(_remove, r"(?:remove|delete|drop|take out|take away|hide|get rid of|leave out)\s+(?P<items>.+)"),
    rule(_rename, r"(?:rename|change the name of)\s+(?P<old>.+?)\s+(?:to|into|as)\s+(?P<new>.+)"),
    rule(_rename, r"(?:call|name)\s+(?P<old>.+?)\s+(?P<new>\"[^\"]+\"|'[^']+')"),
    rule(_rename, r"(?P<old>.{1,80}?) should be (?:called|named|renamed(?: to)?)\s+(?P<new>.+)"),
    rule(
        _retype,
        rf"(?:make|change|turn|set)\s+(?P<old>.+?)\s+(?:into |to )?(?:be )?(?:an? )?(?P<kind>{KIND})(?: field)?",
    ),
    rule(_retype, rf"(?P<old>.{{1,80}}?) (?:should|must) be (?:an? )?(?P<kind>{KIND})(?: field)?"),
    rule(
        _add_sections,
        rf"(?:{_ADD}\s+)?{_ONE}section {_NAMED}(?P<items>\"[^\"]+\"|'[^']+'|[^:]{{1,60}}?)",
        r"(?:\s*:\s*|,? (?:with|saying) (?:the )?(?:text|words)?:?\s*)(?P<text>.+)",
    ),
    rule(_add_sections, rf"(?:(?:{_ADD}|with|have)\s+)?{_ONE}sections?:?\s+{_NAMED}(?P<items>.+)"),
    rule(_add_sections, rf"{_ADD}\s+{_ONE}(?P<items>.+?) sections?"),
    rule(
        _write,
        r"(?:(?:set|change|make|update)\s+)?(?:the )?text (?:of|in|for|under) (?:the )?",
        r"(?P<old>.+?)(?:\s*:\s*| (?:to|is|should be|should say|says?) )(?P<text>.+)",
    ),
    rule(_write, r"(?:write |put )?(?:in|under) (?P<old>.+?)(?:,? (?:write|put|say))?\s*:\s*(?P<text>.+)"),
    rule(_write, r"(?:write|put)\s+(?P<text>\"[^\"]+\") (?:in|into|under) (?P<old>.+)"),
    rule(
        _contact,
        rf"(?:add |set |change |use |put )?(?:my |our |the |an? )?{_REACH}",
        r"(?: (?:is|to|at|by|on|under|should be)| me at| us at|\s*:){1,2}\s*(?P<text>.+)",
    ),
    rule(_contact, rf"(?:{_REACH}|contact (?:me|us))\s+(?P<text>\S*@.*|\+?\d.*)"),
    rule(_write, r"(?P<old>[^:]{1,60}?)\s*:\s*(?P<text>.+)"),
)
