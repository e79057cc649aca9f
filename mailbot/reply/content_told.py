"""What is told without a build: help, where a project stands, what was stopped, an answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from mailbot.domain.intent import Kind
from mailbot.domain.project import Revision
from mailbot.domain.request import Told
from mailbot.reply.content_built import made_of
from mailbot.reply.content_checks import retired, retired_first
from mailbot.reply.evidence import evidence
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase
from mailbot.reply.words import wrapped

_UNABLE: Final[Mapping[str, str]] = {
    Kind.EDIT: phrase("I understood this as your own changes to the files, and I cannot do that yet."),
    Kind.ERASE: phrase("I understood this as a wish to be forgotten, and I cannot do that yet."),
}
_FIRST: Final[Mapping[str, str]] = {
    "help": phrase("Mail me what you need in plain words; I send it back as software, in the same thread."),
    "stopped": phrase('Stopped. What was being built for "%(title)s" is dropped; no other answer comes for it.'),
    "nothing-to-stop": phrase("Nothing was being built here, so there was nothing to stop."),
    "shared": phrase('Done. These people may take part in "%(title)s":'),
    "held": phrase("This is what became of your commands:"),
}
_MAY: Final[Mapping[str, str]] = {
    "owner": phrase("%(person)s: everything; it is their project"),
    "collaborator": phrase("%(person)s: change it, go back to an earlier version, stop what is being built, and ask"),
    "reader": phrase("%(person)s: ask how it stands, and ask questions"),
}


def told(event: Told, about: Occasion) -> dict[str, object]:
    """The values for the template of *event*."""
    project, head = about.known, about.known.head if about.known else None
    return {
        "topic": event.topic,
        "first": _first(event, about),
        "text": about.block(event.text),
        "ask": about.letterhead.ask,
        "made": _made(head, about) if head and event.topic == "status" else "",
        "evidence": evidence(head.draft.report, project.checks, about.line, about.tongue) if head and project else None,
        "not_done": about.lines(head.draft.not_done) if head else [],
        "project": bool(project),
        **(retired(event, about) if event.topic == "retired" else {}),
        "people": _people(about) if event.topic == "shared" else [],
    }


def help_lines(letterhead: Letterhead) -> frozenset[str]:
    """Every line of our help, in every language, as it is sent: whoever quotes it back wishes nothing by it."""
    values: dict[str, object] = {"commands": [], "asides": [], "came": []}
    values |= {"topic": "help", "sender": letterhead.sender, "ask": letterhead.ask, "reference": ""}
    first = _FIRST["help"]
    tongues = [letterhead.tongue(language) for language in letterhead.languages]
    texts = [letterhead.render("told.txt.j2", values | {"first": one.say(first)}, one) for one in tongues]
    return frozenset(line for text in texts for line in wrapped(text).splitlines() if line)


def _first(event: Told, about: Occasion) -> str:
    """The result, in one line; an answer in words has none."""
    if event.topic == "status":
        return _status(about)
    if event.topic == "retired":
        return retired_first(event, about)
    if event.topic == "not-yet":
        other = phrase("I understood this as %(wish)s, and I cannot do that yet.")
        return about.tongue.say(_UNABLE.get(event.text, other), wish=about.line(event.text, 60))
    return about.tongue.say(_FIRST.get(event.topic, ""), title=about.title)


def _people(about: Occasion) -> list[str]:
    """Who may do what in the project from now on, its owner first."""
    project = about.known
    if project is None:
        return []
    known = {project.owner: "owner", **project.people}
    return [about.tongue.say(_MAY[role], person=about.line(person, 80)) for person, role in known.items()]


def _status(about: Occasion) -> str:
    say, project = about.tongue.say, about.known
    if project is None:
        return say("There is no project in this thread yet.")
    if project.last:
        return say('"%(title)s" is at v%(number)s.', title=about.title, number=project.last)
    return say('"%(title)s" has no version yet. When one is built, it comes in this thread.', title=about.title)


def _made(head: Revision, about: Occasion) -> str:
    """When and by what the newest revision was made."""
    return about.tongue.say(
        "Made %(date)s UTC: %(how)s",
        date=about.tongue.date(head.at.astimezone(UTC)),
        how=made_of(head.number, head.draft.maker, about),
    )
