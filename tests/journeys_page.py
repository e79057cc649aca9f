"""docs/journeys.md, the mails that people get, by the running code: ``python -m tests.journeys_page`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mailbot.domain.intent import Kind
from mailbot.domain.project import Project
from mailbot.domain.request import Answer, Asked, Built, Refused, Told
from mailbot.reply.compose import compose
from mailbot.reply.digest import digest
from mailbot.reply.notice import notice
from mailbot.reply.screen import written
from tests.reply.people import ANA, DRAFT, FIRST, LETTERHEAD, MESSAGE, MODEL, RUN, answer, project, request
from tests.reply.test_compose import BLUE, OCCASIONS
from tests.reply.test_journeys import FIGURES, WEEK, two_wrote
from tests.reply.test_notice import FAILED, SLOW, wait

PAGE = Path(__file__).parent.parent / "docs" / "journeys.md"
HEAD = """\
# The mails that people get

Every kind of mail that mailbot writes, as its text part. The page beside it says the same, with a picture of what was
made, the changed lines in colour, and a link for each thing that can be replied. The first line is the result; no mail
but an answer in words is longer than 25 lines. All of them exist in English, Polish, French and German, and an admin
may replace each of them (`templates` in [settings.md](settings.md)).

This page is made from the code: `python -m tests.journeys_page`.
"""
FIRST_DRAFT = replace(DRAFT, report=RUN, maker=MODEL, assumed=("full stop is the decimal mark",))
QUESTIONS = ("Who logs in? (default: nobody)", "Where is data kept? (default: one SQLite file)")


def of(name: str) -> str:
    """The mail of an occasion."""
    event, kind, about = OCCASIONS[name]
    return str(answer(event, kind, about).text)


def to(event: Answer, kind: Kind | None = Kind.CREATE, about: Project | None = None) -> str:
    """The mail that *event* deserves."""
    return str(answer(event, kind, about or project()).text)


def joined() -> str:
    """A version that a second mail became a part of."""
    made = request(Kind.CREATE)
    order = replace(made.order, joined=("<second@acme.example>",))
    return compose(
        Built(draft=FIRST_DRAFT, number=1), replace(made, admitted=order), MESSAGE, project(), LETTERHEAD
    ).text


def waiting(kind: str) -> str:
    """A mail that is no answer."""
    one = wait() if kind == "arrived" else wait(30, (SLOW, FAILED))
    return notice(kind, one, MESSAGE, project(FIRST), LETTERHEAD).text


def mails() -> Iterator[tuple[str, str, str]]:
    """Each journey: its title, when it comes, and the mail."""
    yield "A first request", "The result, what was checked and how.", to(Built(draft=FIRST_DRAFT, number=1))
    yield "A question back", "Only where a wrong guess would be costly.", to(Asked(questions=QUESTIONS), Kind.CREATE)
    yield "It takes a while", "Only where the answer is more than four minutes away.", waiting("arrived")
    yield "Still at work", "At most every quarter of an hour, none just before the answer.", waiting("progress")
    yield "A revision", "The change in one line; nothing else changed.", of("revised")
    yield "Not all of it", "What was not done, in the words it was asked with.", of("built-partly")
    yield "A try that is worth a look", "It is attached and is no version.", of("tried")
    yield "A failure", "What failed, and what helps.", of("gave-up")
    yield "Several people", "What they agree on is built.", written(BUILT, two_wrote(), TOP)[0]
    yield (
        "A refusal",
        "Only ever sent to an author who is proven.",
        to(Refused(rule="10-default/strangers", reason="you are not on the list"), None),
    )
    yield "Back to a version", "File for file, in seconds, without a model.", of("rolled-back-parked")
    yield "A second mail while it is built", "One answer for both.", joined()
    yield "Fresh data", "The same program with new numbers.", of("refreshed")
    yield "A check is dropped", "The list of what must hold is the author's.", of("dropped")
    yield "Where it stands", "Asked by one word.", of("status")
    yield "Help", "Also to a mail that is empty.", of("help")
    yield "An answer in words", "To a question that needs no software.", of("answered")
    yield (
        "To be forgotten",
        "First a question,",
        to(Told(topic="erase-asked", figures=FIGURES), Kind.ERASE, project(FIRST)),
    )
    yield "Forgotten", "then the last mail.", to(Told(topic="erased", figures=FIGURES), Kind.ERASE, project(FIRST))
    yield "The week of an admin", "To whoever runs the mailbox.", digest(WEEK, ANA, "week-47", LETTERHEAD).text


BUILT = Built(draft=BLUE, number=2)
TOP = {"subject": "Re: Sales page", "picture": None}


def page() -> str:
    """The whole page."""
    parts = [f"## {title}\n\n{when}\n\n```text\n{mail.rstrip()}\n```\n" for title, when, mail in mails()]
    return "\n".join([HEAD, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
