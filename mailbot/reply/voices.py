"""What is told where several people wrote: whose wish was built, which stand against each other, who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailbot.reply.actions import Action, action
from mailbot.reply.heard import Voices
from mailbot.reply.occasion import Occasion

FEW: Final = 3  #: wishes of each kind
MOST: Final = 8  #: lines in all


def voices(about: Occasion) -> dict[str, object]:
    """The values of the lines about them, and the choices of whoever decides; empty where one person wrote alone."""
    heard = about.heard
    if heard is None:
        return {"voices": [], "choices": ()}
    return {"voices": list(_said(heard, about))[:MOST], "choices": _choices(heard, about)}


def _said(heard: Voices, about: Occasion) -> Iterator[str]:
    say, owner = about.tongue.say, about.known.owner if about.known else ""
    for person, words in heard.built[: about.most(FEW)]:
        yield say("Built: %(words)s (%(person)s).", words=about.line(words, 80), person=_name(person))
    for clash in heard.clashes[:FEW]:
        wishes = " · ".join(f"{_name(person)}: {about.line(words, 40)}" for person, words in clash.wishes)
        held = say("Not built, you disagree: %(what)s. %(wishes)s.", what=about.line(clash.about, 40), wishes=wishes)
        decides = say("%(owner)s decides, as the owner.", owner=_name(owner)) if owner else ""
        yield f"{held} {decides}".strip()
    for person in heard.readers[: about.most(2)]:
        add = say("add %(address)s", address=person)
        yield say(
            '%(person)s can read; the owner lets them change things by "%(line)s".', person=_name(person), line=add
        )


def _choices(heard: Voices, about: Occasion) -> tuple[Action, ...]:
    words = [words for clash in heard.clashes for _, words in clash.wishes]
    return tuple(action(one, about) for one in words[:4])


def _name(person: str) -> str:
    """What stands before the @: a display name could be anybody's."""
    return person.rpartition("@")[0][:40]
