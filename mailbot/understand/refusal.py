"""Why a mail server refused a mail of ours: by its code, its enhanced status, and its words.

A refusal is of one kind:

    content     what is in it: another form may pass
    size        a smaller form may pass
    quota       the person's mailbox is full: later
    policy      about us, our host or our signatures: no other mail of ours fares better, and an admin must look
    recipient   nobody is there
    other       it does not say
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from mailbot.domain.message import Message
from mailbot.understand.refusal_words import PHRASES, STATUS, SURE

Kind = Literal["content", "size", "quota", "policy", "recipient", "other"]

MAX_WORDS: Final = 2_000  #: characters of a refusal that are read
MAX_SHOWN: Final = 160  #: of them, what a person is shown
_DOTTED: Final = re.compile(r"(?<![\d.])[245]\.(\d{1,3}\.\d{1,3})(?!\.?\d)")
_CODE: Final = re.compile(r"(?<![\d.])[45]\d\d[ -]")
#: The code that each further line begins with, also where a report has joined the lines.
_CONTINUED: Final = re.compile(r"(?:\s|\\n)+[45]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3})?(?=\s|$)|\\n|\s*\n\s*")
_LINKS: Final = re.compile(r"\S+://\S+|\S+@\S+|<[^<>]{0,200}>")
_LIMIT: Final = re.compile(
    r"(?:limit|maximum|max|at most|permitted|allowed|larger than)\D{0,40}?(\d[\d,. ]{3,14}\d)(?![\d.]*\s*(?:kb|mb|gb))"
    r"|(?:limit|maximum|max|at most)\D{0,40}?(\d{1,4})\s*(k|m)i?b\b"
)
_TABLE: Final = tuple((kind, re.compile("|".join(signs))) for kind, signs in PHRASES)
_UNITS: Final = {"k": 1_000, "m": 1_000_000}
_LEAST: Final = 50_000  #: bytes; no server says a smaller limit and means it


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a mail was refused."""

    kind: Kind
    said: str  #: by the server, in one line that a person can be shown
    status: str = ""  #: such as 5.7.0, where it gave one
    limit: int = 0  #: bytes of one mail, where it said how many it takes

    @property
    def about_form(self) -> bool:
        """Whether the same answer may pass in another form."""
        return self.kind in {"content", "size"}


def why(words: str, status: str = "") -> Refusal:
    """Why a server refused, by its *words*, and by the *status* that a report gave beside them."""
    text = words[:MAX_WORDS]
    known = _DOTTED.search(status) or _DOTTED.search(text)
    number = known[1] if known else ""
    # The address of a help page, or of a person, is no reason.
    plain = _LINKS.sub(" ", " ".join(_CONTINUED.sub(" ", text).lower().split()))
    kind = _kind(plain, number)
    return Refusal(
        kind=kind, said=_shown(text), status=known[0] if known else "", limit=_limit(plain) if kind == "size" else 0
    )


def refusal_of(message: Message, to: Sequence[str]) -> Refusal | str:
    """What a bounce says of a mail of ours *to* these people, or, in words, why that moves nothing."""
    failed = [one for one in message.failed if one.action == "failed"]
    if message.failed and not failed:
        return "it is only late so far"
    ours = {one.lower() for one in to}
    about = [one for one in failed if one.address.lower() in ours]
    if about and to[0].lower() not in {one.address.lower() for one in about}:
        return f"only {', '.join(one.address for one in about)} was not reached"
    one = next(iter(about or failed), None)
    refusal = why((one.said if one else "") or message.text, one.status if one else "")
    if refusal.kind == "other":  # what stands in the fields may be nothing, or be written in nobody's letters
        told = why(message.text, refusal.status)
        refusal = told if told.kind != "other" else refusal
    if one is None and refusal.kind == "other" and not refusal.status.startswith("5"):
        return "it does not say that anybody was not reached"
    return refusal


def _kind(plain: str, number: str) -> Kind:
    by_status = STATUS.get(number) or STATUS.get(f"{number.partition('.')[0]}.*", "")
    found = by_status if number in SURE else next((kind for kind, sign in _TABLE if sign.search(plain)), by_status)
    return cast("Kind", found or "other")


def _shown(text: str) -> str:
    """From the server's code on, its lines as one: what stands before it are our own words about the relay."""
    found = _CODE.search(text)
    said = " ".join(_CONTINUED.sub(" ", text[found.start() :] if found else text).split())
    return said if len(said) <= MAX_SHOWN else said[: MAX_SHOWN - 1].rstrip() + "…"


def _limit(plain: str) -> int:
    """How many bytes of a mail the server says that it takes."""
    for found in _LIMIT.finditer(plain):
        size = int(re.sub(r"\D", "", found[1])) if found[1] else int(found[2]) * _UNITS[found[3]]
        if size >= _LEAST:
            return size
    return 0
