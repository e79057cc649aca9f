"""A project's page, opened in a real browser inside the sandbox, with the network off: what it shows, and a picture.

Chromium is asked over a pipe, by a program of our own that runs beside it. Its answer carries a mark that nothing of
the project's ever sees; an answer without it is nobody's.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mailbot.checks import browser_ask, browser_heard, browser_inside, browser_page, browser_pipe, inside, tiers
from mailbot.checks.around import Around
from mailbot.checks.browser_seen import Answer, Seen
from mailbot.checks.cage import Cage, Order, packed
from mailbot.checks.commands import PORTS, Task
from mailbot.checks.limits import Ended, Limits, Ran
from mailbot.checks.run import run
from mailbot.checks.serving import START
from mailbot.domain.project import Path as Name
from mailbot.domain.project import Tree

PICTURE: Final = 60_000  #: bytes of a picture, at most
WALL: Final = 45.0  #: seconds for all of it; each part of it has less
CPU: Final = 60  #: seconds of computing, of all its processes
KEPT: Final = 100_000  #: bytes of the answer, with the picture
OFF: Final = "off"
_NAMES: Final = ("chromium-headless-shell", "headless_shell", "chromium", "chrome")
_PLACES: Final = ("/usr/lib/chromium", "/usr/lib/chromium-browser", "/usr/bin", "/usr/local/bin", "/opt/google/chrome")
_VERSION: Final = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b")
_BROUGHT: Final = ".cache/ms-playwright/chromium*/chrome-*/{}"  #: where playwright puts one
_FONTS: Final = ("/etc/fonts", "/var/cache/fontconfig")
_PROGRAMS: Final = (browser_ask, browser_heard, browser_inside, browser_page, browser_pipe, inside)
_BEGIN: Final = (
    "import pathlib, sys; at = pathlib.Path.cwd() / sys.argv[1]; sys.path.insert(0, str(at))\n"
    "from mailbot.checks import browser_inside; browser_inside.main(at)"
)


@dataclass(frozen=True, kw_only=True)
class Browser:
    """A Chromium."""

    program: str
    seen: tuple[str, ...] = ()  #: folders that it needs beyond the system's

    def limits(self, limits: Limits) -> Limits:
        """What it may take where a program may take *limits*: it is many programs at once."""
        memory, disk = max(limits.memory, 1 << 30), max(limits.disk, 128 << 20)
        many = replace(limits, memory=memory, disk=disk, processes=512, open_files=1024)
        return replace(many, wall=WALL, cpu=CPU, kept=KEPT)


def browser_of(wanted: str = "") -> Browser | None:
    """The browser of this machine, or the one at the path *wanted*; none where there is none."""
    if wanted == OFF:
        return None
    found = wanted or next(filter(None, _candidates()), "")
    if not found or not Path(found).exists():
        return None
    program = Path(found).resolve()
    own = () if program.is_relative_to("/usr") else (str(program.parent),)
    return Browser(program=str(program), seen=(*own, *[folder for folder in _FONTS if Path(folder).is_dir()]))


def starts(browser: Browser, cage: Cage) -> str:
    """Why *browser* does not even say its name in *cage*; empty where it does."""
    limits = browser.limits(tiers.LIMITS)
    order = Order(command=(browser.program, "--version"), limits=limits, seen=browser.seen)
    words = tiers.said(cage, order).strip()
    return "" if _VERSION.search(words) else words[-300:] or "it says nothing"


def _candidates() -> Iterator[str]:
    for name in _NAMES:
        yield shutil.which(name, path=":".join(_PLACES)) or ""
    for name in ("headless_shell", "chrome", "chrome-headless-shell"):
        yield from sorted(map(str, Path.home().glob(_BROUGHT.format(name))), reverse=True)


async def opened(browser: Browser, around: Around, files: Tree, task: Task, asked: Sequence[str]) -> Seen:
    """Open the first page of *task*, and ask it everything. Raises Temporary when no sandbox can be made."""
    mark, folder = secrets.token_hex(16), f".mailbot-{secrets.token_hex(8)}"
    given, kit = _given(browser, task, asked) | {"mark": mark}, around.kit
    archive = await asyncio.to_thread(lambda: packed({**files, **_brought(folder, given)}))
    order = Order(
        command=(kit.python, "-I", "-S", "-c", _BEGIN, folder),
        limits=browser.limits(around.limits),
        environment=kit.variables,
        seen=(*kit.seen, *browser.seen),
    )
    return _read(await run(around.cage, order, archive), mark)


def _brought(folder: str, given: dict[str, object]) -> Tree:
    """Our program, in *folder* beside the project's files."""
    found = {
        "given.json": json.dumps(given).encode("ascii"),
        "mailbot/__init__.py": b"",
        "mailbot/checks/__init__.py": b"",
    }
    for program in _PROGRAMS:
        path = Path(str(program.__file__))
        found[f"mailbot/checks/{path.name}"] = path.read_bytes()
    return {Name(f"{folder}/{name}"): content for name, content in found.items()}


def _given(browser: Browser, task: Task, asked: Sequence[str]) -> dict[str, object]:
    files = task.command[1:3] == ("-m", "http.server")
    return {
        "browser": browser.program,
        "start": () if files else task.command,
        "ports": list(dict.fromkeys((task.port, *PORTS))),
        "wait": START,
        "page": task.page,
        "most": PICTURE,
        "checks": list(asked),
    }


def _read(ran: Ran, mark: str) -> Seen:
    """What our program says, if it says anything."""
    said = _marked(ran.output, mark)
    if said is None:
        return Seen(ran=ran, why_not=ran.ended.value or "the browser was ended", ours=ran.ended is Ended.SHORT)
    if why := said.get("no_browser"):
        return Seen(ran=ran, why_not=f"the browser does not start in this server's sandbox: {why}", ours=True)
    if not said["port"]:
        return Seen(ran=ran, why_not="the server of the page did not listen")
    return Seen(
        ran=ran,
        ready=bool(said["ready"]),
        crashed=bool(said["crashed"]),
        kind=said["kind"],
        title=said["title"],
        status=said["status"],
        requests=said["requests"],
        gone_to=said["gone_to"],
        dialogs=said["dialogs"],
        popups=said["popups"],
        problems={kind: tuple(words) for kind, words in said["problems"].items()},
        answers=tuple(_answer(one) for one in said["checks"]),
        picture=_picture(said["picture"]),
    )


def _marked(output: str, mark: str) -> dict[str, Any] | None:
    """The answer with the mark, whatever else was printed by whoever could."""
    for line in output.splitlines():
        if line.startswith("{") and mark in line:
            try:
                return dict(json.loads(line))
            except (ValueError, RecursionError):
                continue
    return None


def _answer(said: dict[str, Any]) -> Answer:
    return Answer(
        true=bool(said.get("true")),
        value=str(said.get("value", "")),
        error=str(said.get("error", "")),
        left=str(said.get("left", "")),
        by_page=bool(said.get("by_page")),
    )


def _picture(data: str) -> bytes:
    """A picture that is one."""
    try:
        content = base64.b64decode(data, validate=True)
    except binascii.Error:
        return b""
    return content if content.startswith(b"\xff\xd8\xff") and len(content) <= PICTURE else b""
