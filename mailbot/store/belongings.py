"""Everything of one person, found in the ledger, as files for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, desc, func, select

from mailbot.domain.intent import Kind
from mailbot.domain.project import Draft
from mailbot.domain.request import Admitted
from mailbot.store.codec import load
from mailbot.store.database import AnyRow, given, moment
from mailbot.store.memory import memories
from mailbot.store.tables import deliveries, messages, projects, replies, requests, revisions
from mailbot.store.tables_notes import people
from mailbot.store.tables_sending import silences


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One thing of theirs; what is large is in a blob."""

    path: str
    body: bytes | None = None
    blob: str | None = None
    version: bool = False  #: it is a version of a project: a file for each of its files

    def files(self, content: bytes) -> Mapping[str, bytes]:
        """It as files."""
        if not self.version:
            return {self.path: content}
        return {f"{self.path}/{name}": data for name, data in load(Draft, content).files.items()}


class Belongings:
    """The statements about it."""

    def __init__(self) -> None:
        theirs = func.lower(requests.c.author) == given("of_author")
        own = select(requests.c.id).where(theirs)
        self._mails = select(messages).where(messages.c.request_id.in_(own)).order_by(messages.c.seq)
        self._sent = select(deliveries).where(deliveries.c.request_id.in_(own)).order_by(deliveries.c.seq)
        columns = ("id", "received_at", "state", "closed", "project", "message_id", "envelope")
        self._requests = select(*(requests.c[name] for name in columns)).where(theirs).order_by(requests.c.seq)
        mine = select(projects.c.id).where(func.lower(projects.c.owner) == given("of_author"))
        self._projects = select(projects).where(projects.c.id.in_(mine)).order_by(projects.c.id)
        self._versions = select(revisions).where(revisions.c.project.in_(mine)).order_by(revisions.c.seq)
        self._memories = select(memories).where(memories.c.owner == given("of_author"))
        self._people = select(people).where(people.c.address == given("of_author"))
        self._silences = select(silences).where(silences.c.address == given("of_author"))
        last = select(requests.c.author, requests.c.body, replies.c.at)
        last = last.join(replies, replies.c.request_id == requests.c.id).where(
            requests.c.project == given("of_project")
        )
        self._last = last.where(replies.c.at > moment("since")).order_by(desc(replies.c.seq)).limit(1)

    def asked(self, connection: Connection, project: str, author: str, since: datetime) -> bool:
        """Whether the newest answer in this thread asked its author, since then, if they want to be forgotten."""
        row = connection.execute(self._last, {"of_project": project, "since": since}).one_or_none()
        if row is None or row.body is None or (row.author or "").lower() != author.lower():
            return False
        return load(Admitted, row.body).intent.kind is Kind.ERASE

    def all(self, connection: Connection, author: str) -> Sequence[Piece]:
        """All of it; contents that are blobs by name."""
        return [*self._contents(connection, author.lower()), *self._about(connection, author.lower())]

    def _contents(self, connection: Connection, author: str) -> Iterator[Piece]:
        own = {"of_author": author}
        for row in connection.execute(self._mails, own):
            yield Piece(path=f"mails/{row.request_id}.eml", body=row.body, blob=row.blob)
        for row in connection.execute(self._sent, own):
            yield Piece(path=f"answers/{row.id}.eml", body=row.body, blob=row.blob)
        for row in connection.execute(self._versions, own):
            yield Piece(path=f"projects/{row.project}/v{row.number}", body=row.body, blob=row.blob, version=True)

    def _about(self, connection: Connection, author: str) -> Iterator[Piece]:
        lists = {
            "requests": self._requests,
            "projects": self._projects,
            "kept-in-mind": self._memories,
            "takes-part": self._people,
            "not-written-to": self._silences,
        }
        for name, statement in lists.items():
            rows = [_plain(row) for row in connection.execute(statement, {"of_author": author}).all()]
            text = json.dumps(rows, indent=2, ensure_ascii=False, default=str)
            yield Piece(path=f"{name}.json", body=f"{text}\n".encode())


def _plain(row: AnyRow) -> dict[str, Any]:
    known = row._asdict()
    if "envelope" in known:
        known["envelope"] = json.loads(known["envelope"])
    return known
