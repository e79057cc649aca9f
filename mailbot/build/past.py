"""What is known of a project's past, for a question about it: from the records, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailbot.build.ledger import is_of
from mailbot.domain.project import Project

MOST: Final = 40  #: lines
LONGEST: Final = 300  #: characters of one


def past_of(project: Project) -> tuple[str, ...]:
    """The author's last wishes, what was made of them, and what the checks said."""
    return tuple(" ".join(line.split())[:LONGEST] for line in list(_lines(project))[:MOST])


def _lines(project: Project) -> Iterator[str]:
    for wish in project.wishes:
        yield f"asked earlier: {wish}"
    head = project.head
    if head is None:
        return
    draft = head.draft
    yield f"v{head.number} is the newest version; {draft.maker.name or draft.maker.kind} made it on {head.at:%d %b %Y}"
    for kind, said in (("done", draft.done), ("not done", draft.not_done), ("assumed", draft.assumed)):
        for one in said:
            yield f"{kind} in v{head.number}: {one}"
    for check in project.ledger:
        found = next((one for one in draft.report.findings if is_of(one, check)), None)
        result = "dropped" if check.retired else found.result.value if found else "unchecked"
        yield f"check {check.number} ({result}): {check.text}"
