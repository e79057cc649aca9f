# ruff: noqa: E501  (one unit beside the other)
"""What the templates of tools, tables and interfaces are filled with, beside the spec itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import Final

from mailbot.build.package import slug_of
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import Column, Field, Spec
from mailbot.build.scaffold_table import Table, cells, number, shown, total, written

MAX_BARS: Final = 30
_WIDEST: Final = 100
#: name: quantity, factor to its first unit, what is added.
UNITS: Final[Mapping[str, tuple[str, float, float]]] = {
    "m": ("length", 1, 0), "km": ("length", 1000, 0), "cm": ("length", 0.01, 0), "mm": ("length", 0.001, 0),
    "mi": ("length", 1609.344, 0), "yd": ("length", 0.9144, 0), "ft": ("length", 0.3048, 0),
    "in": ("length", 0.0254, 0), "nmi": ("length", 1852, 0),
    "kg": ("mass", 1, 0), "g": ("mass", 0.001, 0), "t": ("mass", 1000, 0), "lb": ("mass", 0.45359237, 0),
    "oz": ("mass", 0.028349523125, 0), "st": ("mass", 6.35029318, 0),
    "l": ("volume", 1, 0), "ml": ("volume", 0.001, 0), "gal (US)": ("volume", 3.785411784, 0),
    "gal (UK)": ("volume", 4.54609, 0), "cup (US)": ("volume", 0.2365882365, 0), "m³": ("volume", 1000, 0),
    "°C": ("temperature", 1, 273.15), "°F": ("temperature", 5 / 9, 459.67 * 5 / 9), "K": ("temperature", 1, 0),
    "km/h": ("speed", 1 / 3.6, 0), "m/s": ("speed", 1, 0), "mph": ("speed", 0.44704, 0), "kn": ("speed", 1852 / 3600, 0),
    "m²": ("area", 1, 0), "km²": ("area", 1e6, 0), "ha": ("area", 1e4, 0), "acre": ("area", 4046.8564224, 0),
    "ft²": ("area", 0.09290304, 0),
    "s": ("time", 1, 0), "min": ("time", 60, 0), "h": ("time", 3600, 0), "d": ("time", 86400, 0),
    "week": ("time", 604800, 0),
    "B": ("data", 1, 0), "kB": ("data", 1e3, 0), "MB": ("data", 1e6, 0), "GB": ("data", 1e9, 0),
    "KiB": ("data", 1024, 0), "MiB": ("data", 1048576, 0), "GiB": ("data", 1073741824, 0),
}  # fmt: skip
_UNIT_WORDS: Final = (
    "m: meters? metres? metr\\w* mètres?; km: kilomet\\w+ kms? kilomètres?; cm: centim\\w+; mm: millim\\w+ milimet\\w+; "
    "mi: miles? mil[ae]? meilen?; yd: yards?; ft: feet foot stop\\w* pieds? fuß; in: inch(?:es)? cal[ei]? pouces? zoll; "
    "nmi: nautical(?:-miles?)?; kg: kilo(?:s|gram\\w*)?; g: gram\\w*; t: ton(?:ne)?s?; lb: lbs pounds? funt\\w* livres? "
    "pfund; oz: ounces? uncj\\w+ onces? unzen?; st: stones?; l: lit(?:er|re|r)\\w*; ml: millilit\\w+; "
    "gal (US): gallons? galon\\w*; gal (UK): imperial; cup (US): cups?; °C: celsius\\w* celcius centigrade; "
    "°F: fahrenheit\\w* farenheit; K: kelvin\\w*; km/h: kmh kph; mph: mph; kn: knots?; ha: hectares? hektar\\w*; "
    "acre: acres? akr\\w*; min: minut\\w*; h: hours? godzin\\w* heures? stunden?; s: seconds? sekund\\w*; d: days? dni "
    "jours? tagen?; week: weeks?; MB: megabytes?; GB: gigabytes?; kB: kilobytes?; B: bytes?"
)
_NAMED: Final = tuple(
    (name, re.compile(rf"(?<![\w°])(?:{re.escape(name)}|{'|'.join(words.split())})(?![\w/])", re.IGNORECASE))
    for name, _, words in (one.strip().partition(": ") for one in _UNIT_WORDS.split(";"))
)
#: formula: inputs (key, label, first value), outputs (key, label).
_FORMULAS: Final[Mapping[str, tuple[str, str]]] = {
    "tip": ("amount=Amount=50 rate=Percent=10 people=Persons=2", "extra=Tip total=Total_with_tip each=Per_person"),
    "vat": (
        "amount=Amount=100 rate=Percent=23",
        "extra=Tax total=Gross_(net_+_tax) net=Net,_if_the_amount_is_gross",
    ),
    "bmi": ("weight=Weight_in_kg=70 height=Height_in_cm=175", "bmi=Body_mass_index"),
    "loan": (
        "amount=Amount=100000 rate=Yearly_interest_in_percent=5 years=Years=20",
        "pay=Monthly_payment total=Total interest=Interest",
    ),
    "percent": ("part=Value=100 rate=Percent=20", "share=Share less=Discounted more=Increased"),
}
_VARIANT_NAMES: Final = {
    "todo": "to-do list", "notes": "notes", "timer": "timer", "calculator": "calculator", "formula": "calculator",
    "converter": "converter", "quiz": "quiz", "drill": "arithmetic practice", "kanban": "board", "poll": "poll",
}  # fmt: skip
_FORMULA_NAMES: Final = {
    "tip": "tip calculator", "vat": "VAT calculator", "bmi": "BMI calculator", "loan": "loan calculator",
    "percent": "percentage calculator",
}  # fmt: skip
#: What a command-line tool does, and how it is called.
TOOLS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "records": ("It keeps a list, in a file of its own.", ()),
    "report": (
        "It adds up a column of a CSV file: total, mean, smallest and largest number, for groups as well.",
        ("python app.py sales.csv --column sales", "python app.py sales.csv --column sales --by region"),
    ),
    "words": (
        "It counts the lines, words and characters of text files, and knows the most frequent words.",
        ("python app.py letter.txt notes.txt", "python app.py letter.txt --top 10"),
    ),
    "rename": (
        "It renames many files of a folder at once; what would happen is shown first, and nothing is overwritten.",
        ("python app.py FOLDER --find IMG_ --put holiday-", "python app.py FOLDER --find IMG_ --put holiday- --go"),
    ),
}


def values_for(spec: Spec, table: Table | None) -> dict[str, object]:
    """Everything that a template may name."""
    found: dict[str, object] = {"t": translator(spec), "names": {}, "path": "records", "about": "", "usage": ()}
    if spec.fielded:
        found |= {"names": names_of(spec.fields), "path": path_of(spec.noun)}
    if spec.template == "cli":
        about, usage = TOOLS[spec.variant]
        found |= {"about": about, "usage": (*usage, *_usage(spec))}
    if spec.template == "tool":
        found |= _tool(spec)
    if table is not None:
        found["view"] = view(spec, table)
    return found


def translator(spec: Spec) -> Callable[..., str]:
    """Says a phrase in the language of the page."""
    return partial(phrase, spec.language)


def variant_name(spec: Spec) -> str:
    """What a tool is called."""
    if spec.variant == "timer" and spec.setting("mode") == "stopwatch":
        return "stopwatch"
    if spec.variant == "formula":
        return _FORMULA_NAMES[spec.setting("formula", "percent")]
    return spec.setting("what") or _VARIANT_NAMES.get(spec.variant, "")


def names_of(fields: Iterable[Field]) -> dict[str, str]:
    """What each field is called in JSON and on a command line: small letters, no name twice."""
    taken: dict[str, str] = {}
    for field in fields:
        base = slug_of(field.label).replace("-", "_")
        base = base if base not in {"project", "id", "help", "number"} and base[:1].isalpha() else f"{field.key}_{base}"
        taken[field.key] = base if base not in taken.values() else f"{base}_{field.key}"
    return taken


def path_of(noun: str) -> str:
    """Where the records of an interface are."""
    slug = slug_of(noun)
    if slug in {"project", "record", "health"}:
        return "records"
    if slug.endswith(("s", "x", "ch", "sh")):
        return f"{slug}es"
    return f"{slug[:-1]}ies" if slug.endswith("y") and slug[-2:-1] not in "aeiou" else f"{slug}s"


def units_in(words: str) -> list[str]:
    """The units that *words* name, in their order."""
    found = [(hit.start(), name) for name, pattern in _NAMED if (hit := pattern.search(words))]
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _usage(spec: Spec) -> tuple[str, ...]:
    if spec.variant != "records" or not spec.fields:
        return ()
    first = names_of(spec.fields)[spec.fields[0].key]
    return (f'python app.py add --{first} "..."', "python app.py list", "python app.py export")


def _tool(spec: Spec) -> dict[str, object]:
    t = translator(spec)
    found: dict[str, object] = {
        "start": [one for one, _ in spec.items],
        "about": t(variant_name(spec)).capitalize() + ".",
    }
    if spec.variant == "formula":
        inputs, outputs = _FORMULAS[spec.setting("formula", "percent")]
        found["formula"] = {
            "inputs": [
                (key, t(label.replace("_", " ")), _first(spec, key, first)) for key, label, first in _cut(inputs)
            ],
            "outputs": [(key, t(label.replace("_", " "))) for key, label in _cut(outputs)],
        }
    if spec.variant == "converter":
        one, other = spec.setting("from", "km"), spec.setting("to", "mi")
        one = one if one in UNITS else "km"
        kin = [name for name in UNITS if UNITS[name][0] == UNITS[one][0] and name != one]
        found |= {"units": UNITS, "pair": [one, other if other in kin else kin[0]]}
    return found


def _first(spec: Spec, key: str, default: str) -> str:
    return spec.setting(key, default)


def _cut(text: str) -> list[list[str]]:
    return [one.split("=") for one in text.split()]


def view(spec: Spec, table: Table) -> dict[str, object]:
    """A table as the page of it shows it: rows in their order, figures, bars."""
    columns = [one for one in spec.columns if one.shown]
    rows = _sorted(spec, table)
    at = [table.columns.index(one.source) for one in columns]
    figures = list(_figures(spec, table, columns))
    chart, bars = _bars(spec, table)
    return {
        "columns": columns,
        "rows": [[row[index] for index in at] for row in rows],
        "figures": figures,
        "chart": chart,
        "bars": bars,
        "sources": [one.source for one in columns],
        "tested": [(one["at"], one["what"], one["comma"]) for one in figures],
        "csv": written(table).removesuffix("\n"),
    }


def _figures(spec: Spec, table: Table, columns: list[Column]) -> Iterable[dict[str, object]]:
    t = translator(spec)
    for at, one in enumerate(columns):
        if one.total and one.kind == "number":
            value, label = total(table, one), t("Total of %s", one.label)
            yield {"label": label, "what": "total", "at": at, "comma": one.comma, "value": value}
        if one.source == spec.setting("average") and one.kind == "number":
            value, label = average(table, one), t("Average of %s", one.label)
            yield {"label": label, "what": "average", "at": at, "comma": one.comma, "value": value}


def average(table: Table, column: Column) -> str:
    """The mean of a column, with two decimals."""
    found = [one for cell in cells(table, column.source) if (one := number(cell, comma=column.comma)) is not None]
    if not found:
        return "–"  # noqa: RUF001  (a dash, where there is no number)
    share = sum(found, Decimal(0)) * 100 / len(found)
    return shown((share + Decimal("0.5")).to_integral_value(ROUND_FLOOR).scaleb(-2), comma=column.comma)


def _sorted(spec: Spec, table: Table) -> list[tuple[str, ...]]:
    column = next((one for one in spec.columns if one.source == spec.setting("sort")), None)
    if column is None:
        return list(table.rows)
    at = table.columns.index(column.source)

    def order(row: tuple[str, ...]) -> tuple[bool, Decimal, str]:
        value = number(row[at], comma=column.comma) if column.kind == "number" else None
        return value is not None, value or Decimal(0), row[at].casefold()

    return sorted(table.rows, key=order, reverse=bool(spec.setting("down")))


def _bars(spec: Spec, table: Table) -> tuple[str, list[dict[str, object]]]:
    """A bar for each value of one column, as long as what another one comes to."""
    known = {one.source: one for one in spec.columns}
    value, by = known.get(spec.setting("chart")), known.get(spec.setting("by"))
    if value is None or by is None:
        return "", []
    sums: dict[str, Decimal] = {}
    for label, cell in zip(cells(table, by.source), cells(table, value.source), strict=True):
        sums[label] = sums.get(label, Decimal(0)) + (number(cell, comma=value.comma) or Decimal(0))
    largest = max((abs(one) for one in sums.values()), default=Decimal(0))
    bars: list[dict[str, object]] = [
        {
            "label": label,
            "value": shown(one, comma=value.comma),
            "width": round(max(Decimal(0), one) * _WIDEST / largest, 1) if largest else 0,
        }
        for label, one in list(sums.items())[:MAX_BARS]
    ]
    return phrase(spec.language, "%s by %s", value.label, by.label), bars
