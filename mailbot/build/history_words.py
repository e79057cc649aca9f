"""The words of a commit: what was asked, by whom, and what the checks say. Whatever a mail holds, it is only quoted.

A trailer is a line of the last block. The words of an author stand above it, each line behind a quote mark, so that
no mail can write a trailer, end the message, or begin the patch that git am would take.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from mailbot.build.ledger import standing
from mailbot.domain.message import MessageId
from mailbot.domain.project import Check, Draft, Project, latest
from mailbot.domain.request import Admitted

SUBJECT: Final = 65  #: letters of the first line
LINES: Final = 40  #: of the author's words
LETTERS: Final = 4_000
LINE: Final = 72
VALUE: Final = 160  #: letters of a trailer
MOST: Final = 20  #: mails that one version answers
_CUTS: Final = re.compile(r"(>[8%]|[8%]<)")  #: what git am may take for a line to cut at
_CRUD: Final = re.compile(r"[<>\"\\,;]+")


def message_of(project: Project, draft: Draft, number: int, order: Admitted, name: str) -> str:
    """The message of the commit of *draft*, the version *number* that *order* asked for."""
    words = _cleaned(order.intent.text)
    first = next(iter(words), "") or line_of(order.intent.title, SUBJECT)
    subject = textwrap.shorten(f"v{number}: {first or draft.title or project.id}", SUBJECT, placeholder="...")
    if ":" not in subject:  # one word that is longer than the line
        subject = f"v{number}: {line_of(first, SUBJECT - 8)}..."
    said = "\n".join(_quoted(words, order.intent.title))
    trailers = "\n".join(_trailers(project, draft, number, order, name))
    return "\n\n".join(block for block in (line_of(subject, SUBJECT + 20), said, trailers) if block) + "\n"


def person(name: str, address: str) -> str:
    """Somebody, as git writes people: a name without its signs, and an address in its brackets."""
    mail = "".join(_CRUD.sub("", line_of(address, 254)).split()) or "nobody"
    plain = line_of(_CRUD.sub(" ", name), 80).strip(".:' ")
    return f"{plain or mail.partition('@')[0]} <{mail}>"


def moment(at: datetime) -> str:
    """A time, as git writes it; never one from before its time."""
    return f"{max(0, int(at.astimezone(UTC).timestamp()))} +0000"


def line_of(text: str, most: int) -> str:
    """*text* in one line that shows everything it holds."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: most * 8])
    return _CUTS.sub(_apart, " ".join(seen.encode("utf-8", "replace").decode("utf-8").split()))[:most].strip()


def _apart(found: re.Match[str]) -> str:
    return " ".join(found[0])


def _cleaned(text: str) -> list[str]:
    lines = [line_of(line, 1_000) for line in text[:LETTERS].splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _quoted(words: Sequence[str], title: str) -> Iterator[str]:
    """The title and the words of the author, as a mail quotes them."""
    shown = [line_of(title, SUBJECT), ""] if title.strip() else []
    lines = [piece for line in (*shown, *words) for piece in textwrap.wrap(line, LINE) or [""]]
    before = ""
    for line in lines[:LINES]:
        if line or before:
            yield f"> {line}".rstrip()
        before = line
    if len(lines) > LINES:
        yield "> [...]"


def _trailers(project: Project, draft: Draft, number: int, order: Admitted, name: str) -> Iterator[str]:
    yield f"Requested-by: {person(name, order.author)}"
    ids: Sequence[MessageId] = (order.message_id, *order.joined)
    for id in ids[:MOST]:
        if one := "".join(line_of(id, VALUE * 2).split()):
            yield f"Message-ID: {one}"
    for check, result in _checked(project, draft):
        yield f"Check: {check.number} {line_of(check.text, VALUE)}: {result}"
    yield f"Revision: {number}"


def _checked(project: Project, draft: Draft) -> list[tuple[Check, str]]:
    """Every check in force, and what it came to."""
    checks = [check for check in latest((*project.checks, *draft.checks)) if not check.retired]
    found = standing(draft.report, checks, project)
    failed = {check.number for group in (found.missing, found.broken, found.known) for check in group}
    passed = {check.number for check in found.passed}
    return [
        (one, "failed" if one.number in failed else "passed" if one.number in passed else "unchecked") for one in checks
    ]
