"""Scripts as the languages themselves read them: shells and Node, inside the sandbox, where they only read."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as File
from pathlib import PurePosixPath
from typing import Final

from mailbot.checks import syntax_inside
from mailbot.checks.around import Around
from mailbot.checks.cage import PATH, Order, packed
from mailbot.checks.run import run
from mailbot.checks.syntax_apart import LARGEST, finding
from mailbot.domain.project import Finding, Path, Result, Tree

_PROGRAM: Final = File(syntax_inside.__file__).read_text("utf-8")
MOST: Final = 200  #: scripts that are read in one go
SAID: Final = 200_000  #: bytes of what is said of them
TOTAL: Final = 4_000_000  #: characters of them
_SHELL: Final = re.compile(r"#![ \t]*\S*?/(?:env[ \t]+)?(bash|sh|dash|ksh)\b")
_TYPE: Final = re.compile(r"\btype\s*=\s*[\"']?([\w/+-]+)", re.IGNORECASE)
_KINDS: Final[Mapping[str, str]] = {".js": "", ".mjs": "module", ".cjs": "commonjs", ".ts": "ts", ".tsx": "tsx"}
_PAGES: Final = (".html", ".htm")
_SCRIPTS: Final = frozenset({"", "text/javascript", "application/javascript", "module"})
_OTHER_LANGUAGE: Final = re.compile(r"^\s*(?://|/\*+)\s*@flow\b", re.MULTILINE)


async def better(around: Around, files: Tree, findings: Sequence[Finding]) -> list[Finding]:
    """*findings* of the syntax of *files*, where a language itself reads a file with what that says of it."""
    shells, scripts = dict(_shells(files)), list(_scripts(files))
    scripts = scripts if shutil.which("node", path=around.kit.variables.get("PATH", PATH)) else []
    if not shells and not scripts:
        return list(findings)
    said = await _said(around, files, shells, scripts)
    read: dict[str, str | None] = {}
    for key, error in said.items():  # of the scripts of a page the first that is wrong
        name = key.partition("\n")[0]
        read[name] = read.get(name) or error
    return [_judged(one, read) for one in findings]


def _judged(known: Finding, read: Mapping[str, str | None]) -> Finding:
    """A language's own word is the last, but where the file is written in a newer or a wider one."""
    error, page = read.get(known.subject), known.subject.endswith(_PAGES)
    if error is None or (page and known.result is not Result.PASSED):
        return known
    if error.endswith("Unexpected token '<'") and known.result is not Result.FAILED and not page:
        return known  # a script with elements in it, which only another parser reads
    return finding(known.subject, Result.FAILED if error else Result.PASSED, error)


async def _said(
    around: Around, files: Tree, shells: Mapping[str, str], scripts: Sequence[tuple[str, str, str]]
) -> dict[str, str | None]:
    name = f".mailbot-{secrets.token_hex(8)}"
    given = json.dumps({"shell": shells, "node": scripts}).encode("ascii")
    brought = {Path(script): files[Path(script)] for script in shells} | {Path(name): given}
    archive = await asyncio.to_thread(packed, brought)
    order = Order(
        command=(around.kit.python, "-I", "-S", "-c", _PROGRAM, name),
        limits=replace(around.limits, kept=SAID), environment=around.kit.variables, seen=around.kit.seen,
    )  # fmt: skip
    ran = await run(around.cage, order, archive)
    try:
        found = json.loads(ran.output)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _shells(files: Tree) -> Iterator[tuple[str, str]]:
    """Every shell script, and the shell that is to read it."""
    for path, content in sorted(files.items())[:10_000]:
        begun = _SHELL.match(content[:100].decode("utf-8", "replace"))
        if begun or path.endswith((".sh", ".bash")):
            plain = begun is not None and begun[1] in {"sh", "dash"}
            if len(content) <= LARGEST and not (begun and begun[1] == "ksh"):
                yield path, "sh" if plain else "bash"


def _scripts(files: Tree) -> Iterator[tuple[str, str, str]]:
    """Every script and those in pages: its name, its kind where that is known, its text."""
    number = length = 0
    for path, content in sorted(files.items()):
        ending = PurePosixPath(path).suffix.lower()
        if len(content) > LARGEST or ending not in {*_KINDS, *_PAGES} or path.endswith(".d.ts"):
            continue
        text = content.decode("utf-8-sig", "replace")
        pieces = [(path, _KINDS[ending], text)] if ending in _KINDS else list(_within(path, text))
        for piece in pieces:
            number, length = number + 1, length + len(piece[2])
            if number > MOST or length > TOTAL:
                return
            if not _OTHER_LANGUAGE.search(piece[2][:2_000]):
                yield piece


def _within(path: str, text: str) -> Iterator[tuple[str, str, str]]:
    """The scripts of a page, each on the lines where it stands."""
    if "{%" in text or "{{" in text:
        return
    small, at, number = text.lower(), 0, 0
    while (begun := small.find("<script", at)) >= 0:
        start, end = small.find(">", begun) + 1, small.find("</script", begun)
        if start <= 0 or end < start:
            return  # it is never closed, which another parser says
        kind = _TYPE.search(small[begun : min(start, begun + 500)])
        if (kind[1] if kind else "") in _SCRIPTS and text[start:end].strip():
            lines = "\n" * text.count("\n", 0, start)
            yield f"{path}\n{number}", "module" if kind and kind[1] == "module" else "", lines + text[start:end]
        at, number = end, number + 1
