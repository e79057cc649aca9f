"""The sandbox of a server that has none: files are read, never run, and everything else is honestly left unchecked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from mailbot.checks import syntax
from mailbot.domain.errors import Temporary
from mailbot.domain.project import Check, Finding, Path, Report, Result, Tree
from mailbot.ports import Sandbox, Site

NOT_RUN: Final = "not run: this server has no sandbox yet"
MAX_FILE: Final = 1_000_000  #: bytes of a file that is read
TIMEOUT: Final = 20.0  #: seconds, for the program that reads what is not tame


class Static(BaseModel):
    """Only read: nothing of strangers' code is ever run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["static"] = "static"

    def open(self, site: Site) -> Sandbox:
        """The reader of files."""
        del site
        return Reading()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Checks syntax, in a thread where that is surely quick, else in a program with limits."""

    timeout: float = TIMEOUT

    async def check(self, files: Tree, checks: Sequence[Check]) -> Report:
        """What reading *files* shows; a check that something must be run for is not checked."""
        findings = [await self._syntax(path, content) for path, content in sorted(files.items())]
        asked = [check for check in checks if check.kind != "syntax"]
        not_run = [
            Finding(check=check.kind, subject=check.text, result=Result.UNCHECKED, detail=NOT_RUN) for check in asked
        ]
        return Report(findings=(*findings, *not_run))

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
        quick = syntax.tame(path, text)
        said = await asyncio.to_thread(syntax.error_in, path, text) if quick else await self._apart(path, text)
        return (Result.FAILED, said) if said else (Result.PASSED, "")

    async def _apart(self, path: Path, text: str) -> str:
        """Read it in a program of its own, which may die of it."""
        command = [sys.executable, "-I", syntax.__file__]
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=null)
        except OSError as error:
            raise Temporary(f"no program could be started to check the syntax of {path}: {error}") from error
        try:
            given = json.dumps({"name": path, "text": text}).encode("ascii")
            said, _ = await asyncio.wait_for(process.communicate(given), self.timeout)
        except TimeoutError:
            said = b""
        finally:
            await _ended(process)
        return str(json.loads(said)["error"]) if said else "it could not be read within the limits of time and memory"


async def _ended(process: asyncio.subprocess.Process) -> None:
    """No reader outlives its question."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it ended between the two lines
            process.kill()
        await process.wait()
