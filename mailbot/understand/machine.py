"""Why a mail is taken for a machine's: whoever answers machines sooner or later talks to itself (RFC 3834).

Most say so in their header or by their structure. A bounce that says nothing is known only when several weak signs
meet, since each of them alone may stand in a person's mail. X-Auto-Response-Suppress is no sign: Exchange puts it on
mail that people write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Address
from mailbot.understand import machine_words as known
from mailbot.understand.addresses import addresses
from mailbot.understand.header import Fields, first, parameters, words
from mailbot.understand.mime import Part

LOOP: Final = "x-mailbot-loop"  #: the field that every mail of ours carries
MAX_OPENING: Final = 3_000  #: characters of the text that are looked at
MAX_FIELD: Final = 1_000  #: characters of a field in which the address of a list is sought
_LIST: Final = re.compile(r"(?:^\s{0,9}|<mailto:|\blist )([^\s<>@:;,?]{1,64}@[^\s<>@:;,?]{1,255})", re.IGNORECASE)
_NO: Final = frozenset({"", "no"})
#: The Message-ID of a mail of any mailbot, whoever's key signed it.
_MAILBOT: Final = re.compile(r"<(?:[a-z0-9]{6}|new)\.[a-z0-9]{1,12}\.[a-z2-7]{12}\.[a-z2-7]{10}@[^<>\s]{1,255}>")
#: What kind of program sends a part of this type.
_PARTS: Final = {
    "multipart/report": "report", "message/delivery-status": "bounce", "message/global-delivery-status": "bounce",
    "message/disposition-notification": "mdn", "message/global-disposition-notification": "mdn",
    "message/feedback-report": "feedback", "application/tlsrpt+gzip": "report", "application/tlsrpt+json": "report",
}  # fmt: skip
_REPORT_TYPES: Final = {
    "delivery-status": "bounce", "disposition-notification": "mdn", "feedback-report": "feedback", "tlsrpt": "report"
}  # fmt: skip
_CALENDAR: Final = frozenset({"request", "reply", "cancel", "counter", "declinecounter", "refresh", "add"})
#: The kinds, the surest first: where signs differ, the earliest is what it is.
_KINDS: Final = ("calendar", "feedback", "bounce", "mdn", "list", "auto-reply", "report", "answer")
_ENOUGH: Final = 2  #: weak signs of a bounce, besides its words
_IN_TEXT: Final = 2  #: of them that the text can have
_SOME: Final = 8  #: parts that are looked at; the parts of reports stand at the top


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One thing that only a program does."""

    kind: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What kind of program wrote a mail, and by which sign it was known."""

    kind: str  #: list, bounce, auto-reply, feedback, report, mdn, calendar; empty: a person
    why: str
    group: str = ""  #: of a list that is the only program in it: its own address, in lower case


def why_machine(fields: Fields, author: Address, root: Part | None = None, text: str = "") -> str:
    """Why this mail is taken for a machine's; empty for a person's. *root* is its tree of parts, *text* its words."""
    return next((sign.why for sign in _signs(fields, author, root, text)), "")


def machine_of(fields: Fields, author: Address, root: Part | None = None, text: str = "") -> Machine:
    """Which kind of program wrote it, by all signs together, and the first of them."""
    signs = list(_signs(fields, author, root, text))
    if not signs:
        return Machine(kind="", why="")
    kind = min((sign.kind for sign in signs), key=_KINDS.index)
    group = _group(fields) if {sign.kind for sign in signs} == {"list"} else ""
    return Machine(kind="auto-reply" if kind == "answer" else kind, why=signs[0].why, group=group)


def _group(fields: Fields) -> str:
    """The address to which people write to a list."""
    for name in ("list-post", "x-beenthere", "mailing-list"):
        if found := _LIST.search(first(fields, name)[:MAX_FIELD]):
            return found[1].lower()
    return ""


def _signs(fields: Fields, author: Address, root: Part | None, text: str) -> Iterator[Sign]:
    subject = words(first(fields, "subject"), 200).lower()
    passed_on = known.FORWARDED.match(subject) is not None
    yield from _of_header(fields, author)
    yield from _of_subject(subject)
    if root:
        yield from _of_parts(root, passed_on=passed_on)
    yield from _of_words(fields, author, subject, root, text[:MAX_OPENING].lower())


def _of_header(fields: Fields, author: Address) -> Iterator[Sign]:
    """What the header says outright."""
    present = {name.lower() for name, _ in fields}
    if "return-path" in present and first(fields, "return-path").replace(" ", "") == "<>":
        yield Sign(kind="answer", why="its Return-Path is empty, as a bounce's is")
    submitted = first(fields, "auto-submitted").partition(";")[0].strip().lower()
    if submitted not in _NO:
        kind = "answer" if submitted.startswith("auto-replied") else "report"
        yield Sign(kind=kind, why=f"Auto-Submitted: {submitted[:40]}")
    content, found = parameters(first(fields, "content-type"))
    if content in _PARTS:
        kind = _REPORT_TYPES.get(found.get("report-type", "").lower(), _PARTS[content])
        yield Sign(kind=kind, why=f"it is a report ({content})")
    for name in ("precedence", "x-precedence", "preference"):
        if (precedence := first(fields, name).strip().lower()) in known.BULK:
            kind = "answer" if "reply" in precedence else "list" if precedence == "list" else "report"
            yield Sign(kind=kind, why=f"{name.title()}: {precedence}")
    yield from _of_fields(present)
    yield from _of_names(fields, author)


def _of_names(fields: Fields, author: Address) -> Iterator[Sign]:
    """What the author and the mail itself are called."""
    local = author.partition("@")[0].lower()
    if known.LOCAL.fullmatch(local):
        kind = "bounce" if known.MAIL_SYSTEM.match(local) else "report"
        yield Sign(kind=kind, why=f"its author is {author}")
    if _MAILBOT.fullmatch(first(fields, "message-id").strip().lower()):
        yield Sign(kind="auto-reply", why="its Message-ID is one that only a mailbot makes")
    if "autoresponder" in f"{first(fields, 'delivered-to')} {first(fields, 'x-post-messageclass')}".lower():
        yield Sign(kind="auto-reply", why="an autoresponder says so in its header")


def _of_fields(present: set[str]) -> Iterator[Sign]:
    """Fields that only programs write, whatever their value."""
    kinds = {
        "list": known.LIST_FIELDS, "auto-reply": known.REPLY_FIELDS, "bounce": known.BOUNCE_FIELDS,
        "report": known.REPORT_FIELDS,
    }  # fmt: skip
    for kind, names in kinds.items():
        if found := sorted(names & present):
            yield Sign(kind=kind, why=f"it carries {found[0].title()}")


def _of_subject(subject: str) -> Iterator[Sign]:
    """How the subjects of programs begin."""
    kinds = {
        "bounce": known.BOUNCE_SUBJECTS, "auto-reply": known.REPLY_SUBJECTS, "feedback": known.FEEDBACK_SUBJECTS,
        "report": known.REPORT_SUBJECTS, "mdn": known.RECEIPT_SUBJECTS,
    }  # fmt: skip
    for kind, beginnings in kinds.items():
        if subject.startswith(beginnings):
            yield Sign(kind=kind, why=f"its subject begins as a program's does: {subject[:40]}")


def _of_parts(root: Part, *, passed_on: bool) -> Iterator[Sign]:
    """What its parts are. A person who passes a report on sends its parts, too, and says so in the subject."""
    parts = list(_some(root))
    for part in parts[1:]:
        if part.kind in _PARTS and not passed_on:
            yield Sign(kind=_PARTS[part.kind], why=f"a part of it is a report ({part.kind})")
        method = part.parameters.get("method", "").lower()
        if part.kind == "text/calendar" and method in _CALENDAR and part.disposition != "attachment":
            yield Sign(kind="calendar", why=f"it is a calendar's mail (method {method})")


def _some(root: Part) -> Iterator[Part]:
    """The first parts, in their order, two levels below the top at most."""
    yield root
    for part in root.parts[:_SOME]:
        yield part
        for below in part.parts[:_SOME]:
            yield below
            yield from below.parts[:_SOME]


def _of_words(fields: Fields, author: Address, subject: str, root: Part | None, text: str) -> Iterator[Sign]:
    """What a bounce or an absence says that says nothing in its header."""
    needed = _ENOUGH + (known.FORWARDED.match(subject) is not None)
    weak = _weak(fields, author, subject, root)
    # The text is gone through only as far as it can still make a bounce of the mail: most mail is a person's.
    weak += weak + _IN_TEXT >= needed and known.STATUS.search(text) is not None
    weak += weak == needed - 1 and not _gives_back(root) and known.RETURNED.search(text) is not None
    if weak >= needed and any(phrase in text for phrase in known.BOUNCE_PHRASES):
        yield Sign(kind="bounce", why="it says that a mail could not be delivered, and is made as a bounce is")
    if known.AWAY_SUBJECTS.search(subject) and known.AWAY_PHRASES.search(text):
        yield Sign(kind="auto-reply", why="it says that somebody is away, in its subject and in its text")


def _weak(fields: Fields, author: Address, subject: str, root: Part | None) -> int:
    """How many of the weak signs of a bounce stand outside its text."""
    to = [one.partition("@")[0] for one in addresses(first(fields, "to"))[:1]]
    return sum((
        known.BOUNCE_WORDS.search(subject) is not None,
        _gives_back(root),
        known.LIKELY_LOCAL.search(author.partition("@")[0]) is not None,
        any(known.RETURN_LOCAL.fullmatch(one) for one in to),
    ))  # fmt: skip


def _gives_back(root: Part | None) -> bool:
    """Whether a mail, or its header, comes as a part."""
    return root is not None and any(part.kind in {"message/rfc822", "text/rfc822-headers"} for part in _some(root))
