"""What it costs to judge a mail by 200 rules."""

from __future__ import annotations

import time
from typing import Any, Final

from mailbot.decide.case import Case
from mailbot.decide.match import Rule, decide
from mailbot.decide.rules import rules_from
from mailbot.domain.message import Proof
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row, middle, ratio_of

MANY: Final = 200
FEW: Final = 10  #: one of each kind
BODY: Final = "One page about bees, with the honey of each month and a place for the photographs.\n" * 60

TITLE: Final = "Judging a mail by 200 rules"
HOW: Final = (
    "None of the rules decides, so all are asked: by sender, subject, count, a regular expression over 5 KB of text, "
    "any, attachments, not, domain, time with its zone, spam; every tenth has a `when` in CEL, and in the second row "
    "all have. "
    f"Beside it the same mail by {FEW} rules."
)
KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"from": "x{n}.example", "proof": "dkim"},
    {"subject": {"contains": ["[p{n}]", "zebra"]}},
    {"usage": {"sender_day": {"gte": 1_000}}},
    {"body": {"matches": r"(?i)\bsecret{n}\b"}},
    {"any": [{"lang": "pl"}, {"to": "q{n}@*"}]},
    {"attachments": {"name": ["*.exe", "*.scr"]}},
    {"not": {"channel": "mail"}},
    {"domain": "*.d{n}.example"},
    {"time": {"after": "08:00", "before": "09:00", "zone": "Europe/Warsaw"}},
    {"spam": {"gte": 6}, "known_thread": False},
)


def written(count: int, *, when: bool = False) -> tuple[Rule, ...]:
    """So many rules, none of which matches CASE."""
    entries = []
    for number in range(count):
        entry = {"id": f"r{number}", "if": _numbered(KINDS[number % FEW], number), "then": {"action": "hold"}}
        if when:
            entry = {"id": f"r{number}", "when": f"mail.subject.contains('x{number}') && usage.sender_day > 3"}
            entry["then"] = {"action": "hold"}
        elif number % FEW == 0:
            entry["when"] = f"mail.subject.contains('x{number}')"
        entries.append(entry)
    return rules_from([("bench", {"version": 1, "rules": entries})])


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, dict):
        return {key: _numbered(one, number) for key, one in value.items()}
    return [_numbered(one, number) for one in value] if isinstance(value, list) else value


def judged(rules: tuple[Rule, ...]) -> float:
    """Milliseconds of one judgement."""
    case = Case(author="ana@acme.example", to=("build@mailbot.example",), proof=Proof.DKIM, subject="Bees", body=BODY)
    begun = time.perf_counter()
    found = decide(rules, case)
    spent = time.perf_counter() - begun
    if found.rule != "default":
        raise AssertionError(f"no rule should have decided, and {found.rule} did")
    return spent * 1_000


async def measure(scale: Scale) -> Figure:
    """The figure."""
    return Figure(title=TITLE, how=HOW, rows=(_row("of ten kinds", scale), _row("all in CEL", scale, when=True)))


def _row(what: str, scale: Scale, *, when: bool = False) -> Row:
    many, few = written(MANY, when=when), written(FEW, when=when)
    ours, theirs = list[float](), list[float]()
    for _ in range(scale.claims * 5):
        ours.append(judged(many))
        theirs.append(judged(few))
    return Row(
        what=what, ours=middle(ours), unit="ms", reference=f"{FEW} rules", theirs=middle(theirs),
        ratio=ratio_of(ours, theirs), aim=Limit(value=1), floor=Limit(value=2),
    )  # fmt: skip
