"""What is told without a build: help, where a project stands, what was stopped, an answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from mailbot.domain.intent import Kind
from mailbot.domain.project import Revision
from mailbot.domain.request import Told
from mailbot.reply.arrival import opened
from mailbot.reply.content_built import made_of
from mailbot.reply.content_checks import retired, retired_first
from mailbot.reply.erasing import ASKED, DONE, erasing
from mailbot.reply.evidence import evidence
from mailbot.reply.kept import remembered
from mailbot.reply.letterhead import NOBODY_NAMED, Letterhead
from mailbot.reply.occasion import Occasion
from mailbot.reply.records import records
from mailbot.reply.tongue import Tongue, phrase
from mailbot.reply.words import wrapped

_UNABLE: Final[Mapping[str, str]] = {
    Kind.ERASE: phrase("I understood this as a wish to be forgotten, and I cannot do that yet."),
}
_FIRST: Final[Mapping[str, str]] = {
    "cover": phrase("This is the letter to your patches: each of them is answered by itself."),
    "help": phrase("Mail me what you need in plain words; I send it back as software, in the same thread."),
    "stopped": phrase('Stopped. What was being built for "%(title)s" is dropped; no other answer comes for it.'),
    "nothing-to-stop": phrase("Nothing was being built here, so there was nothing to stop."),
    "shared": phrase('Done. These people may take part in "%(title)s":'),
    "held": phrase("This is what became of your commands:"),
    "exported": phrase("Attached is everything that I keep of you, as a zip file."),
    "export-too-large": phrase(
        "What I keep of you is too much for one mail; ask whoever runs this mailbox for it: %(admin)s."
    ),
}
_MAY: Final[Mapping[str, str]] = {
    "owner": phrase("%(person)s: everything; it is their project"),
    "collaborator": phrase("%(person)s: change it, go back to an earlier version, stop what is being built, and ask"),
    "reader": phrase("%(person)s: ask how it stands, and ask questions"),
}


_DISCLAIMER: Final = phrase("A language model wrote this answer; nothing in it was checked.")


def told(event: Told, about: Occasion) -> dict[str, object]:
    """The values for the template of *event*."""
    project, head = about.known, about.known.head if about.known else None
    return {
        "topic": event.topic,
        "first": _first(event, about),
        "text": about.block(event.text),
        "ask": about.letterhead.ask,
        "where": about.letterhead.where,
        "made": _made(head, about) if head and event.topic == "status" else "",
        "evidence": evidence(head.draft.report, project.checks, about.line, about.tongue) if head and project else None,
        "not_done": about.lines(head.draft.not_done) if head else [],
        "project": bool(project),
        **(retired(event, about) if event.topic == "retired" else {}),
        **(_answer(event, about) if event.topic == "answer" else {}),
        **(erasing(event, about) if event.topic in {ASKED, DONE} else {}),
        **(_resent(about) if event.topic == "resent" else {}),
        "people": _people(about) if event.topic == "shared" else [],
        **(remembered(about) if event.topic == "remembered" else {}),
        **(records(about) if event.topic == "records" else {}),
    }


def _resent(about: Occasion) -> dict[str, object]:
    """What is said of a package that comes once more; its checks stand in metadata.json."""
    open_zip = about.tongue.say(
        "Open it: unpack %(package)s; metadata.json says what it is.", package=about.enclosed[0]
    )
    return {"enclosed": about.enclosed, "open": opened(about) or open_zip}


def _answer(event: Told, about: Occasion) -> dict[str, object]:
    """The values of an answer in words, by the names that an admin's own template knows them by."""
    house, tongue = about.letterhead, about.tongue
    return {
        "ai_response": about.block(event.text),
        "sender_name": about.line(about.message.name, 60) or about.line(about.message.author, 80),
        "original_subject": about.line(about.message.subject, 200),
        "response_date": tongue.say("%(date)s UTC", date=tongue.date(about.at.astimezone(UTC))),
        "thread_id": about.known.id if about.known else about.request.id,
        "signature": house.signature,
        "disclaimer": house.disclaimer or tongue.say(_DISCLAIMER),
    }


def _help(letterhead: Letterhead, tongue: Tongue) -> dict[str, object]:
    """The values of the help that are the same for everybody."""
    admin = ", ".join(letterhead.admins) or tongue.say(NOBODY_NAMED)
    return {"first": tongue.say(_FIRST["help"]), "admin": admin, "where": letterhead.where}


def help_lines(letterhead: Letterhead) -> frozenset[str]:
    """Every line of our help, in every language, as it is sent: whoever quotes it back wishes nothing by it."""
    values: dict[str, object] = {"commands": [], "asides": [], "came": []}
    values |= {"topic": "help", "sender": letterhead.sender, "ask": letterhead.ask, "reference": ""}
    tongues = [letterhead.tongue(language) for language in letterhead.languages]
    texts = [letterhead.render("told.txt.j2", values | _help(letterhead, one), one) for one in tongues]
    return frozenset(line for text in texts for line in wrapped(text).splitlines() if line)


def _first(event: Told, about: Occasion) -> str:
    """The result, in one line; an answer in words has none."""
    if event.topic == "status":
        return _status(about)
    if event.topic == "resent":
        return about.tongue.say('Here is %(version)s of "%(title)s" again.', version=event.text, title=about.title)
    if event.topic == "retired":
        return retired_first(event, about)
    if event.topic == "same":
        return about.tongue.say("Your files are the same as %(version)s: there is no change.", version=event.text)
    if event.topic == "not-yet":
        other = phrase("I understood this as %(wish)s, and I cannot do that yet.")
        return about.tongue.say(_UNABLE.get(event.text, other), wish=about.line(event.text, 60))
    admin = ", ".join(about.letterhead.admins) or about.tongue.say(NOBODY_NAMED)
    return about.tongue.say(_FIRST.get(event.topic, ""), title=about.title, admin=admin)


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
