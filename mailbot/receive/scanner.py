"""The spam filters behind the door Scanner: our own, an rspamd, a SpamAssassin, or none.

No mail waits for a spam filter. Where an outside one is away, slow or talks nonsense, our own judges in its place, and
the reasons say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field

from mailbot.domain.errors import Broken, Permanent, Temporary
from mailbot.domain.message import Envelope, Raw
from mailbot.ports import Lessons, Scanner, Site
from mailbot.receive.dnsbl import listed
from mailbot.receive.looking import look_at_mail
from mailbot.receive.rspamd import RspamdClient
from mailbot.receive.spamd import SpamdClient
from mailbot.understand.spam import HOLDS, TOLD, Look, Spam, in_our_thread, weighed
from mailbot.understand.spam_signs import Sign, signs_of_trust
from mailbot.understand.spam_words import Words, unpacked

log = structlog.get_logger()

_ZONE: Final = r"^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+\.?$"
Zone = Annotated[str, Field(max_length=200, pattern=_ZONE)]


class _Room(BaseModel):
    """What every filter can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dnsbl: tuple[Zone, ...] = Field(
        default=(),
        max_length=10,
        description="lists of addresses that send spam, such as zen.spamhaus.org; none is asked by default",
    )


class Builtin(_Room):
    """The filter that ships with mailbot."""

    kind: Literal["builtin"] = "builtin"

    def open(self, site: Site, lessons: Lessons | None = None) -> Scanner:
        """The filter; *lessons* is what people have taught it."""
        return Judge(site=site, words=shipped_words(), lessons=lessons, dnsbl=self.dnsbl)


class Rspamd(_Room):
    """An rspamd: its normal worker, or its proxy."""

    kind: Literal["rspamd"]
    url: str = Field(default="http://127.0.0.1:11333", pattern=r"^https?://[^\s/?#]+$", description="where it listens")
    password_file: Path | None = Field(default=None, description="a file with its password, if it wants one")
    timeout: float = Field(default=10.0, gt=0, le=60, description="seconds to wait for its answer")

    def open(self, site: Site, lessons: Lessons | None = None) -> Scanner:
        """The filter, with our own behind it for when it is away."""
        outside = RspamdClient(url=self.url, password=_password(self.password_file), timeout=self.timeout)
        return Judge(site=site, words=shipped_words(), lessons=lessons, dnsbl=self.dnsbl, outside=outside)


class Spamd(_Room):
    """A SpamAssassin, by its spamd."""

    kind: Literal["spamd"]
    host: str = Field(default="127.0.0.1", min_length=1, max_length=253)
    port: int = Field(default=783, ge=1, le=65_535)
    user: str = Field(default="", pattern=r"^[A-Za-z0-9_.@-]{0,64}$", description="whose rules it shall use")
    timeout: float = Field(default=10.0, gt=0, le=60, description="seconds to wait for its answer")

    def open(self, site: Site, lessons: Lessons | None = None) -> Scanner:
        """The filter, with our own behind it for when it is away."""
        outside = SpamdClient(host=self.host, port=self.port, user=self.user, timeout=self.timeout)
        return Judge(site=site, words=shipped_words(), lessons=lessons, dnsbl=self.dnsbl, outside=outside)


class NoFilter(BaseModel):
    """None: another filter stands before us, or nobody else can write to us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["none"]

    def open(self, _site: Site, _lessons: Lessons | None = None) -> Scanner:
        """Nothing is looked at."""
        return Blind()


AnyScanner = Annotated[Builtin | Rspamd | Spamd | NoFilter, Field(discriminator="kind")]


class Outside(Protocol):
    """A filter that somebody else runs."""

    @property
    def name(self) -> str: ...

    async def ask(self, raw: Raw, envelope: Envelope) -> Spam:
        """What it says; raise Temporary when it says nothing of use."""


class Blind:
    """Every mail is as good as another."""

    async def scan(self, _raw: Raw, _envelope: Envelope) -> Spam:
        return Spam(score=0.0)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """One filter, ours or an outside one, and what is known beside it: lists, our threads, lessons."""

    site: Site
    words: Words
    lessons: Lessons | None = None
    dnsbl: tuple[str, ...] = ()
    outside: Outside | None = None

    async def scan(self, raw: Raw, envelope: Envelope) -> Spam:
        extra = await listed(self.site.resolver, self.dnsbl, envelope.peer if envelope.channel == "smtp" else "")
        try:
            look = await self.site.workers.run(look_at_mail, raw)
        except Broken as error:
            return _with(Spam(score=HOLDS, reasons=(f"looking at it broke the spam filter: {error}",)), extra)
        known = in_our_thread(look.answers, envelope, self.site.names)
        if self.outside is None:
            return _with(await self._ours(look, envelope, known=known), extra)
        try:
            said = await self.outside.ask(raw, envelope)
        except Temporary as error:
            log.warning("spam.outside_away", filter=self.outside.name, error=str(error))
            ours = await self._ours(look, envelope, known=known)
            why = f"{self.outside.name} was not heard ({error}), so the filter of mailbot judged"
            return _with(replace(ours, reasons=(why, *ours.reasons)), extra)
        return _with(said, [*extra, *signs_of_trust(envelope, known=known)])

    async def _ours(self, look: Look, envelope: Envelope, *, known: bool) -> Spam:
        words = self.words
        if self.lessons:
            words = replace(words, learned=await self.lessons.learned(look.tokens.taught))
        return weighed(look, envelope, words, known=known)


def _with(said: Spam, signs: list[Sign]) -> Spam:
    """*said*, and what is known beside it: first among the reasons."""
    if not signs:
        return said
    score = round(max(-20.0, min(100.0, said.score + sum(sign.points for sign in signs))), 2)
    more = tuple(f"{sign.words} ({sign.points:+.1f})" for sign in signs)
    return Spam(score=score, reasons=(*more, *said.reasons)[:TOLD])


@cache
def shipped_words() -> Words:
    """What the filter knows before anybody has taught it."""
    return unpacked((resources.files("mailbot.understand") / "spam_words.bin").read_bytes())


def _password(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Permanent(f"the password of rspamd cannot be read from {file}: {error}") from error
