"""Patterns of addresses, names and texts. Each takes time in proportion to the text, whatever the text is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import SchemaError, SchemaValidator, core_schema

MAX_REGEX: Final = 1_000  #: characters


@dataclass(frozen=True, kw_only=True)
class Range:
    """Bounds of a number; every one that is set must hold."""

    lt: float | None = None
    lte: float | None = None
    gt: float | None = None
    gte: float | None = None

    def holds(self, value: float) -> bool:
        """Whether *value* lies within."""
        return (
            (self.lt is None or value < self.lt)
            and (self.lte is None or value <= self.lte)
            and (self.gt is None or value > self.gt)
            and (self.gte is None or value >= self.gte)
        )

    @property
    def possible(self) -> bool:
        """Whether any number at all lies within."""
        low = max((bound for bound in (self.gt, self.gte) if bound is not None), default=None)
        high = min((bound for bound in (self.lt, self.lte) if bound is not None), default=None)
        if low is None or high is None or low < high:
            return True
        return low == high and self.holds(low)

    def __str__(self) -> str:
        signs = (("<", self.lt), ("<=", self.lte), (">", self.gt), (">=", self.gte))
        return " and ".join(f"{sign} {bound}" for sign, bound in signs if bound is not None)


class Regex:
    """A regular expression of Rust's ``regex``, the engine and the dialect that CEL's ``matches`` has.

    It has no backtracking, so no text of a stranger can hang it. CEL compiles a pattern at each use (70 us); here it is
    compiled once, and asking it takes a quarter of one.
    """

    __slots__ = ("_search", "pattern")

    def __init__(self, pattern: str) -> None:
        """*pattern*, compiled; ValueError says in words what is wrong with it."""
        self.pattern = pattern
        try:
            self._search = SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python
        except SchemaError as error:
            lines = [line.strip() for line in str(error).splitlines()[1:]]
            raise ValueError(" ".join(lines).removeprefix("SchemaError: ")[:300]) from error

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in *text*."""
        return self._search(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regex) and other.pattern == self.pattern

    def __hash__(self) -> int:
        return hash(self.pattern)


class Addresses:
    """Addresses, domains and patterns with ``*``; those without a star are found at once, however many they are."""

    __slots__ = ("_exact", "_starred", "given")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.given = tuple(patterns)
        known = [pattern.lower() for pattern in self.given]
        self._exact = frozenset(one.lstrip("@") for one in known if "*" not in one)
        self._starred = tuple(one for one in known if "*" in one)

    def find(self, address: str) -> bool:
        """Whether *address* is one of them."""
        known = address.lower()
        if known in self._exact or known.rpartition("@")[2] in self._exact:
            return True
        return any(address_matches(pattern, known) for pattern in self._starred)


def address_matches(pattern: str, address: str) -> bool:
    """Whether *address* is what *pattern* says: an address, a domain, either with ``*`` for any characters.

    ``ana@acme.org``, ``acme.org``, ``@acme.org``, ``*@acme.org``, ``*.acme.org``, ``build-*@acme.org``.
    """
    local, at, domain = pattern.lower().rpartition("@")
    known_local, _, known_domain = address.lower().rpartition("@")
    return glob(domain, known_domain) and (not at or not local or glob(local, known_local))


def glob(pattern: str, text: str) -> bool:
    """*text* against a pattern with ``*``, each piece sought once from the left."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


class Globs:
    """Words in which ``*`` stands for any characters, whatever their case."""

    __slots__ = ("_exact", "_starred")

    def __init__(self, patterns: Iterable[str]) -> None:
        known = [pattern.lower() for pattern in patterns]
        self._exact = frozenset(one for one in known if "*" not in one)
        self._starred = tuple(one for one in known if "*" in one)

    def find(self, *texts: str) -> bool:
        """Whether the whole of one of *texts* is one of them."""
        for text in texts:
            known = text.lower()
            if known in self._exact or any(glob(pattern, known) for pattern in self._starred):
                return True
        return False


def shown(value: object) -> str:
    """*value* in a line for people."""
    text = "nothing" if value is None else repr(_plain(value))
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004  (of a line for people)


def _plain(value: Any) -> object:  # noqa: ANN401  (whatever YAML can hold)
    """Without the wrappers that know their lines."""
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
