# ruff: noqa: E501  (a pattern is read on one line)
"""Wishes about what a browser tool, a form or a command is filled with: lists, questions, minutes, units, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mailbot.build.scaffold_fields import items
from mailbot.build.scaffold_look import Done, Rule, rule
from mailbot.build.scaffold_spec import MAX_ITEMS, MAX_LABEL, MAX_TEXT, Spec, clean
from mailbot.build.scaffold_values import UNITS, units_in

_FEWEST: Final = {"kanban": 2, "poll": 2}
_AROUND: Final = re.compile(
    r"^(?:(?:the|an?|new|another)\s+)*(?:(?:list|column|option|choice|entry|item|card|question|task|stage|lane)s?"
    r"(?: (?:called|named|for|about))?:?\s+)?|\s+(?:list|column|option|choice|to the (?:list|board|poll|quiz))$",
    re.IGNORECASE,
)
_LISTED: Final = frozenset({"todo", "kanban", "poll"})


def _add(spec: Spec, found: re.Match[str]) -> Done | None:
    if spec.variant not in _LISTED:
        return None
    names = [clean(_plain(name), MAX_LABEL) for name in items(found["items"])]
    known = {one.casefold() for one, _ in spec.items}
    fresh = [name[0].upper() + name[1:] for name in dict.fromkeys(names) if name and name.casefold() not in known]
    long = any(len(name.split()) > 8 for name in fresh)  # noqa: PLR2004  (a sentence is no entry)
    if not fresh or long or len(spec.items) + len(fresh) > MAX_ITEMS:
        return None
    after = replace(spec, items=(*spec.items, *((name, "") for name in fresh)))
    return after, f"new: {', '.join(fresh)}"


def _remove(spec: Spec, found: re.Match[str]) -> Done | None:
    names = {_plain(name).casefold() for name in items(found["items"])}
    kept = tuple(one for one in spec.items if one[0].casefold() not in names)
    gone = [one for one, _ in spec.items if one.casefold() in names]
    if not gone or len(gone) != len(names) or len(kept) < _FEWEST.get(spec.variant, 0):
        return None
    return replace(spec, items=kept), f"{', '.join(gone)} is gone"


def _rename(spec: Spec, found: re.Match[str]) -> Done | None:
    old, new = _plain(found["old"]).casefold(), clean(_plain(found["new"]), MAX_LABEL)
    if not new or old not in {one.casefold() for one, _ in spec.items}:
        return None
    new = new[0].upper() + new[1:]
    if new.casefold() in {one.casefold() for one, _ in spec.items} - {old}:
        return None
    after = tuple((new, two) if one.casefold() == old else (one, two) for one, two in spec.items)
    return replace(spec, items=after), f"{found['old'].strip()} is called {new}"


def _question(spec: Spec, found: re.Match[str]) -> Done | None:
    """What a poll asks, or a question with its answer."""
    words = clean(found["text"].strip("\"' "), MAX_TEXT)
    if not words or spec.variant != "poll":
        return None
    return spec.with_setting("question", words), f'the question is "{words}"'


def _asked(spec: Spec, found: re.Match[str]) -> Done | None:
    one, two = (clean(found[name].strip("\"' "), MAX_TEXT) for name in ("ask", "answer"))
    if spec.variant != "quiz" or not one or not two or len(spec.items) >= MAX_ITEMS:
        return None
    kept = tuple(pair for pair in spec.items if pair[0].casefold() != one.casefold())
    return replace(spec, items=(*kept, (one, two))), f'new question: "{one}"'


def _minutes(spec: Spec, found: re.Match[str]) -> Done | None:
    value = float(found["number"].replace(",", "."))
    minutes = value * {"s": 1 / 60, "m": 1, "h": 60}[found["unit"][0].lower()]
    if spec.variant != "timer" or spec.setting("mode") == "stopwatch" or not 0 < minutes <= 1440:  # noqa: PLR2004  (a day)
        return None
    shown = f"{minutes:.4f}".rstrip("0").rstrip(".")
    return spec.with_setting("minutes", shown), f"it begins with {shown} minutes"


def _most(spec: Spec, found: re.Match[str]) -> Done | None:
    most = int(found["number"])
    if spec.variant != "drill" or not 1 <= most <= 10_000:  # noqa: PLR2004  (more cannot be worked out in the head)
        return None
    return spec.with_setting("most", str(most)), f"the numbers go up to {most}"


_SIGNS: Final = {
    "+": re.compile(r"add|plus|\+|dodawan|addition", re.IGNORECASE),
    "-": re.compile(r"subtract|minus|odejmowan|soustr", re.IGNORECASE),
    "*": re.compile(r"multipl|times|mnożen|einmaleins", re.IGNORECASE),
    "/": re.compile(r"divi|dzielen", re.IGNORECASE),
}


def signs_in(words: str) -> str:
    """The kinds of exercises that *words* name."""
    return "".join(sign for sign, pattern in _SIGNS.items() if pattern.search(words))


def _signs(spec: Spec, found: re.Match[str]) -> Done | None:
    signs = signs_in(found["signs"])
    if spec.variant != "drill" or not signs:
        return None
    both = ("" if found["only"] else spec.setting("signs", "*")) + signs
    kept = "".join(dict.fromkeys(both))
    return spec.with_setting("signs", kept), f"exercises with {' '.join(kept)}"


def _units(spec: Spec, found: re.Match[str]) -> Done | None:
    units = units_in(found["units"])
    if spec.variant != "converter" or len(units) != 2 or UNITS[units[0]][0] != UNITS[units[1]][0]:  # noqa: PLR2004  (from and to)
        return None
    return spec.with_setting("from", units[0]).with_setting("to", units[1]), f"it begins with {units[0]} to {units[1]}"


def _rate(spec: Spec, found: re.Match[str]) -> Done | None:
    rate = found["rate"].replace(",", ".")
    if spec.variant != "formula" or spec.setting("formula") == "bmi":
        return None
    return spec.with_setting("rate", rate), f"it begins with {rate} percent"


def _thanks(spec: Spec, found: re.Match[str]) -> Done | None:
    words = clean(found["text"].strip("\"' "), MAX_TEXT)
    if spec.template != "form" or not words:
        return None
    return spec.with_setting("thanks", words), f'after sending it says "{words[:80]}"'


def _column(spec: Spec, found: re.Match[str]) -> Done | None:
    words = clean(found["column"].strip("\"' "), MAX_LABEL)
    if (spec.template, spec.variant) != ("cli", "report") or not words:
        return None
    return spec.with_setting("column", words), f"it adds up {words} unless another column is named"


def _top(spec: Spec, found: re.Match[str]) -> Done | None:
    if (spec.template, spec.variant) != ("cli", "words"):
        return None
    number = found["number"] or "10"
    return spec.with_setting("top", number), f"it prints the {number} most frequent words as well"


def _plain(text: str) -> str:
    return _AROUND.sub("", text.strip().strip("\"' ")).strip("\"' ")


def _tool(action: Callable[[Spec, re.Match[str]], Done | None]) -> Callable[[Spec, re.Match[str]], Done | None]:
    """Only for what has items of its own."""

    def only(spec: Spec, found: re.Match[str]) -> Done | None:
        return action(spec, found) if spec.template == "tool" else None

    return only


_NUMBER: Final = r"(?P<number>\d{1,4}(?:[.,]\d{1,2})?)"
RULES: Final[tuple[Rule, ...]] = (
    rule(_tool(_asked), r"(?:add |include )?(?:an? |the |another )?(?:new )?question:? (?P<ask>\"[^\"]+\"|'[^']+'|.+?),? (?:with |and )?(?:the )?answer:? (?P<answer>.+)"),
    rule(_tool(_question), r"(?:(?:change|set|make) )?(?:the )?question(?: of the poll)?(?: to| is| should be| reads?)?:? (?P<text>.+)"),
    rule(_tool(_question), r"(?:ask|asks|asking)(?: them| people)?:? (?P<text>.+)"),
    rule(_tool(_add), r"(?:with |having )?(?:the )?(?:lists|columns|options|choices|entries|items|tasks|stages|lanes):? (?P<items>.+)"),
    rule(_tool(_add), r"(?:add|put|include|insert)(?: also)? (?P<items>.+?)(?: (?:to|on|into) (?:it|(?:the|my|our) (?:list|board|poll|page)))?"),
    rule(_tool(_remove), r"(?:remove|delete|drop|take off|take out|take away|leave out) (?P<items>.+?)(?: from (?:it|the (?:list|board|poll)))?"),
    rule(_tool(_rename), r"(?:rename|call|change) (?P<old>.+?) (?:to|into|as) (?P<new>.+)"),
    rule(_minutes, rf"(?:.{{0,60}}?(?:\bto|\bof|\bfor|\bwith|\bat|\bin|\bis|\bbe)\s+)?(?:set |start |make it |use )?{_NUMBER}[ -]?(?P<unit>minutes?|min|m|hours?|h|seconds?|sec|s)(?: (?:timer|countdown|long|by default|please))?"),
    rule(_most, r"(?:.{0,60}?\b)?(?:up to|to at most|no (?:number )?(?:more|higher|larger) than|maximum(?: of)?|not above|until) (?:the number )?(?P<number>\d{1,5})"),
    rule(_signs, r"(?:use |with |make it |practi[sc]e |do |train )?(?:also |add |and |include )?(?P<only>only |just )?(?P<signs>(?:(?:exercises? (?:with|in|for)|and|or|,|the)\s*)*(?:(?:addition|subtraction|multiplication|division|adding|subtracting|multiplying|dividing|plus|minus|times)(?:\s*(?:,|and|or)\s*)?)+)(?: exercises| too| as well| only)?"),
    rule(_units, r"(?:convert(?:s|ing)? |from |begin with |start with |use |make it |(?:it )?should convert |default(?: is)? )*(?P<units>.{1,60}? (?:to|into|and|in) .{1,60})"),
    rule(_rate, r"(?:.{0,60}?\b)?(?P<rate>\d{1,3}(?:[.,]\d{1,3})?) ?(?:%|percent|per cent)(?: (?:tip|vat|tax|interest|discount|by default|as default))?"),
    rule(_thanks, r"(?:(?:the |an? )?(?:thank[- ]?you|thanks)(?:[- ](?:text|message|page|note|words))?|(?:after (?:sending|that|it is sent|submitting)),? (?:it should |it must |please )?(?:say|show|write|thank with))(?: is| to| should (?:be|say)| says?)?:? (?P<text>.+)"),
    rule(_column, r"(?:use |add up |sum(?: up)? |total |adds? up |sums? up )(?:the )?(?:column )?(?P<column>[\w \"'-]{1,40}?)(?: column)?(?: of (?:a|the) csv(?: file)?)?(?: by default)?"),
    rule(_top, r"(?:(?:also |please )*(?:show|print|list|add|and))? ?(?:the )?(?:top )?(?P<number>\d{1,3})? ?(?:most (?:frequent|common|used)|top) words(?: too| as well)?"),
)  # fmt: skip


def question_with_answer(spec: Spec, wish: str) -> Done | None:
    """``What is the capital of France? Paris`` or ``dog: der Hund`` in a mail for a quiz."""
    if spec.variant != "quiz" or spec.template != "tool":
        return None
    found = _PAIR.fullmatch(wish.strip())
    return _asked(spec, found) if found and not _COMMAND.match(found["ask"]) else None


def pairs_in(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A mail for a quiz: what is left of it without the lines that are a question and its answer, and those."""
    rest: list[str] = []
    pairs: dict[str, str] = {}
    for line in text.split("\n"):
        plain = line.strip()[:MAX_TEXT]
        found = _NAMED.fullmatch(plain) or _PAIR.fullmatch(plain)
        if found and len(pairs) < MAX_ITEMS and not _COMMAND.match(found["ask"].strip()):
            pairs[clean(found["ask"], MAX_TEXT)] = clean(found["answer"], MAX_TEXT)
        else:
            rest.append(line)
    return "\n".join(rest), tuple((ask, answer) for ask, answer in pairs.items() if ask and answer)


