"""Whether the packages that a project names are real, and the ones that were meant.

A model invents names, and somebody registers what models invent: whoever installs it runs a stranger's program. So a
name that no list knows, that is younger than some months, or that is one letter from a famous one fails; and what
nobody could look up is said to be not verified.
"""

from __future__ import annotations

import asyncio
import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from mailbot.checks.dependencies_declared import locked
from mailbot.checks.dependencies_named import MAX_NAMED, MAX_READ, Named, named, normal
from mailbot.checks.dependencies_near import nearly
from mailbot.checks.dependencies_popular import POPULAR
from mailbot.checks.environment import Language
from mailbot.checks.index import Entry, Index, Remote, kept_in
from mailbot.domain.errors import Temporary
from mailbot.domain.project import Finding, Result, Tree
from mailbot.ports import Clock, Site

CHECK: Final = "packages"
MOST_ASKED: Final = 60  #: names that a list is asked for in one check
PATIENCE: Final = 60.0  #: seconds for all of them
AT_ONCE: Final = 4
SHOWN: Final = 8  #: names in one line
NOT_ASKED: Final = "not verified: no list of packages may be asked here"
TOO_MANY: Final = f"not verified: I ask for at most {MOST_ASKED} packages"
FROM_ADDRESS: Final = "not verified: it comes from an address, not from a list of packages"
NOT_LISTED: Final = "not verified: I look up no packages of Debian"
_LIST: Final = r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$"


class Looking(BaseModel):
    """What every room of checks can be told about packages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    packages: tuple[str, ...] = Field(
        default=(),
        max_length=2_000,
        description="names of packages that need no question, such as acme-*; what is known to everybody needs none",
    )
    python_index: str = Field(
        default="",
        pattern=_LIST,
        description="the address of a list of Python packages (PyPI, or what stands in for it) that is asked by name; "
        "empty: nobody is asked, and an unknown name is called not verified",
    )
    node_index: str = Field(
        default="", pattern=_LIST, description="the same, of a list of packages for Node.js (the registry of npm)"
    )
    package_days: int = Field(default=90, ge=0, le=3_650, description="a package that is younger fails")

    def dependencies(self, site: Site, environments: Mapping[Language, str] | None = None) -> Dependencies:
        """The check, as the settings want it; what an admin has installed in *environments* needs no question."""
        urls = {index: url for index, url in (("python", self.python_index), ("node", self.node_index)) if url}
        index = Remote(urls=urls, clock=site.clock, kept=kept_in(site.data)) if urls else None
        days = timedelta(days=self.package_days)
        here = frozenset(installed_in(environments or {}))
        return Dependencies(
            allowed=self.packages, here=here, index=index, asked=frozenset(urls), days=days, clock=site.clock
        )


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is known of one package."""

    named: Named
    result: Result
    why: str


