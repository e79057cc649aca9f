"""How much a mail looks like spam: a score and its reasons. It decides nothing; the rules do.

Three parts add up: what is known about who sent it, what header and structure show, and what its words and shapes
have meant in other mails. On the scale of the shipped rules 6 holds a mail and 12 drops it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Envelope
from mailbot.domain.names import Names
from mailbot.understand.header import first, message_ids
from mailbot.understand.octets import Octets
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_signs import Sign, signs_of, signs_of_sender
from mailbot.understand.spam_tokens import Tokens, tokens_of
from mailbot.understand.spam_words import NO_WORDS, Words

HOLDS: Final = 6.0
DROPS: Final = 12.0
LEAST, MOST = -20.0, 100.0  #: of every score
TOLD: Final = 6  #: reasons that are given
EVEN: Final = 6.9  #: the score of a mail that is as likely spam as not
#: Words alone may hold a mail; it takes signs beside them to drop it.
_WORDS_MOST: Final = 10.0
_WORDS_LEAST: Final = -10.0
_WORTH_TELLING: Final = 0.5
_ANSWERED: Final = 20  #: Message-IDs that are looked at


@dataclass(frozen=True, kw_only=True)
class Spam:
    """What a spam filter says of a mail."""

    score: float  #: 6 holds, 12 drops
    reasons: tuple[str, ...] = ()  #: for an admin, the weightiest first, each with its points

    def __str__(self) -> str:
        why = f": {'; '.join(self.reasons)}" if self.reasons else ""
        return f"spam score {self.score:.1f}{why}"


@dataclass(frozen=True, kw_only=True)
class Look:
    """All that the filter takes out of a mail's bytes; it holds none of its text."""

    signs: tuple[Sign, ...]
    tokens: Tokens
    answers: tuple[str, ...] = ()  #: the Message-IDs that it answers


def spam_of(raw: Octets, envelope: Envelope | None = None, words: Words = NO_WORDS, *, known: bool = False) -> Spam:
    """Judge *raw*; *known*: it is in a thread of ours, by a signed name."""
    return weighed(look_at(raw), envelope, words, known=known)


def look_at(raw: Octets) -> Look:
    """Take out of *raw* what counts; whatever *raw* is, it costs little."""
    letter = letter_of(raw)
    named = f"{first(letter.fields, 'in-reply-to')} {first(letter.fields, 'references')}"
    return Look(signs=tuple(signs_of(letter)), tokens=tokens_of(letter), answers=message_ids(named[:20_000], _ANSWERED))


def weighed(look: Look, envelope: Envelope | None, words: Words, *, known: bool = False) -> Spam:
    """The score of what was seen."""
    signs = [*look.signs, *said_by_words(look.tokens, words)]
    if envelope:
        signs += signs_of_sender(envelope, known=known)
    return total(signs)


def said_by_words(tokens: Tokens, words: Words) -> list[Sign]:
    """What the statistical part says."""
    signs = []
    if words.weights:
        points = max(_WORDS_LEAST, min(_WORDS_MOST, EVEN + words.logit(tokens)))
        signs.append(Sign(points, f"its words and shapes are those of {'spam' if points > 0 else 'people'}"))
    if taught := words.taught(tokens):
        signs.append(Sign(taught, f"your lessons say {'spam' if taught > 0 else 'no spam'}"))
    return signs


def total(signs: Iterable[Sign]) -> Spam:
    """The sum of *signs*, and those that weigh."""
    weighty = sorted(signs, key=lambda sign: -abs(sign.points))
    score = max(LEAST, min(MOST, sum(sign.points for sign in weighty)))
    reasons = tuple(f"{sign.words} ({sign.points:+.1f})" for sign in weighty if abs(sign.points) >= _WORTH_TELLING)
    return Spam(score=round(score, 2), reasons=reasons[:TOLD])


def in_our_thread(answers: Iterable[str], envelope: Envelope, names: Names) -> bool:
    """Whether a name that we have signed stands where it is sent, or in what it answers."""
    return any(map(names.project_of_address, envelope.recipients)) or any(map(names.is_ours, answers))
