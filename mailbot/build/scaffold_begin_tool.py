"""The browser tool that a first request begins, filled with what the request says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from mailbot.build.scaffold_asked import Asked, Start
from mailbot.build.scaffold_fields import items
from mailbot.build.scaffold_items import signs_in
from mailbot.build.scaffold_kinds import FORMULAS
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import MAX_LABEL, Spec, clean
from mailbot.build.scaffold_table import Table
from mailbot.build.scaffold_values import UNITS, units_in, variant_name

_LISTS: Final = re.compile(
    r"\b(?:lists|columns|options|choices|stages|lanes|entries|items|answers)(?: are| called| named)?:?\s+(?P<items>.+)"
    r"|\b(?:between|with|of|from)\s+(?P<bare>[^.]+)|:\s*(?P<last>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ASKS: Final = re.compile(r"(?P<question>[^.!?:]{3,300}\?)")
_CHOICES: Final = re.compile(r":\s*(?P<items>.+)|\bbetween\s+(?P<between>.+)", re.DOTALL)
_MINUTES: Final = re.compile(r"(?P<number>\d{1,4})[ -]?(?:minute|min|minut)", re.IGNORECASE)
_STOPWATCH: Final = re.compile(r"stop ?-?watch|stoper|chronom|stoppuhr", re.IGNORECASE)
_MOST: Final = re.compile(r"(?:up to|to|until|do|bis|jusqu'à)\s+(?P<number>\d{1,5})", re.IGNORECASE)
_RATE: Final = re.compile(r"(?P<rate>\d{1,3}(?:[.,]\d{1,3})?) ?%", re.IGNORECASE)
_ENTRIES: Final = 12  #: words of an entry; more are a sentence


def begun_tool(variant: str, asked: Asked) -> Start | None:
    """A tool with what its request fills it with; None where too little is said."""
    spec = Spec(template="tool", variant=variant, title="", language=asked.language)
    assumed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    match variant:
        case "poll":
            spec = _poll(spec, asked)
            if len(spec.items) < 2:  # noqa: PLR2004  (a choice of one is none)
                return None
            assumed = (phrase(asked.language, _VOTES),)
        case "kanban" | "todo":
            spec, left = _listed_in(spec, asked)
            what = re.search(r"\b(?:shopping|packing) list\b", asked.main, re.IGNORECASE)
            spec = spec.with_setting("what", what[0].lower()) if what and variant == "todo" else spec
            assumed = _board(spec, asked) if variant == "kanban" else (phrase(asked.language, _STAYS),)
            spec = spec if spec.items or variant == "todo" else replace(spec, items=_usual_board(asked.language))
        case "quiz":
            pairs = _pairs(asked.table)
            spec = replace(spec, items=pairs)
            assumed = () if pairs or _brings_questions(asked) else (phrase(asked.language, _QUESTIONS),)
        case "converter":
            return _converter(spec, asked)
        case _:
            spec, assumed, left = _set_up(spec, asked)
    return _started(spec, asked, assumed, left)


_VOTES: Final = "the votes are counted in the one browser in which the page is open; people elsewhere do not share them"
_STAYS: Final = "what is entered stays in this one browser"
_QUESTIONS: Final = 'you will add the questions on the page, or mail them as "Question: answer", one per line'


def _started(spec: Spec, asked: Asked, assumed: tuple[str, ...], left: tuple[str, ...] = ()) -> Start:
    name = phrase(asked.language, variant_name(spec))
    title = asked.named(name)
    said = phrase(asked.language, "a page that works in the browser, offline: %s", name)
    spec = replace(spec, title=title)
    return Start(spec=spec, said=said, used=asked.used, assumed=assumed, left=(*asked.more, *left))


def _set_up(spec: Spec, asked: Asked) -> tuple[Spec, tuple[str, ...], tuple[str, ...]]:
    """What a timer, a formula, or a trainer begins with."""
    text, language = asked.main, asked.language
    if spec.variant == "timer":
        if _STOPWATCH.search(text):
            return spec.with_setting("mode", "stopwatch"), (), ()
        found = _MINUTES.search(text)
        minutes = found["number"] if found and int(found["number"]) else "25" if "pomodoro" in text.lower() else "5"
        assumed = () if found else (phrase(language, "%s minutes, which can be changed on the page", minutes),)
        return spec.with_setting("minutes", minutes), assumed, ()
    if spec.variant == "formula":
        name = next(name for name, pattern in FORMULAS.items() if pattern.search(text) or _joined(pattern, text))
        rate = _RATE.search(text)
        spec = spec.with_setting("formula", name)
        return (spec.with_setting("rate", rate["rate"].replace(",", ".")) if rate else spec), (), ()
    if spec.variant == "drill":
        signs, most = signs_in(text) or "*", _MOST.search(text)
        number = str(min(10_000, int(most["number"]))) if most and int(most["number"]) else "10"
        return spec.with_setting("signs", signs).with_setting("most", number), (), ()
    return spec, (phrase(language, _STAYS),) if spec.variant == "notes" else (), ()


def _joined(pattern: re.Pattern[str], text: str) -> bool:
    """German joins the two words: Trinkgeldrechner."""
    return any(
        pattern.search(word.lower().removesuffix("rechner"))
        for word in text.split()
        if word.lower().endswith("rechner")
    )


def _poll(spec: Spec, asked: Asked) -> Spec:
    question = _ASKS.search(asked.main)
    rest = asked.main[question.end() :] if question else asked.main
    found = _CHOICES.search(rest)
    others = [one for at, one in enumerate(asked.others) if at != asked.at]
    text = (found["items"] or found["between"]) if found else rest if question and rest.strip() else (others or [""])[0]
    text = re.sub(r"^(?:the )?(?:options|choices|answers)(?: are)?:?\s*", "", text, flags=re.IGNORECASE)
    names = [one for one in _names(re.sub(r"\s+or\s+", ", ", text)) if not one.endswith("?")]
    asks = clean(question["question"], 300) if question else ""
    asks = (
        re.sub(
            r"^.*?\b(?:poll|vote|voting|ask(?:s|ing)?)\b:?\s*(?:on |about |for |asking )?",
            "",
            asks,
            flags=re.IGNORECASE,
        )
        or asks
    )
    asks = asks[:1].upper() + asks[1:]
    made = replace(spec, items=tuple((name, "") for name in names))
    return made.with_setting("question", asks) if asks else made


def _listed_in(spec: Spec, asked: Asked) -> tuple[Spec, tuple[str, ...]]:
    """The lists of a board, the first entries of a list."""
    found = _LISTS.search(asked.main)
    text = (found["items"] or found["bare"] or found["last"]) if found else ""
    names = _names(text)
    if spec.variant == "todo" and found and found["bare"] and not found["items"]:
        return spec, (text,)
    if spec.variant == "kanban" and len(names) < 2:  # noqa: PLR2004  (a board of one list is none)
        return spec, (text,) if text and found and found["bare"] else ()
    return replace(spec, items=tuple((name, "") for name in names)), ()


def _names(text: str) -> list[str]:
    found = [clean(one.strip("\"' "), MAX_LABEL) for one in items(text)]
    return list(dict.fromkeys(one[0].upper() + one[1:] for one in found if one and len(one.split()) <= _ENTRIES))[:50]


def _usual_board(language: str) -> tuple[tuple[str, str], ...]:
    return tuple((phrase(language, one), "") for one in ("To do", "Doing", "Done"))


def _board(spec: Spec, asked: Asked) -> tuple[str, ...]:
    stays = phrase(asked.language, _STAYS)
    if spec.items:
        return (stays,)
    names = ", ".join(name for name, _ in _usual_board(asked.language))
    return phrase(asked.language, "the lists: %s", names), stays


def _pairs(table: Table | None) -> tuple[tuple[str, str], ...]:
    """Questions with their answers: the first two columns of a table that came."""
    if table is None or len(table.columns) < 2:  # noqa: PLR2004  (a question and its answer)
        return ()
    return tuple((row[0], row[1]) for row in table.rows if row[0] and row[1])[:100]


def _brings_questions(asked: Asked) -> bool:
    return any(re.search(r"\S\s*[:=?]\s*\S", one) for at, one in enumerate(asked.others) if at != asked.at)


def _converter(spec: Spec, asked: Asked) -> Start | None:
    units = units_in(re.sub(r"\b(?:a|an|in) (?=unit)", "", asked.main))
    general = re.search(r"\bunits?\b|jednost|unité|einheit|measure", asked.main, re.IGNORECASE)
    if len(units) >= 2 and UNITS[units[0]][0] == UNITS[units[1]][0]:  # noqa: PLR2004  (from and to)
        spec = spec.with_setting("from", units[0]).with_setting("to", units[1])
    elif not general:
        return None  # of what, nobody can tell: currencies need rates that change
    return _started(spec, asked, ())
