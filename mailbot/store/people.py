"""Who takes part in a project, by the word of its owner; and the language of its thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.decide.people import changes
from mailbot.domain.intent import Intent
from mailbot.domain.message import Address
from mailbot.domain.project import Role
from mailbot.store.database import Dialect, given
from mailbot.store.tables import projects
from mailbot.store.tables_notes import people
from mailbot.store.words import plain


class People:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        make: Any = postgresql.insert if dialect.many else sqlite.insert
        new = make(people)
        values = {name: new.excluded[name] for name in ("role", "by", "at")}
        self._put = new.on_conflict_do_update(index_elements=["project", "address"], set_=values)
        same = (people.c.project == given("of_project"), people.c.address == given("of_address"))
        self._drop = delete(people).where(*same)
        found = select(people.c.address, people.c.role).where(people.c.project == given("of_project"))
        self._load = found.order_by(people.c.address)
        other = (projects.c.id == given("of_project"), projects.c.language != given("new_language"))
        self._speak = update(projects).where(*other).values(language=given("new_language"))

    def load(self, connection: Connection, project: str) -> Mapping[Address, Role]:
        """Everybody but the owner, with their roles."""
        rows = connection.execute(self._load, {"of_project": project}).all()
        return {Address(row.address): cast("Role", row.role) for row in rows}

    def follow(self, connection: Connection, intent: Intent, by: str, at: datetime) -> None:
        """Do what the commands of *intent*, which was let in, say about the people; and note its language."""
        if intent.project is None:
            return
        for address, role in changes(intent):
            if role is None:
                connection.execute(self._drop, {"of_project": intent.project, "of_address": plain(address)})
            else:
                row = {"project": intent.project, "address": plain(address), "role": role, "by": plain(by), "at": at}
                connection.execute(self._put, row)
        if intent.language:
            connection.execute(self._speak, {"of_project": intent.project, "new_language": plain(intent.language)})
