"""The way out by several relays: each mail has its own order of them; who fails rests, and the next is asked.

Another relay is asked only while no dot has gone out. A mail that may have been taken by one relay names it, durably;
from then on that one alone is asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol

from mailbot.deliver.health import Health
from mailbot.deliver.rates import Line, Rates
from mailbot.deliver.session import RelayFault, Unfit, too_fast
from mailbot.domain.errors import Ambiguous, MailbotError, NotYet, Permanent, Temporary
from mailbot.domain.reply import Delivery
from mailbot.ports import Clock

SLOWED: Final = timedelta(minutes=5)  #: how long a domain rests that said we are too fast; doubled each time
SLOWEST: Final = timedelta(hours=4)
SPREAD: Final = 30.0  #: seconds over which those who wait for the same time are spread
SAME: Final = 2  #: tries by a relay before the order moves on: who asks to come later means to the same door

Report = Callable[[str, str], Awaitable[None]]


class Room(Protocol):
    """One relay."""

    settle: timedelta

    async def send(self, delivery: Delivery, committing: Callable[[], Awaitable[None]]) -> str:
        """Send it, or raise RelayFault when another relay may be asked."""

    async def close(self) -> None: ...


@dataclass(kw_only=True)
class Member:
    """A relay, and how it is."""

    name: str
    room: Room
    weight: int = 10
    line: Line | None = None
    health: Health = field(default_factory=Health)

    @property
    def part(self) -> str:
        """What `mailbot health` calls it."""
        return f"relay {self.name}"


class Pool:
    """All relays as one way."""

    idempotent: ClassVar[bool] = False

    def __init__(self, members: Sequence[Member], rates: Rates, clock: Clock, report: Report) -> None:
        self.settle = max(member.room.settle for member in members)
        self._members = members
        self._rates = rates
        self._clock = clock
        self._report = report
        self._slowed: dict[str, Health] = {}  #: domains that said we are too fast

    async def begin(self) -> None:
        """Tell that all are well: nothing else is known yet."""
        for member in self._members:
            await self._report(member.part, "")

    async def close(self) -> None:
        """Nothing more is sent."""
        for member in self._members:
            await member.room.close()

    async def send(self, delivery: Delivery, committing: Callable[..., Awaitable[None]]) -> str:
        domain = delivery.recipients[0].rpartition("@")[2].lower()
        self._in_turn(delivery, domain)
        slowed, line = self._slowed.get(domain), self._rates.line(domain)
        try:
            said = await self._by_one(delivery, committing)
        except Temporary as error:
            if line and isinstance(error, RelayFault | NotYet):
                line.back(delivery.id, self._clock())
            elif not isinstance(error, RelayFault | Ambiguous) and too_fast(str(error)):
                await self._too_fast(domain, str(error))
            raise
        else:
            if slowed and self._slowed.pop(domain, None):
                await self._tell(f"mail to {domain}", "")
            return said
        finally:
            if slowed:
                slowed.unknown()

    def _in_turn(self, delivery: Delivery, domain: str) -> None:
        """Whether its domain may get a mail now."""
        now = self._clock()
        if slowed := self._slowed.get(domain):
            if not slowed.ready(now):
                until = _spread(slowed.next(now), delivery)
                raise NotYet(f"mail to {domain} waits: {slowed.trouble}", until)
            slowed.trying(now)
        line = self._rates.line(domain)
        if line and (at := line.turn(delivery.id, now)):
            raise NotYet(f"mail to {domain} goes out at {line.per_minute:g} a minute", at)

    async def _too_fast(self, domain: str, words: str) -> None:
        slowed = self._slowed.setdefault(domain, Health(first=SLOWED, longest=SLOWEST))
        slowed.failed(words, self._clock())
        await self._tell(f"mail to {domain}", words)

    async def _by_one(self, delivery: Delivery, committing: Callable[..., Awaitable[None]]) -> str:
        tried: list[RelayFault | Unfit] = []
        waiting: list[tuple[datetime, str]] = []
        for member in self._order(delivery):
            now = self._clock()
            if not member.health.ready(now):
                words = f"{member.part} rests after {member.health.trouble}"
                waiting.append((_spread(member.health.next(now), delivery), words))
            elif member.line and (at := member.line.turn(delivery.id, now)):
                waiting.append((at, f"{member.part} sends {member.line.per_minute:g} a minute"))
            else:
                try:
                    return await self._by(member, delivery, committing)
                except (RelayFault, Unfit) as error:
                    tried.append(error)
        raise _nobody(tried, waiting)

    async def _by(self, member: Member, delivery: Delivery, committing: Callable[..., Awaitable[None]]) -> str:
        async def committed() -> None:
            await committing(member.name)

        member.health.trying(self._clock())
        try:
            said = await member.room.send(delivery, committed)
        except (RelayFault, Ambiguous) as error:
            if member.line and isinstance(error, RelayFault):
                member.line.back(delivery.id, self._clock())
            if member.health.failed(str(error), self._clock()):
                await self._tell(member.part, str(error))
            raise
        except (Temporary, Permanent) as error:
            if type(error) in {Temporary, Permanent}:  # it answered, about the mail
                await self._well(member)
            raise
        else:
            await self._well(member)
            return said
        finally:
            member.health.unknown()

    async def _well(self, member: Member) -> None:
        if member.health.well():
            await self._tell(member.part, "")

    async def _tell(self, part: str, trouble: str) -> None:
        """What happened to the mail stands, whether this can be noted or not."""
        with contextlib.suppress(MailbotError):
            await self._report(part, trouble)

    def _order(self, delivery: Delivery) -> Sequence[Member]:
        """By weight, and always the same for one mail (rendezvous hashing); later tries begin further on."""
        if delivery.relay:
            found = [member for member in self._members if member.name == delivery.relay]
            if not found:
                words = "which the settings do not name any more; another one could send it twice. Put it back"
                raise Temporary(f"it may have gone out by the relay {delivery.relay}, {words}")
            return found
        ordered = sorted(self._members, key=lambda member: _score(member, delivery))
        first = delivery.attempts // SAME % len(ordered)
        return [*ordered[first:], *ordered[:first]]


def _score(member: Member, delivery: Delivery) -> float:
    return -math.log(_chance(f"{delivery.id}:{member.name}")) / member.weight


def _spread(until: datetime, delivery: Delivery) -> datetime:
    """Those who wait for the same time do not all come at once."""
    return until + timedelta(seconds=SPREAD * _chance(delivery.id))


def _chance(text: str) -> float:
    """A number above 0 and at most 1 that only *text* decides."""
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) + 1) / 2**64


def _nobody(tried: Sequence[RelayFault | Unfit], waiting: Sequence[tuple[datetime, str]]) -> Temporary | Permanent:
    """Why no relay took it."""
    faults = [error for error in tried if isinstance(error, RelayFault)]
    if not waiting and len(tried) == 1:
        return tried[0]
    if not waiting and not faults:
        return tried[-1]
    words = "; ".join([*(str(error) for error in tried), *(words for _, words in waiting)])
    if faults:
        return Temporary(f"no relay took it: {words}")
    return NotYet(words, min(at for at, _ in waiting))
