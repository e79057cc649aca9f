"""The sandbox that runs: a project's own tests, its smallest run, and what its person asked to be checked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import structlog
from pydantic import Field

from mailbot.checks import syntax_tools, tiers
from mailbot.checks.around import Around
from mailbot.checks.browser import OFF, Browser, browser_of, starts
from mailbot.checks.browser_window import Window
from mailbot.checks.cage import Cage, Order, packed
from mailbot.checks.commands import Means, Task, tasks_of
from mailbot.checks.dependencies import Looking
from mailbot.checks.environment import Kit, Language, kit_of
from mailbot.checks.judged import NEEDS, finding_of, foreign, how_it_ended, with_evidence
from mailbot.checks.limits import Ended, Limits, Ran
from mailbot.checks.run import run
from mailbot.checks.scanners import Scanned
from mailbot.checks.serving import NO_LOOPBACK, Served, driver, served
from mailbot.checks.spec import Command, Page, spec_of
from mailbot.checks.static import Reading, of, unchecked
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Check, Finding, Report, Result, Tree
from mailbot.ports import Sandbox, Site

log = structlog.get_logger()

MOST: Final = 50  #: checks of a person that something is run for, in one go
NO_CHECKER: Final = "this server has nothing that can check it"
TOO_MANY: Final = f"not run: there are more than {MOST} checks"
MEGABYTE: Final = 1 << 20


class Sandboxed(Looking):
    """Strangers' programs are run, and can do nothing: the best sandbox that this server can have, or none."""

    kind: Literal["sandbox"] = "sandbox"
    tier: Literal["auto", "bubblewrap", "landlock"] = Field(
        default="auto",
        description="auto: the best there is, and only reading where there is none; a name: that one, or no start",
    )
    environments: dict[Language, str] = Field(
        default={},
        description="folders with installed packages, which can be read inside: "
        "python a virtual environment, node the folder of a node_modules. Nothing is ever installed for a check",
    )
    seconds: float = Field(default=30.0, ge=1, le=600, description="that one command may take")
    memory: int = Field(default=512, ge=64, le=65_536, description="MB that all its processes may take together")
    processes: int = Field(default=64, ge=8, le=4_096, description="that it may have at a time")
    disk: int = Field(default=64, ge=1, le=4_096, description="MB that it may write")
    browser: str = Field(
        default="",
        description="the path of the Chromium that opens pages; empty: this machine's, if it has one; off: none",
    )

    def open(self, site: Site) -> Sandbox:
        """Find out which sandbox there is, by making one; raise Permanent where it is not what the settings want."""
        return Scanned(room=self._room(), dependencies=self.dependencies(site, self.environments), sealed=site.sealed)

    def _room(self) -> Sandbox:
        found = tiers.best(self.tier)
        if found.cage is None:
            return self._without(found.why_not)
        log.info("sandbox.found", sandbox=found.cage.name, not_to_be_had=found.why_not)
        kit = kit_of(self.environments)
        if why := tiers.starts(found.cage, kit):
            raise Permanent(f"checks.environments cannot be used in the sandbox ({found.cage.name}): {why}")
        return Running(cage=found.cage, limits=self._limits(), kit=kit, browser=self._browser(found.cage))

    def _without(self, why_not: Sequence[str]) -> Sandbox:
        why = "; ".join(why_not) or "the kernel has none"
        if self.tier != "auto":
            raise Permanent(f'checks.tier = "{self.tier}": there is no such sandbox on this server: {why}')
        log.warning("sandbox.none", what="files are read, programs are never run", why=why)
        return Reading()

    def _browser(self, cage: Cage) -> Browser | None:
        found = browser_of(self.browser)
        if found is None and self.browser not in {"", OFF}:
            raise Permanent(f"checks.browser: there is no program at {self.browser}")
        why = starts(found, cage) if found else "none is installed, or it is off"
        if why and found and self.browser:
            raise Permanent(f"checks.browser: {self.browser} does not start in the sandbox ({cage.name}): {why}")
        log.info("browser.none" if why else "browser.found", program=found.program if found else "", why=why)
        return None if why else found

    def _limits(self) -> Limits:
        disk, memory = self.disk * MEGABYTE, self.memory * MEGABYTE
        return Limits(wall=self.seconds, cpu=int(self.seconds), memory=memory, processes=self.processes, disk=disk)


@dataclass(frozen=True, kw_only=True)
class Running:
    """Each command gets a sandbox of its own, with the files as they were given: no run sees what another changed."""

    cage: Cage
    limits: Limits = field(default_factory=Limits)
    kit: Kit = field(default_factory=Kit)
    reading: Reading = field(default_factory=Reading)
    browser: Browser | None = None

    @property
    def around(self) -> Around:
        """What everything is run in."""
        return Around(cage=self.cage, kit=self.kit, limits=self.limits)

    async def check(self, files: Tree, checks: Sequence[Check], before: Tree | None = None) -> Report:
        """Read everything, run what shows that it works, then what the person asked for."""
        del before  # what changed since matters to who looks at packages
        findings = await syntax_tools.better(self.around, files, await self.reading.syntax(files))
        asked = [check for check in checks if check.kind != "syntax"]
        if sum(map(len, files.values())) > self.limits.disk // 2:
            why = "not run: it has more files than fit into the sandbox"
            left = Finding(check="command", subject="the program", result=Result.UNCHECKED, detail=why)
            return Report(findings=(*findings, left, *[unchecked(check, why) for check in asked]), where=self.cage.name)
        window = Window(browser=self.browser, checks=asked[:MOST])
        one = _One(room=self, files=files, window=window, archive=await asyncio.to_thread(packed, files))
        findings += [*await one.own(asked), *[await one.of(check) for check in asked]]
        picture = window.seen.picture if window.seen else b""
        return Report(findings=tuple(findings), executed=one.runs > 0, where=self.cage.name, picture=picture)


