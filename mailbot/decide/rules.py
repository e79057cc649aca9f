"""Rules out of files, and what they say: every mistake of a file is told at once, each with its place.

The files come in as parsed YAML: dicts and lists. Where these know their lines (``.lc``), a mistake is named with file,
line and column; else with its path in the file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, get_args

from mailbot.decide.facts import Facts
from mailbot.decide.guards import GUARDS
from mailbot.decide.match import Action, Case, Limits, Range, Rule, When, matches
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Proof

CHANNELS: Final = ("smtp", "imap", "http", "telegram", "clock")
#: Names of what decides beside the rules, in every account of what became of a mail.
RESERVED: Final = frozenset({*GUARDS, "trouble", "owner", "proof", "default", "unreadable", "set-aside", "patience"})
MAX_RULES: Final = 1_000
MAX_WORDS: Final = 500
MAX_LIST: Final = 10_000
MAX_BOUND: Final = 10**12  #: of sizes and counts
MAX_SPAM: Final = 100  #: of the scale of spam, on either side of 0
MAX_REPAIRS: Final = 10
MAX_PRIORITY: Final = 9
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PATTERN: Final = re.compile(r"[^\s@,;<>\"]{0,64}@?[A-Za-z0-9.*-]{1,253}")


class RulesError(Permanent):
    """The rules cannot be used; the message names every mistake with its place."""


def rules_from(files: Sequence[tuple[str, object]]) -> tuple[Rule, ...]:
    """The rules of all *files*, in their order; a list of one file serves in all of them."""
    mistakes: list[str] = []
    known = [_File(name=name, node=node, mistakes=mistakes) for name, node in files]
    lists: dict[str, tuple[str, ...]] = {}
    for file in known:
        lists |= file.lists()
    rules = [rule for file in known for rule in file.rules(lists)]
    mistakes += _twice(rules)
    if len(rules) > MAX_RULES:
        mistakes.append(f"there are {len(rules):,} rules; {MAX_RULES:,} is the most")
    if mistakes:
        raise RulesError("\n".join(mistakes))
    return tuple(rules)


def explain(rules: Iterable[Rule], case: Case) -> tuple[str, ...]:
    """One line for each rule: whether it matches, and why; the first that ends the judging is the last line."""
    lines = []
    for rule in rules:
        known, reason = matches(rule.when, case)
        then = f" -> {rule.action or 'goes on'}" if known else ""
        lines.append(f"{'yes' if known else 'no '} {rule.where or 'rules'} {rule.id}: {reason}{then}")
        if known and rule.action:
            break
    return tuple(lines)


def _twice(rules: Iterable[Rule]) -> list[str]:
    first: dict[str, str] = {}
    mistakes = []
    for rule in rules:
        if rule.id and rule.id in first:
            mistakes.append(f"{rule.where}: the id {rule.id!r} is used before, at {first[rule.id]}")
        first.setdefault(rule.id, rule.where)
    return mistakes


@dataclass(frozen=True, kw_only=True)
class _Spot:
    """One value in a file, and where it stands."""

    node: Any
    path: str
    line: str  #: file, and line and column where they are known


@dataclass(kw_only=True)
class _File:
    """One file, read with patience: a mistake is noted, and the reading goes on."""

    name: str
    node: object
    mistakes: list[str] = field(default_factory=list)

    def lists(self) -> dict[str, tuple[str, ...]]:
        top = self._top().get("lists")
        return {name: self._patterns(spot, {}) for name, spot in self._named(top).items()} if top else {}

    def rules(self, lists: Mapping[str, tuple[str, ...]]) -> list[Rule]:
        top = self._top(tell=True)
        version = top.get("version")
        if version is None or version.node != 1:
            self._wrong(version or self._root(), "the first key must be `version: 1`")
        self._words(top.get("about"))
        return [self._rule(spot, lists) for spot in self._items(top.get("rules"))]

    def _rule(self, spot: _Spot, lists: Mapping[str, tuple[str, ...]]) -> Rule:
        noted = len(self.mistakes)
        keys = self._keys(spot, ("id", "about", "if", "then"))
        then = self._keys(keys["then"], ("action", "reason", "set")) if "then" in keys else {}
        action: Action | None = self._choice(then.get("action"), get_args(Action))
        limits = self._limits(then.get("set"))
        if not {"action", "set"} & set(then) and len(self.mistakes) == noted:
            self._wrong(spot, "`then` needs an `action` (allow, hold, deny or discard) or something to `set`")
        return Rule(
            id=self._id(keys.get("id"), spot) if keys else "",
            about=self._words(keys.get("about")),
            where=spot.line,
            when=self._when(keys.get("if"), lists),
            action=action,
            reason=self._words(then.get("reason")),
            set=limits,
        )

    def _when(self, spot: _Spot | None, lists: Mapping[str, tuple[str, ...]]) -> When:
        if spot is None:
            return When()
        keys = self._keys(
            spot, ("channel", "from", "to", "proof", "proof_below", "known_thread", "spam", "size", "usage")
        )
        proofs = tuple(str(proof) for proof in Proof)
        known: Proof | None = self._choice(keys.get("proof"), proofs, Proof)
        below: Proof | None = self._choice(keys.get("proof_below"), proofs, Proof)
        return When(
            channel=tuple(self._choice(one, CHANNELS) or "" for one in self._many(keys.get("channel"))),
            from_=self._patterns(keys.get("from"), lists),
            to=self._patterns(keys.get("to"), lists),
            proof=known,
            proof_below=below,
            known_thread=self._flag(keys.get("known_thread")),
            spam=self._range(keys["spam"], self._score) if "spam" in keys else None,
            size=self._range(keys["size"]) if "size" in keys else None,
            usage=self._usage(keys.get("usage")),
        )

    def _usage(self, spot: _Spot | None) -> tuple[tuple[str, Range], ...]:
        if spot is None:
            return ()
        counts = tuple(one.name for one in fields(Facts) if one.type == "int")
        return tuple((name, self._range(bounds)) for name, bounds in self._keys(spot, counts).items())

    def _range(self, spot: _Spot, number: Callable[[_Spot], float | None] | None = None) -> Range:
        found = self._keys(spot, ("lt", "lte", "gt", "gte"))
        bounds = {name: number(one) if number else self._number(one, MAX_BOUND) for name, one in found.items()}
        if spot.node == {}:
            self._wrong(spot, "a bound is needed, such as {gte: 30}")
        return Range(**bounds)

    def _limits(self, spot: _Spot | None) -> Limits:
        found = self._keys(spot, ("max_repairs", "priority")) if spot else {}
        return Limits(
            max_repairs=self._number(found.get("max_repairs"), MAX_REPAIRS),
            priority=self._number(found.get("priority"), MAX_PRIORITY),
        )

    # Values of one kind.

    def _id(self, spot: _Spot | None, rule: _Spot) -> str:
        text = spot.node if spot else None
        if not isinstance(text, str) or not _ID.fullmatch(text):
            self._wrong(spot or rule, "a rule needs an `id` of small letters, digits and hyphens")
            return ""
        if text in RESERVED:
            self._wrong(spot or rule, f"the id {text!r} is mailbot's own; take another")
        return text

    def _words(self, spot: _Spot | None) -> str:
        if spot is None:
            return ""
        if not isinstance(spot.node, str) or len(spot.node) > MAX_WORDS:
            self._wrong(spot, f"words are needed here, at most {MAX_WORDS} characters")
            return ""
        return " ".join(spot.node.split())

    def _number(self, spot: _Spot | None, most: int) -> int | None:
        if spot is None:
            return None
        if isinstance(spot.node, bool) or not isinstance(spot.node, int) or not 0 <= spot.node <= most:
            self._wrong(spot, f"a whole number from 0 to {most:,} is needed, not {_shown(spot.node)}")
            return None
        return int(spot.node)

    def _score(self, spot: _Spot) -> float | None:
        value = spot.node
        if isinstance(value, bool) or not isinstance(value, int | float) or not -MAX_SPAM <= value <= MAX_SPAM:
            self._wrong(spot, f"a number from -{MAX_SPAM} to {MAX_SPAM} is needed, not {_shown(value)}")
            return None
        return float(value)

    def _flag(self, spot: _Spot | None) -> bool | None:
        if spot is not None and not isinstance(spot.node, bool):
            self._wrong(spot, f"true or false is needed, not {_shown(spot.node)}")
        return spot.node if spot is not None and isinstance(spot.node, bool) else None

    def _choice(self, spot: _Spot | None, choices: Sequence[str], make: Callable[[str], Any] = str) -> Any:  # noqa: ANN401
        """The chosen word, as *make* makes it; None when there is none."""
        if spot is None:
            return None
        if spot.node not in choices:
            hint = _hint(spot.node, choices)
            self._wrong(spot, f"{_shown(spot.node)} is none of {', '.join(choices)}{hint}")
            return None
        return make(spot.node)

    def _patterns(self, spot: _Spot | None, lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Addresses, domains and patterns; ``@name`` is the list of that name."""
        found: list[str] = []
        for one in self._many(spot):
            text = one.node
            if not isinstance(text, str) or not _PATTERN.fullmatch(text):
                self._wrong(one, f"an address, a domain or a pattern with * is needed, not {_shown(text)}")
            elif text.startswith("@") and text[1:] in lists:
                found += lists[text[1:]]
            elif text.startswith("@") and "." not in text and "*" not in text and text != "@localhost":
                self._wrong(one, f"there is no list {text!r}{_hint(text, ['@' + name for name in lists])}")
            else:
                found.append(text.lower())
        return tuple(found)

    # The shape of the file.

    def _top(self, *, tell: bool = False) -> dict[str, _Spot]:
        """The keys of the file; mistakes are noted once, when *tell* says so."""
        noted = len(self.mistakes)
        keys = self._keys(self._root(), ("version", "about", "lists", "rules"))
        if not tell:
            del self.mistakes[noted:]
        return keys

    def _root(self) -> _Spot:
        return _Spot(node=self.node, path="", line=self.name)

    def _keys(self, spot: _Spot, known: Sequence[str]) -> dict[str, _Spot]:
        """The values under the keys of a mapping; a key that is not *known* is a mistake."""
        found = self._named(spot)
        for name in [name for name in found if name not in known]:
            self._wrong(found.pop(name), f"there is no key {name!r} here{_hint(name, known)}")
        return found

    def _named(self, spot: _Spot) -> dict[str, _Spot]:
        if not isinstance(spot.node, Mapping):
            self._wrong(spot, f"keys with values are needed here, not {_shown(spot.node)}")
            return {}
        return {str(key): self._under(spot, key, "key") for key in spot.node}

    def _items(self, spot: _Spot | None) -> list[_Spot]:
        if spot is None:
            return []
        if not isinstance(spot.node, list) or len(spot.node) > MAX_LIST:
            self._wrong(spot, f"a list of at most {MAX_LIST:,} is needed here")
            return []
        return [self._under(spot, number, "item") for number in range(len(spot.node))]

    def _many(self, spot: _Spot | None) -> list[_Spot]:
        """The values of a list; one value alone is a list of one."""
        if spot is None or not isinstance(spot.node, list):
            return [spot] if spot else []
        if not spot.node:
            self._wrong(spot, "the list is empty, so nothing could match; take the key out or fill it")
        return self._items(spot)

    def _under(self, spot: _Spot, key: str | int, kind: str) -> _Spot:
        place = getattr(spot.node, "lc", None)
        try:
            line, column = getattr(place, kind)(key)
            where = f"{self.name}:{line + 1}:{column + 1}"
        except (AttributeError, KeyError, IndexError, TypeError):
            where = self.name  # plain dicts and lists do not know their lines
        return _Spot(node=spot.node[key], path=f"{spot.path}.{key}".lstrip("."), line=where)

    def _wrong(self, spot: _Spot, words: str) -> None:
        self.mistakes.append(": ".join(part for part in (spot.line, spot.path, words) if part))


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004  (of a line for people)


def _hint(word: object, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word)[:100], list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
