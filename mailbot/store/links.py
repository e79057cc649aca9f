"""Downloads by a link, counted: each link gives a package so often and no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, update

from mailbot.store.database import Dialect, given, moment
from mailbot.store.tables_links import links


class Links:
    """The statements about links."""

    def __init__(self, dialect: Dialect) -> None:
        self._new = dialect.insert_new(links)
        room = links.c.used < given("most")
        self._use = update(links).where(links.c.sign == given("of_sign"), room).values(used=links.c.used + 1)
        self._over = delete(links).where(links.c.until < moment("now"))

    def use(self, connection: Connection, sign: str, until: datetime, most: int, now: datetime) -> bool:
        """Count one more download; False: it was used *most* times already."""
        connection.execute(self._over, {"now": now})
        connection.execute(self._new, {"sign": sign, "used": 0, "until": until})
        return bool(connection.execute(self._use, {"of_sign": sign, "most": most}).rowcount)
