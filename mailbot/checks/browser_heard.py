"""What a browser says by itself of the page in it. Runs inside the sandbox: standard library only."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LIST = 10  #: problems of one kind that are kept
WORDS = 300  #: characters of each
ERROR, CONSOLE, FAILED, OUTSIDE = "error", "console", "failed", "outside"
MOVES = 3  #: times that a page may take another's place before it is at rest
_MISSED = 400  #: the status from which on an answer is none
_LOCAL = ("data:", "blob:", "about:")


class Heard:
    """What has happened to a page since it was opened. Nothing is kept that a page could fill our memory with."""

    def __init__(self, own: str) -> None:
        """A page that comes from *own*."""
        self.own = own
        self.loaded = False
        self.crashed = False
        self.status = self.requests = self.dialogs = self.moves = 0
        self.gone_to = ""  #: where the page has gone, if it has left
        self.last_request = 0.0
        self.waiting: dict[str, tuple[str, str]] = {}  #: requests without an answer: address and kind
        self.problems: dict[str, list[str]] = {kind: [] for kind in (ERROR, CONSOLE, FAILED, OUTSIDE)}

    def take(self, what: str, given: dict[str, Any]) -> None:
        """Something has happened."""
        if listener := _LISTENERS.get(what):
            listener(self, given)

    def note(self, kind: str, words: str) -> None:
        """Keep a problem, once."""
        words, kept = " ".join(words[: 4 * WORDS].split())[:WORDS], self.problems[kind]
        if words not in kept and len(kept) < LIST:
            kept.append(words)

    def told(self) -> dict[str, Any]:
        """All of it, as plain values."""
        names = ("status", "requests", "dialogs", "gone_to", "crashed", "problems")
        return {name: getattr(self, name) for name in names}

    def name(self, url: str) -> str:
        """An address as the person knows it: without where we serve it from."""
        return url.removeprefix(self.own).partition("?")[0][:WORDS] or "the page itself"

    def missed(self, id: str, why: str) -> None:
        """A request got no answer, or a bad one."""
        url, kind = self.waiting.pop(id, ("", ""))
        if not url or url.startswith(_LOCAL) or url.endswith("/favicon.ico"):
            return
        if url.startswith(self.own):
            self.note(FAILED, f"{self.name(url)}: {why}")
        else:
            self.note(OUTSIDE, urlsplit(url).netloc or url)
        del kind


def mistake(details: dict[str, Any]) -> str:
    """An exception in one line."""
    said = details.get("exception", {})
    words = str(said.get("description") or said.get("value") or details.get("text", ""))
    return words[: 4 * WORDS].partition("\n")[0][:WORDS]


def _dismissed(heard: Heard, given: dict[str, Any]) -> None:
    del given
    heard.dialogs += 1


def _asked(heard: Heard, given: dict[str, Any]) -> None:
    url, id = str(given["request"]["url"])[: 4 * WORDS], str(given["requestId"])
    heard.requests += 1
    heard.last_request = time.monotonic()
    if len(heard.waiting) < 1_000 and not url.startswith(_LOCAL):  # noqa: PLR2004  (more says nothing more)
        heard.waiting[id] = (url, str(given.get("type", "")))


def _answered(heard: Heard, given: dict[str, Any]) -> None:
    status, id = int(given["response"]["status"]), str(given["requestId"])
    if given.get("type") == "Document" and given.get("frameId") and not heard.status:
        heard.status = status
    if status >= _MISSED:
        heard.missed(id, f"answer {status}")


def _done(heard: Heard, given: dict[str, Any]) -> None:
    heard.waiting.pop(str(given["requestId"]), None)


def _failed(heard: Heard, given: dict[str, Any]) -> None:
    id, why = str(given["requestId"]), str(given.get("errorText", ""))
    if given.get("canceled") or given.get("type") == "Ping":
        heard.waiting.pop(id, None)
    else:
        heard.missed(id, str(given.get("blockedReason") or why.removeprefix("net::")))


def _thrown(heard: Heard, given: dict[str, Any]) -> None:
    details = given["exceptionDetails"]
    where, line = heard.name(str(details.get("url") or "")), int(details.get("lineNumber", 0)) + 1
    heard.note(ERROR, f"{mistake(details)} ({where}, line {line})")


def _printed(heard: Heard, given: dict[str, Any]) -> None:
    if given["type"] in {"error", "assert"}:
        words = [str(one.get("value", one.get("description", "")))[:WORDS] for one in given["args"][:LIST]]
        heard.note(CONSOLE, " ".join(words))


def _logged(heard: Heard, given: dict[str, Any]) -> None:
    entry = given["entry"]
    if entry["level"] == "error" and entry["source"] not in {"network", "javascript", "console-api"}:
        heard.note(CONSOLE, str(entry["text"]))


def _moved(heard: Heard, given: dict[str, Any]) -> None:
    frame = given["frame"]
    if not frame.get("parentId"):
        url = str(frame.get("unreachableUrl") or frame["url"])
        away = not url.startswith((heard.own, "about:blank"))
        heard.gone_to = url[:WORDS] if away else ""
        heard.moves += 1
        if heard.moves > MOVES:
            heard.note(ERROR, "the page loads itself again and again")


def _loaded(heard: Heard, given: dict[str, Any]) -> None:
    del given
    heard.loaded = True


def _crashed(heard: Heard, given: dict[str, Any]) -> None:
    del given
    heard.crashed = True


_LISTENERS: dict[str, Callable[[Heard, dict[str, Any]], None]] = {
    "Page.javascriptDialogOpening": _dismissed,
    "Page.loadEventFired": _loaded,
    "Page.frameNavigated": _moved,
    "Network.requestWillBeSent": _asked,
    "Network.responseReceived": _answered,
    "Network.loadingFinished": _done,
    "Network.loadingFailed": _failed,
    "Runtime.exceptionThrown": _thrown,
    "Runtime.consoleAPICalled": _printed,
    "Log.entryAdded": _logged,
    "Inspector.targetCrashed": _crashed,
}
