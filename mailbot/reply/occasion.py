"""Whom we answer, in which language, and outside words made fit for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from mailbot.domain.intent import Kind
from mailbot.domain.message import Message
from mailbot.domain.project import Project
from mailbot.domain.request import Request
from mailbot.reply.enclosed import Enclosed
from mailbot.reply.heard import Voices
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.tongue import Tongue
from mailbot.reply.words import block, hosts_of, line, unlinked
from mailbot.understand.language import reply_language

MOST: Final = 8  #: sentences of one list; the rest are counted
LONGEST: Final = 200  #: characters of one of them
_SHORTER: Final = (1_000, 140, 80, 60)  #: characters of one line of outside words, by how tight it is
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Whom we answer, and about what."""

    request: Request
    message: Message
    project: Project | None  #: none, or one without a name: this mail belongs to no project
    letterhead: Letterhead
    enclosed: tuple[str, ...] = ()  #: names of what is attached, the package first
    sent: Enclosed | None = None  #: the package itself, and why it has its form
    unreached: str = ""  #: the subject of our last mail to the author, where it reached them in no form
    at: datetime = _NEVER  #: when it is answered
    tight: int = 0  #: how often every list is halved, so that the mail stays on one screen
    heard: Voices | None = None  #: where several people wrote

    def line(self, text: str, limit: int = LONGEST) -> str:
        """One line of outside words."""
        return unlinked(line(text, min(limit, _SHORTER[min(self.tight, len(_SHORTER) - 1)])), self._hosts)

    def lines(self, texts: Iterable[str]) -> list[str]:
        """A list of outside sentences that stays a short one."""
        shown = [said for text in texts if (said := self.line(text))]
        most = self.most(MOST)
        rest = len(shown) - most
        more = self.tongue.say("and %(num)s more", num=self.tongue.number(rest))
        return shown[:most] + ([more] if rest > 0 else [])

    def most(self, number: int) -> int:
        """How many of at most *number* there is room for."""
        return max(1, number >> self.tight)

    def block(self, text: str) -> str:
        """Outside words of many lines."""
        return unlinked(block(text), self._hosts)

    @property
    def known(self) -> Project | None:
        """The project, if there is one."""
        return self.project if self.project and self.project.id else None

    @property
    def kind(self) -> Kind:
        """What was asked for."""
        return self.request.admitted.intent.kind if self.request.admitted else Kind.HELP

    @property
    def title(self) -> str:
        """What the project is called."""
        asked = self.request.admitted.intent.title if self.request.admitted else ""
        return self.line((self.known.title if self.known else "") or asked or self.tongue.say("your request"), 60)

    @property
    def stands(self) -> str:
        """What the author still has, whatever became of this mail."""
        last = self.known.last if self.known else 0
        return self.tongue.say("v%(number)s stays your current version.", number=last) if last else ""

    @cached_property
    def tongue(self) -> Tongue:
        """The language of the answer; of a mail that was never admitted, its own."""
        order, message = self.request.admitted, self.message
        language = order.intent.language if order else reply_language(message.text, message.language)
        return self.letterhead.tongue(language)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """The places that the author named, and our own."""
        message = self.message
        return hosts_of(f"{message.subject}\n{message.text}\n{message.quoted}") | {self.letterhead.names.domain}
