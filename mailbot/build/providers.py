"""What the mail systems of our receivers let through: data, one file each, which an admin may replace or add to.

A provider is known by whose machines take the mail (its MX hosts), never by the domain of an address: a company's own
domain may well be at Gmail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mailbot.domain.errors import Permanent

LOCAL: Final = "local"  #: the name of what holds where no mail server stands between
UNKNOWN: Final = "unknown"  #: the name of what holds for everybody else
DEFAULT_LIMIT: Final = 9_500_000  #: bytes of a whole mail that every usual server takes
MOST_TEXT: Final = 100_000  #: characters of one file
MOST_ENDINGS: Final = 2_000
MOST_HOSTS: Final = 50  #: MX hosts of one domain that are looked at
_ARCHIVES: Final = frozenset({"zip", "gz", "bz2", "tar"})
KEYS: Final = frozenset({"name", "title", "mx", "lists", "endings", "top", "inside", "beside", "limit", "source"})


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What one mail system refuses, as far as it says so."""

    name: str
    title: str  #: as people call it
    mx: tuple[str, ...] = ()  #: domains of its MX hosts
    endings: frozenset[str] = frozenset()  #: of file names that it refuses, attached or in an archive
    top: frozenset[str] = frozenset()  #: of files that it refuses only where they are attached as such
    inside: frozenset[str] = frozenset()  #: kinds of archives that it looks into
    beside: frozenset[str] = frozenset()  #: forms that it is known to take beside another one
    limit: int = DEFAULT_LIMIT  #: bytes of a whole mail


@dataclass(frozen=True, kw_only=True)
class Providers:
    """All that are known, by name."""

    known: Mapping[str, Provider] = field(default_factory=dict)

    def of(self, operator: str) -> Provider:
        """What holds for *operator*; for nobody we know, what every usual server takes."""
        return self.known.get(operator) or self.known.get(UNKNOWN) or Provider(name=UNKNOWN, title="your mail server")

    def operator_of(self, mx_hosts: Sequence[str]) -> str:
        """Who takes the mail for these MX hosts, the preferred one first; ``unknown`` where no file names them."""
        for host in mx_hosts[:MOST_HOSTS]:
            labels = host.lower().rstrip(".").split(".")
            for at in range(len(labels)):
                if name := self._by_mx.get(".".join(labels[at:])):
                    return name
        return UNKNOWN

    @cached_property
    def _by_mx(self) -> Mapping[str, str]:
        return {domain: one.name for one in self.known.values() for domain in one.mx}


def providers_of(texts: Mapping[str, str]) -> Providers:
    """The providers in these files, by file name; a mistake in one is told with its name."""
    read = {name: _read(name, text) for name, text in sorted(texts.items())}
    whole = {str(one["name"]): (file, one) for file, one in read.items()}
    return Providers(known={name: _provider(file, one, whole) for name, (file, one) in whole.items()})


def _read(name: str, text: str) -> Mapping[str, object]:
    if len(text) > MOST_TEXT:
        raise Permanent(f"providers/{name} is over {MOST_TEXT} characters; a list of endings is shorter")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Permanent(f"providers/{name} is no JSON: {error}") from None
    if not isinstance(read, dict) or not isinstance(read.get("name"), str) or not read["name"]:
        raise Permanent(f'providers/{name} must be an object with a "name"')
    if odd := sorted(set(read) - KEYS):
        raise Permanent(f"providers/{name}: {odd[0]!r} is not known; the keys are {', '.join(sorted(KEYS))}")
    return read


def _provider(file: str, read: Mapping[str, object], whole: Mapping[str, tuple[str, Mapping[str, object]]]) -> Provider:
    limit = read.get("limit", DEFAULT_LIMIT)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 100_000 <= limit <= 100_000_000:  # noqa: PLR2004  (0.1 to 100 MB)
        raise Permanent(f"providers/{file}: limit must be bytes, from 100000 to 100000000")
    every = _with_lists(file, read, whole, ())
    inside = frozenset(word for one in every for word in _words(file, one, "inside"))
    if odd := inside - _ARCHIVES:
        raise Permanent(f"providers/{file}: inside knows {', '.join(sorted(_ARCHIVES))}, not {min(odd)!r}")
    return Provider(
        name=str(read["name"]),
        title=str(read.get("title") or read["name"]),
        mx=tuple(word.lower().strip(".") for word in _words(file, read, "mx")),
        endings=frozenset(word.lower().lstrip(".") for one in every for word in _words(file, one, "endings")),
        top=frozenset(word.lower().lstrip(".") for one in every for word in _words(file, one, "top")),
        inside=inside,
        beside=frozenset(_words(file, read, "beside")),
        limit=limit,
    )


def _with_lists(
    file: str,
    read: Mapping[str, object],
    whole: Mapping[str, tuple[str, Mapping[str, object]]],
    above: tuple[str, ...],
) -> list[Mapping[str, object]]:
    """One file and all whose lists it takes over."""
    found = [read]
    for name in _words(file, read, "lists"):
        if name not in whole or name in above:
            raise Permanent(f"providers/{file}: lists names {name!r}, which {'is itself' if above else 'is not known'}")
        found += _with_lists(file, whole[name][1], whole, (*above, name))
    return found


def _words(file: str, read: Mapping[str, object], key: str) -> list[str]:
    """A list of words, or one text of them."""
    value = read.get(key, [])
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list) or len(words) > MOST_ENDINGS or not all(isinstance(one, str) for one in words):
        raise Permanent(f"providers/{file}: {key} must be at most {MOST_ENDINGS} words")
    return words
