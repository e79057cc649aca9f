"""What the doctor is given: the settings, and what of the machine they are looked at beside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from mailbot.ports import Clock, Resolver, Site
from mailbot.receive import Imap
from mailbot.receive.workers import Processes
from mailbot.settings import Settings
from mailbot.site import known_names, site_of

#: Asked beside the resolver of this machine, which may have its own view of our domain, or an old one.
PUBLIC: Final = ("1.1.1.1", "9.9.9.9")
#: Whose clocks are asked; the first that answers counts.
TIMES: Final = ("https://www.cloudflare.com/", "https://www.google.com/", "https://www.wikipedia.org/")
SECONDS: Final = 20.0  #: for one check
GMAIL: Final = "gmail.com"  #: whose mail server is tried, to see whether port 25 is open


def time_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)  # noqa: TID251  (this is the Clock)


def free_of(folder: Path) -> int:
    """The bytes that are free where *folder* is."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One mailbot, as it would be served."""

    settings: Settings
    file: Path = Path("mailbot.toml")  #: where its settings stand
    environment: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    dotenv: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    asked: tuple[str, ...] = ()  #: resolvers to ask, in place of the usual ones
    times: tuple[str, ...] = TIMES
    seconds: float = SECONDS
    memory: int = 0  #: bytes of this machine; 0: as it says itself
    out: tuple[str, int] = (GMAIL, 25)  #: whose mail server is tried
    clock: Clock = time_now
    free: Callable[[Path], int] = free_of

    @property
    def bytes_of_memory(self) -> int:
        """What this machine has."""
        return self.memory or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    @cached_property
    def site(self) -> Site:
        """What the rooms know of their house; nothing is made for it."""
        return site_of(self.settings, known_names(self.settings), Processes())

    @cached_property
    def resolvers(self) -> Mapping[str, Resolver]:
        """Who is asked about names, each for itself."""
        dns = self.settings.dns.model_copy(update={"timeout": 3.0, "lifetime": 6.0})
        chosen = self.asked or dns.nameservers
        if chosen:
            return {one: dns.model_copy(update={"nameservers": (one,)}).open() for one in chosen}
        public = {one: dns.model_copy(update={"nameservers": (one,)}).open() for one in PUBLIC}
        return {"this machine's resolver": dns.open(), **public}

    @property
    def mailboxes(self) -> tuple[Imap, ...]:
        """The accounts that are read."""
        return tuple(room for room in self.settings.receive if isinstance(room, Imap))

    @property
    def address(self) -> str:
        """Where people write to."""
        build = next((local for local, kind in self.settings.addresses.items() if kind == "build"), "build")
        return f"{build}@{self.settings.site_domain}"

    @property
    def sender(self) -> str:
        """From whom our mails are."""
        return self.settings.sent_from or self.address
