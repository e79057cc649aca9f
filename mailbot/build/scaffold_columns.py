# ruff: noqa: E501  (a pattern is read on one line)
"""Wishes about a table that is shown: totals, averages, charts, order, columns; and about the page's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mailbot.build.scaffold_look import Done, Rule, rule
from mailbot.build.scaffold_spec import MAX_LABEL, Column, Spec, clean

_AROUND: Final = re.compile(
    r"^(?:(?:the|all|all the|my|our|of|column|columns|field|values? (?:of|in)|numbers? (?:of|in)|each)\s+)+"
    r"|\s+(?:column|columns|field|values?|numbers?|figures?)$",
    re.IGNORECASE,
)


def column_of(spec: Spec, words: str) -> Column | None:
    """The column that *words* name."""
    wanted = clean(words, 2 * MAX_LABEL).strip("\"' .")
    for _ in range(3):
        folded = {wanted.casefold(), wanted.casefold().removesuffix("s"), f"{wanted.casefold()}s"}
        if found := next((c for c in spec.columns if {c.label.casefold(), c.source.casefold()} & folded), None):
            return found
        wanted = _AROUND.sub("", wanted).strip("\"' ")
    return None


def _numbers(spec: Spec) -> list[Column]:
    return [one for one in spec.columns if one.kind == "number" and one.shown]


def _with(spec: Spec, column: Column, **new: object) -> Spec:
    changed = replace(column, **new)  # type: ignore[arg-type]  # the callers name the column's own fields
    return replace(spec, columns=tuple(changed if one == column else one for one in spec.columns))


def _each(spec: Spec, words: str) -> list[Column] | None:
    """Every column of a list such as "sales and tax"; None where one is none."""
    whole = column_of(spec, words)
    names = [words] if whole else re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words)[:20]
    found = [column_of(spec, name) for name in names]
    return [one for one in found if one] if all(found) else None


def _total(spec: Spec, found: re.Match[str]) -> Done | None:
    named = found.groupdict().get("column")
    columns = _each(spec, named) if named else _numbers(spec)
    if not columns or any(one.kind != "number" or not one.shown for one in columns):
        return None
    for one in columns:
        spec = _with(spec, one, total=True)
    if re.search(r"\b(?:big|large)\b", found[0], re.IGNORECASE):
        spec = spec.with_setting("big", "yes")
    return spec, f"the total of {', '.join(one.label for one in columns)} is shown"


def _no_total(spec: Spec, found: re.Match[str]) -> Done | None:
    named = found.groupdict().get("column")
    columns = _each(spec, named) if named else [one for one in spec.columns if one.total]
    if not columns or not all(one.total for one in columns):
        return None
    for one in columns:
        spec = _with(spec, one, total=False)
    return spec, f"the total of {', '.join(one.label for one in columns)} is gone"


def _average(spec: Spec, found: re.Match[str]) -> Done | None:
    column = column_of(spec, found["column"])
    if not column or column.kind != "number" or not column.shown:
        return None
    return spec.with_setting("average", column.source), f"the average of {column.label} is shown"


def _chart(spec: Spec, found: re.Match[str]) -> Done | None:
    """Bars; of the first column of numbers by the first of words, where none is named."""
    named, by_named = found.groupdict().get("column"), found.groupdict().get("by")
    if re.search(r"\b(?:line|pie|donut|scatter|area)\b", found[0], re.IGNORECASE):
        return None
    value = column_of(spec, named) if named else next(iter(_numbers(spec)), None)
    others = [one for one in spec.columns if one.kind != "number" and one.shown]
    by = column_of(spec, by_named) if by_named else next(iter(others), None)
    if not value or not by or value.kind != "number" or value == by:
        return None
    after = spec.with_setting("chart", value.source).with_setting("by", by.source)
    return after, f"a bar chart shows {value.label} by {by.label}"


def _no_chart(spec: Spec, _found: re.Match[str]) -> Done | None:
    return (spec.with_setting("chart", ""), "the chart is gone") if spec.setting("chart") else None


_DOWN: Final = re.compile(r"desc|down|newest|latest|largest|highest|biggest|high to low|most", re.IGNORECASE)


def _sort(spec: Spec, found: re.Match[str]) -> Done | None:
    words = found["column"]
    tail = _ORDER.search(words)
    column = column_of(spec, words[: tail.start()] if tail else words)
    down = bool(_DOWN.search(found[0].replace(words, "") + (tail[0] if tail else "")))
    if not column:
        return None
    after = spec.with_setting("sort", column.source).with_setting("down", "yes" if down else "")
    return after, f"the rows are sorted by {column.label}, {'largest' if down else 'smallest'} first"


_ORDER: Final = re.compile(
    r",?\s*\(?(?:in )?(?:descending|ascending|desc|asc|(?:the )?(?:newest|latest|oldest|largest|smallest|highest|lowest|biggest)"
    r" first|high to low|low to high|upwards?|downwards?)(?: order)?\)?$",
    re.IGNORECASE,
)


def _hide(spec: Spec, found: re.Match[str]) -> Done | None:
    columns = _each(spec, found["column"])
    if not columns or not any(one.shown and one not in columns for one in spec.columns):
        return None
    for one in columns:
        spec = _with(spec, one, shown=False, total=False)
        spec = spec.with_setting("average", "") if spec.setting("average") == one.source else spec
    names = ", ".join(one.label for one in columns)
    return spec, f"{names} is not shown; it is still in data.csv"


def _show(spec: Spec, found: re.Match[str]) -> Done | None:
    columns = _each(spec, found["column"])
    if not columns or all(one.shown for one in columns):
        return None
    for one in columns:
        spec = _with(spec, one, shown=True)
    return spec, f"{', '.join(one.label for one in columns)} is shown again"


def _only(spec: Spec, found: re.Match[str]) -> Done | None:
    columns = _each(spec, found["column"])
    if not columns:
        return None
    for one in spec.columns:
        spec = _with(spec, one, shown=one in columns, total=one.total and one in columns)
    if spec.setting("average") not in {one.source for one in columns}:
        spec = spec.with_setting("average", "")
    return spec, f"only {', '.join(one.label for one in columns)} is shown; the rest is still in data.csv"


def _rename(spec: Spec, found: re.Match[str]) -> Done | None:
    column, new = column_of(spec, found["column"]), clean(found["new"].strip("\"' "), MAX_LABEL)
    if not column or not new or (column_of(spec, new) or column) != column:
        return None
    new = new[0].upper() + new[1:]
    return _with(spec, column, label=new), f"{column.label} is called {new}"


def _big(spec: Spec, found: re.Match[str]) -> Done | None:
    if re.search(r"\b(?:small|smaller|normal)\b", found[0], re.IGNORECASE):
        return spec.with_setting("big", ""), "the figures are of normal size"
    if not any(one.total for one in spec.columns) and not spec.setting("average"):
        total = _total(spec, found) if "column" not in found.groupdict() else None
        return (total[0].with_setting("big", "yes"), f"{total[1]}, big") if total else None
    return spec.with_setting("big", "yes"), "the figures are big (at least 48 px)"


def _table(action: Callable[[Spec, re.Match[str]], Done | None]) -> Callable[[Spec, re.Match[str]], Done | None]:
    """Only for a page that shows a table."""

    def only(spec: Spec, found: re.Match[str]) -> Done | None:
        return action(spec, found) if spec.template == "viewer" else None

    return only


_VERB: Final = r"(?:(?:please |also |then )*(?:add|show|shows|showing|include|display|displays|with|give|calculate|compute)\s+)?(?:me\s+)?"
_THE: Final = r"(?:an? |the |its |their )?"
_BIG: Final = r"(?:,? (?:shown |in )?(?:very )?(?:big|large)(?: letters| figures| numbers)?)?"
_ACTIONS: Final[tuple[tuple[Callable[[Spec, re.Match[str]], Done | None], str], ...]] = (
    (_no_total, r"(?:remove|hide|drop|without) the totals?(?: of (?P<column>.+))?"),
    (_no_chart, r"(?:remove|hide|drop|without) the (?:bar )?(?:chart|graph|diagram)"),
    (
        _big,
        (
            rf"(?:make )?{_VERB}(?:the )?(?:totals?|sums?|figures?|numbers?|it)(?: should be| must be| is)?"
            r"(?: shown| displayed)?(?: in)?(?: much| very)? (?:big|bigger|large|larger|small|smaller|normal)(?: letters)?"
        ),
    ),
    (_average, rf"{_VERB}{_THE}(?:average|mean)s?(?: of| for)? (?P<column>.+)"),
    (_chart, rf"{_VERB}{_THE}(?:simple )?(?:(?:bar|line|pie|area) )?(?:chart|graph|plot|diagram|bars)s?"),
    (
        _chart,
        (
            rf"{_VERB}{_THE}(?:simple )?(?:(?:bar|line|pie|area) )?(?:chart|graph|plot|diagram)s?"
            r" (?:of|for|with|showing|that shows)(?: the)?(?: total)? (?P<column>.+?)(?: (?:by|per|over|for each) (?P<by>.+))?"
        ),
    ),
    (_chart, r"(?:plot|chart|graph)(?: the)? (?P<column>.+?)(?: (?:by|per|over|for each|against) (?P<by>.+))?"),
    (_chart, rf"{_VERB}{_THE}(?:totals?|sums?)(?: of)? (?P<column>.+?) (?:by|per|for each) (?P<by>.+)"),
    (_total, rf"(?:that |which )?{_VERB}{_THE}(?:totals?|sums?)(?: row)?{_BIG}"),
    (
        _total,
        (
            rf"(?:that |which )?{_VERB}{_THE}(?:(?:grand )?totals?|sums?|adds? up|sums? up|adding up|total up)(?: of| for)?"
            rf" (?P<column>.+?){_BIG}"
        ),
    ),
    (_total, r"(?P<column>.+?) (?:should|must) (?:be|have|get) (?:added up|summed(?: up)?|an? total)"),
    (_sort, r"(?:sort|order|sorted|ordered)(?: (?:it|the (?:rows|table|list|data|entries)))? by (?P<column>.+)"),
    (_sort, r"(?:show |put )?(?:the )?(?:newest|latest|largest|highest|biggest|most) (?P<column>.+?) first"),
    (_only, rf"{_VERB}only(?: the columns?)? (?P<column>.+)"),
    (_hide, r"(?:hide|remove|drop|leave out|take out|without|do not show|don't show)(?: the)? (?P<column>.+)"),
    (_show, r"(?:show|add|bring back|unhide)(?: the)? (?P<column>.+?)(?: again| back)?"),
    (_rename, r"(?:rename|call)(?: the)? (?P<column>.+?) (?:to|into|as) (?P<new>.+)"),
    (_rename, r"call (?:the )?(?P<column>.+?) (?P<new>\"[^\"]+\"|'[^']+')"),
)
RULES: Final[tuple[Rule, ...]] = tuple(rule(_table(action), pattern) for action, pattern in _ACTIONS)
#: A piece of the first request that only says what is shown, and is answered by the page itself.
HEAD: Final = re.compile(
    r"(?:please |can you |could you |i (?:want|need|would like) |make |build |create |give me |show |display |me |us )*"
    r"(?:(?:an? |one |une? |eine? |jedn[ąa] |the |my |our |this |these |simple |small |single |nice |interactive |offline |searchable |sortable "
    r"|filterable |html |web |sales |data )*(?:page|web ?page|site|website|strona|stronę|seite|dashboard|tabela|viewer|view|table|report|overview"
    r"|tool|app|data|file|csv|list|rows|numbers|spreadsheet|it)s?\b\s*)+"
    r"(?:(?:of|from|for|in|with|to show|to view|that shows?|which shows?|showing|about|out of|using)?\s*"
    r"(?:an? |the |my |our |this |these |attached |all |enclosed |sales |csv )*(?:file|data|csv|table|attachment|rows"
    r"|spreadsheet|list|sheet|numbers|it|them)?\s*){0,4}",
    re.IGNORECASE,
)
LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "english": "en", "polish": "pl", "french": "fr", "german": "de",
}  # fmt: skip


def _language(spec: Spec, found: re.Match[str]) -> Done | None:
    """The page's own words; what its author wrote is not translated."""
    if spec.template in {"cli", "api"}:
        return None
    name = found["language"].lower()
    after = replace(spec, language=LANGUAGE_NAMES[name])
    return after, f"the page's own words are {name.capitalize()}; yours stay as you wrote them"


RULES_OF_ALL: Final[tuple[Rule, ...]] = (
    rule(
        _language,
        r"(?:(?:make|translate|switch|change|set|put|show|write|have)\s+)?(?:(?:it|the (?:page|app|site|tool|form|list|buttons?|labels?"
        r"|interface|language|texts?|language of the page)|page|language|all|everything)\s+)?"
        r"(?:(?:should|must) be )?(?:is )?(?:in|into|to|:)?\s*(?P<language>english|polish|french|german)"
        r"(?: (?:please|labels?|buttons?|interface|version|language))?",
    ),
)
