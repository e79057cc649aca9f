"""Who is let in, and who is not, by the two plain lists of the settings: rules beside those of the folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mailbot.decide.conditions import asked
from mailbot.decide.match import Rule
from mailbot.domain.message import Proof

ALLOWED: Final = "allowed-senders"
BLOCKED: Final = "blocked-senders"


def with_senders(rules: Sequence[Rule], allowed: Iterable[str], blocked: Iterable[str]) -> tuple[Rule, ...]:
    """*rules* with those of the lists: who is blocked stands first, who is allowed before the no for everybody else.

    So what the rules say of spam, of quotas and of single people counts for whoever is allowed, too.
    """
    before = [_rule(BLOCKED, {"from": tuple(blocked)})] if blocked else []
    at = next((at for at, rule in enumerate(rules) if rule.action and not rule.conditions), len(rules))
    let_in = [_rule(ALLOWED, {"from": tuple(allowed), "proof": Proof.DKIM})] if allowed else []
    return (*before, *rules[:at], *let_in, *rules[at:])


def _rule(id: str, wanted: dict[str, object]) -> Rule:
    found = asked(wanted)
    return Rule(
        id=id,
        where="the settings",
        conditions=found.conditions,
        asks=found.keys,
        action="allow" if id == ALLOWED else "discard",
        reason="a sender that the settings let in" if id == ALLOWED else "a sender that the settings shut out",
    )
