"""What ``if:`` asks: each key as a condition, in the order of what it costs to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from typing import Any, Final

from mailbot.decide.case import Case
from mailbot.decide.expression import Expression
from mailbot.decide.match import Condition, matches, reason
from mailbot.decide.patterns import Addresses, Globs, Range, Regex, glob
from mailbot.domain.message import Proof

BY_MAIL: Final = frozenset({"smtp", "lmtp", "imap", "clock"})  #: what ``mail`` stands for; the clock mails, too
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One ``if:``: its conditions, and the keys that they came from."""

    conditions: tuple[Condition, ...]
    keys: frozenset[str]


def asked(wanted: Mapping[str, Any]) -> Asked:
    """The conditions of an ``if:`` that was read."""
    conditions = tuple(make(wanted[key]) for key, make in MAKERS.items() if key in wanted)
    inner = [wanted["not"], *wanted.get("any", ())] if "not" in wanted else wanted.get("any", ())
    counts = {f"usage.{name}" for name in wanted.get("usage", ())}
    return Asked(conditions=conditions, keys=frozenset({*wanted, *counts}).union(*(one.keys for one in inner)))


def when(expression: Expression) -> Condition:
    """A condition in CEL."""
    return Condition(expression.holds, lambda _: f"`{_short(expression.text)}` is false")


def _channel(wanted: tuple[str, ...]) -> Condition:
    known = frozenset(wanted) | (BY_MAIL if "mail" in wanted else frozenset())
    return Condition(lambda case: case.channel in known, lambda case: f"channel is {case.channel}, not {_or(wanted)}")


def _from(wanted: tuple[str, ...]) -> Condition:
    known, told = Addresses(wanted), _or(wanted) or "anybody: the list is empty"
    return Condition(lambda case: known.find(case.author), lambda case: f"from {case.author} is not {told}")


def _to(wanted: tuple[str, ...]) -> Condition:
    known = Addresses(wanted)

    def holds(case: Case) -> bool:
        return any(known.find(one) or known.find(_untagged(one)) for one in case.to)

    return Condition(holds, lambda case: f"to {_or(case.to)} is not {_or(wanted)}")


def _words(name: str, told: str) -> Callable[[tuple[str, ...]], Condition]:
    """One or more words of a case against patterns."""

    def make(wanted: tuple[str, ...]) -> Condition:
        known = Globs(wanted)

        def found(case: Case) -> tuple[str, ...]:
            value: str | tuple[str, ...] = getattr(case, name)
            return (value,) if isinstance(value, str) else value

        def why(case: Case) -> str:
            return f"{told} is {_or(one for one in found(case) if one) or 'not known'}, not {_or(wanted)}"

        return Condition(lambda case: known.find(*found(case)), why)

    return make


def _lang(wanted: tuple[str, ...]) -> Condition:
    known = Globs(wanted)
    return Condition(
        lambda case: known.find(case.lang, case.lang.partition("-")[0]),
        lambda case: f"lang is {case.lang or 'not known'}, not {_or(wanted)}",
    )


def _proof(wanted: Proof) -> Condition:
    known = frozenset(proof for proof in Proof if proof.rank >= wanted.rank)
    return Condition(lambda case: case.proof in known, lambda case: f"proof is {case.proof}, which is below {wanted}")


def _proof_below(wanted: Proof) -> Condition:
    known = frozenset(proof for proof in Proof if proof.rank < wanted.rank)
    return Condition(
        lambda case: case.proof in known, lambda case: f"proof is {case.proof}, which is not below {wanted}"
    )


def _role(wanted: tuple[str, ...]) -> Condition:
    return Condition(lambda case: case.role in wanted, lambda case: f"the role is {case.role}, not {_or(wanted)}")


def _flag(name: str, yes: str, no: str) -> Callable[[bool], Condition]:
    def make(wanted: bool) -> Condition:  # noqa: FBT001  (a flag that the rule asks for)
        return Condition(lambda case: getattr(case, name) is wanted, lambda case: yes if getattr(case, name) else no)

    return make


def _spam(wanted: Range) -> Condition:
    return Condition(lambda case: wanted.holds(case.spam), lambda case: f"spam score is {case.spam:.1f}, not {wanted}")


def _size(wanted: Range) -> Condition:
    return Condition(lambda case: wanted.holds(case.size), lambda case: f"size is {case.size}, not {wanted}")


def _usage(wanted: Mapping[str, Range]) -> Condition:
    asked_for = tuple(wanted.items())

    def why(case: Case) -> str:
        counts = ((name, case.usage.get(name, 0), bounds) for name, bounds in asked_for)
        return "; ".join(
            f"{name} is {count}, not {bounds}" for name, count, bounds in counts if not bounds.holds(count)
        )

    return Condition(
        lambda case: all(bounds.holds(case.usage.get(name, 0)) for name, bounds in asked_for),
        why,
    )


