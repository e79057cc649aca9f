"""What a server's refusal means for a request: what passes is Temporary, what would be the same again is Permanent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import MailbotError, Permanent, Temporary

MAX_WORDS: Final = 300  #: characters of what a server said
_TOO_LONG: Final = re.compile(
    r"exceed_context_size|context.?size|context.?length|longer than|context window|prompt is too long|too many tokens",
    re.IGNORECASE,
)
_NO_MONEY: Final = re.compile(r"insufficient_quota|credit balance|billing|spend.?limit|payment", re.IGNORECASE)
_MEMORY: Final = re.compile(r"out of memory|more system memory|more memory than|insufficient memory", re.IGNORECASE)
_PASSING: Final = frozenset({408, 409, 421, 423, 425, 429, 499})
_MOVED: Final = frozenset({301, 308})


class Away(Temporary):
    """A server that does not take the question now; another one may."""


class Missing(Permanent):
    """A server that does not have the model."""


class TooLong(Permanent):
    """The prompt does not fit; *times* is by how much, where the server says it."""

    def __init__(self, words: str, times: float = 0.0) -> None:
        super().__init__(words)
        self.times = times


class Without(Permanent):
    """The server knows no such *option*: it can be asked once more without."""

    def __init__(self, words: str, option: str) -> None:
        super().__init__(words)
        self.option = option


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whom a refusal is about."""

    model: str
    url: str
    context: int
    key: str = ""  #: it never stands in any words

    def clean(self, words: str) -> str:
        """What the server said: short, on one line, without our key."""
        words = words.replace(self.key, "(the key)") if self.key else words
        return " ".join("".join(char if char.isprintable() else " " for char in words).split())[:MAX_WORDS]


def refusal(place: Place, status: int, words: str) -> MailbotError:
    """The error for *status* and *words* from the server at *place*; -1 stands for one in the middle of an answer."""
    if _TOO_LONG.search(words) and status in {-1, 400, 413, 422, 500}:
        return too_long(place, words)
    said, who = place.clean(words), f"{place.model} at {place.url}"
    code = status if status >= 0 else "in the middle of its answer"
    if why := _for_the_admin(place, status, words):
        return Permanent(f"{who} {why} ({code}): {said}; the admin must look")
    if _MEMORY.search(words):
        do = "free some, choose a smaller model, or set a smaller num_ctx"
        return Temporary(f"{who} has too little memory now ({code}): {said}; the admin can {do}")
    if status in _PASSING or status < 400 or status >= 500:  # noqa: PLR2004  (the classes of HTTP)
        return Temporary(f"{who} failed ({code}): {said}; it is asked again")
    return Permanent(f"{who} refused the request ({code}): {said}; the admin must look")


def _for_the_admin(place: Place, status: int, words: str) -> str:
    """What only a person can put right, if it is that."""
    if _NO_MONEY.search(words) and status in {400, 402, 403, 429}:
        return "is not paid for"
    if status == 401:  # noqa: PLR2004  (Unauthorized)
        return "does not accept the key; set api_key_file anew"
    return f"has moved; set url to where {place.url} leads" if status in _MOVED else ""


def too_long(place: Place, words: str) -> TooLong:
    """What to do about a prompt that does not fit."""
    return TooLong(
        f"the project and the request are too long for {place.model} with num_ctx = {place.context}; "
        "ask for less at once, or have the admin set a larger num_ctx",
        times=_times(words),
    )


def _times(words: str) -> float:
    """By how much it was too long: the tokens of the prompt over those of the context, where *words* name them."""
    for known in (r'"?n_prompt_tokens\\*"?:\s*(\d+).*?"?n_ctx\\*"?:\s*(\d+)', r"\((\d+) tokens\).*?\((\d+) tokens\)"):
        found = re.search(known, words, re.DOTALL)
        if found and int(found[2]):
            return int(found[1][:9]) / int(found[2][:9])
    return 0.0


def inner(words: str) -> str:
    """The message inside of an error that is JSON itself, as a server behind a server gives it; else *words*."""
    for _ in range(3):
        try:
            value = json.loads(words)
        except (ValueError, RecursionError):
            return words
        error = value.get("error", value) if isinstance(value, dict) else value
        found = error.get("message") if isinstance(error, dict) else error
        if not isinstance(found, str) or found == words:
            return words
        words = found
    return words
