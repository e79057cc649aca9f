"""The rules, replaced while mail is taken: when a file of theirs changes, or on SIGHUP.

New rules are read and tried by their own tests in a thread, and then take the place of the old ones at once. Whoever
judges a mail takes them once (``current``), so that no verdict is half of one version and half of another. Rules with a
mistake, or whose tests fail, never take force: the last good ones stay, and `mailbot health` says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from watchfiles import Change, awatch

from mailbot.decide.policy import Policy
from mailbot.domain.errors import MailbotError

log = structlog.get_logger()

PART: Final = "rules"  #: under which `mailbot health` tells how they are
LOOK: Final = 5_000  #: milliseconds after which it is looked whether a change was missed
QUIET: Final = 200  #: milliseconds in which further changes belong to the same saving
PAUSE: Final = 5.0  #: seconds before a folder that is not there is looked for again
TOLD: Final = 1_500  #: characters of what is wrong


@dataclass(eq=False)
class Reloading:
    """The rules in force, and what replaces them."""

    load: Callable[[], Policy]  #: reads them; raises an error of the house where they cannot be used
    report: Callable[[str], Awaitable[None]]  #: is told what is wrong with new ones; empty: they are well
    current: Policy = field(init=False)
    _trouble: str = field(default="", init=False)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        """Read the first ones; where these are wrong, nothing starts."""
        self.current = self.load()

    async def reload(self) -> bool:
        """Read them again; whether those that are there now are in force."""
        async with self._one:
            try:
                fresh = await asyncio.to_thread(self.load)
            except MailbotError as error:
                return await self._kept(str(error))
            except Exception as error:
                log.exception("rules.bug")
                return await self._kept(f"they broke their reader: {type(error).__name__}: {error}")
            if fresh.version != self.current.version:
                log.info("rules.replaced", old=self.current.version, new=fresh.version)
                self.current = fresh
            await self._tell("")
            return True

    async def watch(self, folder: Path) -> None:
        """Read them again whenever a file of *folder* changes, also when the folder itself is replaced."""
        while True:
            before = await asyncio.to_thread(_stands, folder)
            await self.reload()
            try:
                await self._watch(folder, before)
            except (OSError, RuntimeError):  # such as no folder of that name, or no inotify left
                await asyncio.sleep(PAUSE)

    async def _watch(self, folder: Path, before: object) -> None:
        """Return once anything is otherwise; what nobody told is seen a little later."""
        changes = awatch(
            folder, watch_filter=_is_ours, debounce=QUIET, rust_timeout=LOOK, yield_on_timeout=True, recursive=False
        )
        async for changed in changes:
            if changed or await asyncio.to_thread(_stands, folder) != before:
                return

    async def _kept(self, trouble: str) -> bool:
        await self._tell(f"new rules are not in force, those of version {self.current.version} are: {trouble[:TOLD]}")
        return False

    async def _tell(self, trouble: str) -> None:
        """Once for each change: rules that stay wrong are no news."""
        if trouble == self._trouble:
            return
        if trouble:
            log.error("rules.kept", trouble=trouble)
        try:
            await self.report(trouble)
        except MailbotError as error:
            log.warning("ledger.trouble", error=str(error))
        else:
            self._trouble = trouble


def _is_ours(_change: Change, path: str) -> bool:
    return path.endswith(".yaml")


def _stands(folder: Path) -> tuple[object, ...]:
    """Which folder stands under this name, and its files, as far as can be told without reading them."""
    try:
        paths = [folder, *sorted(folder.glob("*.yaml"))]
        known = [(path.name, path.stat()) for path in paths]
    except OSError:
        return ()
    return tuple((name, at.st_dev, at.st_ino, at.st_mtime_ns, at.st_size) for name, at in known)
