"""The shapes that a value in a rules file can have. Each reads its value, and tells the JSON Schema of it.

One table of shapes (grammar.py) is the whole format, so what editors complete is what mailbot reads. A mistake is noted
with its place, and the reading goes on: all mistakes of all files are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mailbot.decide.patterns import shown
from mailbot.decide.spots import MAX_DEPTH, Reading, Spot, hint, named

MAX_LIST: Final = 10_000
_UNSOUND: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")

Schema = dict[str, Any]


class Shape(Protocol):
    """One shape of a value."""

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (as the shape says)
        """The value; None when it is wrong, which is noted."""

    def schema(self) -> Schema:
        """The same in JSON Schema."""


@dataclass(frozen=True, kw_only=True)
class Flag:
    """Yes or no."""

    def read(self, spot: Spot, reading: Reading) -> bool | None:
        if isinstance(spot.node, bool):
            return spot.node
        reading.wrong(spot, f"true or false is needed, not {shown(spot.node)}")
        return None

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number from 0, or *least*, to *most*."""

    most: int
    least: int = 0

    def read(self, spot: Spot, reading: Reading) -> int | None:
        node = spot.node
        if isinstance(node, int) and not isinstance(node, bool) and self.least <= node <= self.most:
            return int(node)
        reading.wrong(spot, f"a whole number from {self.least:,} to {self.most:,} is needed, not {shown(node)}")
        return None

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, kw_only=True)
class Score:
    """Any number from -*most* to *most*."""

    most: int

    def read(self, spot: Spot, reading: Reading) -> float | None:
        node = spot.node
        if isinstance(node, int | float) and not isinstance(node, bool) and -self.most <= node <= self.most:
            return float(node)
        reading.wrong(spot, f"a number from -{self.most} to {self.most} is needed, not {shown(node)}")
        return None

    def schema(self) -> Schema:
        return {"type": "number", "minimum": -self.most, "maximum": self.most}


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text. One line, and never empty, where it is not *free*."""

    most: int = 500
    free: bool = False

    def read(self, spot: Spot, reading: Reading) -> str | None:
        node = spot.node
        if isinstance(node, str) and sound(node) and len(node) <= self.most and (self.free or node.strip()):
            return str(node) if self.free else " ".join(node.split())
        reading.wrong(spot, f"words are needed here, at most {self.most:,} characters, not {shown(node)}")
        return None

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": self.most} | ({} if self.free else {"pattern": r"\S"})


@dataclass(frozen=True, kw_only=True)
class Made:
    """A text out of which *make* makes something; it raises ValueError with words."""

    make: Callable[[str], Any]
    needed: str  #: what is needed, in words
    pattern: str = ""  #: the same, as far as a JSON Schema can say it
    most: int = 500

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (what make makes)
        node = spot.node
        if not isinstance(node, str) or not sound(node) or not node or len(node) > self.most:
            words = f"{self.needed} is needed, not {shown(node)}"
            reading.wrong(spot, words if not isinstance(node, str) else f"{words} ({self.most:,} at most)")
            return None
        try:
            return self.make(str(node))
        except ValueError as error:
            reading.wrong(spot, str(error) or f"{self.needed} is needed, not {shown(node)}")
            return None

    def schema(self) -> Schema:
        known: Schema = {"type": "string", "minLength": 1, "maxLength": self.most}
        return known | ({"pattern": self.pattern} if self.pattern else {})


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of some words, as *make* makes it."""

    choices: Sequence[Any]
    make: Callable[[Any], Any] = str

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (what make makes)
        if not isinstance(spot.node, bool) and spot.node in self.choices:
            return self.make(spot.node)
        told = ", ".join(map(str, self.choices))
        reading.wrong(spot, f"{shown(spot.node)} is none of {told}{hint(spot.node, self.choices)}")
        return None

    def schema(self) -> Schema:
        return {"enum": list(self.choices)}


