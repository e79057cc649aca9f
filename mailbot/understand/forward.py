# ruff: noqa: RUF001  (colons, dashes and quotes of many languages)
"""Mails that the author passed on: who wrote them, when, and what, kept apart from the author's own words.

Whoever passes a mail on is the one who asks; what stands in it is material. An answer quotes, too, often under the
very same header: there the subject decides, and where it does not, an answer names the mail that it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, compress, groupby
from operator import itemgetter
from textwrap import dedent
from typing import Final

from mailbot.domain.message import Address, Attachment, Forwarded
from mailbot.understand.addresses import addresses
from mailbot.understand.content import content_of
from mailbot.understand.forward_head import Head, Line, Page, line_of, lower, mark_of
from mailbot.understand.forward_marks import ANSWERS
from mailbot.understand.forward_words import PREFIXES
from mailbot.understand.header import first, message_id, words
from mailbot.understand.mime import part_fields

MAX_FORWARDED: Final = 20  #: mails that are told apart
MAX_LINES: Final = 20_000  #: lines in which one is sought
MAX_NESTED: Final = 4  #: attached mails within attached mails that are opened
MAX_OPENED: Final = 8_000_000  #: bytes of attached mails, above which no further one is opened
MAX_TEXT: Final = 1_000_000  #: characters of all attached mails
MAX_SHOWN: Final = 300  #: characters of a name, a date or a subject
LONG: Final = 66  #: a quoted line from which on a program may have broken it
_PREFIX: Final = re.compile(
    r"(?:\[[^\[\]]{1,40}\] {0,3})?\[?([^\W\d_][^:：\[\]\d]{0,20}?)\.?(?:[\[(^*]?\d{1,3}[\])]?)? {0,2}[:：]"
)
_QUOTED: Final = re.compile(r"(?<![\w.])'([^'\s]{1,320})'")
_MAILS: Final = frozenset({"message/rfc822", "message/global"})
_ANY: Final = frozenset({"application/octet-stream", "text/plain", "application/rfc822"})


@dataclass(frozen=True, kw_only=True)
class Split:
    """One text, taken apart."""

    own: str  #: the author's side: words, signature, and whatever else is quoted there
    passed: str = ""  #: the lines that were passed on, as they stand in the text
    forwarded: tuple[Forwarded, ...] = ()  #: the mails in them, the newest first


def forwards_of(text: str, subject: str = "", *, answers: bool = False) -> Split:
    """Take out of *text* what was passed on in it; *answers*: the mail names one that it answers."""
    raw = text.split("\n")
    top = Page(lines=[line_of(line) for line in raw[:MAX_LINES]])
    found = _start(top, prefix_of(subject), answers=answers)
    if found is None:
        return Split(own=text)
    start, head = found
    page = Page(lines=[*top.lines, *map(line_of, raw[MAX_LINES:])])
    theirs = _theirs(page, start, head)
    runs = groupby(zip(raw, theirs, strict=True), key=itemgetter(1))
    own = "\n".join("" if cut else "\n".join(line for line, _ in lines) for cut, lines in runs)
    lines, passed = list(compress(page.lines, theirs)), list(compress(raw, theirs))
    return Split(
        own=own.strip("\n"),
        passed="\n".join(passed),
        forwarded=tuple(_mails(lines, passed, head.body - start, head)),
    )


def attached(files: Sequence[Attachment]) -> tuple[Forwarded, ...]:
    """The mails among *files*, and those within them."""
    found: list[Forwarded] = []
    room = MAX_TEXT
    mails = [one for one in files if _is_mail(one)]
    before = accumulate((len(one.content) for one in mails), initial=0)
    for one in _opened([mail for mail, size in zip(mails, before, strict=False) if size < MAX_OPENED], 0):
        if len(found) == MAX_FORWARDED:
            break
        found.append(replace(one, text=one.text[:room]))
        room -= len(found[-1].text)
    return tuple(found)


def prefix_of(subject: str) -> str:
    """What is put before *subject*: forward, answer or nothing."""
    found = _PREFIX.match(subject.strip())
    name = lower(found[1]).strip(" .") if found else ""
    return "forward" if name in PREFIXES else "answer" if name in ANSWERS else ""


# Where it begins.


def _start(page: Page, kind: str, *, answers: bool) -> tuple[int, Head] | None:
    """The first line of what was passed on, and its head."""
    told = -1  # the line of which it is said who wrote it
    for number in _tops(page):
        if number == told:
            continue
        head = page.head(number)
        if head and (head.kind == "forward" or kind == "forward" or not (answers or kind == "answer")):
            return number, head
        if head:
            return None  # an answer: what follows is what it answers
        if said := page.attribution(number):
            if kind == "forward":
                return number, said  # programs that pass mails on so say it in the subject alone
            told = page.following[said.body - 1]
            if not page.quoted(told):
                return None
    return None


def _tops(page: Page) -> Iterator[int]:
    """The lines with which something can begin: those that nobody quotes, and the first of each quote."""
    before = 0
    for number, line in enumerate(page.lines):
        if line.bare:
            if not (line.depth and before):
                yield number
            before = line.depth


# What belongs to it.


def _theirs(page: Page, start: int, head: Head) -> list[bool]:
    """Of each line, whether it was passed on.

    Whoever wrote the mail also wrote whatever stands in it, lines that look like its end, too: only behind a head whose
    program writes such a line does one count, and then the last.
    """
    marked = page.quoted(page.following[head.body - 1])
    end = _end(page, head) if head.ends and not marked else len(page.lines)
    theirs = [start <= number < end for number in range(len(page.lines))]
    for number in range(head.body, len(page.lines) if marked else 0):
        line = page.lines[number]
        theirs[number] = line.depth > 0 or not line.bare or _lost_its_mark(page, number)
    return theirs


def _end(page: Page, head: Head) -> int:
    """Where the author goes on: below the last line that says so."""
    for number in range(len(page.lines) - 1, head.body - 1, -1):
        if mark_of(page.lines[number].bare)[0] == "end":
            return number + 1
    return len(page.lines)


def _lost_its_mark(page: Page, at: int) -> bool:
    """The rest of a long quoted line, which a program broke without marking it."""
    before = page.lines[at - 1]
    return before.depth > 0 and len(before.bare) >= LONG


# The mails in it.


def _mails(lines: list[Line], raw: Sequence[str], body: int, top: Head) -> Iterator[Forwarded]:
    """Each mail that was passed on: below its own words stands the one that was passed on with it."""
    page = Page(lines=lines)
    begun = [(0, body, top)]
    number = body
    while number < min(len(lines), MAX_LINES) and len(begun) < MAX_FORWARDED:
        head = page.head(number) if lines[number].bare else None
        if head:
            begun.append((number, head.body, head))
        number = max(head.body, number + 1) if head else number + 1
    ends = [*(start for start, _, _ in begun[1:]), len(lines)]
    for (_, start, head), end in zip(begun, ends, strict=True):
        yield _mail(head, raw[start:end], lines[start:end])


def _mail(head: Head, raw: Sequence[str], lines: Sequence[Line]) -> Forwarded:
    said = head.fields
    depth = min((line.depth for line in lines if line.bare), default=0)
    plain = re.compile(rf"(?:[ \t\u00a0]{{0,9}}[>＞]){{0,{depth}}} ?") if depth else None
    text = "\n".join(plain.sub("", line, count=1) if plain else line for line in raw)
    return Forwarded(
        author=_address(said.get("from", "")),
        name=_name(said.get("from", "")),
        to=addresses(_plain(said.get("to", ""))),
        subject=said.get("subject", "")[:MAX_SHOWN],
        date=said.get("date", "")[:MAX_SHOWN],
        text=dedent(text).strip("\n").rstrip(),
    )


def _plain(value: str) -> str:
    """*value* without the quotes that some programs put around an address itself."""
    return _QUOTED.sub(r"\1", value)


def _address(value: str) -> Address | None:
    return next(iter(addresses(_plain(value), 1)), None)


def _name(value: str) -> str:
    """The display name in *value*: what stands before its address, unless that is an address, too."""
    name = re.split(r"[<\[(]", value, maxsplit=1)[0].strip(" \t\u00a0\"'“”„«»,")
    return "" if "@" in name else name[:MAX_SHOWN]


def _is_mail(one: Attachment) -> bool:
    return one.media_type in _MAILS or (one.media_type in _ANY and one.name.lower().endswith(".eml"))


def _opened(files: Sequence[Attachment], depth: int) -> Iterator[Forwarded]:
    """The mails among *files*, each followed by those within it."""
    for one in filter(_is_mail, files):
        raw = one.content.lstrip(b"\r\n")
        fields, body = part_fields(raw, 0, len(raw))
        content = content_of(raw, fields, body)
        subject, sender = words(first(fields, "subject"), MAX_SHOWN), words(first(fields, "from"), MAX_SHOWN)
        inside = forwards_of(content.text, subject, answers=bool(first(fields, "in-reply-to")))
        yield Forwarded(
            author=_address(first(fields, "from")),
            name=_name(sender),
            to=addresses(first(fields, "to")),
            subject=subject,
            date=words(first(fields, "date"), MAX_SHOWN),
            id=message_id(first(fields, "message-id")),
            text=inside.own,
            part=True,
        )
        yield from inside.forwarded
        if depth < MAX_NESTED:
            yield from _opened(content.attachments, depth + 1)
