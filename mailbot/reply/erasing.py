"""What somebody is told who wants to be forgotten: what would go, then that it is gone."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from mailbot.domain.request import Told
from mailbot.reply.occasion import Occasion

ASKED: Final = "erase-asked"  #: the topic of the question back
DONE: Final = "erased"  #: the topic of the last mail
HOURS: Final = 24  #: within which the yes must come


def erasing(event: Told, about: Occasion) -> dict[str, object]:
    """The values of either mail: the figures are those of the ledger, before and at the erasure."""
    tongue, figures = about.tongue, dict(event.figures)
    projects, mails = figures.get("projects", 0), figures.get("mails", 0)
    what = tongue.say(
        "%(projects)s, %(mails)s",
        projects=tongue.many("%(num)s project", "%(num)s projects", projects),
        mails=tongue.many("%(num)s mail", "%(num)s mails", mails),
    )
    if event.topic == DONE:
        when = tongue.date(about.at.astimezone(UTC))
        return {
            "first": tongue.say("Erased %(when)s UTC: %(what)s.", when=when, what=what),
            "what": what,
            "hours": HOURS,
        }
    return {"first": tongue.say("Nothing is erased yet: I need a yes from you."), "what": what, "hours": HOURS}
