"""The keys that our mails and packages are signed with; whoever rotates them changes what is in use, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mailbot.build.sshsig import Signer
from mailbot.reply.dkim import DkimKey


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """One state of the keys."""

    dkim: tuple[DkimKey, ...] = ()  #: each signs every mail from its domain; none: not signed by us
    signer: Signer | None = None  #: of packages; none: they are not signed
    allowed: str = ""  #: the file by which receivers know our keys, old and new ones

    @property
    def current(self) -> Keyring:
        """Itself: keys that never change."""
        return self

    def for_mail_from(self, address: str) -> tuple[DkimKey, ...]:
        """The keys that may sign it: those of its own domain, or of one above. Nobody else's domain is signed for."""
        domain = address.rpartition("@")[2].lower()
        return tuple(key for key in self.dkim if f".{domain}".endswith(f".{key.domain.lower()}"))


class InUse(Protocol):
    """Where the keys that are in use now can be had; take them once for each mail."""

    @property
    def current(self) -> Keyring: ...
