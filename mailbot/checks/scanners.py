"""What every room of checks also looks for: invented packages, secrets, and Dockerfiles that go too far.

Its findings stand in the same report. And nothing that a program printed leaves with a secret in it: each finding goes
through the same search before anybody sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from mailbot.build.leaks import MAX_TEXT, NOTHING, Sealed, blacked, leaks, line_of
from mailbot.checks.dependencies import Dependencies
from mailbot.checks.scanners_docker import is_policed, problems
from mailbot.domain.project import Check, Finding, Report, Result, Tree

SECRETS: Final = "secrets"
CONTAINER: Final = "container"
MOST: Final = 20  #: secrets of one project that are named
TOO_LARGE: Final = "too large to be searched for secrets"
_TOTAL: Final = 20_000_000  #: bytes of all files that are searched


class Room(Protocol):
    """A room of checks, whatever it can do."""

    async def check(self, files: Tree, checks: Sequence[Check]) -> Report: ...


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A room whose reports also say what the scanners see."""

    room: Room
    dependencies: Dependencies = field(default_factory=Dependencies)
    sealed: Sealed = NOTHING

    async def check(self, files: Tree, checks: Sequence[Check], before: Tree | None = None) -> Report:
        """What the room says of *files*, and the scanners; *before* is the project as it was."""
        packages, seen = await asyncio.gather(
            self.dependencies.check(files, before), asyncio.to_thread(scanned, files, self.sealed)
        )
        report = await self.room.check(files, checks)
        read = sum(finding.check == "syntax" for finding in report.findings)
        findings = (*report.findings[:read], *packages, *seen, *report.findings[read:])
        return await asyncio.to_thread(scrubbed, replace(report, findings=findings), self.sealed)


def scanned(files: Tree, sealed: Sealed = NOTHING) -> list[Finding]:
    """What stands in *files* that must not."""
    return [*_secrets(files, sealed), *_containers(files)] if files else []


def scrubbed(report: Report, sealed: Sealed = NOTHING) -> Report:
    """*report* without any secret in its words."""
    clean = [
        replace(
            one,
            subject=blacked(one.subject, sealed),
            detail=blacked(one.detail, sealed),
            output=blacked(one.output, sealed),
            command=blacked(one.command, sealed),
        )
        for one in report.findings
    ]
    return replace(report, findings=tuple(clean))


def _secrets(files: Tree, sealed: Sealed) -> Iterator[Finding]:
    found: list[Finding] = []
    left, unread = _TOTAL, []
    for path, content in sorted(files.items()):
        if len(content) > min(MAX_TEXT, left):
            unread.append(str(path))
            continue
        left -= len(content)
        text = content.decode("utf-8", "replace")
        for leak in leaks(text, sealed):
            detail = f"line {line_of(text, leak)}: {leak.what}; take it out, and read it from the environment"
            found.append(Finding(check=SECRETS, subject=path, result=Result.FAILED, detail=detail))
    yield from found[:MOST]
    if unread:
        yield Finding(check=SECRETS, subject=", ".join(unread)[:200], result=Result.UNCHECKED, detail=TOO_LARGE)
    if not found and len(files) > len(unread):
        number = len(files) - len(unread)
        words = f"{number} file{'' if number == 1 else 's'}"
        yield Finding(check=SECRETS, subject=words, result=Result.PASSED, detail=f"none in {words}")


def _containers(files: Tree) -> Iterator[Finding]:
    for path, content in sorted(files.items()):
        if not is_policed(path):
            continue
        seen = problems(path, content[:MAX_TEXT].decode("utf-8", "replace"))
        for problem in seen:
            detail = f"line {problem.line}: {problem.words}"
            yield Finding(check=CONTAINER, subject=path, result=problem.result, detail=detail)
        if not seen:
            yield Finding(check=CONTAINER, subject=path, result=Result.PASSED, detail="keeps the policy")
