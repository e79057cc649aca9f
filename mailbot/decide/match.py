"""Rules as values, and whether one matches a mail. Each condition says in words why it holds or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from mailbot.decide.facts import Facts
from mailbot.domain.message import Envelope, Message, Proof

Action = Literal["allow", "hold", "deny", "discard"]


@dataclass(frozen=True, kw_only=True)
class Range:
    """Bounds of a number; every one that is set must hold."""

    lt: float | None = None
    lte: float | None = None
    gt: float | None = None
    gte: float | None = None

    def holds(self, value: float) -> bool:
        """Whether *value* lies within."""
        return all(
            (
                self.lt is None or value < self.lt,
                self.lte is None or value <= self.lte,
                self.gt is None or value > self.gt,
                self.gte is None or value >= self.gte,
            )
        )

    def __str__(self) -> str:
        signs = (("<", self.lt), ("<=", self.lte), (">", self.gt), (">=", self.gte))
        return " and ".join(f"{sign} {bound}" for sign, bound in signs if bound is not None)


@dataclass(frozen=True, kw_only=True)
class When:
    """What must hold, all of it; what is empty is not asked."""

    channel: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()  #: patterns, lists already written out
    to: tuple[str, ...] = ()
    proof: Proof | None = None  #: at least this
    proof_below: Proof | None = None
    known_thread: bool | None = None
    spam: Range | None = None  #: the score of the spam filter
    size: Range | None = None  #: bytes of text and attachments
    usage: tuple[tuple[str, Range], ...] = ()  #: by the name of a fact


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a rule sets; None leaves what earlier rules set."""

    max_repairs: int | None = None
    priority: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of rules/*.yaml."""

    id: str
    about: str = ""
    where: str = ""  #: file and line, for people
    when: When = field(default_factory=When)
    action: Action | None = None  #: None: it only sets
    reason: str = ""
    set: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a rule may ask about."""

    message: Message
    envelope: Envelope
    known_thread: bool
    facts: Facts


def matches(when: When, case: Case) -> tuple[bool, str]:
    """Whether all of *when* holds for *case*, and the reason: the first condition that fails, or that none does."""
    asked = False
    for condition in _CONDITIONS:
        for holds, words in condition(when, case):
            asked = True
            if not holds:
                return False, words
    return True, "all its conditions hold" if asked else "it has no condition"


def address_matches(pattern: str, address: str) -> bool:
    """Whether *address* is what *pattern* says: an address, a domain, either with ``*`` for any characters.

    ``ana@acme.org``, ``acme.org``, ``@acme.org``, ``*@acme.org``, ``*.acme.org``, ``build-*@acme.org``.
    """
    local, at, domain = pattern.lower().rpartition("@")
    known_local, _, known_domain = address.lower().rpartition("@")
    return _glob(domain, known_domain) and (not at or not local or _glob(local, known_local))


def size_of(message: Message) -> int:
    """Bytes of the text and of all attachments."""
    return len(message.text.encode("utf-8", "replace")) + sum(len(one.content) for one in message.attachments)


def _glob(pattern: str, text: str) -> bool:
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


Answer = Iterator[tuple[bool, str]]


def _channel(when: When, case: Case) -> Answer:
    if when.channel:
        yield case.envelope.channel in when.channel, f"channel is {case.envelope.channel}, not {_or(when.channel)}"


def _from(when: When, case: Case) -> Answer:
    if when.from_:
        known = any(address_matches(one, case.message.author) for one in when.from_)
        yield known, f"from {case.message.author} is not {_or(when.from_)}"


def _to(when: When, case: Case) -> Answer:
    if when.to:
        sent_to = case.envelope.recipients
        plain = [*sent_to, *(_untagged(one) for one in sent_to)]
        known = any(address_matches(pattern, address) for pattern in when.to for address in plain)
        yield known, f"to {_or(sent_to)} is not {_or(when.to)}"


def _proof(when: When, case: Case) -> Answer:
    proof = case.envelope.proof
    if when.proof:
        yield proof.rank >= when.proof.rank, f"proof is {proof}, which is below {when.proof}"
    if when.proof_below:
        yield proof.rank < when.proof_below.rank, f"proof is {proof}, which is not below {when.proof_below}"


def _thread(when: When, case: Case) -> Answer:
    if when.known_thread is not None:
        words = "it is in a thread of ours" if case.known_thread else "it is in no thread of ours"
        yield case.known_thread == when.known_thread, words


def _spam(when: When, case: Case) -> Answer:
    if when.spam:
        score = case.facts.spam
        yield when.spam.holds(score), f"spam score is {score:.1f}, not {when.spam}"


def _numbers(when: When, case: Case) -> Answer:
    if when.size:
        size = size_of(case.message)
        yield when.size.holds(size), f"size is {size}, not {when.size}"
    for name, bounds in when.usage:
        count = getattr(case.facts, name)
        yield bounds.holds(count), f"{name} is {count}, not {bounds}"


_CONDITIONS: Final[tuple[Callable[[When, Case], Answer], ...]] = (
    _channel, _from, _to, _proof, _thread, _spam, _numbers,
)  # fmt: skip


def _untagged(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _or(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:5])
    return shown + (f" or {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004  (five are shown)
