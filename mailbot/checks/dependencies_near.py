"""Names that are nearly the name of a package that everybody knows: what a slip installs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from mailbot.checks.dependencies_popular import POPULAR

SHORTEST: Final = 5  #: letters of a known name that a name with one other letter is near to: there is much like vue
SWAPPED: Final = 4  #: the same, for two letters that changed places
_SIGNS: Final = re.compile(r"[^a-z0-9]+")


def nearly(index: str, name: str) -> str:
    """The known package that *name* is one letter, or only its hyphens, away from; empty where there is none."""
    known, without, letters = _tables(index)
    if name in known:
        return ""
    if same := letters.get(_SIGNS.sub("", name)):
        return same
    close = {one for key in _shorter(name) for one in without.get(key, ())}
    return min((one for one in close if _one_away(name, one)), default="")


@cache
def _tables(index: str) -> tuple[frozenset[str], Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    """The known names; the same by what is left of them without any one letter; and by their letters alone."""
    known = POPULAR.get(index, frozenset()) if index != "debian" else frozenset()
    without: dict[str, tuple[str, ...]] = {}
    for name in sorted(known):
        for key in _shorter(name) if len(name) >= SWAPPED else ():
            without[key] = (*without.get(key, ()), name)
    return known, without, {_SIGNS.sub("", name): name for name in sorted(known) if len(name) >= SHORTEST}


def _shorter(name: str) -> Iterator[str]:
    """The name, and what is left of it without any one letter."""
    yield name
    yield from (name[:at] + name[at + 1 :] for at in range(len(name)))


def _one_away(name: str, known: str) -> bool:
    """Whether one letter was added, left out or changed, or two beside each other changed places."""
    if len(name) == len(known):
        other = [at for at in range(len(name)) if name[at] != known[at]]
        swapped = len(other) == 2 and other[1] == other[0] + 1 and name[other[0]] == known[other[1]]  # noqa: PLR2004  (a pair)
        if swapped and name[other[1]] == known[other[0]]:
            return True
        return len(other) == 1 and len(known) >= SHORTEST
    short, long = sorted((name, known), key=len)
    return len(known) >= SHORTEST and len(long) == len(short) + 1 and short in set(_shorter(long))
