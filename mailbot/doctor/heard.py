"""A name, asked of several resolvers: what they say together, and where they differ."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, warn
from mailbot.domain.errors import Temporary
from mailbot.ports import Resolver
from mailbot.understand.zone import Records


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What stands at one name."""

    name: str
    kind: str
    by: Mapping[str, Records]  #: what each resolver says that says anything
    silent: Mapping[str, str]  #: why each of the others does not

    @property
    def values(self) -> tuple[bytes, ...]:
        """What any of them says."""
        return tuple(dict.fromkeys(value for records in self.by.values() for value in records.values))

    def trouble(self) -> Iterator[Sign]:
        """That nobody can say, or that some do not see yet what others do."""
        if not self.by:
            why = "; ".join(f"{who}: {words}" for who, words in self.silent.items())
            mend = "nameservers = [...] under [dns], or mend this machine's network"
            yield fail(f"nobody can say what stands at {self.name} ({self.kind}): {why}", mend)
        sets = {who: set(records.values) for who, records in self.by.items()}
        if late := [who for who, found in sets.items() if found != set(self.values)]:
            words = f"{self.name} ({self.kind}) is not the same everywhere: {', '.join(late)} does not see all of it"
            yield warn(words, "wait: a change takes as long as its TTL; then mailbot doctor again")


async def ask(patient: Patient, name: str, kind: str) -> Heard:
    """Ask all of them at the same time."""
    by: dict[str, Records] = {}
    silent: dict[str, str] = {}

    async def one(who: str, resolver: Resolver) -> None:
        try:
            by[who] = await resolver.look(name, kind)
        except Temporary as error:
            silent[who] = str(error)

    await asyncio.gather(*(one(who, resolver) for who, resolver in patient.resolvers.items()))
    order = [who for who in patient.resolvers if who in by]
    return Heard(name=name, kind=kind, by={who: by[who] for who in order}, silent=silent)
