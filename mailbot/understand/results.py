"""What a mail provider found out: its Authentication-Results (RFC 8601), believed where only it can have written them.

Anybody can write such a field into his mail. The provider puts its own above them, so only the topmost one that bears
exactly its name counts, and only above the first Received that the provider did not write. It must say plainly that
DMARC passed for the author's own domain; whatever is malformed, doubled or merely likely says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.understand.header import Fields

MAX_DEPTH: Final = 20  #: of comments in comments
MAX_RESULTS: Final = 100
MAX_HOPS: Final = 20
_BLANK: Final = " \t\r\n"
_ENDS: Final = frozenset(' \t\r\n;()"')


class Provider(StrEnum):
    """Whose mailbox it is."""

    GMAIL = "gmail"
    MICROSOFT365 = "microsoft365"
    FASTMAIL = "fastmail"
    CUSTOM = "custom"


#: The name that it signs with, and how many Received fields it puts on top of a mail from outside.
_KNOWN: Final = {
    Provider.GMAIL: ("mx.google.com", 2),
    Provider.MICROSOFT365: ("", 4),
    Provider.FASTMAIL: ("", 4),
    Provider.CUSTOM: ("", 1),
}


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Whose Authentication-Results an admin believes. Without it nobody's are."""

    provider: Provider
    authserv_id: str = ""  #: the name at the beginning of its field; empty: the provider's usual one
    hops: int | None = None  #: Received fields that it puts on top; None: as many as usual

    def __post_init__(self) -> None:
        """What cannot be believed safely is told at the start."""
        if self.provider is Provider.MICROSOFT365 and self.authserv_id:
            raise ValueError("microsoft365 writes no name into its Authentication-Results; leave authserv_id out")
        if self.provider is not Provider.MICROSOFT365 and not self.name:
            raise ValueError(f"{self.provider} needs authserv_id: the name at the beginning of Authentication-Results")
        if not 0 <= self.depth <= MAX_HOPS:
            raise ValueError(f"hops is {self.depth}; 0 to {MAX_HOPS} make sense")

    @property
    def name(self) -> str:
        """The name that its field must bear, in lower case."""
        return (self.authserv_id or _KNOWN[self.provider][0]).lower()

    @property
    def depth(self) -> int:
        """How many Received fields on top are its own."""
        return _KNOWN[self.provider][1] if self.hops is None else self.hops


@dataclass(frozen=True)
class Result:
    """One ``method=result`` with its properties."""

    method: str
    value: str
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Results:
    """One Authentication-Results field."""

    id: str  #: in lower case; empty: it begins with a result, as Microsoft writes it
    results: tuple[Result, ...] = ()

    def dmarc(self, domain: str) -> str:
        """Why it does not say that DMARC passed for *domain*; empty when it does."""
        found = [one for one in self.results if one.method.partition("/")[0] == "dmarc"]
        if len(found) != 1:
            return f"it has {len(found) or 'no'} DMARC results; one is needed"
        if found[0].value != "pass":
            return f"it says dmarc={found[0].value[:40]}"
        names = [value.lower() for name, value in found[0].properties if name == "header.from"]
        if names != [domain]:
            return "its DMARC result is for another domain"
        return ""


@dataclass(frozen=True)
class Trusted:
    """Whether a trusted provider vouches for the author, and why not."""

    passed: bool
    why: str = ""


class _Malformed(Exception):
    """The field is not written as the RFC wants it."""


def trusted_result(fields: Fields, trust: Trust, author: str) -> Trusted:
    """What the provider of *trust* says of *author*, by the header of a mail as the gate read it."""
    received = 0
    for name, value in fields:
        if name.lower() == "received":
            received += 1
            if received > trust.depth:
                break
        elif name.lower() == "authentication-results":
            found = results_of(value)
            if found is not None and found.id == trust.name:
                why = found.dmarc(author.rpartition("@")[2])
                return Trusted(not why, why)
            if found is None and _begins(value, trust.name):
                return Trusted(passed=False, why="the provider's Authentication-Results is malformed")
    return Trusted(passed=False, why="it has no Authentication-Results of the trusted provider")


def results_of(value: str) -> Results | None:
    """The field's *value*; None when it is malformed."""
    try:
        return _read(list(_tokens(value)))
    except _Malformed:
        return None


def _begins(value: str, name: str) -> bool:
    """Whether a field that cannot be read may be the provider's own."""
    return not name or value.lstrip(_BLANK).lower().startswith(name)


def _read(tokens: list[str]) -> Results:
    pieces: list[list[str]] = [[]]
    for one in tokens:
        if one == ";":
            pieces.append([])
        else:
            pieces[-1].append(one)
    if len(pieces) > MAX_RESULTS:
        raise _Malformed
    id = "" if "=" in pieces[0] else _id(pieces.pop(0))
    results = [_result(piece) for piece in pieces if piece and piece != ["none"]]
    return Results(id, tuple(results))


def _id(words: list[str]) -> str:
    """The name that stands first, perhaps with the version of the format."""
    if words[1:] not in ([], ["1"]) or not words or not words[0].isascii():
        raise _Malformed
    return words[0].lower()


def _result(tokens: list[str]) -> Result:
    """``method=result`` and then ``name=value`` as often as it likes."""
    names, signs, values = tokens[::3], tokens[1::3], tokens[2::3]
    if not len(names) == len(signs) == len(values) or set(signs) != {"="} or "=" in (*names, *values):
        raise _Malformed
    pairs = [(name.lower(), value) for name, value in zip(names, values, strict=True)]
    return Result(pairs[0][0], pairs[0][1].lower(), tuple(pairs[1:]))


def _tokens(text: str) -> Iterator[str]:
    """Words, ``=`` and ``;``; comments and blanks are gone. A value, which follows a ``=``, may itself hold one."""
    at, value = 0, False
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
        elif text[at] == "(":
            at = _behind_comment(text, at)
        elif text[at] in ";=":
            yield text[at]
            value = text[at] == "="
            at += 1
        else:
            word, at = _word(text, at, _ENDS if value else _ENDS | {"="})
            yield word
            value = False


def _word(text: str, at: int, ends: frozenset[str]) -> tuple[str, int]:
    """The word that begins at *at*, quoted or not or in part, and where it ends; never ``=`` or ``;`` alone."""
    pieces: list[str] = []
    start = at
    while at < len(text) and (text[at] == '"' or text[at] not in ends):
        if text[at] == '"':
            piece, at = _quoted(text, at + 1)
            pieces.append(piece)
        else:
            pieces.append(text[at])
            at += 1
    word = "".join(pieces)
    if at == start or word in {"", "=", ";"}:
        raise _Malformed
    return word, at


def _quoted(text: str, at: int) -> tuple[str, int]:
    out: list[str] = []
    while at < len(text) and text[at] != '"':
        at += text[at] == "\\"
        out.append(text[at : at + 1])
        at += 1
    if at >= len(text):
        raise _Malformed
    return "".join(out), at + 1


def _behind_comment(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in "()":
            depth += 1 if text[at] == "(" else -1
        at += 1
        if depth == 0:
            return at
        if depth > MAX_DEPTH:
            break
    raise _Malformed
