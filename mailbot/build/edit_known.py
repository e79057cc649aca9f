"""The history of a project as plain values, so that a bundle that builds upon it can be read in a worker."""

from __future__ import annotations

from typing import Final

from mailbot.build.history_objects import grown
from mailbot.domain.message import Known
from mailbot.domain.project import Project

MAX_PLAIN: Final = 50_000_000  #: bytes of all versions together


def known_of(project: Project) -> Known:
    """The commits of the versions that were loaded, the newest first, with all that they hold."""
    commits: list[tuple[str, str]] = []
    objects: dict[str, tuple[int, bytes]] = {}
    size = 0
    for _, one in sorted(project.revisions.items(), reverse=True):
        if not one.commit:
            continue
        made = grown(one.draft.files)
        new = {name: (thing.kind, thing.content) for name, thing in made.objects.items() if name not in objects}
        size += sum(len(content) for _, content in new.values())
        if commits and size > MAX_PLAIN:
            break
        commits.append((one.commit, made.root))
        objects |= new
    return Known(commits=tuple(commits), objects=tuple((name, *thing) for name, thing in objects.items()))
