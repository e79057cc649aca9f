"""What we learned by sending: how each mail system takes our forms, and the addresses that rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.domain.message import Address
from mailbot.domain.reply import Receiver
from mailbot.domain.sending import MEMORY, Lesson, Silence, rest
from mailbot.store.database import AnyRow, Dialect, given, moment
from mailbot.store.tables_sending import receivers, silences
from mailbot.store.words import plain

MOST: Final = 500  #: silences of one list


class Receivers:
    """The statements about them."""

    def __init__(self, dialect: Dialect) -> None:
        make: Any = postgresql.insert if dialect.many else sqlite.insert
        new, key = make(receivers), ["domain", "operator", "form"]
        columns = ("refused_at", "took_at", "limit")
        self._refused = new.on_conflict_do_update(
            index_elements=key, set_={name: new.excluded[name] for name in columns}
        )
        # It took the form now, so that it refused it once is over.
        self._took = new.on_conflict_do_update(
            index_elements=key, set_={"took_at": new.excluded.took_at, "refused_at": None}
        )
        fresh = or_(receivers.c.refused_at > moment("since"), receivers.c.took_at > moment("since"))
        who = or_(receivers.c.operator.in_(("", given("of_operator"))), given("of_operator") == "")
        of_domain = receivers.c.domain == given("of_domain")
        self._known = select(receivers).where(of_domain, who, fresh).limit(MOST)
        forgotten = func.coalesce(receivers.c.refused_at, receivers.c.took_at)
        self._forget = delete(receivers).where(
            forgotten < moment("before"), func.coalesce(receivers.c.took_at, forgotten) < moment("before")
        )
        self._silence = make(silences)
        again = self._silence.excluded
        never = silences.c.until.is_(None)
        self._silence = self._silence.on_conflict_do_update(
            index_elements=["address"],
            set_={
                "kind": case((never, silences.c.kind), else_=again.kind),
                "why": again.why,
                "at": again.at,
                "until": case((never, silences.c.until), else_=again.until),
                "times": again.times,
            },
        )
        self._find = select(silences).where(silences.c.address == given("of_address"))
        self._silent = select(silences).where(or_(silences.c.until.is_(None), silences.c.until > moment("now")))
        self._silent = self._silent.order_by(silences.c.at.desc()).limit(MOST)
        self._lift = update(silences).where(
            silences.c.address == given("of_address"),
            or_(silences.c.until.is_(None), silences.c.until > moment("new_until")),
        )
        self._lift = self._lift.values(until=moment("new_until"))

    def learn(self, connection: Connection, lesson: Lesson, at: datetime) -> None:
        """Remember how a form was taken; what is older than the memory is forgotten."""
        connection.execute(self._forget, {"before": at - MEMORY})
        row = {"domain": plain(lesson.domain, 253), "operator": lesson.operator, "form": lesson.form}
        times = {"refused_at": None if lesson.took else at, "took_at": at if lesson.took else None}
        connection.execute(self._took if lesson.took else self._refused, {**row, **times, "limit": lesson.limit})

    def known(self, connection: Connection, domain: str, operator: str, now: datetime) -> Receiver:
        """What is remembered of *domain* run by *operator*; empty: whoever runs it."""
        wanted = {"of_domain": domain, "of_operator": operator, "since": now - MEMORY}
        rows = connection.execute(self._known, wanted).all()
        took = max((row for row in rows if row.took_at), key=lambda row: row.took_at, default=None)
        return Receiver(
            operator=operator or next((row.operator for row in rows if row.operator), ""),
            refused=frozenset(row.form for row in rows if row.refused_at),
            took=took.form if took else "",
            limit=min((row.limit for row in rows if row.limit), default=0),
        )

    def silence(self, connection: Connection, one: Silence) -> None:
        """Let an address rest, for longer than the last time. What rests for ever goes on doing so."""
        before = self.find(connection, one.address)
        times = before.times + 1 if before else 1
        span = rest(one.kind, times)
        row = {"address": _key(one.address), "kind": one.kind, "why": plain(one.why), "at": one.at, "times": times}
        connection.execute(self._silence, {**row, "until": one.at + span if span else None})

    def find(self, connection: Connection, address: str) -> Silence | None:
        """What is known of an address, be it over or not."""
        row = connection.execute(self._find, {"of_address": _key(address)}).one_or_none()
        return None if row is None else _silence(row)

    def silent(self, connection: Connection, now: datetime) -> Sequence[Silence]:
        """The addresses that rest now, the newest first."""
        return [_silence(row) for row in connection.execute(self._silent, {"now": now})]

    def lift(self, connection: Connection, address: str, at: datetime) -> bool:
        """Write to it again; False where it did not rest. How often it rested is kept."""
        done = connection.execute(self._lift, {"of_address": _key(address), "new_until": at})
        return bool(done.rowcount)


def _key(address: str) -> str:
    return plain(address.lower())


def _silence(row: AnyRow) -> Silence:
    return Silence(
        address=Address(row.address), kind=row.kind, why=row.why, at=row.at, until=row.until, times=row.times
    )