@dataclass(kw_only=True)
class _One:
    """One look at one tree."""

    room: Running
    files: Tree
    archive: bytes
    window: Window
    runs: int = 0
    pages: dict[int, Page] = field(default_factory=dict)
    served: Served | None = None
    ran: Ran | None = None  #: of the server

    async def own(self, checks: Sequence[Check]) -> list[Finding]:
        """What the project brings: its tests, and its smallest run."""
        self.pages = {c.number: spec for c in checks[:MOST] if isinstance(spec := spec_of(c), Page)}
        findings = []
        for task in tasks_of(self.files, self.room.kit.python):
            if task.means is Means.SERVES:
                findings += [await self._serve(task), *await self._open(task)]
            else:
                ran = await self._run(task.command)
                findings.append(finding_of(ran, task.means, task.words, self.files))
        return findings

    async def of(self, check: Check) -> Finding:
        """What one check of the person comes to."""
        if looked := await self.room.reading.looked(self.files, check):
            return looked
        if looked := self.window.of(check):
            return looked
        spec = spec_of(check)
        if isinstance(spec, Command):
            return await self._command(check, spec) if self.runs < MOST else unchecked(check, TOO_MANY)
        return await self._page(check, spec) if isinstance(spec, Page) else unchecked(check, NO_CHECKER)

    async def _run(self, command: tuple[str, ...]) -> Ran:
        self.runs += 1
        kit = self.room.kit
        order = Order(command=command, limits=self.room.limits, environment=kit.variables, seen=kit.seen)
        return await run(self.room.cage, order, self.archive)

    async def _command(self, check: Check, spec: Command) -> Finding:
        ran = await self._run(("/bin/sh", "-c", spec.run))
        result, detail = Result.FAILED, how_it_ended(ran)
        missing = foreign(ran.output, self.files) if ran.exit_code else ""
        if ran.ended is Ended.SHORT:
            result = Result.UNCHECKED
        elif missing and ran.exit_code != spec.exit:
            result, detail = Result.UNCHECKED, NEEDS.format(missing)
        elif ran.exit_code == spec.exit:
            result, detail = await self.room.reading.said(spec, {"what it printed": ran.output})
            detail = f"exit {spec.exit}" if result is Result.PASSED else detail
        return with_evidence(of(check, result, detail), ran, spec.run)

    async def _serve(self, task: Task) -> Finding:
        """Start the server once, ask it everything, and say whether it answers at all."""
        if not self.room.cage.loopback:
            self.served = Served(why_not=NO_LOOPBACK, result=Result.UNCHECKED)
            return Finding(check="command", subject=task.words, result=Result.UNCHECKED, detail=NO_LOOPBACK)
        ran = await self._run(driver(task, list(self.pages.values()), self.room.kit.python))
        self.ran, self.served = ran, served(ran, self.files, len(self.pages))
        result, detail = self.served.result, self.served.why_not
        if self.served.answers:
            status = self.served.answers[0].status
            result = Result.PASSED if 0 < status < 500 else Result.FAILED  # noqa: PLR2004  (its own mistakes begin there)
            detail = f"GET {task.page} answers {status or self.served.answers[0].text[:200]}"
        shown = replace(ran, exit_code=None, output=self.served.printed)
        return with_evidence(
            Finding(check="command", subject=task.words, result=result, detail=detail), shown, task.words
        )

    async def _open(self, task: Task) -> list[Finding]:
        """Look at its page in a browser, where it has one."""
        found, room = self.served, self.room
        if found is None or not found.answers:
            self.window.why_not = (found.result, found.why_not) if found else self.window.why_not
            return []
        if not self.window.worth(found.answers[0].text):
            return []
        self.runs += 1
        return await self.window.open(room.around, self.files, task)

    async def _page(self, check: Check, spec: Page) -> Finding:
        found = self.served
        if found is None:
            return unchecked(check, "nothing in it that I know answers over the network")
        if not found.answers or check.number not in self.pages:
            return of(check, found.result, found.why_not) if found.why_not else unchecked(check, TOO_MANY)
        answer = found.answers[1 + list(self.pages).index(check.number)]
        words = f"{spec.method} {spec.path}"
        result, detail = Result.FAILED, f"{words} answers {answer.status or answer.text[:200]}"
        if answer.status == spec.status:
            result, said = await self.room.reading.said(spec, {"the answer": answer.text})
            detail = detail if result is Result.PASSED else f"{detail}, but {said}"
        shown = replace(self.ran, exit_code=None, output=answer.text) if self.ran else None
        finding = of(check, result, detail)
        return with_evidence(finding, shown, words) if shown else finding
