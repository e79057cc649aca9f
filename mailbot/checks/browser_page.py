"""One page in a browser: opened, listened to and drawn. Runs inside the sandbox: standard library only."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from mailbot.checks.browser_heard import CONSOLE, ERROR, Heard
from mailbot.checks.browser_pipe import TOO_LONG, Gone, Line, Refused, Silent

START = 10.0  #: seconds until the browser must answer
LOAD = 5.0  #: seconds until the page must be there
REST = 0.15  #: seconds without a request after which it has come to rest
RESTLESS = 1.5  #: seconds after which it is looked at although it has not
DRAW = 3.0  #: seconds for the picture
WIDTH, HEIGHT, SCALE = 1024, 768, 0.625  #: of the window; how much smaller the picture is
QUALITIES = (60, 40, 20)
BUSY = "the page is too busy to answer: a script of it does not end, or it is too large"


class Page:
    """A browser with one page."""

    def __init__(self, command: list[str], home: str) -> None:
        """Start it; nothing is open yet."""
        self.target = self.session = self.frame = self.url = ""
        self.popups = 0
        self.heard = Heard("")
        self.line = Line(command, home, self.happened)

    def begin(self) -> None:
        """An empty page, and everything that is to be heard of it."""
        self.line.ask("Target.setDiscoverTargets", START, discover=True)
        self.line.ask("Browser.setDownloadBehavior", START, behavior="deny")
        self.target = self.line.ask("Target.createTarget", START, url="about:blank")["targetId"]
        self.session = self.line.ask("Target.attachToTarget", START, targetId=self.target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log", "Inspector"):
            self.ask(f"{part}.enable", START)
        self.ask("Network.setBypassServiceWorker", START, bypass=True)
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", START, **size)
        self.frame = str(self.ask("Page.getFrameTree", START)["frameTree"]["frame"]["id"])

    def ask(self, what: str, seconds: float, **given: Any) -> dict[str, Any]:  # noqa: ANN401  (as it is)
        """Ask this page's part of the browser. Raises Silent, Refused, and Gone when the page has crashed."""
        if self.heard.crashed:
            raise Gone
        return self.line.ask(what, seconds, self.session, **given)

    def open(self, own: str, path: str) -> bool:
        """Load *path* from *own*, and wait until it has come to rest. Whether it can be asked anything."""
        self.heard, until = Heard(own), time.monotonic() + LOAD
        try:
            self.ask("Page.navigate", LOAD, url=own + path.removeprefix("/"))
            while not self.heard.loaded and not self.heard.crashed:
                self.line.hear(until)
        except Silent:
            return self.woken()
        except Refused:
            return False
        until = time.monotonic() + RESTLESS
        while time.monotonic() < until and not self.rests():
            self.line.rest(0.03)
        return self.woken()

    def rests(self) -> bool:
        """Whether it waits for nothing, and has not for a moment."""
        return not self.heard.waiting and time.monotonic() > self.heard.last_request + REST

    def woken(self) -> bool:
        """Whether it answers; a script that does not end is ended first."""
        for seconds in (0.5, 1.0, 1.0):
            with contextlib.suppress(Silent, Refused):
                return bool(self.ask("Runtime.evaluate", seconds, expression="1"))
            self.heard.note(ERROR, BUSY)
            self.line.tell("Runtime.terminateExecution", self.session)
        return False

    def drawn(self, most: int) -> str:
        """A light picture of what a person sees first; none where it cannot be had in at most *most* bytes."""
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": SCALE}
        until = time.monotonic() + DRAW
        for quality in QUALITIES:
            given = {"format": "jpeg", "quality": quality, "clip": clip, "captureBeyondViewport": False}
            with contextlib.suppress(Silent, Refused):
                data = str(self.ask("Page.captureScreenshot", max(0.1, until - time.monotonic()), **given)["data"])
                if len(data) * 3 // 4 <= most:
                    return data
        return ""

    def happened(self, what: str, given: dict[str, Any], session: str) -> None:
        """The browser says something by itself. There is only one page, and nobody is there to answer its questions."""
        if what == "Target.targetCreated" and given["targetInfo"]["type"] == "page":
            self._popup(str(given["targetInfo"]["targetId"]))
        elif what == TOO_LONG:
            self.heard.note(CONSOLE, "it says more at once than anybody reads")
        elif session == self.session:
            self.heard.take(what, given)
            if what == "Page.javascriptDialogOpening":
                self.line.tell("Page.handleJavaScriptDialog", session, accept=False)

    def _popup(self, target: str) -> None:
        if self.session and target != self.target:
            self.popups += 1
            self.line.tell("Target.closeTarget", targetId=target)
