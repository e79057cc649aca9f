"""Rules out of files, and what they say: every mistake of all files is told at once, each with its place.

The files come in as parsed YAML: dicts and lists. Where these know their lines (``.lc``), a mistake is named with file,
line and column; else with its path in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mailbot.decide.conditions import Asked, when
from mailbot.decide.grammar import RULE
from mailbot.decide.grammar_tests import TEST
from mailbot.decide.match import Action, Rule, explain
from mailbot.decide.patterns import shown
from mailbot.decide.shapes import Words
from mailbot.decide.spots import Reading, Spot, hint, named
from mailbot.decide.trials import Trial, trial_of
from mailbot.decide.values import ID, PATTERNS, RESERVED
from mailbot.domain.errors import Permanent

__all__ = ["MAX_RULES", "RESERVED", "Book", "RulesError", "book_from", "explain", "rules_from"]

MAX_RULES: Final = 1_000
MAX_TESTS: Final = 2_000
MAX_TOLD: Final = 50  #: mistakes that are told at once
TOP: Final = ("version", "about", "lists", "rules", "tests")
ABOUT: Final = Words()
ADMINS: Final = "admins"  #: the list of whoever the settings name
LIST_NAME: Final = r"[a-z][a-z0-9_-]{0,63}"


class RulesError(Permanent):
    """The rules cannot be used; the message names every mistake with its place."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """All rules that are in force together, and the tests that came with them."""

    rules: tuple[Rule, ...]
    trials: tuple[Trial, ...] = ()
    version: str = ""  #: a hash of the files


def rules_from(files: Sequence[tuple[str, object]]) -> tuple[Rule, ...]:
    """The rules of all *files*, in their order; a list of one file serves in all of them."""
    return book_from(files).rules


def book_from(
    files: Sequence[tuple[str, object]],
    *,
    admins: Sequence[str] = (),
    version: str = "",
    mistakes: Sequence[str] = (),
) -> Book:
    """Rules and tests of all *files*; *mistakes* are those that were found while they were parsed."""
    reading = Reading(mistakes=list(mistakes))
    roots = [Spot(node=node, path="", line=name) for name, node in files]
    _read_lists(roots, admins, reading)
    rules = [rule for root in roots for rule in _rules(root, reading)]
    trials = [trial for root in roots for trial in _trials(root, reading)]
    _told_twice(roots, reading)
    if len(rules) > MAX_RULES:
        reading.mistakes.append(f"there are {len(rules):,} rules; {MAX_RULES:,} is the most")
    known = {rule.id for rule in rules}
    for trial in trials:
        if trial.rule and trial.rule not in known | RESERVED:
            reading.mistakes.append(f"{trial.where}: there is no rule {trial.rule!r}{hint(trial.rule, known)}")
    if reading.mistakes:
        raise RulesError(_told(sorted(reading.mistakes, key=_place)))
    return Book(rules=tuple(rules), trials=tuple(trials), version=version)


def _place(mistake: str) -> tuple[str, int, int]:
    """File, line and column of it; one that has no line stands first in its file."""
    found = re.match(r"([^:]*):(\d+):(\d+):", mistake)
    return (found[1], int(found[2]), int(found[3])) if found else (mistake.partition(":")[0], 0, 0)


def _told(mistakes: Sequence[str]) -> str:
    more = [f"and {len(mistakes) - MAX_TOLD:,} more"] if len(mistakes) > MAX_TOLD else []
    return "\n".join([*mistakes[:MAX_TOLD], *more])


def _read_lists(roots: Iterable[Spot], admins: Sequence[str], reading: Reading) -> None:
    """Every list of every file; until all are read, none can be named in another."""
    found: dict[str, tuple[str, ...]] = {ADMINS: tuple(admins)}
    first: dict[str, str] = {ADMINS: "`admins` in mailbot.toml"}
    for root in roots:
        spots = _top(root, reading)
        for name, spot in (named(spots["lists"], reading) or {} if "lists" in spots else {}).items():
            if not re.fullmatch(LIST_NAME, name):
                reading.wrong(spot, "the name of a list has small letters, digits, - and _, and begins with a letter")
            if name in first:
                reading.wrong(spot, f"the list {name!r} is written before, at {first[name]}; take another name")
            first.setdefault(name, spot.line)
            found[name] = PATTERNS.read(spot, reading) or ()
    reading.lists = found


def _top(root: Spot, reading: Reading) -> dict[str, Spot]:
    """The keys of a file; the reading of the lists comes first, and notes what is wrong with them."""
    found = named(root, reading) or {}
    for name in [name for name in found if name not in TOP]:
        reading.wrong(found.pop(name), f"there is no key {name!r} here{hint(name, TOP)}")
    version = found["version"].node if "version" in found else None
    if isinstance(root.node, Mapping) and (version != 1 or version is True):
        reading.wrong(found.get("version", root), "the first key must be `version: 1`")
    if "about" in found:
        ABOUT.read(found["about"], reading)
    return found


def _entries(root: Spot, name: str, most: int, reading: Reading) -> list[Spot]:
    if not isinstance(root.node, Mapping) or name not in root.node:
        return []
    spot = root.under(name, "key")
    if not isinstance(spot.node, list):
        reading.wrong(spot, f"a list is needed here, not {shown(spot.node)}")
        return []
    if len(spot.node) > most:
        reading.wrong(spot, f"there are {len(spot.node):,} {name}; {most:,} is the most")
        return []
    return [spot.under(number, "item") for number in range(len(spot.node))]


def _rules(root: Spot, reading: Reading) -> list[Rule]:
    rules = []
    for spot in _entries(root, "rules", MAX_RULES, reading):
        noted = len(reading.mistakes)
        read = RULE.read(spot, reading)
        if len(reading.mistakes) == noted:
            rules.append(_rule(read, spot.line))
    return rules


def _rule(read: Mapping[str, Any], where: str) -> Rule:
    asked: Asked = read.get("if", Asked(conditions=(), keys=frozenset()))
    conditions, keys = asked.conditions, asked.keys
    if "when" in read:
        conditions = (*conditions, when(read["when"]))
        keys |= {"when", *read["when"].names}
    then: Mapping[str, Any] = read["then"]
    action: Action | None = then.get("action")
    return Rule(
        id=read["id"],
        about=read.get("about", ""),
        where=where,
        enabled=read.get("enabled", True),
        conditions=conditions,
        asks=keys,
        action=action,
        reason=then.get("reason", ""),
        reply=then.get("reply", ""),
        set=then["set"],
    )


def _trials(root: Spot, reading: Reading) -> list[Trial]:
    trials = []
    for spot in _entries(root, "tests", MAX_TESTS, reading):
        noted = len(reading.mistakes)
        read = TEST.read(spot, reading)
        if len(reading.mistakes) == noted:
            trials.append(trial_of(read, spot.line))
    return trials


def _told_twice(roots: Iterable[Spot], reading: Reading) -> None:
    """An id twice; of rules that have other mistakes, too."""
    first: dict[str, str] = {}
    for root in roots:
        for spot in _entries(root, "rules", MAX_RULES, Reading()):
            id = spot.node.get("id") if isinstance(spot.node, Mapping) else None
            if isinstance(id, str) and re.fullmatch(ID, id) and first.setdefault(id, spot.line) is not spot.line:
                reading.mistakes.append(f"{spot.line}: the id {id!r} is used before, at {first[id]}")
