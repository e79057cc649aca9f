"""The sandbox of a server that has none: files are read, never run, and everything else is honestly left unchecked."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mailbot.checks import apart, patterns, syntax, syntax_apart
from mailbot.checks.dependencies import Looking
from mailbot.checks.scanners import Scanned
from mailbot.checks.spec import File, Said, spec_of
from mailbot.domain.project import Check, Finding, Path, Report, Result, Tree
from mailbot.ports import Sandbox, Site

NOT_RUN: Final = "not run: this server has no sandbox"
MAX_FILE: Final = 1_000_000  #: bytes of a file that is read
MAX_TEXT: Final = 5_000_000  #: characters that one pattern is looked for in
TIMEOUT: Final = 20.0  #: seconds, for the program that reads what is not tame


class Static(Looking):
    """Only read: nothing of strangers' code is ever run."""

    kind: Literal["static"] = "static"

    def open(self, site: Site) -> Sandbox:
        """The reader of files."""
        return Scanned(room=Reading(), dependencies=self.dependencies(site), sealed=site.sealed)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Checks syntax, in a thread where that is surely quick, else in a program with limits; looks for files."""

    timeout: float = TIMEOUT

    async def check(self, files: Tree, checks: Sequence[Check], before: Tree | None = None) -> Report:
        """What reading *files* shows; a check that something must be run for is not checked."""
        del before  # what changed since matters to who looks at packages
        findings = await self.syntax(files)
        asked = [check for check in checks if check.kind != "syntax"]
        return Report(findings=(*findings, *[await self.looked(files, check) or unchecked(check) for check in asked]))

    async def syntax(self, files: Tree) -> list[Finding]:
        """Every file as its language's own parser reads it."""
        known = await syntax_apart.findings(files, self.timeout)
        return [known.get(path) or await self._syntax(path, content) for path, content in sorted(files.items())]

    async def looked(self, files: Tree, check: Check) -> Finding | None:
        """What a check of files shows; None where it is of a kind that something must be run for."""
        spec = spec_of(check)
        if isinstance(spec, str):
            return unchecked(check, f"I cannot read this check: {spec}")
        if not isinstance(spec, File):
            return None
        found = {str(path): content for path, content in files.items() if fnmatch.fnmatchcase(path, spec.path)}
        if spec.absent or not found:
            good = spec.absent and not found
            return of(check, Result.PASSED if good else Result.FAILED, _there(spec, found))
        texts = {path: content.decode("utf-8", "replace") for path, content in found.items()}
        return of(check, *await self.said(spec, texts))

    async def said(self, wanted: Said, texts: dict[str, str]) -> tuple[Result, str]:
        """Whether one of *texts* says what it must."""
        if wanted.contains and not any(wanted.contains in text for text in texts.values()):
            return Result.FAILED, f"{_named(texts)} without {wanted.contains[:80]!r}"
        if not wanted.matches:
            return Result.PASSED, _named(texts)
        if sum(map(len, texts.values())) > MAX_TEXT:
            return Result.UNCHECKED, "the text is too long to look for a pattern in"
        answer = await apart.asked(patterns.__file__, {"pattern": wanted.matches, "texts": texts}, self.timeout)
        if answer is None or answer["error"]:
            return Result.UNCHECKED, str(answer["error"]) if answer else "the pattern takes too long"
        if answer["found"] is None:
            return Result.FAILED, f"{_named(texts)} without anything like {wanted.matches[:80]!r}"
        return Result.PASSED, f"found in {answer['found']}"

    async def _syntax(self, path: Path, content: bytes) -> Finding:
        result, detail = await self._read(path, content)
        return Finding(check="syntax", subject=path, result=result, detail=detail)

    async def _read(self, path: Path, content: bytes) -> tuple[Result, str]:
        if len(content) > MAX_FILE:
            return Result.UNCHECKED, f"larger than {MAX_FILE // 1000} kB: I do not read it"
        if why := syntax.why_not(path, ""):
            return Result.UNCHECKED, why
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return Result.FAILED, f"byte {error.start} is not UTF-8"
        if why := syntax.why_not(path, text):
            return Result.UNCHECKED, why
        if syntax.tame(path, text):
            said = await asyncio.to_thread(syntax.error_in, path, text)
        else:
            answer = await apart.asked(syntax.__file__, {"name": path, "text": text}, self.timeout)
            said = str(answer["error"]) if answer else "it could not be read within the limits of time and memory"
        return (Result.FAILED, said) if said else (Result.PASSED, "")


def of(check: Check, result: Result, detail: str) -> Finding:
    """The finding of a person's check, under the person's words."""
    return Finding(check=check.kind, subject=check.text, result=result, detail=detail)


def unchecked(check: Check, why: str = NOT_RUN) -> Finding:
    """Left out, and said."""
    return of(check, Result.UNCHECKED, why)


def _there(spec: File, found: dict[str, bytes]) -> str:
    return f"there is {_named(found)}" if found else f"there is no {spec.path}"


def _named(texts: dict[str, str] | dict[str, bytes]) -> str:
    names = sorted(texts)
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
