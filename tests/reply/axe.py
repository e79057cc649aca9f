"""A real browser that looks at the page of a mail, and what axe finds wrong with it."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailbot.checks.browser import browser_of
from mailbot.checks.browser_inside import FLAGS
from mailbot.checks.browser_pipe import Line
from tests.servers import missing

_PATIENCE = 30.0  #: seconds for one answer of the browser
_RUN = "axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(r => ({violations: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ').slice(0, 600)), unsure: r.incomplete.filter(v => v.nodes.some(n => n.any.every(a => !a.data || a.data.messageKey !== 'nonBmp'))).map(v => v.id), passes: r.passes.length, wide: document.documentElement.scrollWidth}))"  # noqa: E501  (one question to the browser)


def script() -> str:
    """The program of axe-core; the package that carries it is not imported, since that asks for more."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None or not found.submodule_search_locations:
        missing("axe-core-python, which carries axe.min.js")
    return (Path(next(iter(found.submodule_search_locations))) / "axe.min.js").read_text("utf-8")


class Eye:
    """One page of a browser."""

    def __init__(self, line: Line, page: str, axe: str) -> None:
        self._line, self._page, self._axe = line, page, axe
        self.asked: list[str] = []  #: every address that a page wanted

    def tell(self, what: str, **given: Any) -> dict[str, Any]:
        return self._line.ask(what, _PATIENCE, page=self._page, **given)

    def look(self, html: str, width: int, scheme: str) -> dict[str, Any]:
        """What axe says of *html* in a window of that width and with that scheme."""
        self._window(width, scheme)
        frame = self.tell("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.tell("Page.setDocumentContent", frameId=frame, html=html)
        return self._judged()

    def visit(self, url: str, width: int, scheme: str) -> dict[str, Any]:
        """The same of the page at *url*, as it is served."""
        self._window(width, scheme)
        self.tell("Page.navigate", url=url)
        for _ in range(200):
            if self.value(f"document.readyState === 'complete' && location.href === {url!r}"):
                break
            self.value("new Promise(done => setTimeout(done, 50))")
        return self._judged()

    def _window(self, width: int, scheme: str) -> None:
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def _judged(self) -> dict[str, Any]:
        if not self.value("typeof axe === 'object'"):
            self.value(self._axe + ";0")
        return self.value(_RUN)

    def value(self, code: str) -> Any:
        said = self.tell("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def picture(self) -> bytes:
        """What is seen, for a person who wants to look."""
        return base64.b64decode(self.tell("Page.captureScreenshot", captureBeyondViewport=True)["data"])


@contextlib.contextmanager
def opened(home: Path, *more: str) -> Iterator[Eye]:
    """A browser, from its start to its end; of two flags that say the same, the last one counts."""
    found = browser_of()
    if found is None:
        missing("no Chromium here: apt install chromium-headless-shell")
    asked: list[str] = []

    def happened(what: str, given: dict[str, Any], _page: str) -> None:
        if what == "Network.requestWillBeSent":
            asked.append(given["request"]["url"])

    line = Line([found.program, *FLAGS, *more, f"--user-data-dir={home}/profile"], str(home), happened)
    try:
        target = line.ask("Target.createTarget", _PATIENCE, url="about:blank")["targetId"]
        page = line.ask("Target.attachToTarget", _PATIENCE, targetId=target, flatten=True)["sessionId"]
        eye = Eye(line, page, script())
        eye.asked = asked
        eye.tell("Network.enable")
        yield eye
    finally:
        line.end()


@pytest.fixture(scope="module")
def eye(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eye]:
    """One browser for all the mails of a file."""
    with opened(tmp_path_factory.mktemp("browser")) as made:
        yield made
