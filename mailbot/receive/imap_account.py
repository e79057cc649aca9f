"""One account: a thread that keeps a connection, takes what comes, waits for more, and never gives up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import math
import secrets
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Raw, Spooled
from mailbot.imap import Plug
from mailbot.ports import Cursor, Inbox
from mailbot.receive.imap_folder import Folder, Mail
from mailbot.receive.imap_session import Denied, Refused, Server, Session
from mailbot.receive.spool import Keeper, Spool, remove

log = structlog.get_logger()
T = TypeVar("T")

RENEW: Final = 9 * 60.0  #: seconds of one IDLE: servers allow 29 minutes, many routers fewer than 10
LONGEST: Final = 300.0  #: seconds between two tries at most
TOLD: Final = 60.0  #: seconds between two notes that all is well
SOON: Final = 1.0  #: seconds: a wait that ends earlier was perhaps none
#: Seconds of rest after such a wait that brought nothing; doubled each time, so that no server makes us spin.
EMPTY: Final = 0.05
EMPTY_MOST: Final = 5.0
DEAF: Final = 2  #: times that mail was found though nobody told of it; after that we ask by ourselves
_CHANCE: Final = secrets.SystemRandom()


@dataclass
class Bridge:
    """The inbox, as a thread sees it: each call waits for the loop."""

    inbox: Inbox
    loop: asyncio.AbstractEventLoop
    spool: Spool
    name: str
    _asked: concurrent.futures.Future[Any] | None = field(default=None, init=False)
    _over: int = field(default=0, init=False)

    def all(self, mails: Sequence[Mail], cursor: Cursor) -> None:
        self.call(self.inbox.all(mails, cursor))

    def cursor(self, account: str, folder: str) -> Cursor | None:
        return self.call(self.inbox.cursor(account, folder))

    def report(self, part: str, trouble: str) -> None:
        """Tell how a part is; that nobody can be told changes nothing else."""
        try:
            self.call(self.inbox.report(part, trouble))
        except Exception as error:  # noqa: BLE001  (whatever it was)
            log.warning("imap.not_reported", part=part, trouble=trouble, error=repr(error))

    def passed(self, words: str) -> None:
        self._over += 1
        log.error("imap.passed_over", account=self.name, words=words)
        others = f" ({self._over} so far)" if self._over > 1 else ""
        self.report(f"{self.name} passed over", words + others)

    def keep(self, pieces: Iterator[bytes]) -> Raw:
        keeper: Keeper = self.spool.mail()
        try:
            for piece in pieces:
                self.call(keeper.write(piece))
            return self.call(keeper.finish())
        except BaseException:
            keeper.drop()
            raise

    def forget(self, raw: Raw) -> None:
        if isinstance(raw, Spooled):
            remove(raw.path)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run *work* in the loop and wait for it."""
        try:
            asked = self._asked = asyncio.run_coroutine_threadsafe(work, self.loop)
        except RuntimeError as error:
            work.close()
            raise Temporary("mailbot is stopping") from error
        try:
            result: T = asked.result()
        except concurrent.futures.CancelledError as error:
            raise Temporary("mailbot is stopping") from error
        return result

    def cancel(self) -> None:
        """Let go of what is waited for; it happens as a whole, or not at all."""
        if self._asked:
            self._asked.cancel()


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How an account waits."""

    name: str
    user: str
    idle: bool
    poll: float
    retry: float
    retry_login: float
    tokens: bool  #: a refused token is renewed and tried again at once


class Account:
    """The thread, and how it is ended."""

    def __init__(
        self,
        habits: Habits,
        server: Server,
        folders: Sequence[Folder],
        bridge: Bridge,
        secret: Callable[[bool], str | bytes],
    ) -> None:
        self._habits = habits
        self._server = server
        self._folders = folders
        self._bridge = bridge
        self._secret = secret  # told whether the last one was refused
        self._plug = Plug()
        self._stopped = threading.Event()
        self._trouble: str | None = None
        self._told = -math.inf  #: when it was noted last that all is well
        self._tries = 0  # without success, one after the other
        self._denied = 0
        self._thread = threading.Thread(target=self._run, name=f"imap {habits.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self, patience: float) -> None:
        """End the thread, wherever it is; what it is storing is stored."""
        self._stopped.set()
        ends = time.monotonic() + patience
        while self._thread.is_alive() and time.monotonic() < ends + patience:
            self._plug.pull()  # again and again: a connection may just be in the making
            if time.monotonic() > ends:
                self._bridge.cancel()
            await asyncio.sleep(0.01)
        if self._thread.is_alive():
            log.warning("imap.still_there", account=self._habits.name)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._session() as session:
                    self._serve(session)
            except (Denied, Permanent) as error:
                self._denied += 1
                once_more = self._habits.tokens and self._denied == 1
                again = self._habits.retry if once_more else self._habits.retry_login
                self._ill(f"{error}; it is tried again in {again:g} seconds", again)
            except Temporary as error:
                self._ill(str(error), self._pause())
            except Exception as error:
                log.exception("imap.bug", account=self._habits.name)
                self._ill(f"a fault of mailbot itself ({type(error).__name__}): its log says more", self._pause())

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        secret = self._secret(self._denied > 0)
        self._plug = Plug()
        if self._stopped.is_set():
            raise Temporary("mailbot is stopping")
        session = Session(self._server, self._plug)
        try:
            session.login(self._habits.user, secret)
            self._denied = 0
            yield session
        finally:
            session.end()

    def _serve(self, session: Session) -> None:
        """Take what there is, wait for more; until something breaks."""
        first, *others = self._folders
        ears = _Ears(idle=self._habits.idle and session.idles)
        due, inside = 0.0, False
        while not self._stopped.is_set():
            if others and time.monotonic() >= due:
                for folder in others:
                    folder.enter(session)
                    folder.take(session)
                due, inside = time.monotonic() + self._habits.poll, False
            if not inside:
                first.enter(session)
                inside = True
            self._stopped.wait(ears.found(first.take(session)))
            self._well()
            begun = time.monotonic()
            seconds = self._wait(session, ears, due if others else math.inf)
            ears.told = session.news
            ears.early = time.monotonic() - begun < min(seconds, SOON)

    def _wait(self, session: Session, ears: _Ears, due: float) -> float:
        """Wait for news, or until something is due; return how long that was to be."""
        tries = [at for folder in self._folders if (at := folder.next_try) is not None]
        seconds = max(0.0, min(due, *tries, math.inf) - time.monotonic())
        if ears.idle:
            try:
                session.watch(min(seconds, RENEW))
            except Refused as error:
                log.info("imap.no_idle", account=self._habits.name, words=str(error))
                ears.idle = False
        elif not session.news:
            self._stopped.wait(min(seconds, self._habits.poll))
        return seconds

    def _pause(self) -> float:
        """Twice as long each time, and never all accounts at once."""
        self._tries += 1
        longest: float = min(LONGEST, self._habits.retry * 2 ** min(self._tries - 1, 20))
        return longest * _CHANCE.uniform(0.5, 1.0)

    def _well(self) -> None:
        self._tries = 0
        if self._trouble != "":
            log.info("imap.well", account=self._habits.name)
        elif time.monotonic() < self._told + TOLD:
            return
        self._trouble, self._told = "", time.monotonic()
        self._bridge.report(self._habits.name, "")

    def _ill(self, words: str, pause: float) -> None:
        """Tell it once, and wait."""
        if self._stopped.is_set():
            return
        if words != self._trouble:
            self._trouble = words
            log.warning("imap.trouble", account=self._habits.name, words=words)
            self._bridge.report(self._habits.name, words)
        self._stopped.wait(pause)


@dataclass
class _Ears:
    """How well we hear of new mail, so that neither a silent nor a noisy server does harm."""

    idle: bool
    told: bool = False  #: the server told of news
    early: bool = False  #: the wait ended as soon as it had begun
    _missed: int = 0
    _pause: float = EMPTY

    def found(self, count: int) -> float:
        """So many mails were found; return how long to rest, where a wait ended early and brought none."""
        if count and self.idle and not self.told:
            self._missed += 1
            self.idle = self._missed <= DEAF  # the first time is what waited for us
        if count or not self.early:
            self._pause = EMPTY
            return 0
        self._pause *= 2
        return min(self._pause, EMPTY_MOST)
