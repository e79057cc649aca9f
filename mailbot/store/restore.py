"""Projects that come back: written into the ledger as they were, from the mails of those who have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mailbot.build.history_objects import commit_id
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Envelope
from mailbot.domain.project import Check, Project, Revision
from mailbot.domain.request import Ignored, Request, RequestId
from mailbot.domain.work import Due
from mailbot.store.blobs import keep
from mailbot.store.codec import dump
from mailbot.store.database import given
from mailbot.store.notebook import Notebook
from mailbot.store.projects import check_values, revision_values
from mailbot.store.requests import Requests
from mailbot.store.steps import Opened, Step, open_values
from mailbot.store.tables import checks, projects, requests, revisions
from mailbot.store.words import plain

RULE = "rebuilt"  #: under which a request is closed that was answered before the ledger was lost
_NOTE = "From: {author}\r\nSubject: v{number} of project {project}\r\n\r\nThis mail was lost; its answer was not.\r\n"


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One version, ready to be written."""

    revision: Revision
    values: dict[str, Any]
    opened: Opened
    step: Step
    checks: Sequence[Check]


class Restoring(Notebook):
    """A part of the ledger."""

    _open: Callable[[Connection, Sequence[Opened]], None]
    _requests: Requests

    async def restore(self, project: Project, added: Mapping[int, Sequence[Check]]) -> Sequence[int]:
        """Write the versions of *project* that are not here; all of them or none. Gives the numbers of those.

        *added* are the checks that each version brought. A version that is here and is another one is Permanent.
        """
        rows = [
            await self._row(project, one, added.get(one.number, ())) for _, one in sorted(project.revisions.items())
        ]
        return await self._database.write(lambda c: self._restore(c, project, rows))

    async def _row(self, project: Project, revision: Revision, brought: Sequence[Check]) -> _Row:
        at = revision.at
        envelope = Envelope(channel="rebuild", sender=revision.author, recipients=(), received_at=at)
        words = {"author": revision.author, "number": revision.number, "project": project.id}
        raw = _NOTE.format(**words).encode("utf-8", "replace")
        request = Request(id=RequestId(revision.request), envelope=envelope)
        event = Ignored(rule=RULE, reason=f"it was answered with v{revision.number}, which was restored from mails")
        draft = await keep(self._blobs, dump(revision.draft).encode("ascii"))
        return _Row(
            revision=revision,
            values=revision_values(project.id, revision, draft),
            opened=open_values(request.id, raw, envelope, await keep(self._blobs, raw)),
            step=Step(request=request, event=event, after=request.after(event), at=at, due=Due()),
            checks=brought,
        )

    def _restore(self, connection: Connection, project: Project, rows: Sequence[_Row]) -> Sequence[int]:
        there = select(revisions.c.number, revisions.c.entry).where(revisions.c.project == given("of_id"))
        known = {row.number: row.entry for row in connection.execute(there, {"of_id": project.id})}
        new = [row for row in rows if row.revision.number not in known]
        for row in rows:
            entry = known.get(row.revision.number)
            if entry is not None and commit_id(entry) != row.revision.commit:
                raise Permanent(
                    f"v{row.revision.number} of project {project.id} is here already, and is another one; nothing was "
                    "written. Look at both with --to FOLDER."
                )
        if not known:
            first = rows[0].revision
            values = {"id": project.id, "owner": plain(project.owner), "title": plain(project.title)}
            connection.execute(insert(projects), {**values, "last": 0, "at": first.at, "language": ""})
        for row in new:
            self._write(connection, row)
        last = max([*known, *project.revisions])
        connection.execute(
            update(projects).where(projects.c.id == given("of_id")).values(last=last), {"of_id": project.id}
        )
        return [row.revision.number for row in new]

    def _write(self, connection: Connection, row: _Row) -> None:
        id = row.revision.request
        if (
            connection.execute(select(requests.c.id).where(requests.c.id == given("of_id")), {"of_id": id}).first()
            is None
        ):
            self._open(connection, [row.opened])
            self._requests.move(connection, row.step)
        connection.execute(insert(revisions), row.values)
        if row.checks:
            connection.execute(insert(checks), [check_values(row.values, check) for check in row.checks])
