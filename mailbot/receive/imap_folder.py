"""Takes the mails of one folder: fetched in batches, stored together with the cursor behind them, then marked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Envelope, Raw
from mailbot.ports import Clock, Cursor
from mailbot.receive.imap_envelope import Reading
from mailbot.receive.imap_progress import LOST, REFUSED, Progress
from mailbot.receive.imap_session import Lost, Refused, Session, View
from mailbot.receive.spool import SMALL

log = structlog.get_logger()

BATCH_OCTETS: Final = 4 * 1024 * 1024  #: of the mails that are fetched together
PIECE: Final = 1024 * 1024  #: octets of a large mail that are fetched at once
LOOKED: Final = 2_000  #: mails whose sizes or dates are asked at once
MARGIN: Final = timedelta(days=1)  #: clocks differ, and a mail may be on its way
AT_ONCE: Final = timedelta(seconds=5)  #: a connection that stands by then was made when mailbot started

Mail = tuple[Raw, Envelope]


class Hands(Protocol):
    """What a folder hands its mails to, from a thread."""

    def all(self, mails: Sequence[Mail], cursor: Cursor) -> None: ...

    def cursor(self, account: str, folder: str) -> Cursor | None: ...

    def keep(self, pieces: Iterator[bytes]) -> Raw:
        """Keep a mail that comes in pieces: in memory, or in a file when it is large."""
        ...

    def forget(self, raw: Raw) -> None:
        """It was not stored: its file goes."""
        ...

    def passed(self, words: str) -> None:
        """Tell an admin that a mail is passed over."""
        ...


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How an account is read: what the settings say."""

    account: str
    since: str | int  #: new, all, or so many days
    done: str  #: keep, flag, move:<folder>, delete
    batch: int
    max_size: int
    pause: float  #: seconds until a mail that made trouble is tried again


