"""Projects, their revisions and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, or_, select, update

from mailbot.build.history_objects import commit_id
from mailbot.domain.errors import Overtaken
from mailbot.domain.intent import Kind
from mailbot.domain.message import Address
from mailbot.domain.project import Check, Draft, Project, ProjectId, Revision, Role
from mailbot.domain.request import Admitted, RequestId
from mailbot.store.codec import load
from mailbot.store.database import AnyRow, Dialect, given
from mailbot.store.people import People
from mailbot.store.steps import Kept
from mailbot.store.tables import checks, projects, replies, requests, revisions
from mailbot.store.words import plain


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The rows of a project, of the revisions that are wanted, and of its checks."""

    project: AnyRow
    revisions: Sequence[AnyRow]
    checks: Sequence[AnyRow]
    people: Mapping[Address, Role]


def project_values(order: Admitted, at: datetime) -> dict[str, Any] | None:
    """The row of the project that *order* opens, if it is of one."""
    if order.intent.project is None:
        return None
    return {
        "id": order.intent.project,
        "owner": plain(order.author),
        "title": plain(order.intent.title),
        "last": 0,
        "at": at,
    }


def revision_values(project: ProjectId, revision: Revision, draft: Kept) -> dict[str, Any]:
    """The row of a revision."""
    return {
        "project": project,
        "number": revision.number,
        "request_id": revision.request,
        "author": plain(revision.author),
        "at": revision.at,
        "entry": plain(revision.entry, None),
        "body": draft[0],
        "blob": draft[1],
    }