def _epoch() -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Looks at the packages of a project."""

    allowed: Sequence[str] = ()
    here: frozenset[tuple[str, str]] = frozenset()  #: what an admin has installed
    index: Index | None = None
    asked: frozenset[str] = frozenset()  #: the kinds of packages that the index knows
    days: timedelta = timedelta(days=90)
    clock: Clock = field(default=_epoch)

    async def check(self, files: Tree, before: Tree | None = None) -> list[Finding]:
        """What there is to say of the packages in *files*; *before* is the project as it was, whose locks count."""
        wanted = await asyncio.to_thread(named, files)
        if not wanted:
            return []
        held = await asyncio.to_thread(_held, before or {})
        said = [self._known(one, held) for one in wanted]
        looked = await self._looked([one for one, known in zip(wanted, said, strict=True) if known is None])
        all_said = [known or looked[one] for one, known in zip(wanted, said, strict=True)]
        return _findings(all_said)

    def _known(self, one: Named, held: frozenset[tuple[str, str]]) -> Said | None:
        """What can be said without asking anybody."""
        why = self._good(one)
        if why:
            return Said(named=one, result=Result.PASSED, why=why)
        if near := nearly(one.index, one.name):
            why = f"nearly called as the well-known {near}, but another package; an admin may allow it"
            return Said(named=one, result=Result.FAILED, why=why)
        if one.address or one.index not in self.asked:
            why = FROM_ADDRESS if one.address else NOT_LISTED if one.index == "debian" else NOT_ASKED
            return Said(named=one, result=Result.UNCHECKED, why=why)
        if (one.index, one.name) in held:
            return Said(named=one, result=Result.PASSED, why="in the lock of the version before")
        return None

    def _good(self, one: Named) -> str:
        if self._allowed(one):
            return "allowed by the settings"
        if (one.index, one.name) in self.here:
            return "installed on this server by its admin"
        return "a package that everybody knows" if one.name in POPULAR[one.index] else ""

    def _allowed(self, one: Named) -> bool:
        """By the admin; of Python, however hyphens are written."""
        names = (
            {one.name, one.name.replace("-", "_"), one.name.replace("-", ".")} if one.index == "python" else {one.name}
        )
        return any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in self.allowed for name in names)

    async def _looked(self, wanted: Sequence[Named]) -> Mapping[Named, Said]:
        """Ask the list, a few at a time, as long as there is time."""
        found = {one: Said(named=one, result=Result.UNCHECKED, why=TOO_MANY) for one in wanted}
        for one in wanted[:MOST_ASKED]:
            found[one] = Said(named=one, result=Result.UNCHECKED, why="not verified: the lists took too long")
        places = asyncio.Semaphore(AT_ONCE)

        async def look(one: Named) -> None:
            async with places:
                found[one] = await self._asked(one)

        tasks = [asyncio.create_task(look(one)) for one in wanted[:MOST_ASKED]]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=PATIENCE)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return found

    async def _asked(self, one: Named) -> Said:
        assert self.index is not None  # noqa: S101  (what it does not know was said before)
        try:
            entry = await self.index.look(one.index, one.name)
        except Temporary as error:
            return Said(named=one, result=Result.UNCHECKED, why=f"not verified: {error}")
        result, why = self._judged(entry)
        return Said(named=one, result=result, why=why)

    def _judged(self, entry: Entry) -> tuple[Result, str]:
        if not entry.exists:
            return Result.FAILED, "there is no package of this name"
        if entry.bad:
            return Result.FAILED, f"the list of packages knows it, but {entry.bad}"
        try:
            since = datetime.fromisoformat(entry.since)
            age = self.clock() - since
        except (ValueError, TypeError):
            return Result.UNCHECKED, "not verified: the list of packages does not say since when there is one"
        if age < self.days:
            return Result.FAILED, f"it is only {max(0, age.days)} days old; names that models invent get registered"
        return Result.PASSED, f"there since {since.date().isoformat()}"


def installed_in(environments: Mapping[Language, str]) -> Iterator[tuple[str, str]]:
    """The packages in the folders that the settings name."""
    if folder := environments.get("python"):
        for found in Path(folder).expanduser().glob("lib*/python*/site-packages/*.dist-info"):
            yield "python", normal("python", found.name.partition("-")[0])
    if folder := environments.get("node"):
        modules = Path(folder).expanduser() / "node_modules"
        for found in (*modules.glob("[!@.]*"), *modules.glob("@*/*")):
            yield "node", found.relative_to(modules).as_posix().lower()


def _held(before: Tree) -> frozenset[tuple[str, str]]:
    texts = {str(path): content[:MAX_READ].decode("utf-8", "replace") for path, content in before.items()}
    found = {(index, normal(index, name)) for path, text in texts.items() for index, name in locked(path, text)}
    return frozenset(sorted(found)[: 10 * MAX_NAMED])


def _findings(said: Sequence[Said]) -> list[Finding]:
    """One for each package that fails, one for each reason why some are not verified, one for all the rest."""
    found = [_failed(one) for one in said if one.result is Result.FAILED]
    for why in dict.fromkeys(one.why for one in said if one.result is Result.UNCHECKED):
        some = [one for one in said if one.why == why]
        found.append(_together(some, Result.UNCHECKED, why))
    if good := [one for one in said if one.result is Result.PASSED]:
        found.append(_together(good, Result.PASSED, f"{len(good)} known"))
    return found


def _failed(one: Said) -> Finding:
    detail = f"{one.named.place}: {one.why}"
    return Finding(check=CHECK, subject=one.named.name, result=Result.FAILED, detail=detail)


def _together(some: Sequence[Said], result: Result, detail: str) -> Finding:
    names = [one.named.name for one in some]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    output = "\n".join(f"{one.named.index} {one.named.name} ({one.named.place}): {one.why}" for one in some)
    return Finding(
        check=CHECK, subject=", ".join(names[:SHOWN]) + more, result=result, detail=detail, output=output[-2_000:],
        sha256=hashlib.sha256(output.encode("utf-8", "replace")).hexdigest(),
    )  # fmt: skip
