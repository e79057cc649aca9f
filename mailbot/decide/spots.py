"""Places in a rules file, and the mistakes that were found at them: all of them are told, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from mailbot.decide.patterns import shown

MAX_DEPTH: Final = 8  #: of any and not within each other


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One value in a file, and where it stands."""

    node: Any
    path: str
    line: str  #: file, and line and column where they are known

    def under(self, key: str | int, kind: str) -> Spot:
        """The value under *key* of a mapping (kind ``key``) or a list (kind ``item``)."""
        file = self.line.partition(":")[0]
        try:
            line, column = getattr(self.node.lc, kind)(key)
            where = f"{file}:{line + 1}:{column + 1}"
        except (AttributeError, KeyError, IndexError, TypeError):
            where = file  # plain dicts and lists do not know their lines
        return Spot(node=self.node[key], path=f"{self.path}.{key}".lstrip("."), line=where)


@dataclass(kw_only=True)
class Reading:
    """What the reading of all files has come to."""

    mistakes: list[str] = field(default_factory=list)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: of addresses, by name
    depth: int = 0

    def wrong(self, spot: Spot, words: str) -> None:
        """Note a mistake."""
        self.mistakes.append(": ".join(part for part in (spot.line, spot.path, words) if part))

    @contextmanager
    def deeper(self) -> Iterator[bool]:
        """One level down; false when that is too deep."""
        self.depth += 1
        try:
            yield self.depth <= MAX_DEPTH
        finally:
            self.depth -= 1


def named(spot: Spot, reading: Reading) -> dict[str, Spot] | None:
    """The values of a mapping by their keys; None when it is none."""
    if not isinstance(spot.node, Mapping):
        reading.wrong(spot, f"keys with values are needed here, not {shown(spot.node)}")
        return None
    return {str(key): spot.under(key, "key") for key in spot.node}


def hint(word: object, known: Iterable[object]) -> str:
    """What was perhaps meant."""
    close = difflib.get_close_matches(str(word)[:100], [str(one) for one in known], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
