"""The program that opens a project's page inside the sandbox, looks at it, and says what it saw.

It is handed in beside the project's files with what to do, and removes that before anybody else runs: the mark on its
answer is known to nobody who could speak for it, and its memory can be read by nobody. It prints one JSON object.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import http.server
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mailbot.checks.browser_ask import KIND, checked, text_of
from mailbot.checks.browser_heard import WORDS
from mailbot.checks.browser_page import Page
from mailbot.checks.browser_pipe import Gone, Refused, Silent
from mailbot.checks.inside import listening

NOT_DUMPABLE = 4  #: of prctl: other processes of this user cannot look into this one
PRINTED = 2_000  #: characters of what the server printed
FLAGS = (
    # There is a sandbox around all of this; its own needs rights that nobody has here.
    "--no-sandbox", "--no-zygote", "--headless", "--remote-debugging-pipe", "--disable-dev-shm-usage",
    "--disable-gpu", "--disable-breakpad", "--disable-crash-reporter", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync",
    "--disable-client-side-phishing-detection", "--no-default-browser-check", "--no-first-run", "--no-proxy-server",
    "--no-pings", "--block-new-web-contents", "--mute-audio", "--hide-scrollbars", "--password-store=basic",
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider", "--lang=en-US",
    "--renderer-process-limit=2", "--force-color-profile=srgb", "--disable-blink-features=AutomationControlled",
    # There is no network, so no name is worth a question.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip


def main(folder: Path) -> None:
    """Do what is written in *folder*, which nobody sees again."""
    ctypes.CDLL(None).prctl(NOT_DUMPABLE, 0, 0, 0, 0)
    given = json.loads((folder / "given.json").read_text("utf-8"))
    shutil.rmtree(folder)
    answer = json.dumps(looked(given) | {"mark": given["mark"]})
    sys.stdout.write(f"\n{answer}\n")


def looked(given: dict[str, Any]) -> dict[str, Any]:
    """Serve, open, look."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+b") as printed:
        with _served(given, printed) as server, _browser(given, home) as page:
            port = server(time.monotonic() + given["wait"])
            seen = (_seen(page, port, given) if port else {}) | {"port": port}
        printed.seek(0)
        said = printed.read()[-PRINTED:].decode("utf-8", "replace")
    return seen | {"printed": said, "seconds": round(time.monotonic() - begun, 3)}


def _seen(page: Page | str, port: int, given: dict[str, Any]) -> dict[str, Any]:
    if isinstance(page, str):
        return {"no_browser": page}
    found: dict[str, Any] = {"ready": False, "kind": "", "title": "", "picture": "", "checks": []}
    with contextlib.suppress(Gone, Refused, Silent):
        found["ready"] = page.open(f"http://127.0.0.1:{port}/", given["page"])
        kind, _, title = text_of(page, KIND).partition("\n") if found["ready"] else ("", "", "")
        found |= {"kind": kind[:WORDS], "title": title[:WORDS]}
        found["picture"] = page.drawn(given["most"])
    found |= page.heard.told() | {"popups": page.popups}
    if found["ready"]:
        with contextlib.suppress(Gone, Refused, Silent):
            found["checks"] = checked(page, given["page"], given["checks"])
    return found


@contextlib.contextmanager
def _browser(given: dict[str, Any], home: str) -> Iterator[Page | str]:
    """A browser with one empty page; in words why there is none."""
    page, why = None, ""
    try:
        page = Page([given["browser"], *FLAGS, f"--user-data-dir={home}/profile"], home)
        page.begin()
    except (OSError, Gone, Refused, Silent, KeyError) as error:
        why = f"{type(error).__name__} {error} {page.line.last_words() if page else ''}"[:WORDS]
    try:
        yield page if page and not why else why
    finally:
        if page:
            page.line.end()


@contextlib.contextmanager
def _served(given: dict[str, Any], printed: Any) -> Iterator[Any]:  # noqa: ANN401  (an open file; a function)
    """The project's server, or ours for a project that has only files; what waits for its port."""
    if not given["start"]:
        with _Files(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(Path.cwd()))) as files:
            threading.Thread(target=files.serve_forever, daemon=True).start()
            yield lambda _: files.server_address[1]
            files.shutdown()
        return
    null, both = subprocess.DEVNULL, subprocess.STDOUT
    server = subprocess.Popen(given["start"], stdin=null, stdout=printed, stderr=both)  # noqa: S603  (we are inside)
    try:
        yield lambda until: listening(server, given["ports"], until)
    finally:
        server.kill()
        server.wait()


class _Files(http.server.ThreadingHTTPServer):
    """Serves files."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  (as the library says it)
        """A browser may hang up."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing of what it is asked for."""

    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *words: object) -> None:
        """Nothing."""
