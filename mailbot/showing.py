"""What happens while it happens: lines for a person at a terminal, log lines elsewhere.

Nothing is noted for this: whenever the engine has done something, the ledger is asked for the life of that mail, and
what is new in it is told. So a line says what is stored, and a mailbox that nobody looks at pays one question a mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from mailbot.app import House
from mailbot.domain.errors import MailbotError
from mailbot.ports import Clock, Job
from mailbot.store import Happening, Life

if TYPE_CHECKING:
    from rich.console import Console

log = structlog.get_logger()

GATHER: Final = 0.1  #: seconds in which what happens to one mail is gathered for one look
SLOW: Final = 2.0  #: seconds after which a person is told what is being waited for
KEPT: Final = 2_000  #: mails of which is known what was told already
BEHIND: Final = 10_000  #: lines that wait for a slow reader; what comes beyond is not told
GOODBYE: Final = 1.0  #: seconds for the last lines
WIDTH: Final = 8  #: of an id on a terminal
_RULE: Final = re.compile(r"rule ([^\s:;,]{1,80})")
_SAFE: Final = frozenset({"said", "tried"})  #: their words are ours, so a log may have them
_STYLES: Final[Mapping[str, str]] = {
    "received": "bold cyan", "admitted": "green", "released": "green", "held": "yellow", "postponed": "yellow",
    "ignored": "magenta", "refused": "red", "gaveup": "red", "failed": "red", "bounced": "red", "stumbled": "red",
    "answered": "bold green", "built": "bold green", "told": "bold green", "asked": "bold green", "sent": "bold green",
}  # fmt: skip
_WAITS: Final[Mapping[str, str]] = {"gen": "the model writes", "check": "the checks run", "send": "it is being sent"}


class Lives(Protocol):
    """What is needed of the ledger."""

    async def life(self, key: str) -> Life | None: ...


class Teller(Protocol):
    """Says what happened."""

    def new(self, life: Life, one: Happening) -> None:
        """It is stored now."""

    def slow(self, job: Job) -> None:
        """It is begun, and takes a while."""


class Logged:
    """For a machine: one structured line each, without an address and without words of a mail."""

    def new(self, life: Life, one: Happening) -> None:
        rule, project = _RULE.match(one.words), life.mail.project
        more = {"rule": rule[1]} if rule else {"words": one.words} if one.what in _SAFE else {}
        event = f"mail.{one.what}"
        log.info(event, request=life.mail.id, **more, **({"project": project} if project else {}))

    def slow(self, job: Job) -> None:
        del job


def _terminal() -> Console:
    from rich.console import Console  # noqa: PLC0415  (a log needs none of it)

    return Console(file=sys.stderr, highlight=False, soft_wrap=False)


@dataclass
class Told:
    """For a person: a line each, in colours where the terminal has them and NO_COLOR is not set."""

    console: Console = field(default_factory=_terminal)

    def new(self, life: Life, one: Happening) -> None:
        words = one.words
        if one.what == "committing":  # a matter of milliseconds, and of the ledger
            return
        if one.what == "received":
            words = words.partition(" (")[0]
        elif life.mail.subject and one.what in {"admitted", "held", "ignored", "refused"}:
            words = f"{life.mail.author}, {life.mail.subject!r}: {words}"
        self._line(one.at, life.mail.id, one.what, words)

    def slow(self, job: Job) -> None:
        kind = job.queue.partition(":")[0]
        if kind in _WAITS:
            self._line(None, job.id, "…", f"{_WAITS[kind]} ({job.queue})")

    def _line(self, at: datetime | None, id: str, what: str, words: str) -> None:
        from rich.text import Text  # noqa: PLC0415  (the same)

        time = f"{at.astimezone():%H:%M:%S}" if at else " " * 8
        line = Text.assemble((time, "dim"), f"  {id[:WIDTH]:{WIDTH}}  ", (f"{what:10}", _STYLES.get(what, "")), "  ")
        line.append("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words))
        self.console.print(line, overflow="ellipsis", no_wrap=True)


class Aside:
    """Tells from a thread of its own: a terminal or a pipe that nobody reads holds up no mail."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._lines: queue.Queue[Callable[[], None] | None] = queue.Queue(BEHIND)
        self._thread = threading.Thread(target=self._run, name="showing", daemon=True)
        self._thread.start()

    def new(self, life: Life, one: Happening) -> None:
        self._put(lambda: self._teller.new(life, one))

    def slow(self, job: Job) -> None:
        self._put(lambda: self._teller.slow(job))

    def close(self) -> None:
        """Tell the last ones, if somebody listens."""
        self._put(None)
        self._thread.join(GOODBYE)

    def _put(self, line: Callable[[], None] | None) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(line)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            with contextlib.suppress(OSError):  # nobody is there any more
                line()


@dataclass(eq=False)
class Showing:
    """Tells what is new in the lives of the mails at which something was done."""

    lives: Lives
    teller: Teller
    since: datetime  #: what was before is not told again
    _waiting: dict[str, None] = field(default_factory=dict, init=False)
    _known: OrderedDict[str, set[Happening]] = field(default_factory=OrderedDict, init=False)
    _awake: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def around(self, perform: Callable[[Job], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
        """*perform*, after which is looked what it did."""

        async def performed(job: Job) -> None:
            late = asyncio.get_running_loop().call_later(SLOW, self.teller.slow, job)
            try:
                await perform(job)
            finally:
                late.cancel()
                if job.kind != "timer":
                    self._waiting[job.id] = None
                    self._awake.set()

        return performed

    async def run(self) -> None:
        """Look, for as long as it is not cancelled."""
        while True:
            await self._awake.wait()
            await asyncio.sleep(GATHER)
            self._awake.clear()
            await self.look()

    async def look(self) -> None:
        """Tell what is new; trouble with the ledger is the engine's to tell."""
        while self._waiting:
            id = next(iter(self._waiting))
            del self._waiting[id]
            try:
                life = await self.lives.life(id)
            except MailbotError:
                continue
            except asyncio.CancelledError:
                self._waiting[id] = None  # the last look is after the end
                raise
            if life is not None:
                self._tell(life)

    def _tell(self, life: Life) -> None:
        known = self._known.pop(life.mail.id, set())
        self._known[life.mail.id] = known  # the newest stands last
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        for one in life.happenings:
            if one.at >= self.since and one not in known:
                known.add(one)
                self.teller.new(life, one)


@contextlib.asynccontextmanager
async def shown(home: House, clock: Clock, *, person: bool) -> AsyncIterator[None]:
    """Show what *home* does until the end of the block."""
    aside = Aside(Told() if person else Logged())
    showing = Showing(lives=home.ledger, teller=aside, since=clock())
    home.engine.perform = showing.around(home.engine.perform)
    telling = asyncio.create_task(showing.run())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        await showing.look()
        aside.close()
