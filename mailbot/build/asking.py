"""Questions, both ways: what the author only asks, and what a model may ask the author before it builds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mailbot.build.answer import queries
from mailbot.build.moves import Said
from mailbot.domain.request import Admitted

MOST: Final = 3  #: questions of one mail
MAX_QUESTION: Final = 240  #: characters of one
MAX_ASKED: Final = 600  #: characters of a mail that only asks
_DEFAULT: Final = re.compile(r"\s*[|(\[]?\s*default\s*[:=]\s*(?P<default>.+?)[)\]]?\s*$", re.IGNORECASE)
_NO_DEFAULT: Final = "the simplest thing that works"
_SENTENCE: Final = re.compile(r"(?<=[.!?\uff1f])\s+|\n+")
_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day)|thanks?|thank you|dzień dobry|cześć|witam|dziękuję|dzięki|bonjour|salut"
    r"|merci|hallo|guten (?:tag|morgen)|danke|viele grüße|pozdrawiam|best|regards|cheers)\b[^?]{0,40}",
    re.IGNORECASE,
)
#: A sentence that wants to know, and not to have. "Can you make it blue?" is a wish, and so is "why not blue?".
_WANTS_TO_KNOW: Final = re.compile(
    r"\W*(?:(?:and|but|so|also|a|i|ale|et|mais|und|aber) )?(?:"
    r"why (?!not\b|don't|do not)|how come|how (?:does|do|did|is|are|was|many|much|long|big|old)\b"
    r"|what (?:does|do|did|is|are|was)\b|where (?:does|do|did|is|are|was)\b"
    r"|which (?:file|files|version|library|package|packages|model)\b|who (?:does|did|is|are|can)\b"
    r"|when (?:does|did|is|was)\b|(?:does|did|is|are|was) (?:it|this|that|there|the)\b"
    r"|dlaczego|czemu (?!nie\b)|po co|jak (?:działa|to działa|długo)|co (?:robi|to jest|oznacza)|gdzie (?:jest|są)"
    r"|ile\b|kiedy\b"
    r"|pourquoi (?!pas\b)|comment (?:fonctionne|marche|ça)|qu'est-ce que|que fait|où (?:est|sont)|combien|quand\b"
    r"|warum (?!nicht\b)|wieso (?!nicht\b)|weshalb|wie (?:funktioniert|viele|lange|groß)"
    r"|was (?:macht|ist|sind|bedeutet)|wo (?:ist|sind)|wann\b)",
    re.IGNORECASE,
)


def only_asks(order: Admitted) -> bool:
    """Whether the words of a mail in a thread want an answer and no new version: "Why did you ...?"."""
    intent = order.intent
    if len(intent.text) > MAX_ASKED or intent.wants.criteria or intent.chosen or intent.material or order.inputs:
        return False
    sentences = [one.strip() for one in _SENTENCE.split(intent.text) if re.search(r"\w", one)]
    said = [one for one in sentences if not _GREETING.fullmatch(one.rstrip(".!, "))]
    return bool(said) and all(one.endswith(("?", "\uff1f")) and _WANTS_TO_KNOW.match(one) for one in said)


def asked(said: Said, order: Admitted, turn: int) -> tuple[str, ...]:
    """What the model must know first: at most three questions, each with what is done if nobody answers.

    Only its first answer may ask, and none after the author has answered: then the defaults stand.
    """
    if turn or order.intent.chosen:
        return ()
    return tuple(_with_default(question) for question in queries(said.text)[:MOST])


def assumed(said: Said) -> tuple[str, ...]:
    """What an answer took for granted that asked and built at once."""
    return tuple(_with_default(question) for question in queries(said.text)[:MOST])


def _with_default(question: str) -> str:
    found = _DEFAULT.search(question)
    words = question[: found.start()] if found else question
    default = found["default"].strip() if found else _NO_DEFAULT
    plain = words.strip().rstrip("?|( ").strip()[: MAX_QUESTION - len(default[:80]) - 12]
    return f"{plain}? (default: {default[:80]})"


def proposals(questions: Sequence[str]) -> bool:
    """Whether every one of *questions* has a default, so that "go" answers them all."""
    return bool(questions) and all("(default: " in question for question in questions)
