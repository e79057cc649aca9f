"""A visit to a mailbox: the login, what the server can do, the folders. Nothing is fetched, marked or stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.imap import Plug
from mailbot.receive.imap_session import Refused, Server, Session

MANY: Final = 40  #: folders that are told
HEADER: Final = 64_000  #: octets of a header that is looked at
NEW: Final = 50  #: mails that are looked at for ours


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is."""

    idles: bool
    moves: bool  #: MOVE or UIDPLUS: mail that is done can leave the folder
    missing: tuple[str, ...] = ()  #: folders that cannot be opened, each with why


class Visit(Session):
    """One connection."""

    def __init__(self, server: Server) -> None:
        super().__init__(server, Plug())

    def look(self, folders: Sequence[str]) -> Seen:
        """What there is of *folders*."""
        missing = []
        for folder in folders:
            try:
                self.select(folder, readonly=True)
            except Refused as error:
                missing.append(str(error))
        moves = self._wire.offers("MOVE") or self._wire.offers("UIDPLUS")
        return Seen(idles=self.idles, moves=moves, missing=tuple(missing))

    def next(self, folder: str) -> int:
        """The uid that the next mail of *folder* gets."""
        view = self.select(folder, readonly=True)
        return view.next or max(self.above(0), default=0) + 1

    def headers(self, folder: str, first: int) -> Iterator[bytes]:
        """The headers of what came to *folder* from the uid *first* on, newest first."""
        self.select(folder, readonly=True)
        for uid in reversed(self.above(first - 1)[-NEW:]):
            if found := self.piece(uid, 0, HEADER):
                yield found


def visit(server: Server, user: str, secret: str | bytes) -> Visit:
    """Connect and log in; the caller ends it."""
    made = Visit(server)
    try:
        made.login(user, secret)
    except BaseException:
        made.end()
        raise
    return made
