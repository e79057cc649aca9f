"""How much of each quota is used, and when there is room again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.sql import ColumnElement

from mailbot.decide.quota import SPANS, Used, domain_of, identity
from mailbot.domain.errors import Overtaken
from mailbot.domain.grants import Per, Quota
from mailbot.domain.request import Admitted
from mailbot.store.database import Dialect, given, moment
from mailbot.store.tables import requests
from mailbot.store.words import plain

_LOCK: Final = 4_202_611_212  #: of those that are counted together, among the advisory locks of a PostgreSQL database


def other_than(id: ColumnElement[str]) -> ColumnElement[bool]:
    """Any request but this one, by what every index holds: thousands are counted without a look at their rows."""
    own = requests.alias("own")
    return requests.c.seq != select(own.c.seq).where(own.c.id == id).scalar_subquery()


class Quotas:
    """The statements about them. What counts has in counted_at when it was let in."""

    def __init__(self, dialect: Dialect) -> None:
        self._many = dialect.many
        found = {"sender": [requests.c.who == given("of_who")], "domain": [requests.c.domain == given("of_domain")]}
        whose: Mapping[Per, list[Any]] = {**found, "all": []}  # type: ignore[dict-item]  # the words of Per
        self._last: dict[Per, Select[Any]] = {}
        self._number: dict[Per, Select[Any]] = {}
        for per, mine in whose.items():
            time = (requests.c.counted_at > moment("start"), requests.c.counted_at <= moment("now"))
            known = select(requests.c.counted_at).where(*mine, *time, other_than(given("of_id")))
            known = known.order_by(requests.c.counted_at.desc())
            self._last[per] = known.limit(1).offset(given("before"))
            some = known.limit(given("most")).subquery()
            self._number[per] = select(func.count()).select_from(some)
        self._lock = select(func.pg_advisory_xact_lock(_LOCK))

    def used(
        self, connection: Connection, quotas: Sequence[Quota], author: str, id: str, now: datetime
    ) -> tuple[Used, ...]:
        """Of each of *quotas*, as it stands for *author* at *now*, without the request itself."""
        return tuple(self._used(connection, quota, author, id, now) for quota in quotas)

    def _used(self, connection: Connection, quota: Quota, author: str, id: str, now: datetime) -> Used:
        span = SPANS[quota.every]
        values: dict[str, Any] = {"of_who": plain(identity(author)), "of_domain": plain(domain_of(author)), "of_id": id}
        values |= {"start": now - span, "now": now}
        if quota.max:
            last = connection.execute(self._last[quota.per], values | {"before": quota.max - 1}).scalar()
            if last is not None:
                return Used(quota=quota, used=quota.max, until=last + span)
        number = connection.execute(self._number[quota.per], values | {"most": quota.max}).scalar_one()
        return Used(quota=quota, used=number)

    def keep(self, connection: Connection, order: Admitted, id: str, now: datetime) -> None:
        """Raise Overtaken when others that were judged at the same time took the last room."""
        if not order.meters:
            return
        if self._many:
            connection.execute(self._lock)
        quotas = [meter.quota for meter in order.meters]
        if any(one.until is not None for one in self.used(connection, quotas, order.author, id, now)):
            raise Overtaken(f"another request took the last room that a quota gives, while {id} was judged")
