"""What rules ask or set that the house does not do yet; `mailbot rules check` tells it, so nobody relies on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from mailbot.decide.facts import COUNTED, COUNTS
from mailbot.decide.match import Rule
from mailbot.domain.grants import HONOURED, Grants

#: The counts that are always 0, and the settings that wait for a room that acts on them.
NOT_COUNTED = tuple(name for name in COUNTS if name not in COUNTED)
NOT_HONOURED = tuple(field.name for field in fields(Grants) if field.name not in HONOURED)


def notes(rules: Iterable[Rule]) -> Iterator[str]:
    """One line for each such thing, with its place."""
    for rule in rules:
        for name in sorted(rule.asks & {f"usage.{name}" for name in NOT_COUNTED}):
            yield f"{rule.where}: {rule.id}: {name} is not counted yet, it is always 0"
        later = [name for name in NOT_HONOURED if getattr(rule.set, name) not in ("", (), None)]
        if later:
            yield f"{rule.where}: {rule.id}: kept with the order, not acted on yet: {', '.join(later)}"
        if rule.reply:
            yield f"{rule.where}: {rule.id}: kept with the verdict, not acted on yet: the wording {rule.reply!r}"
