# ruff: noqa: E501  (a pattern is read on one line)
"""The project that a first request begins: a table that is shown, a form, an interface, a command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.build import scaffold_words as words
from mailbot.build.scaffold_asked import Asked, Start
from mailbot.build.scaffold_begin_tool import begun_tool
from mailbot.build.scaffold_columns import column_of
from mailbot.build.scaffold_fields import Listed, items, listed
from mailbot.build.scaffold_kinds import Wanted
from mailbot.build.scaffold_naming import noun_in, singular
from mailbot.build.scaffold_parts import described
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import MAX_FIELDS, MAX_LABEL, MAX_TITLE, Field, Spec, clean
from mailbot.build.scaffold_table import columns_of
from mailbot.build.scaffold_values import TOOLS

_COLUMN: Final = re.compile(
    r"(?:the|a|column) (?P<one>[\w-]{1,40}) column|column (?:called |named )?(?P<two>[\w-]{1,40})", re.IGNORECASE
)
_TOP: Final = re.compile(r"(?:(?P<number>\d{1,3}) )?most (?:frequent|common)", re.IGNORECASE)
_FORM_FIELDS: Final = "name, email: email, message: notes"
#: What parts a first sentence about a table into what it asks for.
_PIECES: Final = re.compile(
    r"\s*[,;]\s*(?:and\s+)?(?:that\s+|which\s+|it\s+(?:should|must)\s+)?|\s+(?:that|which)\s+(?:should\s+|must\s+|can\s+)?"
    r"|\s+and\s+(?=(?:let|show|add|sum|sort|total|draw|plot|chart|make|hide|search|filter|display|list|a\s|an\s|the\s+(?:total|average|sum|mean)))"
    r"|\s+with\s+(?=(?:an?|the)?\s*(?:bar |simple )*(?:totals?|charts?|graphs?|sums?|average|search|filter|plot|diagram)\b)",
    re.IGNORECASE,
)


def begun(wanted: Wanted, asked: Asked) -> Start | None:
    """What is begun; None where too little is said of it."""
    match wanted.template:
        case "tool":
            return begun_tool(wanted.variant, asked)
        case "viewer":
            return _viewer(asked)
        case "cli" if wanted.variant != "records":
            return _command(wanted.variant, asked)
        case _:
            return _fielded(wanted, asked)


# Tables.


def _viewer(asked: Asked) -> Start | None:
    table = asked.table
    if table is None:
        return None
    columns = columns_of(table)
    name = clean(re.sub(r"\.\w{1,5}$", "", table.name).replace("_", " ").replace("-", " "), MAX_TITLE) or "Data"
    spec = Spec(
        template="viewer", title=asked.named(name), language=asked.language, columns=columns,
    ).with_setting("file", table.name)  # fmt: skip
    numbers = [one for one in columns if one.kind == "number"]
    assumed: tuple[str, ...] = ()
    if numbers:
        mark = "a comma is the decimal mark" if any(one.comma for one in numbers) else "full stop is the decimal mark"
        assumed = (phrase(asked.language, mark),)
    said = phrase(
        asked.language, "a page that shows %s, %s rows and %s columns, and works offline",
        table.name, len(table.rows), len(columns),
    )  # fmt: skip
    plain = _OF_THE_FILE.sub("", asked.main)
    pieces = tuple(one for raw in _PIECES.split(plain) if (one := raw.strip(" .")))
    return Start(spec=spec, said=said, used=asked.used, assumed=assumed, left=(*pieces, *asked.more))


_OF_THE_FILE: Final = re.compile(
    r"\s+(?:of|from|in|out of|using|with)\s+(?:(?:the|my|our|this|an?|attached|enclosed)\s+){0,3}"
    r"(?:file|csv(?: file)?|data|attachment|spreadsheet|table)\b",
    re.IGNORECASE,
)


_SHOWS: Final = re.compile(
    r"^(?:(?:make |build |create )?an? (?:page|report|table|dashboard|overview|list|view) (?:of|about|for|with|showing)"
    r"|(?:show|list|display|view)s?|with)\s+(?:the |my |our )?",
    re.IGNORECASE,
)


def shows_only(spec: Spec, piece: str) -> bool:
    """Whether a piece of a sentence only names columns that are shown anyway."""
    plain = _SHOWS.sub("", piece)
    return bool(plain) and all(column_of(spec, name) for name in items(plain))


# Command lines, forms, interfaces.


def _command(variant: str, asked: Asked) -> Start:
    spec = Spec(template="cli", variant=variant, title="", language=asked.language)
    if variant == "report" and (found := _COLUMN.search(asked.main)):
        spec = spec.with_setting("column", found["one"] or found["two"])
    if variant == "words" and (found := _TOP.search(asked.main)):
        spec = spec.with_setting("top", found["number"] or "10")
    usual = {"report": "CSV report", "words": "Word count", "rename": "Rename files"}[variant]
    spec = replace(spec, title=asked.named(usual))
    about = TOOLS[variant][0].removeprefix("It ").rstrip(".")
    said = phrase(asked.language, "a command-line tool: %s", about)
    return Start(spec=spec, said=said, used=asked.used, left=asked.more)


def _fielded(wanted: Wanted, asked: Asked) -> Start | None:
    read = _search(asked.main)
    used = asked.used
    if not read.fields and asked.apart[1]:
        text = asked.apart[1]
        read, used = (_search(text) if words.FIELDS.match(text) else listed(text)), used | {asked.apart[0]}
    noun = noun_in(asked.main) or noun_in(asked.subject) or _entity(asked.main)
    single = singular(noun) if asked.language == "en" else phrase(asked.language, "record")
    known = single.rsplit(" ", 1)[-1] in words.USUAL_FIELDS or words.KEEP.search(asked.main)
    if not read.fields and wanted.template != "form" and not (noun and known):
        return None  # of what, nobody can tell: an interface "for image recognition" keeps no records
    assumed: tuple[str, ...] = ()
    fields = read.fields[:MAX_FIELDS]
    if not fields:
        usual = (
            _FORM_FIELDS
            if wanted.template == "form"
            else words.USUAL_FIELDS.get(single.rsplit(" ", 1)[-1], "name, notes: notes")
        )
        fields = listed(usual).fields
        assumed = (phrase(asked.language, "the fields, since you named none: %s", _described(fields, asked.language)),)
    elif read.guessed:
        guessed = _described([one for one in fields if one.label in read.guessed], asked.language)
        assumed = (phrase(asked.language, "from its name, what a field holds: %s", guessed),)
    title = asked.named(noun or _form_name(asked.main, asked.language))
    spec = Spec(
        template=wanted.template, variant=wanted.variant, title=title, noun=single or "record",
        fields=fields, last_key=len(fields), language=asked.language,
    )  # fmt: skip
    what = {
        "form": "a form that asks for %s",
        "cli": "a command-line tool: %s",
        "api": "a JSON interface for records with %s",
    }[wanted.template]
    said = phrase(asked.language, what, _described(fields, asked.language))
    return Start(spec=spec, said=said, used=used, assumed=assumed, left=(*asked.more, *read.left))


def _described(fields: Sequence[Field], language: str) -> str:
    return ", ".join(described(one, language) for one in fields)


def _search(text: str) -> Listed:
    found = _ASKING_FOR.search(text) or words.FIELDS.search(text)
    return listed(found["items"] or found.groupdict().get("bare") or "") if found else Listed(fields=())


_ASKING_FOR: Final = re.compile(
    r"\b(?:asks?|asking|collects?|collecting|takes|taking|enter|leave|give|fill in|questions?)(?: for| about| us)?(?: (?:the|their|his|her|your))*"
    r"\s*:?\s+(?P<items>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY: Final = re.compile(
    r"\b(?:api|cli|tool|interface|program|script|app|service|server|terminal|line)\s+(?:tool |app |program |script |service |server )?"
    r"(?:for|of|to (?:manage|keep|store|track|record|list))\s+(?:all |my |our |the |keeping |managing |storing |tracking |track of )*"
    r"(?P<noun>[^\W\d_][\w' -]{0,40}?)(?=\s+(?:with|that|which|where|including|having|in|and|by|using)\b|\s*[:,.;(!]|$)",
    re.IGNORECASE,
)
_FORM_NAME: Final = re.compile(r"(?P<name>[\w-]+ (?:form|survey|questionnaire))", re.IGNORECASE)


def _entity(sentence: str) -> str:
    found = _ENTITY.search(sentence)
    return clean(found["noun"], MAX_LABEL).lower() if found else ""


def _form_name(sentence: str, asked_language: str) -> str:
    found = _FORM_NAME.search(sentence)
    name = (
        re.sub(r"^(?:an?|the|my|our|web|online|html|simple|small)\s+", "", found["name"], flags=re.IGNORECASE)
        if found
        else "survey"
        if re.search(r"\bsurvey\b", sentence, re.IGNORECASE)
        else "form"
    )
    return phrase(asked_language, name[:1].upper() + name[1:])
