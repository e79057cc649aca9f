"""What can be said of a project without a model: from the records of its newest version, and nothing else."""

from __future__ import annotations

from typing import Final

from mailbot.build.stack import stack_of
from mailbot.domain.project import Revision
from mailbot.reply.evidence import evidence
from mailbot.reply.kept import computer_of, starts_on
from mailbot.reply.occasion import Occasion

MOST: Final = 12  #: files that are named


def records(about: Occasion) -> dict[str, object]:
    """The values of an answer to a question that no model answers."""
    say, project = about.tongue.say, about.known
    head = project.head if project else None
    if head is None or project is None:
        return {"first": say("No AI model answers questions here, and there is no version yet."), "records": []}
    first = say('No AI model answers questions here; this is what the records say of "%(title)s":', title=about.title)
    shown = evidence(head.draft.report, project.checks, about.line, about.tongue)
    lines = [_start(head, about), _files(head, about), *shown.spoken, _versions(project.last, about)]
    return {"first": first, "records": [one for one in lines if one], "evidence": None}


def _start(head: Revision, about: Occasion) -> str:
    """How it is started, as far as the files show it."""
    say, files = about.tongue.say, head.draft.files
    stack = stack_of(files)
    if command := starts_on(computer_of(about), files):
        where = say("Then open http://127.0.0.1:%(port)s in a browser.", port=stack.port) if stack.port else ""
        return f"{say('It starts with: %(command)s', command=about.line(command, 80))} {where}".strip()
    if stack.language == "static":
        return say("It needs no server: open %(page)s in a browser.", page=about.line(stack.entry, 80))
    return say("README.md in the package says how to start it.") if "README.md" in files else ""


def _files(head: Revision, about: Occasion) -> str:
    names = [about.line(path, 60) for path in sorted(head.draft.files)]
    more = len(names) - MOST
    shown = ", ".join(names[:MOST])
    if more > 0:
        return about.tongue.many(
            "Its files: %(names)s and %(num)s more.", "Its files: %(names)s and %(num)s more.", more, names=shown
        )
    return about.tongue.say("Its files: %(names)s", names=shown)


def _versions(last: int, about: Occasion) -> str:
    return about.tongue.many(
        "There is %(num)s version.", 'There are %(num)s versions; "rollback to v1" goes back.', last
    )