def _time(wanted: Mapping[str, Any]) -> Condition:
    """From ``after`` (included) to ``before`` (not), over midnight where ``after`` is the later one."""
    zone: tzinfo = wanted.get("zone", UTC)
    after, before = wanted.get("after", timedelta()), wanted.get("before", timedelta(days=1))
    days = wanted.get("days", DAYS)

    def holds(case: Case) -> bool:
        at = case.at.astimezone(zone)
        clock = timedelta(hours=at.hour, minutes=at.minute)
        inside = after <= clock < before if after < before else clock >= after or clock < before
        return inside and DAYS[at.weekday()] in days

    def why(case: Case) -> str:
        at = case.at.astimezone(zone)
        return f"it came on {DAYS[at.weekday()]} at {at:%H:%M} ({zone})"

    return Condition(holds, why)


def _attachments(wanted: Mapping[str, Any]) -> Condition:
    """``count`` and ``bytes`` of all together; ``name`` and ``type`` must both be those of one of them."""
    names, types = Globs(wanted.get("name", ("*",))), Globs(wanted.get("type", ("*",)))
    count, total = wanted.get("count", Range()), wanted.get("bytes", Range())
    one_of_them = bool({"name", "type"} & set(wanted))

    def holds(case: Case) -> bool:
        files = case.attachments
        if not count.holds(len(files)) or not total.holds(sum(one.size for one in files)):
            return False
        return not one_of_them or any(names.find(one.name) and types.find(one.type) for one in files)

    def why(case: Case) -> str:
        told = _or(one.name or one.type or "a file without a name" for one in case.attachments)
        size = sum(one.size for one in case.attachments)
        return f"attached: {told} ({len(case.attachments)}, {size} bytes)" if told else "nothing is attached"

    return Condition(holds, why)


def _text(name: str) -> Callable[[Mapping[str, Any]], Condition]:
    """``contains``, ``glob`` and ``matches``, all of them that are given."""

    def make(wanted: Mapping[str, Any]) -> Condition:
        words = tuple(word.casefold() for word in wanted.get("contains", ()))
        globs = tuple(one.casefold() for one in wanted.get("glob", ()))
        regex: Regex | None = wanted.get("matches")

        def unmet(case: Case) -> str:
            if words and not any(word in case.folded[name] for word in words):
                return f"does not contain {_or(words)}"
            if globs and not any(glob(one, case.folded[name]) for one in globs):
                return f"is not {_or(globs)}"
            if regex and not regex.search(case.text(name)):
                return f"does not match {_short(regex.pattern)!r}"
            return ""

        return Condition(lambda case: not unmet(case), lambda case: f"the {name} {unmet(case)}")

    return make


def _any(wanted: tuple[Asked, ...]) -> Condition:
    def why(case: Case) -> str:
        return f"none of them holds: {'; '.join(reason(one.conditions, case) for one in wanted)}"[:300]

    return Condition(lambda case: any(matches(one.conditions, case) for one in wanted), why)


def _not(wanted: Asked) -> Condition:
    return Condition(lambda case: not matches(wanted.conditions, case), lambda _: "what stands under `not` holds")


#: Every key of ``if:`` with what makes a condition of its value; what costs more stands lower.
MAKERS: Final[Mapping[str, Callable[[Any], Condition]]] = {
    "channel": _channel,
    "proof": _proof,
    "proof_below": _proof_below,
    "known_thread": _flag("known_thread", "it is in a thread of ours", "it is in no thread of ours"),
    "auto_submitted": _flag("auto_submitted", "a machine wrote it", "a person wrote it"),
    "list_mail": _flag("list_mail", "it came through a mailing list", "it came through no mailing list"),
    "role": _role,
    "spam": _spam,
    "size": _size,
    "usage": _usage,
    "from": _from,
    "domain": _words("domain", "the author's domain"),
    "to": _to,
    "tag": _words("tags", "the tag"),
    "intent": _words("intent", "the intent"),
    "app_type": _words("app_type", "app_type"),
    "stack": _words("stack", "the stack"),
    "lang": _lang,
    "time": _time,
    "attachments": _attachments,
    "urgent": _flag("urgent", "the subject says that it is urgent", "the subject does not say that it is urgent"),
    "subject": _text("subject"),
    "body": _text("body"),
    "any": _any,
    "not": _not,
}


def _untagged(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _or(names: Iterable[str]) -> str:
    known = tuple(names)
    told = ", ".join(known[:5])
    return told + (f" or {len(known) - 5} more" if len(known) > 5 else "")  # noqa: PLR2004  (five are shown)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"  # noqa: PLR2004  (of a line for people)