def with_pairs(spec: Spec, pairs: tuple[tuple[str, str], ...]) -> Spec:
    """*spec* with more questions; one that is there already gets its new answer."""
    known = dict(spec.items) | dict(pairs)
    return replace(spec, items=tuple(known.items())[:MAX_ITEMS])


_NAMED: Final = re.compile(
    r"(?:[-*•]\s*)?(?:add (?:an? |the )?)?(?:question|pytanie|frage)\s*:?\s+(?P<ask>.{1,300}?),?\s*"
    r"\b(?:answer|odpowiedź|réponse|antwort)\s*:?\s+(?P<answer>.{1,300})",
    re.IGNORECASE,
)
_COMMAND: Final = re.compile(
    r"(?:please|add|remove|delete|make|build|create|title|name|subtitle|slogan|change|rename|set|use|an? |the quiz|quiz"
    r"|flash ?cards|questions?$|question\b|colou?rs?|header|header colou?r|hello|hi|dodaj|usuń|zmień|tytuł|ajoute|supprime|titre|füge"
    r"|entferne|titel)\b",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(
    r"(?:[-*•]\s*)?(?P<ask>[^:=\n]{1,300}?)\s*(?:[:=]|\s[-\u2013\u2014]\s|(?<=\?))\s*(?P<answer>[^\n]{1,300})"
)