class Folder:
    """One folder of an account, over all of its connections."""

    def __init__(self, name: str, manner: Manner, reading: Reading, hands: Hands, clock: Clock) -> None:
        self.name = name
        self._manner = manner
        self._reading = reading
        self._hands = hands
        self._clock = clock
        self._opened = clock()
        self._progress = Progress(0, 0)
        self._stored = 0  # where the cursor stands in the ledger
        self._told: set[str] = set()

    @property
    def next_try(self) -> float | None:
        """When a mail that made trouble is due again."""
        return self._progress.next_try

    def enter(self, session: Session) -> None:
        """Go into it, and find out where to go on."""
        view = session.select(self.name, readonly=self._manner.done == "keep")
        if _goes_on(self._progress.validity, self._progress.uid, view):
            return
        cursor = self._hands.cursor(self._manner.account, self.name)
        if cursor and _goes_on(cursor.validity, cursor.uid, view):
            uid = cursor.uid
        else:
            uid = self._start(session, view, cursor)
            self._hands.all([], self._cursor(view.validity, uid))
        self._progress, self._stored = Progress(view.validity, uid), uid

    def take(self, session: Session) -> int:
        """Take what there is; return how many mails were stored."""
        progress, count = self._progress, 0
        together, alone = progress.ready(session.above(progress.uid), time.monotonic())
        for batch in self._batches(session, together):
            large = len(batch) == 1 and not self._is_small(next(iter(batch.values())))
            count += self._alone(session, next(iter(batch))) if large else self._together(session, batch)
        for uid in alone:
            count += self._alone(session, uid)
        if progress.uid > self._stored:
            self._store([], progress.uid)
        return count

    def _start(self, session: Session, view: View, cursor: Cursor | None) -> int:
        """The last uid that does not concern us."""
        if cursor is None and self._manner.since == "all":
            return 0
        last = view.next - 1 if view.next else max(session.above(0), default=0)
        if cursor is None and self._manner.since == "new" and self._clock() - self._opened < AT_ONCE:
            return last
        moment = self._moment(cursor)
        log.info("imap.begins", account=self._manner.account, folder=self.name, since=moment.isoformat())
        # The days of a search are of the server's own zone: one more is asked for, and then the times decide.
        for some in _parts(session.since((moment - timedelta(days=1)).date()), LOOKED):
            dates = session.dates(some)
            for uid in some:
                if uid in dates and dates[uid] >= moment:
                    return uid - 1
        return last

    def _moment(self, cursor: Cursor | None) -> datetime:
        """What came before it does not concern us."""
        if cursor:
            return cursor.at - MARGIN
        since = self._manner.since
        return self._opened - timedelta(days=since) if isinstance(since, int) else self._opened.replace(microsecond=0)

    def _batches(self, session: Session, uids: Sequence[int]) -> Iterator[dict[int, int]]:
        """Uids with their sizes (-1: not known) in batches of bounded size; a large mail is a batch of its own."""
        for some in _parts(uids, LOOKED):
            sizes = session.sizes(some)
            batch: dict[int, int] = {}
            for uid in some:
                size = sizes.get(uid, -1)
                if not self._is_small(size):
                    yield from (part for part in (batch, {uid: size}) if part)  # in the order that they came
                    batch = {}
                    continue
                if len(batch) >= self._manner.batch or sum(batch.values()) + size > BATCH_OCTETS:
                    yield batch
                    batch = {}
                batch[uid] = size
            if batch:
                yield batch

    def _is_small(self, size: int) -> bool:
        """Whether a mail of *size* (-1: not known) is fetched together with others."""
        return 0 <= size <= min(SMALL, self._manner.max_size)

    def _together(self, session: Session, batch: Mapping[int, int]) -> int:
        """Take a batch; where something of it makes trouble, each is taken alone."""
        uids = list(batch)
        try:
            found = session.mails(uids, sum(batch.values()))
        except Lost:
            self._progress.doubt(uids)
            raise
        except Refused:
            found = {}
        found = {uid: one for uid, one in found.items() if self._is_small(len(one[0]))}  # the server knew it wrong
        now = self._clock()
        mails = {uid: (raw, self._reading.envelope(raw, now, arrived)) for uid, (raw, arrived) in found.items()}
        count = self._take(session, mails) if mails else 0
        return count + sum(self._alone(session, uid) for uid in uids if uid not in found)

    def _alone(self, session: Session, uid: int) -> int:
        """Take one mail in pieces, whatever size is claimed."""
        try:
            mail = self._whole(session, uid)
            if mail is None and not session.there(uid):
                self._progress.settle([uid])  # somebody has deleted it
            elif mail is None:
                self._failed(uid, REFUSED, "the server lists it and gives nothing of it")
        except Refused as error:
            self._failed(uid, REFUSED, str(error))
            return 0
        except Lost as error:
            self._failed(uid, LOST, str(error))
            raise
        except _TooLargeError:
            words = f"it is larger than {self._manner.max_size:,} bytes; raise max_size to take such mails"
            self._pass_over(uid, words)
            return 0
        return self._take(session, {uid: mail}) if mail else 0

    def _whole(self, session: Session, uid: int) -> Mail | None:
        size = session.sizes([uid]).get(uid, 0)
        if size > self._manner.max_size:
            raise _TooLargeError
        head = session.piece(uid, 0, PIECE)
        if head is None:
            return None
        arrived = session.dates([uid]).get(uid)
        raw = self._hands.keep(self._pieces(session, uid, head))
        return raw, self._reading.envelope(head, self._clock(), arrived)

    def _pieces(self, session: Session, uid: int, head: bytes) -> Iterator[bytes]:
        piece, size = head, 0
        while piece:
            yield piece
            size += len(piece)
            if size > self._manner.max_size:
                raise _TooLargeError
            if len(piece) < PIECE:
                return
            found = session.piece(uid, size, PIECE)
            if found is None:
                raise Refused(f"the server gives {size:,} bytes of it and not the rest")
            piece = found

    def _take(self, session: Session, mails: Mapping[int, Mail]) -> int:
        """Store them, and mark them; where one cannot be stored and the ledger is well, the others are."""
        uids = list(mails)
        try:
            self._store(list(mails.values()), self._progress.reach(uids))
        except Temporary:
            self._forget(mails)
            raise
        except Exception as error:  # a bug of ours, or what the ledger will never take: which of them is it?
            if len(mails) > 1:
                self._progress.doubt(uids)
                return sum(self._take(session, {uid: mail}) for uid, mail in mails.items())
            log.exception("imap.not_stored", account=self._manner.account, folder=self.name, uid=uids[0])
            self._forget(mails)
            self._store([], self._progress.uid)
            self._failed(uids[0], REFUSED, f"it could not be stored ({type(error).__name__})")
            return 0
        self._progress.settle(uids)
        self._mark(session, uids)
        return len(uids)

    def _store(self, mails: Sequence[Mail], uid: int) -> None:
        self._hands.all(mails, self._cursor(self._progress.validity, uid))
        self._stored = uid

    def _cursor(self, validity: int, uid: int) -> Cursor:
        return Cursor(account=self._manner.account, folder=self.name, validity=validity, uid=uid, at=self._clock())

    def _forget(self, mails: Mapping[int, Mail]) -> None:
        for raw, _ in mails.values():
            self._hands.forget(raw)

    def _failed(self, uid: int, weight: int, words: str) -> None:
        """It is tried again after a pause, and others before it; in the end it is passed over."""
        if self._progress.failed(uid, weight, time.monotonic() + self._manner.pause):
            self._pass_over(uid, words)

    def _pass_over(self, uid: int, words: str) -> None:
        self._progress.settle([uid])
        self._hands.passed(f"mail {uid} of the folder {self.name} is passed over and stays where it is: {words}")

    def _mark(self, session: Session, uids: Sequence[int]) -> None:
        """What the settings say is done with mail that is stored; the cursor is the truth, so a fault is only told."""
        done, _, target = self._manner.done.partition(":")
        gone = True
        try:
            if done == "flag":
                session.flag(uids)
            elif done == "move":
                gone = session.move(uids, target)
            elif done == "delete":
                gone = session.delete(uids)
        except Refused as error:
            self._tell(f"done = {self._manner.done!r} is not carried out: {error}")
        if not gone:
            self._tell("done mail is only marked as deleted: the server cannot expunge single mails (no UIDPLUS)")

    def _tell(self, words: str) -> None:
        """Once is enough."""
        if words not in self._told and len(self._told) < LOOKED:
            self._told.add(words)
            log.warning("imap.done", account=self._manner.account, folder=self.name, words=words)


class _TooLargeError(Exception):
    """A mail is larger than the settings allow."""


def _goes_on(validity: int, uid: int, view: View) -> bool:
    """Whether *uid* still means what it meant; where the next uid went back, the folder was put back from a backup."""
    return validity == view.validity and (not view.next or uid < view.next)


def _parts(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for at in range(0, len(uids), size):
        yield uids[at : at + size]