class Projects:
    """The statements about projects."""

    def __init__(self, dialect: Dialect) -> None:
        self._open = dialect.insert_new(projects)
        id = given("of_id")
        columns = ("id", "owner", "title", "last", "language")
        self._load = select(*(projects.c[name] for name in columns)).where(projects.c.id == id)
        self._people = People(dialect)
        self.follow = self._people.follow
        of_check = ("revision", "number", "kind", "text", "spec", "retired")
        self._checks = select(*(checks.c[name] for name in of_check)).where(checks.c.project == id)
        self._checks = self._checks.order_by(checks.c.seq)
        wanted = or_(
            revisions.c.number == given("newest"), revisions.c.number.in_(bindparam("numbers", expanding=True))
        )
        names = ("number", "request_id", "author", "at", "entry", "body", "blob")
        self._revisions = select(*(revisions.c[name] for name in names)).where(revisions.c.project == id, wanted)
        self._add, self._check = insert(revisions), insert(checks)
        self._last = (
            update(projects)
            .where(projects.c.id == id, projects.c.last == given("new_last") - 1)
            .values(
                last=given("new_last"),
                title=case((projects.c.title == "", given("new_title")), else_=projects.c.title),
            )
        )
        named = (requests.c.author == given("of_author"), requests.c.message_id.in_(bindparam("ids", expanding=True)))
        at_work = (requests.c.message_id != "", requests.c.state == "admitted")
        self._own = select(requests.c.message_id, requests.c.project).where(
            *named, *at_work, requests.c.builds, requests.c.project.is_not(None)
        )
        outcome = replies.c.kind.in_(("asked", "gaveup", "built"))
        self._asked = (
            select(replies.c.request_id, replies.c.kind, projects.c.last)
            .join(projects, projects.c.id == replies.c.project)
            .where(replies.c.project == id, outcome)
            .order_by(replies.c.seq.desc())
            .limit(1)
        )
        self._unfinished = (
            select(requests.c.id)
            .where(requests.c.project == id, requests.c.wait.is_not(None), requests.c.state == "admitted")
            .order_by(requests.c.seq)
        )

    def taken(self, connection: Connection, id: ProjectId) -> bool:
        """Whether there is a project of that name."""
        return connection.execute(self._load, {"of_id": id}).one_or_none() is not None

    def own(self, connection: Connection, author: str, ids: Sequence[str]) -> ProjectId | None:
        """The project that a mail of *author* is at work on, by the Message-IDs of these mails, the last one first."""
        rows = connection.execute(self._own, {"of_author": plain(author), "ids": [plain(id) for id in ids]}).all()
        known = {row.message_id: ProjectId(row.project) for row in rows}
        return next((known[id] for id in reversed(ids) if id in known), None)

    def open(self, connection: Connection, row: dict[str, Any], kind: Kind) -> None:
        """Open the project, unless it is open. A new one that a stranger gave the same name meanwhile is not joined."""
        if not connection.execute(self._open, row).rowcount and kind in {Kind.CREATE, Kind.FIX}:
            owner = connection.execute(self._load, {"of_id": row["id"]}).one().owner
            if owner != row["owner"]:
                raise Overtaken(f"somebody else has opened project {row['id']} meanwhile")

    def load(self, connection: Connection, id: ProjectId, numbers: Sequence[int]) -> Stored | None:
        """The rows of a project; None when there is none."""
        project = connection.execute(self._load, {"of_id": id}).one_or_none()
        if project is None:
            return None
        wanted = {"of_id": id, "newest": project.last, "numbers": list(numbers)}
        found = connection.execute(self._revisions, wanted).all() if project.last else ()
        rows = connection.execute(self._checks, {"of_id": id}).all()
        return Stored(project=project, revisions=found, checks=rows, people=self._people.load(connection, id))

    def add(self, connection: Connection, row: dict[str, Any], draft: Draft) -> None:
        """Store the next revision, and the checks that it brings."""
        last = {"of_id": row["project"], "new_last": row["number"], "new_title": plain(draft.title)}
        if not connection.execute(self._last, last).rowcount:
            raise Overtaken(f"project {row['project']} has moved on; v{row['number']} is not its next revision")
        connection.execute(self._add, row)
        if draft.checks:
            connection.execute(self._check, [check_values(row, check) for check in draft.checks])

    def change(self, connection: Connection, id: ProjectId, changed: Sequence[Check]) -> None:
        """Add the checks that were dropped or taken up again: of one number the last row counts."""
        last = connection.execute(self._load, {"of_id": id}).one().last
        connection.execute(self._check, [check_values({"project": id, "number": last}, check) for check in changed])

    def asked(self, connection: Connection, id: ProjectId) -> RequestId | None:
        """The request that the newest answer of a project left without a version: with questions, or with nothing."""
        found = connection.execute(self._asked, {"of_id": id}).one_or_none()
        waits = found is not None and (found.kind == "asked" or (found.kind == "gaveup" and not found.last))
        return RequestId(found.request_id) if found is not None and waits else None

    def unfinished(self, connection: Connection, id: ProjectId) -> Sequence[RequestId]:
        """The admitted requests of a project that have no answer yet, oldest first."""
        return [RequestId(found) for found in connection.execute(self._unfinished, {"of_id": id}).scalars()]


def check_values(row: dict[str, Any], check: Check) -> dict[str, Any]:
    """The row of a check, of the revision of *row*."""
    words = {"kind": plain(check.kind), "text": plain(check.text, None), "spec": plain(check.spec, None)}
    names = {"project": row["project"], "revision": row["number"], "number": check.number}
    return {**names, **words, "retired": check.retired}


def _check(row: AnyRow) -> Check:
    return Check(number=row.number, kind=row.kind, text=row.text, spec=row.spec, retired=bool(row.retired))


def to_project(stored: Stored, drafts: Sequence[bytes]) -> Project:
    """The value of the rows; *drafts* are the contents of the revisions."""
    row = stored.project
    found = [
        Revision(
            number=one.number,
            draft=load(Draft, draft),
            author=Address(one.author),
            request=one.request_id,
            at=one.at,
            commit=commit_id(one.entry),
            entry=one.entry,
        )
        for one, draft in zip(stored.revisions, drafts, strict=True)
    ]
    return Project(
        id=ProjectId(row.id),
        owner=Address(row.owner),
        title=row.title,
        last=row.last,
        checks=tuple(_check(c) for c in stored.checks),
        revisions={revision.number: revision for revision in found},
        people=stored.people,
        language=row.language,
    )