@dataclass(frozen=True, kw_only=True)
class Items:
    """A list; with *alone* one value alone is a list of one. It has *least* values at least."""

    of: Shape
    most: int = MAX_LIST
    alone: bool = False
    least: int = 0

    def read(self, spot: Spot, reading: Reading) -> tuple[Any, ...] | None:
        if not isinstance(spot.node, list) or len(spot.node) > self.most:
            if not self.alone or isinstance(spot.node, list):
                reading.wrong(spot, f"a list of at most {self.most:,} is needed here, not {_much(spot.node)}")
                return None
            found = self.of.read(spot, reading)
            return None if found is None else (found,)
        if len(spot.node) < self.least:
            reading.wrong(spot, "the list is empty, so nothing could match; take the key out or fill it")
            return None
        read = [self.of.read(spot.under(number, "item"), reading) for number in range(len(spot.node))]
        return tuple(one for one in read if one is not None)

    def schema(self) -> Schema:
        known: Schema = {"type": "array", "items": self.of.schema(), "maxItems": self.most}
        known |= {"minItems": self.least} if self.least else {}
        return {"anyOf": [self.of.schema(), known]} if self.alone else known


def many(of: Shape, most: int = MAX_LIST) -> Items:
    """One value, or a list of some."""
    return Items(of=of, most=most, alone=True, least=1)


@dataclass(frozen=True)
class Key:
    """What may stand under a key, and what it means."""

    shape: Shape
    about: str = ""
    needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Keys:
    """A mapping with known keys; what is wrong or absent is not in what is read."""

    table: Mapping[str, Key]
    make: Callable[[dict[str, Any]], Any] = dict  #: ValueError says why they do not go together
    empty: str = ""  #: what is said of none at all; empty: that is fine

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (what make makes)
        found = named(spot, reading)
        if found is None:
            return None
        noted = len(reading.mistakes)
        meant = set()
        for name in [name for name in found if name not in self.table]:
            close = hint(name, self.table)
            meant |= {known for known in self.table if repr(known) in close}
            reading.wrong(found.pop(name), f"there is no key {name!r} here{close}")
        read = {name: self.table[name].shape.read(one, reading) for name, one in found.items()}
        for name, key in self.table.items():
            if key.needed and name not in found and name not in meant:
                reading.wrong(spot, f"the key {name!r} is missing here")
        if not spot.node and self.empty:
            reading.wrong(spot, self.empty)
        if len(reading.mistakes) > noted and self.make is not dict:
            return None  # what is wrong already need not go together
        try:
            return self.make({name: value for name, value in read.items() if value is not None})
        except ValueError as error:
            reading.wrong(spot, str(error))
            return None

    def schema(self) -> Schema:
        properties = {
            name: key.shape.schema() | ({"description": key.about} if key.about else {})
            for name, key in self.table.items()
        }
        known: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
        if needed := [name for name, key in self.table.items() if key.needed]:
            known["required"] = needed
        return known | ({"minProperties": 1} if self.empty else {})


@dataclass(frozen=True, kw_only=True)
class Either:
    """A mapping as *mapping*, anything else as *other*, out of which *lift* makes what the mapping gives."""

    mapping: Keys
    other: Shape
    lift: Callable[[Any], Any]

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (as the shapes say)
        if isinstance(spot.node, Mapping):
            return self.mapping.read(spot, reading)
        found = self.other.read(spot, reading)
        return None if found is None else self.lift(found)

    def schema(self) -> Schema:
        return {"anyOf": [self.other.schema(), self.mapping.schema()]}


@dataclass(frozen=True, kw_only=True)
class Within:
    """A shape that holds itself, a few levels deep; the schema has it under *name*."""

    name: str
    of: Callable[[], Shape]

    def read(self, spot: Spot, reading: Reading) -> Any:  # noqa: ANN401  (as the shape says)
        with reading.deeper() as fine:
            if not fine:
                reading.wrong(spot, f"any and not stand more than {MAX_DEPTH} deep; split the rule")
                return None
            return self.of().read(spot, reading)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}


def sound(text: str) -> bool:
    """Whether *text* holds no character that no mail and no terminal takes: a lone surrogate, a control character."""
    return not _UNSOUND.search(text)


def _much(node: object) -> str:
    return f"{len(node):,}" if isinstance(node, list) else shown(node)
