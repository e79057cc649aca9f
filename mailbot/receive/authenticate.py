"""Who wrote it: asks the DNS for what the reading of proofs still needs, and reads again until nothing is missing.

All judging is pure and stands in understand/. Here is the loop around it, with its limits, and the worker in which
the body of a large mail is hashed. With every answer at hand it is one pass without a thread or a wait.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar

from mailbot.domain.errors import Broken, Temporary, Unreadable
from mailbot.domain.message import Authentic, Envelope, Proof, Raw, Signed
from mailbot.domain.names import Names
from mailbot.ports import Resolver, Workers
from mailbot.receive.mapped import octets
from mailbot.receive.signed import seals, signatures
from mailbot.understand.addresses import address
from mailbot.understand.arc import Arc
from mailbot.understand.dkim import keys_needed
from mailbot.understand.gate import Headers, gate
from mailbot.understand.proof import Evidence, proof_of
from mailbot.understand.results import Trust, trusted_result
from mailbot.understand.spf import Spf, spf_of
from mailbot.understand.zone import Lookup, Missing, Records, Zone

T = TypeVar("T")

LARGE: Final = 256 * 1024  #: bytes; hashing more would hold up everybody else
MOST_NAMES: Final = 60  #: looked up for one mail
MOST_SECONDS: Final = 20.0  #: spent on look-ups for one mail
_Known = dict[tuple[str, str], Records | str]


class Memory(Resolver, Protocol):
    """A resolver that can say at once what it knows."""

    def kept(self, name: str, kind: str) -> Records | None:
        """The answer that is known already, for *name* in lower case; None: it must be asked."""
        ...


class Authenticator:
    """Proves who wrote a mail, by what its domain publishes, and by whom an admin trusts."""

    def __init__(
        self,
        resolver: Memory,
        workers: Workers,
        names: Names,
        trust: Mapping[str, Trust] | None = None,  # by account
        sealers: Sequence[str] = (),  # the domains of forwarders whose ARC seal counts
    ) -> None:
        self._resolver = resolver
        self._workers = workers
        self._names = names
        self._trust = trust or {}
        self._sealers = tuple(sealers)

    async def prove(self, raw: Raw, envelope: Envelope) -> Envelope:
        if envelope.proof.answerable or envelope.authentic is not None:
            return envelope
        try:
            with octets(raw) as known:
                headers = gate(known)
                needed = keys_needed(known, headers.author)
        except Unreadable as error:
            return replace(envelope, proof=Proof.MALFORMED, authentic=Authentic(why=str(error)))
        questions = _Questions(self._resolver)
        await questions.ask([*((name, "TXT") for name in needed), *_surely(headers, envelope)])
        evidence = await self._evidence(raw, envelope, headers, questions)
        proof, authentic = await questions.settled(
            lambda lookup: proof_of(headers, envelope, evidence, self._names, lookup)
        )
        return replace(envelope, proof=proof, authentic=authentic)

    async def _evidence(self, raw: Raw, envelope: Envelope, headers: Headers, questions: _Questions) -> Evidence:
        names = {name.lower() for name, _ in headers.fields}
        signed: tuple[Signed, ...] = ()
        arc = Arc(result="")
        try:
            if "dkim-signature" in names:
                # Expired is what had expired when the mailbox took it, however late we come.
                at = min(envelope.arrived_at or envelope.received_at, envelope.received_at)
                signed = await self._read(raw, questions, signatures, at, headers.author)
            if "arc-seal" in names and self._sealers:
                arc = await self._read(raw, questions, seals, self._sealers, headers.author)
        except Broken as error:
            # The limit is of this mail: trying again would end in the same way.
            signed = (*signed, Signed(domain="", result="fail", why=f"its signatures cannot be checked: {error}"))
        spf = await _spf(envelope, questions)
        return self._told(Evidence(signatures=signed, spf=spf, arc=arc), headers, envelope)

    async def _read(self, raw: Raw, questions: _Questions, function: Callable[..., T], *args: object) -> T:
        """What *function* says: here for what is soon read, else in a worker."""
        if isinstance(raw, bytes) and len(raw) <= LARGE:
            return await questions.settled(lambda lookup: function(raw, lookup, *args))
        while True:
            try:
                return await self._workers.run(function, raw, questions.zone, *args)
            except Missing as missing:
                await questions.ask([(missing.name, missing.kind)])

    def _told(self, evidence: Evidence, headers: Headers, envelope: Envelope) -> Evidence:
        """With what a trusted provider says of the mail."""
        trust = self._trust.get(envelope.account)
        if trust is None:
            return evidence
        found = trusted_result(headers.fields, trust, headers.author)
        said = f"{trust.name or trust.provider} says dmarc=pass" if found.passed else found.why
        return replace(evidence, vouched=found.passed, provider=said)


@dataclass
class _Questions:
    """What the DNS was asked for one mail, within limits of number and time."""

    resolver: Memory
    known: _Known = field(default_factory=dict)
    until: float = field(default_factory=lambda: asyncio.get_running_loop().time() + MOST_SECONDS)

    @property
    def zone(self) -> Zone:
        """What is known by now."""
        return Zone(self.known)

    def lookup(self, name: str, kind: str) -> Records:
        """What is known by now, or was found out for another mail."""
        try:
            return self.zone(name, kind)
        except Missing as missing:
            if not self._remembered(missing.name, kind):
                raise
        return self.zone(name, kind)

    async def settled(self, judge: Callable[[Lookup], T]) -> T:
        """What *judge* says, once every name that it needs is known."""
        while True:
            try:
                return judge(self.lookup)
            except Missing as missing:
                await self.ask([(missing.name, missing.kind)])

    async def ask(self, questions: Iterable[tuple[str, str]]) -> None:
        """Look them all up together; trouble is an answer as well."""
        new = [one for one in dict.fromkeys(questions) if one not in self.known and not self._remembered(*one)]
        if new:
            answers = [await self._answer(*new[0])] if len(new) == 1 else await self._together(new)
            self.known.update(zip(new, answers, strict=True))

    def _remembered(self, name: str, kind: str) -> bool:
        found = self.resolver.kept(name, kind)
        if found is not None:
            self.known[name, kind] = found
        return found is not None

    async def _together(self, questions: Sequence[tuple[str, str]]) -> Sequence[Records | str]:
        return await asyncio.gather(*(self._answer(*one) for one in questions))

    async def _answer(self, name: str, kind: str) -> Records | str:
        if len(self.known) >= MOST_NAMES:
            return f"more than {MOST_NAMES} names would have to be looked up"
        try:
            async with asyncio.timeout_at(self.until):
                return await self.resolver.look(name, kind)
        except TimeoutError:
            return f"the DNS takes more than {MOST_SECONDS:g} seconds"
        except Temporary as error:
            return str(error)


def _surely(headers: Headers, envelope: Envelope) -> list[tuple[str, str]]:
    """The names that are needed whatever the others say."""
    found = [(f"_dmarc.{headers.author.rpartition('@')[2]}", "TXT")]
    who = address(envelope.sender or f"postmaster@{envelope.helo}")
    if who and _is_host(envelope.peer):
        found.append((who.rpartition("@")[2], "TXT"))
    return found


async def _spf(envelope: Envelope, questions: _Questions) -> Spf | None:
    """SPF, where it is known which host handed the mail in."""
    if not _is_host(envelope.peer):
        return None
    return await questions.settled(lambda lookup: spf_of(envelope.peer, envelope.sender, envelope.helo, lookup))


def _is_host(peer: str) -> bool:
    try:
        return bool(peer) and bool(ipaddress.ip_address(peer))
    except ValueError:
        return False
